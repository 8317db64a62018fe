"""Notes who looked at a charter that is not their own, and who took one away."""

from __future__ import annotations

from accounts.models import User
from accounts.services import audit, audit_views
from charters.models import Revision
from interviews.services import viewing


def subject(revision: Revision) -> str:
    """How the record of deeds names a revision."""
    return f"charter {revision.charter.code} revision {revision.number}"


def note_view(*, revision: Revision, by: User) -> None:
    """Somebody else than owner and colleagues opened the charter."""
    if not viewing.is_inside(revision.charter.session, by):
        audit_views.record_view(subject=subject(revision), by=by)


def note_export(*, revision: Revision, file_format: str, by: User, profile: str = "full") -> None:
    """The charter leaves as a file; whoever takes it, its owner too, and every time."""
    detail = {"format": file_format, "content_hash": revision.content_hash}
    if profile != "full":
        detail["profile"] = profile
    audit.record(type="charter.exported", actor=by, subject=subject(revision), detail=detail)
