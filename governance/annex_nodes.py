"""What people said about a revision, laid out for its files: rulings, conditions, votes, comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import User
from charters.models import Revision
from charters.rendering.nodes import Heading, Node, Part, Remark, Verdict, plain_grid
from charters.sections.cells import day
from governance import presenting_review
from governance.annexes import moment
from governance.models import (
    Comment,
    Condition,
    Ruling,
    Thread,
    Vote,
)

CONDITION_COLUMNS = ("What is to be done", "Owner", "Due", "Because of")
VOTE_COLUMNS = ("Who", "Vote", "When", "Reason")
COMMENT_COLUMNS = ("Who", "When", "What")
EMPTY = "—"


@dataclass(frozen=True)
class Said:
    """The nodes, and everybody whom they name."""

    decision: tuple[Node, ...]
    approvals: tuple[Node, ...]
    parts: tuple[Part, ...]
    people: tuple[str, ...]


def said_about(revision: Revision, *, viewer: User | None) -> Said:
    """Rulings up to this revision, votes of closed reviews, and the threads that ``viewer`` sees.

    Nobody reads votes of an open review here, whatever the role: a file outlives its moment.
    """
    rulings = _rulings(revision)
    threads = _threads(revision, viewer)
    people = {str(one.ruled_by) for one in rulings}
    people |= {str(vote.cast_by) for one in rulings for vote in one.review.votes.all()}
    people |= {str(said.posted_by) for thread in threads for said in thread.comments.all()}
    people |= {duty.owner for one in rulings for duty in one.conditions.all()}
    return Said(
        decision=tuple(node for one in rulings for node in _ruling(one, revision)),
        approvals=tuple(node for one in rulings for node in _votes(one)),
        parts=tuple(_comments(threads)),
        people=tuple(sorted(people - {""})),
    )


def _rulings(revision: Revision) -> list[Ruling]:
    """The newest first; a ruling on a later revision says nothing about this one."""
    found = Ruling.objects.filter(
        review__charter=revision.charter, review__revision__number__lte=revision.number
    )
    votes = Vote.objects.select_related("cast_by", "review__charter__session").order_by("id")
    conditions = Condition.objects.select_related("ruling__review__charter__session")
    return list(
        found.select_related("ruled_by", "review__charter__session")
        .prefetch_related(
            Prefetch("conditions", queryset=conditions),
            Prefetch("review__votes", queryset=votes),
        )
        .order_by("-id")
    )


def _ruling(ruling: Ruling, revision: Revision) -> Iterator[Node]:
    """In the words of the charter's page."""
    shown = presenting_review.ruling(ruling)
    is_on_this = ruling.review.revision_id == revision.pk
    yield Heading(text="The ruling" if is_on_this else "A ruling on an earlier revision")
    yield Verdict(label=shown["label"], tone=shown["tone"], meaning=shown["reason"])
    yield Remark(text=f"{shown['who']}, {moment(shown['at'])}", is_internal=True)
    if shown["override_words"]:
        yield Remark(text=shown["override_words"])
    if shown["departs_words"]:
        why = f" “{shown['departure_reason']}”" if shown["departure_reason"] else ""
        yield Remark(text=f"{shown['departs_words']}{why}", is_internal=True)
    elif shown["departure_reason"]:
        yield Remark(text=shown["departure_reason"], is_internal=True)
    conditions = [
        (one.text, one.owner, day(one.due_date), one.source_rule or EMPTY)
        for one in shown["conditions"]
    ]
    if conditions:
        yield plain_grid("Conditions of the ruling", CONDITION_COLUMNS, conditions)
    if ruling.next_review_date:
        yield Remark(text=f"To be looked at again by {day(ruling.next_review_date)}.")


def _votes(ruling: Ruling) -> Iterator[Node]:
    rows = [
        (str(one.cast_by), one.get_outcome_display(), moment(one.cast_at), one.reason)
        for one in ruling.review.votes.all()
    ]
    if rows and not ruling.review.is_open:
        yield plain_grid("Votes", VOTE_COLUMNS, rows, is_internal=True)


def _threads(revision: Revision, viewer: User | None) -> list[Thread]:
    """None for a reader without an account: comments were not written for strangers."""
    if viewer is None:
        return []
    comments = (
        Comment.objects.visible_to(viewer)
        .select_related("posted_by")
        .prefetch_related("versions")
        .order_by("id")
    )
    found = Thread.objects.visible_to(viewer).filter(
        charter=revision.charter, revision_number__lte=revision.number
    )
    return list(found.prefetch_related(Prefetch("comments", queryset=comments)).order_by("id"))


def _comments(threads: Iterable[Thread]) -> Iterator[Part]:
    nodes: list[Node] = []
    for thread in threads:
        rows = [_comment(one) for one in thread.comments.all()]
        if rows:
            nodes.append(plain_grid(_place(thread), COMMENT_COLUMNS, rows, is_internal=True))
    if nodes:
        yield Part(key="comments", number="E", title="Comments", nodes=nodes, is_internal=True)


def _place(thread: Thread) -> str:
    where = "On the whole charter"
    if thread.anchor == Thread.Anchor.ITEM:
        where = f"On {thread.anchor_key}"
    elif thread.anchor == Thread.Anchor.STATEMENT:
        where = f"On the statement {thread.anchor_key}"
    return f"{where} ({thread.get_state_display().lower()})"


def _comment(comment: Comment) -> tuple[str, ...]:
    versions = list(comment.versions.all())
    if not versions:
        return (str(comment.posted_by), moment(comment.posted_at), EMPTY)
    newest = max(versions, key=lambda one: one.number)
    edited = f" (edited {moment(newest.written_at)})" if newest.number > 1 else ""
    return (str(comment.posted_by), f"{moment(comment.posted_at)}{edited}", newest.text)
