"""Files of an interview that has no charter yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from accounts.services import audit
from charters.content import CharterContent
from charters.rendering import interim, markdown, pdf
from charters.rendering.nodes import Layout
from charters.services import looks, revisions
from charters.services.exports import font_folders
from interviews.models import InterviewSession
from interviews.services import findings
from interviews.services.reading import read
from interviews.services.sessions import subject

ENDINGS = {"md": "text/markdown; charset=utf-8", "pdf": "application/pdf"}


@dataclass(frozen=True)
class InterimFile:
    body: bytes
    content_type: str
    name: str


def take_so_far(*, session: InterviewSession, ending: str, by: User) -> InterimFile:
    """All that has been answered. Raises ProtocolGone."""
    return _taken(session, interim.so_far(_content(session)), "so-far", ending, by)


def take_deliverable(
    *, session: InterviewSession, kind: str, stage: int, ending: str, by: User
) -> InterimFile:
    """What one stage has produced. Raises ProtocolGone."""
    title = kind.replace("_", " ").capitalize()
    document = interim.deliverable(_content(session), stage=stage, title=title)
    return _taken(session, document, kind.replace("_", "-"), ending, by)


def _content(session: InterviewSession) -> CharterContent:
    reading = read(session)
    found = findings.look(reading=reading)
    return CharterContent.model_validate(revisions.draft_charter(reading, found).content)


def _taken(
    session: InterviewSession, document: Layout, what: str, ending: str, by: User
) -> InterimFile:
    body = markdown.write(document).encode() if ending == "md" else _pdf(session, document)
    with transaction.atomic():
        audit.record(
            type="interview.exported",
            actor=by,
            subject=subject(session),
            detail={"what": what, "format": ending},
        )
    name = slugify(session.project_name)[:80] or "project"
    return InterimFile(body, ENDINGS[ending], f"{name}_{what}_{session.today:%Y%m%d}.{ending}")


def _pdf(session: InterviewSession, document: Layout) -> bytes:
    # Dated by the day alone: the same answers on the same day give the same bytes.
    made_at = datetime.combine(session.today, time(), tzinfo=UTC)
    return pdf.render(
        document,
        issued_at=made_at,
        look=looks.look_of(looks.in_force()),
        font_folders=font_folders(),
    )
