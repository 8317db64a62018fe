"""A revision as a file that leaves the house: its bytes, its name, and the deed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.text import slugify

from accounts.models import User
from charters.models import Export, Revision
from charters.rendering.formats import FORMATS as MADE
from charters.rendering.formats import PAPERS, PROFILES, Profile
from charters.rendering.look import Paper
from charters.services import exports, viewing
from charters.services.exports import Around
from governance import annex_nodes, presenting
from governance.annexes import annex_of
from governance.services.standing import standing_of

FORMATS = tuple(MADE)
CONTENT_TYPES = {name: one.content_type for name, one in MADE.items()}
LABELS = {name: one.label for name, one in MADE.items()}
NOT_APPROVED = "Do not take this for an approved charter."
__all__ = [
    "CONTENT_TYPES",
    "FORMATS",
    "LABELS",
    "PAPERS",
    "PROFILES",
    "File",
    "Wish",
    "format_by_name",
    "is_binary",
    "make_file",
    "shared_file",
    "take_file",
]


def is_binary(file_format: str) -> bool:
    """Whether it is nothing for a screen."""
    return MADE[file_format].is_slow


def format_by_name(name: str) -> str | None:
    """The format that the ending of a file's name says; None where it says none."""
    found = (key for key, one in MADE.items() if name.lower().endswith(f".{one.ending}"))
    return next(found, None)


@dataclass(frozen=True)
class File:
    """What a download consists of."""

    body: bytes
    content_type: str
    name: str

    @property
    def headers(self) -> dict[str, str]:
        """Saved under its name instead of shown."""
        return {"Content-Disposition": f'attachment; filename="{self.name}"'}


@dataclass(frozen=True)
class Wish:
    """How somebody wants a file."""

    file_format: str
    profile: Profile = "full"
    paper: Paper = "a4"


def take_file(
    revision: Revision, wish: Wish, *, address: Callable[[str], str], by: User
) -> File | Export:
    """The file, and the deed noted; or the export that the worker still has to make.

    ``address`` makes a path whole.
    """
    around = around_of(revision, wish, viewer=by, address=address)
    if not MADE[wish.file_format].is_slow:
        body = exports.render_now(revision, wish.file_format, around)
        return _handed_over(revision, wish, around, body, by)
    export = exports.request_export(
        revision=revision, file_format=wish.file_format, around=around, by=by
    )
    if not export.is_ready:
        return export
    return _handed_over(revision, wish, around, bytes(export.file or b""), by)


def make_file(
    revision: Revision,
    wish: Wish,
    *,
    viewer: User | None,
    address: Callable[[str], str] | None = None,
) -> File:
    """The file made while one waits; whoever hands it over notes that.

    ``viewer`` is whose comments stand in it, None for somebody without an account.
    """
    around = around_of(revision, wish, viewer=viewer, address=address)
    return _file(revision, wish, around, exports.render_now(revision, wish.file_format, around))


def shared_file(revision: Revision, wish: Wish, *, by: User) -> File:
    """As somebody without an account takes it away; a file that takes long is made once and kept.

    ``by`` is who answers for it, as the maker of the link.
    """
    if not MADE[wish.file_format].is_slow:
        return make_file(revision, wish, viewer=None)
    around = around_of(revision, wish, viewer=None)
    made = exports.kept_or_rendered(revision, wish.file_format, around, by=by)
    return _file(revision, wish, around, made)


def _handed_over(revision: Revision, wish: Wish, around: Around, body: bytes, by: User) -> File:
    viewing.note_export(
        revision=revision, file_format=wish.file_format, profile=wish.profile, by=by
    )
    return _file(revision, wish, around, body)


def _file(revision: Revision, wish: Wish, around: Around, body: bytes) -> File:
    made = MADE[wish.file_format]
    if wish.profile == "full":
        return File(body, made.content_type, file_name(revision, made.ending))
    # The name of the file is read before the file is.
    project = exports.name_outside(revision, around)
    name = file_name(revision, f"external.{made.ending}", project=project)
    return File(body, made.content_type, name)


def around_of(
    revision: Revision,
    wish: Wish,
    *,
    viewer: User | None,
    address: Callable[[str], str] | None = None,
) -> Around:
    """Everything that governance knows about a revision and its file shows."""
    newest = max(revision.charter.revisions.values_list("number", flat=True))
    standing = standing_of(revision.charter)
    watermark = presenting.watermark(revision, newest, standing)
    outcome = presenting.outcome_of(revision)
    words = presenting.decision_words(outcome)
    said = annex_nodes.said_about(revision, viewer=viewer)
    annex = replace(
        annex_of(revision, address=address if wish.profile == "full" else None),
        status=presenting.status_label(watermark, standing),
        warning=_warning(watermark, newest),
        meaning=words.get("decision_meaning", ""),
        reason=words.get("decision_reason", ""),
        people=said.people,
        decision_nodes=said.decision,
        approval_nodes=said.approvals,
        parts=said.parts,
    )
    return Around(
        annex=annex,
        governance=outcome,
        watermark=watermark,
        profile=wish.profile,
        paper=wish.paper,
    )


def _warning(watermark: str, newest: int) -> str:
    """What is said above the charter, as on its page."""
    if watermark == "superseded":
        return f"Revision {newest} replaces this one: read that instead."
    return NOT_APPROVED if watermark and watermark != "draft" else ""


def file_name(revision: Revision, ending: str, *, project: str = "") -> str:
    """<project>_charter_v<revision>_<yyyymmdd>.<ending>"""
    name = slugify(project or revision.charter.session.project_name)[:80] or "project"
    return f"{name}_charter_v{revision.number}_{revision.as_of_date:%Y%m%d}.{ending}"
