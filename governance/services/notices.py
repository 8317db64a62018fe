"""Tells people by mail what waits for them: written by a service, sent by the worker."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Job, User
from accounts.permissions import Role
from accounts.services import jobs
from charters.models import Charter
from governance import emails, policies
from governance.models import Review, Ruling, Seat, Thread

OPENED, RULED = "review_opened", "ruling_recorded"
RAISED, ANSWERED = "comment_raised", "comment_answered"


# --- In the transaction of the deed ---------------------------------------------------------------


def tell_of_review(review: Review) -> None:
    """Everybody who may rule on it gets a mail."""
    _later(OPENED, review.pk)


def tell_of_ruling(ruling: Ruling) -> None:
    """The author gets a mail."""
    _later(RULED, ruling.pk)


def tell_of_thread(thread: Thread) -> None:
    """The author gets a mail about a new matter."""
    _later(RAISED, thread.pk)


def tell_of_answer(thread: Thread) -> None:
    """Whoever raised the matter gets a mail; again for every time it was answered."""
    _later(ANSWERED, thread.pk, round_number=thread.version)


def _later(kind: str, subject_id: int, *, round_number: int = 0) -> None:
    jobs.enqueue(kind=kind, subject_id=subject_id, unique_key=f"{kind}:{subject_id}:{round_number}")


# --- In the worker --------------------------------------------------------------------------------


def who_may_rule(review: Review) -> list[User]:
    """The people whose verdict counts: current seats, the role, no author; each once."""
    seats = Seat.objects.current(timezone.localdate()).filter(
        user__is_active=True,
        user__kind=User.Kind.PERSON,
        user__role__in=(Role.REVIEWER, Role.SUPERADMIN),
    )
    if review.lane == Review.Lane.COMMITTEE:
        seats = seats.filter(committee=review.committee_id)
    else:
        seats = seats.filter(committee__is_active=True)
    people = {seat.user_id: seat.user for seat in seats.select_related("user").order_by("pk")}
    return [one for one in people.values() if not policies.is_author(one, review.charter)]


def send_review_opened(job: Job) -> None:
    """To whoever may rule, unless the case is closed already."""
    found = Review.objects.open().filter(pk=job.subject_id)
    review = found.select_related("charter__session__owner", "revision", "committee").first()
    if review is not None and _may_be_told_of(review.charter):
        for person in who_may_rule(review):
            emails.review_opened(review, to=person)
    jobs.finish(job)


def send_ruling_recorded(job: Job) -> None:
    """To the owner."""
    ruling = Ruling.objects.select_related("review__revision__charter__session__owner").get(
        pk=job.subject_id
    )
    owner = ruling.review.revision.charter.session.owner
    if owner.is_active and _may_be_told_of(ruling.review.revision.charter):
        emails.ruling_recorded(ruling, to=owner)
    jobs.finish(job)


def send_comment_raised(job: Job) -> None:
    """To the owner, unless the matter was settled meanwhile."""
    thread = _thread(job)
    owner = thread.charter.session.owner
    is_wanted = thread.state == Thread.State.OPEN and owner.pk != thread.opened_by_id
    if is_wanted and owner.is_active and _may_be_told_of(thread.charter):
        emails.comment_raised(thread, to=owner)
    jobs.finish(job)


def send_comment_answered(job: Job) -> None:
    """To whoever raised it, unless they settled it meanwhile."""
    thread = _thread(job)
    is_wanted = thread.state == Thread.State.ANSWERED and thread.opened_by.is_active
    if is_wanted and _may_be_told_of(thread.charter):
        emails.comment_answered(thread, to=thread.opened_by)
    jobs.finish(job)


def _may_be_told_of(charter: Charter) -> bool:
    """No mail speaks of what is shut off in an incident."""
    return charter.session.shut_off_at is None


def _thread(job: Job) -> Thread:
    return Thread.objects.select_related("charter__session__owner", "opened_by").get(
        pk=job.subject_id
    )
