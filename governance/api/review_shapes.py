"""What the operations on reviews, threads and committees take and give."""

from __future__ import annotations

from rest_framework import serializers

from governance.api.shapes import DECISIONS, CharterPersonOut, Number, Shape, Text, Time
from governance.models import Committee, Outcome, Review, Thread
from governance.services.standing import State
from governance.transitions import Act
from governance.wording import LEAST_REASON, MOST_REASON

Id = serializers.UUIDField
Day = serializers.DateField
YesNo = serializers.BooleanField
Choice = serializers.ChoiceField

LANES = [one.value for one in Review.Lane]
CAUSES = [one.value for one in Review.Cause]
ENDS = [one.value for one in Review.End]
RULES = [one.value for one in Committee.Rule]
OUTCOMES = [one.value for one in Outcome]
ANCHORS = [one.value for one in Thread.Anchor]
STATES = [one.value for one in Thread.State]
REASON_HELP = f"At least {LEAST_REASON} characters, in words."


# --- Reviews --------------------------------------------------------------------------------------


class ReviewFilters(Shape):
    state = Choice(["open", "closed"], required=False)
    lane = Choice(LANES, required=False)
    charter = Id(required=False, help_text="The charter's id.")
    awaiting = YesNo(required=False, help_text="true = those that wait for your vote.")


class CommitteeNamedOut(Shape):
    id = Id()
    name = Text()


class ReviewOut(Shape):
    """One case on one revision; until it closes it says how many voted, and no more."""

    id = Id()
    charter = Id()
    project_name = Text()
    revision = Number()
    lane = Choice(LANES)
    committee = CommitteeNamedOut(allow_null=True)
    quorum = Number(help_text="As it was when the case was opened.")
    rule = Choice(RULES)
    cause = Choice(CAUSES)
    cause_reference = Text()
    opened_at = Time()
    due_date = Day()
    votes_cast = Number()
    closed_at = Time(allow_null=True)
    end = Choice([*ENDS, ""], help_text="How it ended; empty while it is open.")


class TallyOut(Shape):
    counts = serializers.DictField(child=Number(), help_text="Votes by outcome.")
    cast = Number()
    quorum = Number()
    rule = Choice(RULES)
    outcome = Choice(OUTCOMES, allow_null=True, help_text="null below the quorum.")
    is_split = YesNo(help_text="No outcome has what the rule asks for, so the case goes back.")


class RulingConditionOut(Shape):
    position = Number()
    text = Text()
    owner = Text()
    due_date = Day()
    source_rule = Text()


class RulingOut(Shape):
    """What people ruled, beside what was computed."""

    outcome = Choice(OUTCOMES)
    reason = Text()
    computed = Choice(DECISIONS)
    is_override = YesNo()
    tally = TallyOut()
    departs_from_tally = YesNo()
    departs_from = serializers.ListField(child=Id(), help_text="Reviews that are not followed.")
    departure_reason = Text()
    conditions = RulingConditionOut(many=True)
    material_hash = Text(help_text="An approval holds while the charter has this hash.")
    content_hash = Text()
    next_review_date = Day(allow_null=True)
    ruled_at = Time()
    ruled_by = CharterPersonOut()


class VoteOut(Shape):
    outcome = Choice(OUTCOMES)
    reason = Text()
    cast_at = Time()
    cast_by = CharterPersonOut()


class ActOut(Shape):
    act = Choice([one.value for one in Act])
    is_allowed = YesNo()
    why_not = Text(help_text="Why you cannot do it now, and what would allow it; else empty.")


class ReviewDetailOut(ReviewOut):
    decision = Choice(DECISIONS)
    opened_by = CharterPersonOut(allow_null=True, help_text="null = the system.")
    previous = Id(allow_null=True, help_text="The ruled review that it is compared with.")
    own_vote = VoteOut(allow_null=True)
    ruling = RulingOut(allow_null=True)
    acts = ActOut(many=True)


class VotesOut(Shape):
    """Blind first: others' votes after your own, or once the review is closed."""

    votes_cast = Number()
    quorum = Number()
    is_shown = YesNo()
    votes = VoteOut(many=True)
    tally = TallyOut(allow_null=True)


class VoteIn(Shape):
    outcome = Choice(OUTCOMES)
    reason = Text(max_length=MOST_REASON, help_text=REASON_HELP)


class RulingConditionIn(Shape):
    text = Text(max_length=2000)
    owner = Text(max_length=200)
    due_date = Day()
    source_rule = Text(
        max_length=40, required=False, allow_blank=True, help_text="The rule that asked for it."
    )


class RulingIn(VoteIn):
    conditions = RulingConditionIn(many=True, required=False, max_length=50)
    departs_from = serializers.ListField(
        child=Id(), required=False, max_length=20, help_text="Reviews that are not followed."
    )
    departure_reason = Text(
        max_length=MOST_REASON,
        required=False,
        allow_blank=True,
        help_text="Needed where the ruling departs from the votes or from a precedent.",
    )


class RequestIn(Shape):
    committee = Id(required=False, help_text="Without it the default committee.")


class AnswerChangeOut(Shape):
    item = Text()
    title = Text()
    before = Text()
    after = Text()
    is_material = YesNo()


class FigureChangeOut(Shape):
    name = Text()
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)


class RuleChangeOut(Shape):
    rule = Text()
    floor = Choice(DECISIONS)
    detail = Text()


