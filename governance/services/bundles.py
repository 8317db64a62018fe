"""The decision on a revision as a bundle that can be checked on a machine without U-AIP."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accounts.models import AuditEvent, User
from accounts.services import audit
from charters.canonical import canonical_bytes
from charters.models import Revision
from charters.services import viewing
from governance import files, policies
from governance.bundle import checking, packing
from governance.bundle.assembling import program
from governance.files import File
from governance.models import Condition, Decision, Review, Ruling, Vote
from governance.services import packs, reviews

CONTENT_TYPE = "application/zip"
ENDING = "decision.zip"
#: What was read or taken away is no part of how a decision came about.
LOOKS = (".viewed", ".exported")
VOTE_CAST = "vote.cast"
README = """A decision of U-AIP, with everything that it rests on.

Run `python3 verify.py` in this folder (Python 3.9 or later, nothing else is needed). It checks
every file and computes the decision again. Files: charter-content.json (what was decided on),
facts.json and rules.json (what the decision follows from), decision.json, assessments.json (scores
of the answers), reviews.json (votes, rulings, conditions), audit.json (deeds with their hashes).
"""
#: Fields of an answer that say how it was assessed.
ASSESSED = ("state", "score", "threshold", "attempts", "version", "is_provisional")


def take_bundle(*, decision: Decision, by: User) -> File:
    """The bundle as a zip file; that it was taken away is noted.

    The same case gives the same bytes to everybody who sees the charter: votes of an open review
    stand in nobody's.
    """
    revision = decision.revision
    found = packing.sealed(
        bundle_files(decision), charter=str(revision.charter.code), revision=revision.number
    )
    viewing.note_export(revision=revision, file_format="bundle", by=by)
    return File(packing.packed(found), CONTENT_TYPE, files.file_name(revision, ENDING))


def bundle_files(decision: Decision) -> dict[str, bytes]:
    """Name -> bytes, without the manifest."""
    revision, rules = decision.revision, packs.rules_of(decision)
    cases = _reviews(revision)
    deeds = _deeds(revision, cases)
    said = {
        checking.CONTENT: revision.content,
        checking.FACTS: decision.facts,
        checking.RULES: rules.content,
        checking.DECISION: _decision(decision, rules.content_hash),
        checking.ASSESSMENTS: _assessments(revision.content),
        checking.REVIEWS: [_review(one, deeds) for one in cases],
        checking.DEEDS: deeds,
    }
    written = {name: canonical_bytes(content) for name, content in said.items()}
    texts = {checking.PROGRAM: program(), checking.README: README}
    return written | {name: text.encode("utf-8") for name, text in texts.items()}


def _decision(decision: Decision, rules_hash: str) -> dict[str, Any]:
    return {
        "charter": str(decision.revision.charter.code),
        "revision": decision.revision.number,
        "content_hash": decision.content_hash,
        "rules_hash": rules_hash,
        "rules_kept": decision.rule_set_id is not None,
        "decided_at": decision.decided_at.isoformat(),
        "outcome": decision.outcome,
    }


def _assessments(content: dict[str, Any]) -> dict[str, Any]:
    answers = content.get("answers", {})
    return {
        "answers": {
            key: {name: answer.get(name) for name in ASSESSED} for key, answer in answers.items()
        },
        "confidence": content.get("confidence", {}),
        "data_quality_score": content.get("data_quality_score"),
    }


# --- What people said -----------------------------------------------------------------------------


def _reviews(revision: Revision) -> list[Review]:
    found = Review.objects.filter(revision=revision).order_by("id")
    people = found.select_related("committee", "ruling__ruled_by")
    return list(people.prefetch_related("votes__cast_by", "ruling__conditions"))


def _review(review: Review, deeds: list[dict[str, Any]]) -> dict[str, Any]:
    """While its votes are sealed a review says that it is there, and nothing of what was said."""
    # The texts are unsealed with the session's key: no question to the database for each.
    ruling = getattr(review, "ruling", None)
    casts = {one["actor"] for one in deeds if _is_cast(one, review)}
    votes = [] if policies.are_votes_sealed(review) else list(review.votes.all())
    return {
        "code": str(review.code),
        "lane": review.lane,
        "cause": review.cause,
        "committee": review.committee.name if review.committee else None,
        "quorum": review.quorum,
        "rule": review.rule,
        "opened_at": review.opened_at.isoformat(),
        "closed_at": review.closed_at.isoformat() if review.closed_at else None,
        "end": review.end,
        "votes": [_vote(one, is_recorded=audit.person(one.cast_by) in casts) for one in votes],
        "ruling": _ruling(ruling) if ruling else None,
    }


def _is_cast(deed: dict[str, Any], review: Review) -> bool:
    return bool(deed["type"] == VOTE_CAST and deed["subject"] == reviews.subject(review))


def _vote(vote: Vote, *, is_recorded: bool) -> dict[str, Any]:
    """``is_recorded``: its hash stands in the record of deeds (in the lanes of one reviewer the
    ruling is the deed).
    """
    return {
        "by": str(vote.cast_by),
        "outcome": vote.outcome,
        "reason": vote.reason,
        "salt": vote.salt,
        "cast_at": vote.cast_at.isoformat(),
        "is_recorded": is_recorded,
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {
        "outcome": ruling.outcome,
        "reason": ruling.reason,
        "by": str(ruling.ruled_by),
        "ruled_at": ruling.ruled_at.isoformat(),
        "computed": ruling.computed,
        "is_override": ruling.is_override,
        "tally": ruling.tally,
        "departs_from_tally": ruling.departs_from_tally,
        "departs_from": ruling.departs_from,
        "departure_reason": ruling.departure_reason,
        "content_hash": ruling.content_hash,
        "material_hash": ruling.material_hash,
        "conditions": [_condition(one) for one in ruling.conditions.all()],
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "text": condition.text,
        "owner": condition.owner,
        "due_date": condition.due_date.isoformat(),
        "source_rule": condition.source_rule,
    }


# --- The record of deeds --------------------------------------------------------------------------


def _deeds(revision: Revision, cases: list[Review]) -> list[dict[str, Any]]:
    """What was done in the interview, to the charter and in the reviews of this revision.

    Who cast a vote is nobody's to know while votes are sealed.
    """
    charter = revision.charter
    whole = [f"session {charter.session.code}", f"charter {charter.code}"]
    asked = Q(subject__in=[*whole, *(reviews.subject(one) for one in cases)])
    for subject in whole:
        asked |= Q(subject__startswith=f"{subject} ")
    blind = {reviews.subject(one) for one in cases if policies.are_votes_sealed(one)}
    rows = AuditEvent.objects.filter(asked).order_by("sequence")
    return [
        _deed(row)
        for row in rows
        if not row.type.endswith(LOOKS) and not (row.type == VOTE_CAST and row.subject in blind)
    ]


def _deed(row: AuditEvent) -> dict[str, Any]:
    """Everything that its hash covers."""
    plain = (
        "sequence",
        "type",
        "actor",
        "actor_role",
        "subject",
        "detail",
        "request_id",
        "address_hash",
        "hash_version",
        "previous_hash",
        "hash",
    )
    return {
        "happened_at": row.happened_at.isoformat(),
        **{name: getattr(row, name) for name in plain},
    }
