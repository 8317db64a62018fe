"""Everything that the pages of one review show to one person: nothing that is closed to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import User
from charters.models import Revision
from governance import (
    policies,
    presenting,
    presenting_case,
    presenting_delta,
    presenting_precedents,
    presenting_threads,
)
from governance import presenting_review as words
from governance.models import Decision, Review, Ruling
from governance.refusals import Refusal
from governance.services import precedents, situations, votes
from governance.services.precedents import Precedent
from governance.transitions import Act


def page_of(review: Review, user: User) -> dict[str, Any]:
    """The workspace."""
    permits = situations.permits(user, review.charter, review)
    own = review.votes.filter(cast_by=user).first()
    is_author = policies.is_author(user, review.charter)
    found = _ruling_of(review)
    page = (
        words.head(review, cast=review.votes.count())
        | words.decision(review.revision)
        | _record_of(review, user, may_comment=permits[Act.DISCUSS] is None)
        | _votes_of(review, user)
        | presenting_precedents.panel(review.revision, user)
        | {
            "turn": words.turn_of(review, permits, own=own, is_author=is_author),
            "own_vote": own if review.is_open else None,
            "steps": _steps(review, user) if is_author else [],
            "outcomes": words.outcome_choices(),
            "reason_hint": words.REASON_HINT,
            "ruling": words.ruling(found) if found else None,
            "may_withdraw": permits[Act.WITHDRAW] is None,
            "delta": presenting_delta.of(review, user),
        }
    )
    page["contents"] = [
        {"anchor": anchor, "label": label} for key, anchor, label in CONTENTS if page.get(key)
    ]
    return page


#: Parts of the page that are named beside it: what must be there, anchor, words.
CONTENTS = (
    ("ruling", "ruling", "The ruling"),
    ("delta", "changes", "What changed since the last ruling"),
    ("outcome", "decision", "What was computed"),
    ("page", "charter", "The charter"),
    ("findings", "findings", "Contradictions and open points"),
    ("precedents", "precedents-title", "Like cases"),
    ("threads", "threads", "Comments"),
    ("votes", "votes", "Votes"),
)


def _steps(review: Review, user: User) -> list[presenting_case.Step]:
    """What an author does while others rule."""
    return presenting_case.comments_to_answer(review.charter, user) if review.is_open else []


def _ruling_of(review: Review) -> Ruling | None:
    """The ruling with what its words read."""
    rulings = Ruling.objects.select_related("ruled_by", "review__charter__session")
    return rulings.prefetch_related("conditions").filter(review=review).first()


def _record_of(review: Review, user: User, *, may_comment: bool) -> dict[str, Any]:
    """What there is to read: the charter, its findings, its comments, what models saw."""
    revision = review.revision
    rows = presenting_threads.rows_for(user, review.charter, revision.content)
    places = presenting_threads.by_place(rows)
    return words.charter(revision, threads=places, may_comment=may_comment) | {
        "findings": words.findings(revision, may_comment=may_comment),
        "exposure": words.exposure(review),
        "threads": rows,
        "threads_hidden": Review.objects.awaiting(user).filter(pk=review.pk).exists(),
        "new_thread_url": words.comment_url(revision, "charter") if may_comment else "",
    }


def _votes_of(review: Review, user: User) -> dict[str, Any]:
    """The votes, where this person may see them; a single reviewer's vote is the ruling."""
    is_closed_to = not policies.may_see_votes(user, review)
    if is_closed_to or review.lane != Review.Lane.COMMITTEE:
        return {"votes": []}
    tally = votes.tally(review)
    return {"votes": words.votes(review), "tally_words": words.tally_sentence(tally)}


def ruling_page_of(
    review: Review, user: User, *, approval: Refusal | None, ticked: Sequence[str] = ()
) -> dict[str, Any]:
    """The page on which a ruling is recorded; ``ticked`` are codes of cases it departs from."""
    computed = Decision.objects.values_list("value", flat=True).get(revision=review.revision_id)
    return (
        words.head(review, cast=0)
        | _votes_of(review, user)
        | {
            "outcomes": words.outcome_choices(approval=approval, computed=computed),
            "reason_hint": words.REASON_HINT,
            "is_committee": review.lane == Review.Lane.COMMITTEE,
            "precedents": [
                presenting_precedents.row_of(one) | {"is_ticked": one.review in ticked}
                for one in like_rulings(review, user)
            ],
        }
    )


def proposals(review: Review) -> Sequence[Mapping[str, str]]:
    """The conditions that the engine asks for."""
    outcome = presenting.outcome_of(review.revision)
    return outcome["conditions"] if outcome else []


def like_rulings(review: Review, user: User) -> list[Precedent]:
    """The like cases that were ruled on: what a ruling follows, or departs from."""
    found = precedents.nearest(revision=review.revision, viewer=user)
    return [one for one in found if one.is_near and one.review]


def request_page_of(revision: Revision, *, back_url: str) -> dict[str, Any]:
    """The page on which an author asks a committee."""
    return {
        "session": revision.charter.session,
        "revision": revision,
        "back_url": back_url,
    } | presenting.decision_words(presenting.outcome_of(revision))
