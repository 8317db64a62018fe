"""Opens, answers, edits and resolves threads on a charter, an item or a statement of it."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import audit, webhooks
from charters.models import Charter
from governance import policies, transitions
from governance.models import Comment, CommentVersion, Review, Thread
from governance.refusals import Changed, NotNow, NotYours, Unfit
from governance.services import cases, notices, situations
from governance.transitions import Act, Situation
from governance.wording import words_of
from interviews.protocol import catalogue

State, Anchor = Thread.State, Thread.Anchor
MOST_TEXT = 5000
#: A statement's place in the charter: "section-3/block-2", "summary/1" and the like.
PLACE = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*(?:/[a-z0-9]+(?:[-_.][a-z0-9]+)*){0,4}")
RAISER = (
    "Only whoever raised the thread, or the chair of its committee, settles it. Ask one of them."
)
OWN_WORDS = "Only whoever wrote a comment changes it. Add a comment of your own."
SETTLED = "This thread is resolved. Whoever raised it can open it again."
NOT_SETTLED = "This thread is not resolved."
FASTER = "Somebody changed it since you read it. Read it again, then send yours once more."


def subject(thread: Thread) -> str:
    """How the record of deeds names a thread."""
    return f"thread {thread.code}"


def visible(user: User, charter: Charter) -> QuerySet[Thread]:
    """The threads of a charter that the person may see, with who opened them."""
    found = Thread.objects.visible_to(user).filter(charter=charter)
    return found.select_related("opened_by", "resolved_by", "review")


@transaction.atomic
def open_thread(
    *, charter: Charter, text: str, by: User, anchor: str = "charter", anchor_key: str = ""
) -> Thread:
    """A matter about the charter, an item (its key) or a statement (its place), with first words.

    What somebody with a verdict to give raises while a review is open belongs to that review.
    Raises NotYours, NotNow, Unfit.
    """
    cases.lock_case(charter)
    _require_discussion(charter, by)
    newest = charter.revisions.order_by("-number").values_list("number", flat=True).first()
    if newest is None:
        raise NotNow("No revision of this charter was issued yet.")
    thread = Thread.objects.create(
        charter=charter,
        review=_review_of(charter, by),
        revision_number=newest,
        **_anchor(anchor, anchor_key),
        opened_by=by,
    )
    comment = _say(thread, text, by)
    notices.tell_of_thread(thread)
    _announce(thread, comment, by)
    return thread


def _require_discussion(charter: Charter, by: User) -> None:
    transitions.require(Act.DISCUSS, Situation(), situations.who_is(by, charter))


def _review_of(charter: Charter, by: User) -> Review | None:
    """The open review, for those whose words others must not read before their own verdict."""
    if not policies.has_right_to_vote(by) or policies.is_author(by, charter):
        return None
    return Review.objects.open().filter(charter=charter).first()


def _anchor(anchor: str, key: str) -> dict[str, str]:
    """Raises Unfit."""
    if anchor not in Anchor.values:
        raise Unfit({"anchor": "Choose charter, item or statement."})
    key = key.strip()
    if anchor == Anchor.CHARTER:
        if key:
            raise Unfit({"anchor_key": "A thread on the whole charter has no key."})
    elif anchor == Anchor.ITEM:
        if key not in catalogue.default_protocol():
            raise Unfit({"anchor_key": "There is no such item."})
    elif len(key) > 60 or not PLACE.fullmatch(key):
        raise Unfit({"anchor_key": "There is no such place in the charter."})
    return {"anchor": anchor, "anchor_key": key}


def _say(thread: Thread, text: str, by: User) -> Comment:
    words = words_of(text, field="text", most=MOST_TEXT)
    comment = Comment.objects.create(thread=thread, posted_by=by)
    CommentVersion.objects.create(comment=comment, number=1, text=words)
    return comment


def _announce(thread: Thread, comment: Comment, by: User) -> None:
    told = {
        "charter": str(thread.charter.code),
        "thread": str(thread.code),
        "comment": str(comment.code),
        "state": str(thread.state),
    }
    webhooks.announce(event="comment.posted", payload=told)
    detail = told | {"anchor": thread.anchor, "key": thread.anchor_key}
    audit.record(type="comment.posted", actor=by, subject=subject(thread), detail=detail)


@transaction.atomic
def post_comment(*, thread: Thread, text: str, by: User) -> Comment:
    """One more thing said: an author's answers the thread, the raiser's opens it again.

    Raises NotYours, NotNow (resolved), Unfit.
    """
    fresh = _locked(thread)
    _require_discussion(fresh.charter, by)
    if fresh.state == State.RESOLVED:
        raise NotNow(SETTLED)
    comment = _say(fresh, text, by)
    fresh.review = (
        fresh.review if _is_open(fresh.review) else _review_of(fresh.charter, by) or fresh.review
    )
    if policies.is_author(by, fresh.charter):
        fresh.state = State.ANSWERED if by.pk != fresh.opened_by_id else fresh.state
    elif by.pk == fresh.opened_by_id:
        fresh.state = State.OPEN
    _store(fresh)
    if fresh.state == State.ANSWERED:
        notices.tell_of_answer(fresh)
    _announce(fresh, comment, by)
    return comment


def _is_open(review: Review | None) -> bool:
    return review is not None and review.is_open


def _locked(thread: Thread, version: int | None = None) -> Thread:
    """The thread as it is now, its case locked. Raises Changed where it is not ``version``."""
    cases.lock_case(thread.charter)
    fresh = Thread.objects.select_related("charter__session__owner", "review").get(pk=thread.pk)
    if version is not None and fresh.version != version:
        raise Changed(FASTER)
    return fresh


def _store(thread: Thread) -> None:
    thread.version = F("version") + 1
    thread.save(update_fields=["state", "review", "version", "resolved_at", "resolved_by"])
    thread.refresh_from_db(fields=["version"])


@transaction.atomic
def edit_comment(*, comment: Comment, text: str, by: User, number: int | None = None) -> Comment:
    """Other words of the same person; what was said before stays visible.

    ``number`` is the version that was read. Raises NotYours, NotNow (resolved), Changed, Unfit.
    """
    thread = _locked(comment.thread)
    _require_discussion(thread.charter, by)
    if comment.posted_by_id != by.pk:
        raise NotYours(OWN_WORDS)
    if thread.state == State.RESOLVED:
        raise NotNow(SETTLED)
    newest = comment.versions.order_by("-number").first()
    words = words_of(text, field="text", most=MOST_TEXT)
    if newest is None or (number is not None and newest.number != number):
        raise Changed(FASTER)
    if newest.text == words:
        return comment
    CommentVersion.objects.create(comment=comment, number=newest.number + 1, text=words)
    _store(thread)
    detail = {"comment": str(comment.code), "version": newest.number + 1}
    audit.record(type="comment.edited", actor=by, subject=subject(thread), detail=detail)
    return comment


def may_settle(user: User, thread: Thread) -> bool:
    """Whoever raised it, or the chair of the committee in whose case it was raised."""
    if user.pk == thread.opened_by_id:
        return True
    seat = policies.seat_in(user, thread.review) if thread.review else None
    return seat is not None and seat.is_chair and policies.has_right_to_vote(user)


@transaction.atomic
def resolve_thread(*, thread: Thread, by: User, version: int | None = None) -> Thread:
    """The matter is settled. Raises NotYours, NotNow (resolved), Changed."""
    fresh = _locked(thread, version)
    _require_settling(fresh, by)
    if fresh.state == State.RESOLVED:
        raise NotNow(SETTLED)
    fresh.state, fresh.resolved_at, fresh.resolved_by = State.RESOLVED, timezone.now(), by
    _store(fresh)
    audit.record(type="thread.resolved", actor=by, subject=subject(fresh))
    return fresh


@transaction.atomic
def reopen_thread(*, thread: Thread, by: User, version: int | None = None) -> Thread:
    """The matter is not settled after all. Raises NotYours, NotNow (not resolved), Changed."""
    fresh = _locked(thread, version)
    _require_settling(fresh, by)
    if fresh.state != State.RESOLVED:
        raise NotNow(NOT_SETTLED)
    fresh.state, fresh.resolved_at, fresh.resolved_by = State.OPEN, None, None
    _store(fresh)
    audit.record(type="thread.reopened", actor=by, subject=subject(fresh))
    return fresh


def _require_settling(thread: Thread, by: User) -> None:
    _require_discussion(thread.charter, by)
    if not may_settle(by, thread):
        raise NotYours(RAISER)
