"""Calls each configured language model once and says in one line each what is wrong."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from interviews.llm import circuit, providers
from interviews.llm.circuit import Outcome
from interviews.llm.types import FaultKind
from uaip_project.operations import language_models

#: What a fault means to whoever set the provider up.
MEANINGS = {
    FaultKind.NOT_CONFIGURED: "not configured",
    FaultKind.KEY_REFUSED: "bad key",
    FaultKind.UNKNOWN_MODEL: "unknown model",
    FaultKind.UNAVAILABLE: "unreachable",
    FaultKind.TIMEOUT: "no reply in time",
    FaultKind.THROTTLED: "too many calls",
    FaultKind.MALFORMED: "no structured output",
    FaultKind.WRONG_SHAPE: "no structured output",
    FaultKind.OVER_BUDGET: "budget used up",
}
NONE_WANTED = "No language model is configured (LLM_PROVIDER is empty): the embedded scorer works."


class Command(BaseCommand):
    help = "Calls each configured language model once. Exit 0: all answer; 1: one does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcomes = _outcomes()
        except DatabaseError as fault:
            raise CommandError(f"The database did not answer: {fault}", returncode=2) from fault
        if options["json"]:
            self.stdout.write(
                json.dumps([language_models.outcome_data(one) for one in outcomes], indent=2)
            )
        else:
            for one in outcomes:
                self.stdout.write(_line(one))
            if not outcomes:
                self.stdout.write(NONE_WANTED)
        if any(not one.is_ok for one in outcomes):
            raise SystemExit(1)


def _outcomes() -> list[Outcome]:
    """One for each provider that is named, in the order in which they are asked."""
    if not providers.is_wanted():
        return []
    wanted = dict.fromkeys(
        (
            (settings.LLM_PROVIDER, settings.LLM_MODEL),
            (settings.LLM_FALLBACK_PROVIDER, settings.LLM_FALLBACK_MODEL),
        )
    )
    return [circuit.test(name, model=model, by=None) for name, model in wanted if name]


def _line(one: Outcome) -> str:
    who = f"{one.provider} ({one.model})" if one.model else one.provider
    if one.is_ok:
        return f"ok       {who}: {one.sentence} {one.milliseconds} ms."
    meaning = MEANINGS.get(one.kind, str(one.kind)) if one.kind else "failed"
    return f"problem  {who}: {meaning}: {one.sentence}"
