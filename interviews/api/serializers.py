"""What the interviews' operations give; for documentation, the replies are made of plain data."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from interviews.answerset import AnswerState
from interviews.models import (
    Candidate,
    Coaching,
    Collaborator,
    Finding,
    InterviewSession,
    Proposal,
    ScoreDispute,
)

Shape = serializers.Serializer[Any]
STATES = [one.value for one in AnswerState]
Text = serializers.CharField
Number = serializers.IntegerField
Flag = serializers.BooleanField
Time = serializers.DateTimeField


def optional(field: type[serializers.Field[Any, Any, Any, Any]], **options: Any) -> Any:
    """A field of a reply that may be null."""
    return field(allow_null=True, **options)


class PersonOut(Shape):
    id = serializers.UUIDField()
    name = Text()


class CountsOut(Shape):
    shown = Number(help_text="Questions that apply.")
    settled = Number(help_text="Accepted, escalated, or unknown with an owner.")
    needs_work = Number()
    scoring = Number()


class SessionOut(Shape):
    id = serializers.UUIDField()
    project_name = Text()
    status = serializers.ChoiceField(InterviewSession.Status.choices)
    current_stage = Number()
    protocol_version = Text()
    owner = PersonOut()
    started_at = Time()
    last_updated_at = Time()
    completed_at = optional(Time)
    is_kept_from_model = Flag()
    is_released = Flag(help_text="Reviewers see it, and it is kept.")
    counts = CountsOut()


class StageProgressOut(CountsOut):
    number = Number()
    name = Text()
    is_passed = Flag(help_text="Its gate was passed.")


class ItemProgressOut(Shape):
    state = serializers.ChoiceField(STATES)
    version = Number()
    score = optional(serializers.FloatField)
    attempts = Number()


class ProgressOut(Shape):
    id = Text(help_text="Names this very state: the same state has the same id.")
    percent = serializers.FloatField()
    status = serializers.ChoiceField(InterviewSession.Status.choices)
    current_stage = Number()
    stages = StageProgressOut(many=True)
    items = serializers.DictField(child=ItemProgressOut(), help_text="By question key.")
    findings = serializers.DictField(child=Number(), help_text="Standing ones by severity.")


class EventOut(Shape):
    id = Text()
    event = Text(help_text="progress")
    data = ProgressOut()


class EventsOut(Shape):
    events = EventOut(many=True)
    last_event_id = Text(help_text="Send it back as since.")


class ElementOut(Shape):
    id = Text()
    verdict = serializers.ChoiceField(["met", "partly", "absent"])
    means = Text(help_text="What it takes.")
    quote = Text(allow_blank=True)
    comment = Text(allow_blank=True)


class AssessmentOut(Shape):
    score = serializers.FloatField(help_text="0 to 10.")
    threshold = serializers.FloatField()
    is_accepted = Flag()
    is_provisional = Flag(help_text="A model failed; it is scored again when one is back.")
    scored_by = Text(help_text="embedded, the provider, or person: a reviewer corrected it.")
    elements = ElementOut(many=True)
    assessed_at = Time()


class DisputeOut(Shape):
    id = serializers.UUIDField()
    session = serializers.UUIDField()
    question = Text(help_text="Its key.")
    state = serializers.ChoiceField(ScoreDispute.State.choices)
    attempt = Number(help_text="The number of the attempt whose score is disputed.")
    score = serializers.FloatField(help_text="The score that is disputed.")
    reason = Text(
        allow_blank=True,
        help_text="Empty in the list of those that wait, and for a reviewer of others' interviews "
        "when it ended without a ruling.",
    )
    raised_at = Time()
    corrected_score = optional(serializers.FloatField, help_text="Of a correction.")
    ruling_reason = Text(allow_blank=True)
    ruled_at = optional(Time)
    withdrawn_because = serializers.ChoiceField(
        ScoreDispute.Because.choices, allow_blank=True, help_text="Why it ended without a ruling."
    )


class DisputesOut(Shape):
    items = DisputeOut(many=True)


class AttemptOut(Shape):
    number = Number()
    round = Number()
    status = serializers.ChoiceField(["scoring", "assessed", "not_assessed"])
    value = serializers.JSONField()
    submitted_at = Time()
    is_current = Flag()
    assessment = optional(AssessmentOut)


class AttemptsOut(Shape):
    items = AttemptOut(many=True)


class DraftOut(Shape):
    value = serializers.JSONField()
    version = Number()
    answer_version = Number()
    saved_at = Time()


class ItemOut(Shape):
    key = Text()
    stage = Number()
    title = Text()
    question = Text()
    state = serializers.ChoiceField(STATES)
    version = Number()
    score = optional(serializers.FloatField)
    threshold = serializers.FloatField()
    attempt_count = Number()
    is_kept_from_model = Flag()
    updated_at = Time()


class ItemsOut(Shape):
    items = ItemOut(many=True)


class UnknownOut(Shape):
    owner = Text()
    due = optional(serializers.DateField)
    note = Text(allow_blank=True)


class ItemDetailOut(ItemOut):
    value = serializers.JSONField()
    follow_up = optional(Text, help_text="What is asked back.")
    elements = ElementOut(many=True)
    attempts_left = Number()
    unknown = optional(UnknownOut)
    draft = optional(DraftOut)
    changed_upstream = serializers.ListField(
        child=Text(), help_text="Earlier questions that were answered anew since."
    )


class QuestionOut(Shape):
    key = Text()
    stage = Number()
    group = Text()
    title = Text()
    question = Text()
    why = Text(allow_blank=True)
    input = serializers.ChoiceField(["text", "form", "table", "screening"])
    minutes = serializers.FloatField()
    threshold = serializers.FloatField()
    is_scored = Flag()
    is_unknown_allowed = Flag()
    is_conditional = Flag()
    builds_on = serializers.ListField(child=Text())
    fields = serializers.ListField(child=serializers.DictField(), help_text="Names and kinds.")
    rubric = serializers.ListField(child=serializers.DictField())


class QuestionsOut(Shape):
    protocol_version = Text()
    items = QuestionOut(many=True)


class StageOut(Shape):
    number = Number()
    name = Text()
    is_passed = Flag()
    is_ready = Flag(help_text="Its gate would pass now.")
    missing = serializers.ListField(child=Text(), help_text="Questions that are not settled.")
    blockers = serializers.ListField(child=Text(), help_text="Rules that stand in the way.")
    unknown_share = serializers.FloatField()
    too_many_unknown = Flag()
    shown = Number()
    settled = Number()
    confidence = optional(serializers.FloatField)


class StagesOut(Shape):
    items = StageOut(many=True)


class CheckpointOut(Shape):
    stage = Number()
    passed_at = Time()
    current_stage = Number()
    deliverable = Text(help_text="Its kind.")


class QuoteOut(Shape):
    answer_id = Text()
    text = Text()


class FindingOut(Shape):
    rule_id = Text()
    kind = Text(help_text="D = plain code, J = judged by a model.")
    severity = serializers.ChoiceField(Finding.Severity.choices)
    state = serializers.ChoiceField(Finding.State.choices)
    gate = Number()
    is_completeness = Flag(help_text="It must be fixed; it cannot be carried or disputed.")
    title = Text(allow_blank=True)
    message = Text()
    how_to_fix = Text(allow_blank=True)
    answer_ids = serializers.ListField(child=Text())
    quotes = QuoteOut(many=True)
    reason = Text(allow_blank=True)
    found_at = Time()
    handled_at = optional(Time)


class ConsistencyOut(Shape):
    findings = FindingOut(many=True)
    counts = serializers.DictField(child=Number())
    is_consistent = Flag(help_text="No standing finding is a BLOCKER.")


class CheckOut(Shape):
    gate = Number()
    status = serializers.ChoiceField(["checked", "waiting", "failed", "unasked", "kept"])
    why = Text(allow_blank=True)
    left_out = serializers.ListField(child=Text())


class ChecksOut(Shape):
    is_model_asked = Flag()
    checks = CheckOut(many=True)


class CheckedOut(ChecksOut):
    asked = Number(help_text="Checks that were asked for now.")


class DeliverableOut(Shape):
    kind = Text()
    stage = Number()
    version = Number()
    content = serializers.DictField()
    source_answer_ids = serializers.DictField(
        child=Number(), help_text="Answer versions it rests on."
    )
    confidence = optional(serializers.FloatField)
    is_stale = Flag(help_text="A source answer changed since.")
    created_at = Time()


class DeliverableListOut(Shape):
    kind = Text()
    stage = Number()
    version = optional(Number)
    is_stale = Flag()
    created_at = optional(Time)


class DeliverablesOut(Shape):
    items = DeliverableListOut(many=True)


class LineOut(Shape):
    question = Text()
    kind = serializers.ChoiceField(["question", "attempt", "assessment", "follow_up"])
    attempt = Number()
    text = Text(allow_blank=True)
    value = serializers.JSONField()
    score = optional(serializers.FloatField)
    happened_at = optional(Time)


class TranscriptOut(Shape):
    lines = LineOut(many=True)


class CallOut(Shape):
    called_at = Time()
    purpose = Text()
    provider = Text()
    model = Text()
    host = Text(allow_blank=True, help_text="Where the text went; empty = nothing left the house.")
    prompt_version = Text()
    question_keys = serializers.ListField(child=Text())
    outcome = Text()
    tokens_in = Number()
    tokens_out = Number()
    cost = Text()
    currency = Text()
    sent_text = Text(allow_blank=True)
    sent_hash = Text()


class CoachingOut(Shape):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(Coaching.Status.choices)
    text = Text(allow_blank=True, help_text="Your facts, with [blanks] where something is missing.")
    source = Text(allow_blank=True)
    dropped_count = Number()
    is_taken = Flag()
    asked_at = Time()


class ProposalOut(Shape):
    name = Text()
    size = Number()
    status = serializers.ChoiceField(Proposal.Status.choices)
    refusal = Text(allow_blank=True)
    passage_count = Number()
    suspected_count = Number()
    is_cut = Flag()
    uploaded_at = Time()


class CandidateOut(Shape):
    id = serializers.UUIDField()
    question = Text()
    passage = Text()
    place = Text(allow_blank=True)
    state = serializers.ChoiceField(Candidate.State.choices)
    file = Text()


class ProposalsOut(Shape):
    files = ProposalOut(many=True)
    candidates = CandidateOut(many=True)


class CollaboratorOut(Shape):
    person = PersonOut()
    level = serializers.ChoiceField(Collaborator.Level.choices)
    added_at = Time()
    added_by = PersonOut()


class ColleagueRequestOut(Shape):
    id = serializers.UUIDField()
    question = Text()
    email = Text()
    note = Text(allow_blank=True)
    state = serializers.ChoiceField(["open", "expired", "replied", "taken", "closed"])
    asked_at = Time()
    expires_at = Time()
    reply = Text(allow_blank=True, help_text="Offered; nothing of it is an answer yet.")
    replied_at = optional(Time)
