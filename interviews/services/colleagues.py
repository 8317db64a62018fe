"""Asks a colleague one question by a signed link; what comes back is offered, never submitted."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Job, User
from accounts.sealed_fields import sealed_changes
from accounts.services import audit, jobs
from interviews import emails
from interviews.models import ColleagueRequest, Draft, InterviewSession
from interviews.refusals import RequestClosed, SessionNotOpen, TooManyRequests, Unstorable
from interviews.services.candidates import put_into_draft
from interviews.services.drafts import require_storable
from interviews.services.reading import Reading, text_limit
from interviews.services.sessions import stand_in_line, subject

ASK, TELL = "colleague_asked", "colleague_replied"
#: How long a link works, and how many may be open in one interview: it sends mail.
LINK_LIFE = timedelta(days=14)
MOST_OPEN = 20
_SIGNER = signing.Signer(salt="interviews.colleague")


def token_of(request: ColleagueRequest) -> str:
    """What the link carries: the request's code, signed."""
    return _SIGNER.sign(str(request.code))


def request_of(token: str) -> ColleagueRequest | None:
    """The request that a link belongs to, whatever its state.

    None for a forged one, and where the interview is shut off.
    """
    try:
        code = uuid.UUID(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    found = ColleagueRequest.objects.select_related("session", "asked_by")
    return found.filter(code=code, session__shut_off_at=None).first()


@transaction.atomic
def ask_colleague(
    *, session: InterviewSession, question_key: str, email: str, note: str, by: User
) -> ColleagueRequest:
    """Sends the question of a session to an address.

    Raises SessionNotOpen, TooManyRequests, SessionGone.
    """
    if not session.is_open:
        raise SessionNotOpen
    stand_in_line(session)
    if ColleagueRequest.objects.open().filter(session=session).count() >= MOST_OPEN:
        raise TooManyRequests
    request = ColleagueRequest.objects.create(
        session=session,
        question_key=question_key,
        email=email,
        note=note,
        asked_by=by,
        expires_at=timezone.now() + LINK_LIFE,
    )
    jobs.enqueue(kind=ASK, subject_id=request.pk, unique_key=f"{ASK}:{request.pk}")
    _record("colleague.asked", request, by)
    return request


@transaction.atomic
def take_in_reply(*, request: ColleagueRequest, reply: str) -> None:
    """Keeps what the holder of the link wrote; the link is spent.

    Raises RequestClosed when it was used, withdrawn or has expired, Unstorable for text that
    cannot be kept or is too long.
    """
    require_storable(reply)
    if len(reply) > text_limit():
        raise Unstorable
    taken = ColleagueRequest.objects.open().filter(pk=request.pk)
    if not taken.update(**sealed_changes(request, reply=reply, replied_at=Now())):
        raise RequestClosed
    jobs.enqueue(kind=TELL, subject_id=request.pk, unique_key=f"{TELL}:{request.pk}")
    _record("colleague.replied", request, None)


@transaction.atomic
def take_over_reply(*, reading: Reading, request: ColleagueRequest, by: User) -> Draft:
    """Adds the reply to the draft of its question; nothing that stands there is lost.

    Raises RequestClosed, SessionNotOpen, AnswerChanged or DraftChanged.
    """
    _close(request, by, is_taken=True)
    draft = put_into_draft(reading=reading, key=request.question_key, passage=request.reply, by=by)
    _record("colleague.reply_taken", request, by)
    return draft


@transaction.atomic
def close_request(*, request: ColleagueRequest, by: User) -> None:
    """Withdraws a request, or sets its reply aside. Raises RequestClosed."""
    _close(request, by, is_taken=False)
    _record("colleague.closed", request, by)


def _close(request: ColleagueRequest, by: User, *, is_taken: bool) -> None:
    """One conditional update: of two clicks one is refused; only what came back can be taken."""
    still = ColleagueRequest.objects.filter(pk=request.pk, closed_at=None)
    if is_taken:
        still = still.filter(replied_at__isnull=False)
    if not still.update(closed_at=Now(), closed_by=by, is_taken=is_taken):
        raise RequestClosed


def _record(deed: str, request: ColleagueRequest, by: User | None) -> None:
    audit.record(
        type=deed,
        actor=by,
        subject=f"{subject(request.session)} {request.question_key}",
        detail={"request": str(request.code)},
    )


# --- In the worker --------------------------------------------------------------------------------


def send_request(job: Job) -> None:
    """Sends the mail of a request that is still open."""
    request = _subject_of(job)
    if request is not None and request.is_open:
        emails.ask_colleague(request, token=token_of(request))
    jobs.finish(job)


def send_news(job: Job) -> None:
    """Tells the person who asked that something came back."""
    request = _subject_of(job)
    if request is not None and request.asked_by.is_active:
        emails.colleague_replied(request)
    jobs.finish(job)


def _subject_of(job: Job) -> ColleagueRequest | None:
    found = ColleagueRequest.objects.select_related("session", "asked_by")
    return found.filter(pk=job.subject_id, session__shut_off_at=None).first()
