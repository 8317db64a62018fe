"""System checks of governance: rule packs can be read before anybody relies on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Warning, register

from governance.rulepacks.reading import UnusablePack
from governance.rulepacks.schema import Pack
from governance.services import packs
from interviews.protocol import catalogue

DETAILS = "DETAILS"


@register()
def packs_can_be_read(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A pack with a fault would stop every decision: better not to start."""
    try:
        found = packs.file_packs()
    except UnusablePack as fault:
        hint = f"Correct the file in the folder {packs.SITE_FOLDER} of UAIP_CONFIG_DIR."
        return [Error(f"A rule pack cannot be read. {fault}.", hint=hint, id="uaip.E010")]
    asked = {question.key for question in catalogue.default_protocol().questions}
    return [
        Warning(
            f"The rule pack {pack.id} looks at {', '.join(lost)}, which nobody is asked.",
            hint="The requirements that rest on it stay out of scope. Correct shown_by.",
            id="uaip.W021",
        )
        for pack in found.values()
        if (lost := sorted(_items(pack) - asked - {DETAILS}))
    ]


def _items(pack: Pack) -> set[str]:
    return {check.item for one in pack.requirements for check in one.shown_by}