class ChangesOut(Shape):
    """What a re-review has to look at; nothing where no case was ruled before."""

    previous = Id(allow_null=True)
    decision_before = Choice(DECISIONS, allow_null=True)
    decision_after = Choice(DECISIONS, allow_null=True)
    answers = AnswerChangeOut(many=True)
    figures = FigureChangeOut(many=True)
    rules_new = RuleChangeOut(many=True)
    rules_gone = RuleChangeOut(many=True)
    findings_new = serializers.ListField(child=Text())
    findings_gone = serializers.ListField(child=Text())
    threads_answered = serializers.ListField(child=Id())
    threads_unanswered = serializers.ListField(child=Id())


class StandingOut(Shape):
    """How a charter stands, derived from what its interview says now."""

    state = Choice([one.value for one in State])
    sentence = Text(help_text="What that means, and what to do next.")
    since = Time(allow_null=True)
    revision = Number(allow_null=True)
    decision = Choice(DECISIONS, allow_null=True)
    is_cleared = YesNo(help_text="What the interview says now may be built.")
    is_changed = YesNo(help_text="Something material changed since the newest revision.")
    is_carried_over = YesNo(help_text="The approval was given to a revision that says the same.")
    changed_items = serializers.ListField(child=Text())
    review = Id(allow_null=True, help_text="The open one.")
    ruling = Choice(OUTCOMES, allow_null=True, help_text="The newest, whether it holds or not.")


class RetirementIn(Shape):
    reason = Text(max_length=MOST_REASON, help_text=REASON_HELP)


# --- Threads --------------------------------------------------------------------------------------


class ThreadFilters(Shape):
    state = Choice(STATES, required=False)
    anchor_key = Text(required=False, max_length=60, help_text="An item, or a statement's place.")


class CommentVersionOut(Shape):
    number = Number()
    text = Text()
    written_at = Time()


class CommentOut(Shape):
    id = Id()
    thread = Id()
    posted_at = Time()
    posted_by = CharterPersonOut()
    text = Text(help_text="The newest version.")
    versions = CommentVersionOut(many=True)


class ThreadOut(Shape):
    id = Id()
    charter = Id()
    review = Id(allow_null=True, help_text="The case in which it was raised.")
    revision = Number(help_text="The newest when it was raised.")
    anchor = Choice(ANCHORS)
    anchor_key = Text()
    state = Choice(STATES)
    opened_at = Time()
    opened_by = CharterPersonOut()
    resolved_at = Time(allow_null=True)


class ThreadDetailOut(ThreadOut):
    comments = CommentOut(many=True)


class ThreadIn(Shape):
    text = Text(max_length=5000)
    anchor = Choice(ANCHORS, required=False, default="charter")
    anchor_key = Text(max_length=60, required=False, allow_blank=True, default="")


class CommentIn(Shape):
    text = Text(max_length=5000)


class ThreadStateIn(Shape):
    state = Choice(["open", "resolved"])


# --- Committees -----------------------------------------------------------------------------------


class CommitteeOut(Shape):
    id = Id()
    name = Text()
    quorum = Number()
    rule = Choice(RULES)
    is_default = YesNo()
    is_active = YesNo()


class CommitteeIn(Shape):
    name = Text(max_length=120)
    quorum = Number(min_value=1, max_value=50, required=False, default=2)
    rule = Choice(RULES, required=False, default="majority")
    is_default = YesNo(required=False, default=False)


class CommitteeChangeIn(Shape):
    name = Text(max_length=120, required=False)
    quorum = Number(min_value=1, max_value=50, required=False)
    rule = Choice(RULES, required=False)
    is_default = YesNo(required=False)
    is_active = YesNo(required=False)


class SeatOut(Shape):
    person = CharterPersonOut()
    is_chair = YesNo()
    from_date = Day()


class SeatIn(Shape):
    person = Id(help_text="A Reviewer's or SuperAdmin's id.")
    is_chair = YesNo(required=False, default=False)


class ChairIn(Shape):
    is_chair = Choice([True], help_text="The chair is given; it is not taken away alone.")


# --- Examples -------------------------------------------------------------------------------------

PERSON = {"id": "2b0b7c1e-6a0e-4c0e-9a53-1f7f0f2f6f22", "name": "Rita"}
REASON = "The register is complete, the controls are tested, and the desk knows what to do."
REVIEW = {
    "id": "3c6f1a52-0a43-4b6f-9b4e-5f1d2c3b4a59",
    "charter": "5b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3d",
    "project_name": "Repair triage",
    "revision": 2,
    "lane": "committee",
    "committee": {"id": "91c1a9c0-7f6d-4a53-8c7b-2f6e5d4c3b2a", "name": "AI committee"},
    "quorum": 2,
    "rule": "majority",
    "cause": "submitted",
    "cause_reference": "",
    "opened_at": "2026-11-21T09:12:00Z",
    "due_date": "2026-12-06",
    "votes_cast": 1,
    "closed_at": None,
    "end": "",
}
VOTE = {
    "outcome": "approve",
    "reason": REASON,
    "cast_at": "2026-11-22T10:00:00Z",
    "cast_by": PERSON,
}
COMMITTEE = {
    "id": "91c1a9c0-7f6d-4a53-8c7b-2f6e5d4c3b2a",
    "name": "AI committee",
    "quorum": 2,
    "rule": "majority",
    "is_default": True,
    "is_active": True,
}
THREAD = {
    "id": "a7e0b1c2-3d4e-4f50-8a6b-7c8d9e0f1a2b",
    "charter": "5b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3d",
    "review": "3c6f1a52-0a43-4b6f-9b4e-5f1d2c3b4a59",
    "revision": 2,
    "anchor": "item",
    "anchor_key": "S5-10",
    "state": "open",
    "opened_at": "2026-11-22T10:05:00Z",
    "opened_by": PERSON,
    "resolved_at": None,
}
