"""Proposes rules, withdraws proposals and publishes them; opens the re-reviews that follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from accounts.models import Job, User
from accounts.services import audit, jobs
from charters.canonical import content_hash
from charters.models import Revision
from governance.engine.thresholds import Thresholds
from governance.models import Decision, Review, RuleProposal, RulePublication
from governance.refusals import NotNow, NotYours, Unfit
from governance.rulepacks.reading import UnusablePack, as_json, read_text
from governance.rulepacks.schema import Pack
from governance.services import backtest, packs, reviews
from governance.services.standing import standing_of

KIND = "rules_published"
Kind, End = RuleProposal.Kind, RuleProposal.End
#: Shortest reason: whoever reads it in a year should understand it.
SHORTEST_REASON = 20
FOUR_EYES = "You proposed these rules, so somebody else must publish them."
CLOSED = "This proposal was published or withdrawn already. Look at the list of proposals."
NOT_TESTED = "The back-test of this proposal has not ended yet. Wait for it, then publish."
OTHER_BASE = (
    "Other rules came into force since the back-test. Run the back-test again, then publish."
)
SAME = "These rules are in force already. Change something, or leave them as they are."
OPEN_ALREADY = "Another proposal for the same rules is open. Publish or withdraw it first."


def subject(proposal: RuleProposal) -> str:
    """How the record of deeds names a proposal."""
    return f"rules {proposal.key}"


# --- Proposing ------------------------------------------------------------------------------------


def propose_thresholds(
    *, thresholds: Mapping[str, Any], reason: str, on: date | None = None, by: User
) -> RuleProposal:
    """New levels. Raises Unfit where the engine would not take them, NotNow."""
    try:
        Thresholds.model_validate(dict(thresholds))
    except ValueError as fault:
        raise Unfit({"thresholds": _first_words(fault)}) from None
    held = packs.in_force().thresholds
    if all(held.get(name) == value for name, value in thresholds.items()):
        raise Unfit({"thresholds": SAME})
    return _propose(Kind.THRESHOLDS, packs.THRESHOLDS, dict(thresholds), reason, on, by)


def _first_words(fault: ValueError) -> str:
    errors = getattr(fault, "errors", None)
    first = errors()[0]["msg"].removeprefix("Value error, ") if errors else str(fault)
    return f"{first.capitalize()}. Correct the levels."


def propose_pack(*, text: str, reason: str, on: date | None = None, by: User) -> RuleProposal:
    """A pack as YAML. Raises Unfit naming every bad place, NotNow.

    A pack that is in force may be proposed again for a day: to see, and to publish, what its dates
    change on that day.
    """
    pack = read_proposed_pack(text)
    content = as_json(pack)
    held = packs.in_force().packs.get(pack.id)
    if held is not None and held == pack and on is None:
        raise Unfit({"pack": SAME})
    return _propose(Kind.PACK, pack.id, content, reason, on, by)


def read_proposed_pack(text: str) -> Pack:
    """Raises Unfit naming every bad place."""
    try:
        return read_text(text, name="The pack")
    except UnusablePack as fault:
        shown = "; ".join(fault.problems[:10])
        raise Unfit({"pack": f"The pack cannot be read: {shown}."}) from None


def _propose(
    kind: str, key: str, content: dict[str, Any], reason: str, on: date | None, by: User
) -> RuleProposal:
    if len(reason.strip()) < SHORTEST_REASON:
        raise Unfit({"reason": f"Say why in at least {SHORTEST_REASON} characters."})
    try:
        with transaction.atomic():
            made = RuleProposal.objects.create(
                kind=kind,
                key=key,
                content=content,
                content_hash=content_hash(content),
                read_on_date=on,
                reason=reason.strip(),
                proposed_by=by,
            )
            backtest.ask(made)
            audit.record(
                type="rules.proposed",
                actor=by,
                subject=subject(made),
                detail={"proposal": str(made.code), "content_hash": made.content_hash},
            )
    except IntegrityError:
        raise NotNow(OPEN_ALREADY) from None
    return made


@transaction.atomic
def run_again(*, proposal: RuleProposal, by: User) -> None:
    """Asks for another back-test. Raises NotNow on a closed proposal."""
    found = _locked(proposal)
    found.run += 1
    found.save(update_fields=["run"])
    backtest.ask(found)
    audit.record(
        type="rules.tested_again",
        actor=by,
        subject=subject(found),
        detail={"proposal": str(found.code), "run": found.run},
    )


@transaction.atomic
def withdraw_proposal(*, proposal: RuleProposal, by: User) -> None:
    """Nothing comes of it. Raises NotNow on a closed proposal."""
    found = _locked(proposal)
    _close(found, End.WITHDRAWN, by)
    audit.record(
        type="rules.withdrawn",
        actor=by,
        subject=subject(found),
        detail={"proposal": str(found.code)},
    )


def _locked(proposal: RuleProposal) -> RuleProposal:
    found = RuleProposal.objects.select_for_update().get(pk=proposal.pk)
    if not found.is_open:
        raise NotNow(CLOSED)
    return found


def _close(proposal: RuleProposal, end: str, by: User) -> None:
    proposal.closed_at, proposal.closed_by, proposal.end = timezone.now(), by, end
    proposal.save(update_fields=["closed_at", "closed_by", "end"])


# --- Publishing -----------------------------------------------------------------------------------


@transaction.atomic
def publish_rules(*, proposal: RuleProposal, by: User) -> RulePublication:
    """Brings proposed rules into force, by another person than the one who proposed them.

    Decisions that stand keep their rules; approved cases whose decision would change are opened
    again by a job. Raises NotYours, NotNow.
    """
    found = _locked(proposal)
    if found.proposed_by_id == by.pk:
        raise NotYours(FOUR_EYES)
    if not found.is_tested or found.summary is None:
        raise NotNow(NOT_TESTED)
    if found.tested_against != packs.in_force().content_hash:
        raise NotNow(OTHER_BASE)
    _close(found, End.PUBLISHED, by)
    earlier = RulePublication.objects.filter(key=found.key).aggregate(last=Max("number"))["last"]
    made = RulePublication.objects.create(
        proposal=found,
        kind=found.kind,
        key=found.key,
        number=(earlier or 0) + 1,
        content=found.content,
        content_hash=found.content_hash,
        summary=found.summary,
        published_by=by,
    )
    jobs.enqueue(kind=KIND, subject_id=made.pk, unique_key=f"{KIND}:{made.pk}")
    audit.record(
        type="rules.published",
        actor=by,
        subject=subject(found),
        detail={
            "proposal": str(found.code),
            "number": made.number,
            "content_hash": made.content_hash,
            "changed": found.summary["changed"],
        },
    )
    return made


def open_re_reviews(job: Job) -> None:
    """After a publication: opens a review on every cleared case whose decision would be another.

    Decisions made since the back-test are looked at, too. A case at a time, so that a fault in the
    middle loses nothing: whoever has an open review already is left alone.
    """
    publication = RulePublication.objects.filter(pk=job.subject_id).first()
    if publication is not None:
        rules = packs.in_force().of_decisions
        newest = ~Exists(
            Decision.objects.filter(
                revision__charter=OuterRef("revision__charter"), pk__gt=OuterRef("pk")
            )
        )
        decisions = Decision.objects.filter(newest)
        on = publication.proposal.read_on_date
        for one in backtest.replay(rules, on=on, decisions=decisions):
            if one.is_changed:
                _open_again(one, publication)
    jobs.finish(job)


#: The lane of a case whose decision changed, by what it would be now.
LANES = {"submit_to_committee": Review.Lane.COMMITTEE, "halt": Review.Lane.COMMITTEE}


def _open_again(one: backtest.Replayed, publication: RulePublication) -> None:
    revisions = Revision.objects.defer("content").select_related("charter__session__owner")
    revision = revisions.get(decision=one.decision_id)
    if not standing_of(revision.charter).is_cleared:
        return
    lane = LANES.get(one.after, Review.Lane.ONE_REVIEWER)
    if lane == Review.Lane.COMMITTEE and reviews.default_committee() is None:
        lane = Review.Lane.ONE_REVIEWER
    reviews.open_review(
        revision=revision,
        lane=lane,
        cause=Review.Cause.RULES_CHANGED,
        cause_reference=f"{publication.key} {publication.number}",
        by=None,
    )
