"""Asks for drafts of the charter's prose, and keeps what the person makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Job, User
from accounts.sealed_fields import sealed_changes
from accounts.services import audit, jobs
from charters.content import CharterContent
from charters.models import Prose
from charters.prose import facts as telling
from charters.prose.facts import PASSAGES, Fact
from charters.prose.placing import Passage, with_prose
from charters.prose.verify import Sentence, check, plain_sentences
from charters.refusals import NoModel, ProseChanged
from charters.statements import Origin
from interviews.models import InterviewSession
from interviews.refusals import SessionNotOpen
from interviews.services import privacy
from interviews.services.reading import Reading, screen_patterns
from interviews.services.sessions import stand_in_line, subject

KIND = "draft_prose"

Status = Literal["none", "waiting", "drafted", "failed"]


@dataclass(frozen=True)
class Standing:
    """What there is for one session, for pages."""

    prose: Prose | None
    status: Status
    #: Why there is no draft yet.
    why: str = ""
    #: Whether a model may be asked for one.
    can_draft: bool = False


def standing_of(session: InterviewSession) -> Standing:
    """Two statements at most."""
    prose = Prose.objects.select_related("edited_by").filter(session=session).first()
    can_draft = may_ask(session)
    if prose is None or not prose.ask_count:
        return Standing(prose, "none", can_draft=can_draft)
    job = Job.objects.filter(unique_key=unique_key(prose)).first()
    if job is None or job.status == Job.Status.DONE:
        return Standing(prose, "drafted" if prose.drafts else "none", can_draft=can_draft)
    status: Status = "failed" if job.status == Job.Status.DEAD else "waiting"
    return Standing(prose, status, job.last_fault, can_draft)


def may_ask(session: InterviewSession) -> bool:
    """Whether a model may draft for this session at all."""
    return privacy.is_model_asked() and not session.is_kept_from_model


def unique_key(prose: Prose) -> str:
    """The job of the newest draft asked for."""
    return f"{KIND}:{prose.pk}:{prose.ask_count}"


@transaction.atomic
def request_draft(*, session: InterviewSession, by: User) -> Prose:
    """Asks for a new draft; an edit of the person stays, and wins over it.

    While one is on its way no other is asked for. Raises SessionNotOpen, NoModel.
    """
    if not session.is_open:
        raise SessionNotOpen
    if not may_ask(session):
        raise NoModel
    stand_in_line(session)
    prose, _ = Prose.objects.get_or_create(session=session, defaults={"asked_by": by})
    if (
        prose.ask_count
        and Job.objects.filter(
            unique_key=unique_key(prose), status__in=[Job.Status.PENDING, Job.Status.RUNNING]
        ).exists()
    ):
        return prose
    prose.ask_count += 1
    prose.asked_at, prose.asked_by = timezone.now(), by
    prose.save(update_fields=["ask_count", "asked_at", "asked_by"])
    jobs.enqueue(kind=KIND, subject_id=prose.pk, unique_key=unique_key(prose))
    audit.record(type="prose.requested", actor=by, subject=subject(session))
    return prose


@transaction.atomic
def save_edits(
    *, session: InterviewSession, texts: Mapping[str, str], version: int, by: User
) -> Prose:
    """Keeps the passages that differ from their draft as the person's own.

    Raises SessionNotOpen, ProseChanged when somebody saved meanwhile.
    """
    if not session.is_open:
        raise SessionNotOpen
    prose, _ = Prose.objects.get_or_create(session=session, defaults={"asked_by": by})
    edits = {
        key: " ".join(texts[key].split())
        for key in PASSAGES
        if key in texts and " ".join(texts[key].split()) != prose.drafts.get(key, "")
    }
    if _write_edits(prose, edits, version, by):
        audit.record(
            type="prose.edited",
            actor=by,
            subject=subject(session),
            detail={"passages": sorted(edits)},
        )
    return prose


@transaction.atomic
def discard_edits(*, session: InterviewSession, version: int, by: User) -> None:
    """Takes the person's changes back: the draft counts again, else the record's own text.

    Raises SessionNotOpen, ProseChanged.
    """
    if not session.is_open:
        raise SessionNotOpen
    prose = Prose.objects.filter(session=session).first()
    if prose is None or not prose.edits:
        return
    if _write_edits(prose, {}, version, by):
        audit.record(type="prose.edits_discarded", actor=by, subject=subject(session))


def _write_edits(prose: Prose, edits: dict[str, str], version: int, by: User) -> bool:
    """False when a second click on the same button finds its words written already."""
    written = sealed_changes(
        prose,
        edits=edits,
        version=F("version") + 1,
        edited_at=timezone.now() if edits else None,
        edited_by=by if edits else None,
    )
    moved = Prose.objects.filter(pk=prose.pk, version=version).update(**written)
    prose.refresh_from_db()
    if not moved and prose.edits != edits:
        raise ProseChanged
    return bool(moved)


# -- the charter's part ------------------------------------------------------------------------


def in_place(reading: Reading, content: CharterContent) -> CharterContent:
    """The content with the session's prose; as it is when there is none. One statement."""
    prose = Prose.objects.select_related("edited_by").filter(session=reading.session).first()
    if prose is None:
        return content
    return with_prose(content, passages_of(prose, content))


def passages_of(prose: Prose, content: CharterContent) -> dict[str, Passage]:
    """What of draft and edits stands now: a draft is checked again, the answers may have moved."""
    told = telling.facts_of(content)
    found = {}
    for key in PASSAGES:
        if key in prose.edits:
            found[key] = _edited(prose, key, content, told)
        elif key in prose.drafts:
            found[key] = _drafted(prose, key, content, told)
    return {key: passage for key, passage in found.items() if passage.sentences}


def _drafted(prose: Prose, key: str, content: CharterContent, told: list[Fact]) -> Passage:
    name = content.identity.project_name
    checked = check(key, prose.drafts[key], told, project_name=name, patterns=screen_patterns())
    left_out = int(prose.left_out.get(key, 0)) + checked.dropped
    return Passage(checked.sentences, _origin(prose, left_out=left_out))


def _edited(prose: Prose, key: str, content: CharterContent, told: list[Fact]) -> Passage:
    """The person's own words, untouched; they rest on what the passage is about."""
    items = [item for fact in told if fact.passage == key for item in fact.items]
    known = tuple(dict.fromkeys(item for item in items if item in content.answers))
    sentences = plain_sentences(prose.edits[key], keep_marks=True)
    origin = _origin(prose, edited_by=str(prose.edited_by or ""), is_own=key not in prose.drafts)
    return Passage(
        tuple(Sentence(one, known or tuple(content.answers)) for one in sentences), origin
    )


def _origin(
    prose: Prose, *, left_out: int = 0, edited_by: str = "", is_own: bool = False
) -> Origin:
    if is_own:
        return Origin(edited_by=edited_by)
    return Origin(
        provider=prose.provider,
        model=prose.model_name,
        prompt=prose.prompt_version,
        left_out=left_out,
        edited_by=edited_by,
    )
