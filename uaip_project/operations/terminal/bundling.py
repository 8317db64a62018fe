"""Writes the decision bundle of an interview's newest charter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from accounts.models import User
from governance.models import Decision
from governance.services import bundles
from uaip_project.operations.outfile import write_bytes
from uaip_project.operations.terminal import whose
from uaip_project.operations.terminal.screen import Screen


def bundle(options: Mapping[str, Any], by: User, screen: Screen) -> None:
    """The newest decision, with everything that it rests on. Raises CommandError."""
    session = whose.session(options, by)
    decisions = Decision.objects.filter(revision__charter__session=session)
    found = decisions.select_related("revision__charter__session", "rule_set")
    decision = found.order_by("-revision__number").first()
    if decision is None:
        raise CommandError(
            "Nothing has been decided on this interview yet. Finish it with "
            f"`uaip resume {whose.short_code(session)}`."
        )
    made = bundles.take_bundle(decision=decision, by=by)
    target = options["output"] or made.name
    write_bytes(target, made.body)
    screen.say(f"The decision on revision {decision.revision.number} is written to {target}.")
    screen.say("Unpack it and run `python3 verify.py` in it, on any machine.")
