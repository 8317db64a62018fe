"""A revision as a file that leaves the house: its text, its name, and the deed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from accounts.models import User
from charters.models import Revision
from charters.rendering import json as json_export
from charters.rendering import markdown as markdown_export
from charters.services import viewing
from governance import presenting
from governance.annexes import annex_of

RENDERERS = {"markdown": markdown_export.render, "json": json_export.render}
CONTENT_TYPES = {
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "json": ("application/json", "json"),
}
FORMATS = tuple(CONTENT_TYPES)


@dataclass(frozen=True)
class File:
    """What a download consists of."""

    body: str | bytes
    content_type: str
    name: str

    @property
    def headers(self) -> dict[str, str]:
        """Saved under its name instead of shown."""
        return {"Content-Disposition": f'attachment; filename="{self.name}"'}


def take_file(
    revision: Revision, file_format: str, *, address: Callable[[str], str], by: User
) -> File:
    """The revision in one of FORMATS; whoever takes it is noted. ``address`` makes a path whole."""
    extra: dict[str, Any] = {}
    if file_format == "markdown":
        numbers = revision.charter.revisions.values_list("number", flat=True)
        extra["watermark"] = presenting.watermark(revision, max(numbers))
        extra["annex"] = annex_of(revision, address=address)
    body = RENDERERS[file_format](
        presenting.content_of(revision),
        content_hash=revision.content_hash,
        governance=presenting.outcome_of(revision),
        **extra,
    )
    viewing.note_export(revision=revision, file_format=file_format, by=by)
    content_type, ending = CONTENT_TYPES[file_format]
    return File(body, content_type, file_name(revision, ending))


def file_name(revision: Revision, ending: str) -> str:
    """<project>_charter_v<revision>_<yyyymmdd>.<ending>"""
    name = slugify(revision.charter.session.project_name)[:80] or "project"
    return f"{name}_charter_v{revision.number}_{revision.as_of_date:%Y%m%d}.{ending}"
