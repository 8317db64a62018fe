"""Judges attempts: the embedded scorer always, and a language model where one may and can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

from django.conf import settings

from interviews.answerset import AnswerState
from interviews.llm import prompting, providers, router
from interviews.llm import scoring as llm_scoring
from interviews.llm.types import FaultKind, ModelFault, ModelReply, Purpose
from interviews.models import Answer, Assessment, Attempt, FollowUp
from interviews.models.assessment import AssessmentQuerySet
from interviews.protocol.types import Question
from interviews.scoring import evidence, guard, model_reply, offline, rubric
from interviews.scoring.blanks import without_blanks
from interviews.scoring.judgement import Judgement
from interviews.scoring.prompt_text import ScoringItem
from interviews.scoring.version import version_with
from interviews.services.reading import protocol_of, screen_patterns, threshold_of

EMBEDDED = "embedded"
FULL_SCORE = 10.0
#: A provisional score stays this close to the threshold, whatever the embedded scorer says.
PROVISIONAL_MARGIN = 1.0
#: Answers in one of these have no value, whatever was once submitted.
NOT_GIVEN = frozenset({AnswerState.UNKNOWN, AnswerState.SKIPPED_BY_CONDITION})
#: Faults that one text of several may have caused.
FAULTS_OF_CONTENT = frozenset(
    {
        FaultKind.REFUSED,
        FaultKind.WRONG_SHAPE,
        FaultKind.MALFORMED,
        FaultKind.TRUNCATED,
        FaultKind.TOO_LONG,
        FaultKind.BAD_REQUEST,
        FaultKind.KEPT_AWAY,
    }
)


@dataclass(frozen=True)
class Scorer:
    """Who judged, as an assessment keeps it."""

    name: str
    version: str
    model: str = ""
    prompt_version: str = ""

    @classmethod
    def embedded(cls) -> Scorer:
        return cls(EMBEDDED, version_with(evidence.site_folder()))

    @classmethod
    def of_reply(cls, reply: ModelReply[Any], prompt_version: str) -> Scorer:
        version = f"{prompt_version}@{reply.model}"
        return cls(reply.provider, version, reply.model, prompt_version)


@dataclass(frozen=True)
class Judged:
    """One attempt with its judgement and who gave it."""

    attempt: Attempt
    question: Question
    judgement: Judgement
    scorer: Scorer
    is_provisional: bool = False
    is_rechecked: bool = False
    #: The model would not read it, so a person must.
    is_refused: bool = False
    #: Why it is provisional.
    fault: ModelFault | None = None

    @cached_property
    def threshold(self) -> float:
        """Asked once: it may change at run time, and score and verdict must fit together."""
        return threshold_of(self.attempt.answer.stage_number)

    @property
    def score(self) -> float:
        """0 to 10 with one decimal."""
        if not self.question.scored:
            # Complete as soon as it is valid: a screening without a yes has nothing to explain.
            return FULL_SCORE
        score = rubric.score(self.question, self.judgement, threshold=self.threshold)
        return min(score, self.threshold + PROVISIONAL_MARGIN) if self.is_provisional else score


def model_names() -> list[str]:
    """The models that are configured now, the one asked first in front."""
    return [one.model for one in providers.configured()]


def by_present_scorer(assessments: AssessmentQuerySet, *, is_by_model: bool) -> AssessmentQuerySet:
    """Those that a model configured now gave, or the embedded scorer as it is now."""
    if is_by_model:
        prompt_version = prompting.prompt("score").version
        return assessments.filter(model_name__in=model_names(), prompt_version=prompt_version)
    # What it said a second time, about an attempt that it had judged provisionally, has a mark.
    return assessments.filter(scorer_version__startswith=Scorer.embedded().version)


def is_model_wanted(answer: Answer) -> bool:
    """Whether a model may and should read this answer at all."""
    return router.is_configured() and not (
        answer.is_kept_from_model or answer.session.is_kept_from_model
    )


def judge(attempts: Sequence[Attempt], context: Context | None = None) -> list[Judged]:
    """Judges attempts of one session; where a model is due, in as few calls as their length allows.

    ``context`` is read here unless the caller has just done so. Never raises for a model's sake:
    what no provider could judge comes back provisional.
    """
    if not attempts:
        return []
    context = context or context_of(attempts[0].answer)
    by_embedded = [_embedded(attempt, context.values) for attempt in attempts]
    due = [one for one in by_embedded if _is_for_model(one, context)]
    by_model = {
        judged.attempt.pk: judged
        for group in _grouped(due, context)
        for judged in _ask(group, context)
    }
    return [by_model.get(one.attempt.pk, one) for one in by_embedded]


@dataclass(frozen=True)
class Context:
    """Canonical values of the session's answers, and those a model may see."""

    values: dict[str, object] = field(default_factory=dict)
    shareable: dict[str, object] = field(default_factory=dict)
    #: Answers that must not leave the house, as marked at this moment.
    kept: set[str] = field(default_factory=set)
    #: Answers that wait for their score.
    waiting: set[str] = field(default_factory=set)


def context_of(answer: Answer) -> Context:
    """Rubrics of some questions look at earlier answers; what is kept away stays at home."""
    # Plain values: rows as objects would cost more than all the rest of this read.
    rows = Answer.objects.filter(session=answer.session_id).order_by()
    given = rows.values_list(
        "question_key",
        "current_attempt__value",
        "state",
        "is_kept_from_model",
        "session__is_kept_from_model",
        "current_assessment__injection_suspected",
    )
    context = Context()
    for key, value, state, is_kept, is_session_kept, is_suspected in given:
        if value is None or state in NOT_GIVEN:
            continue
        context.values[key] = value
        if state == AnswerState.SCORING:
            context.waiting.add(key)
        if is_kept or is_session_kept:
            context.kept.add(key)
        if _is_shareable(state, is_kept=is_kept, is_suspected=is_suspected):
            context.shareable[key] = value
    return context


def is_shareable(answer: Answer) -> bool:
    """Whether an earlier answer may stand beside another one in a model's prompt."""
    assessment = answer.current_assessment
    is_suspected = None if assessment is None else assessment.injection_suspected
    return _is_shareable(answer.state, is_kept=answer.is_kept_from_model, is_suspected=is_suspected)


def _is_shareable(state: str, *, is_kept: bool, is_suspected: bool | None) -> bool:
    """``is_suspected`` is None while nobody has judged it."""
    return not is_kept and state != AnswerState.SCORING and is_suspected is False


def _embedded(attempt: Attempt, values: dict[str, object]) -> Judged:
    answer = attempt.answer
    question = protocol_of(answer.session).question(answer.question_key)
    judgement = offline.judge(
        question,
        attempt.value,
        values=values,
        attempt_number=attempt.number,
        screen_patterns=screen_patterns(),
    )
    return Judged(attempt, question, judgement, Scorer.embedded())


def _is_for_model(one: Judged, context: Context) -> bool:
    """Nothing that steers leaves the house, nor what is settled without reading.

    The mark is read anew: the job may have waited since somebody set it.
    """
    if one.question.key in context.kept:
        return False
    return is_model_wanted(one.attempt.answer) and model_reply.is_worth_asking(
        one.question, one.attempt.value, one.judgement
    )


def _grouped(due: Sequence[Judged], context: Context) -> list[list[Judged]]:
    """As many answers to a call as it has room for."""
    waiting = iter(due)
    sizes = llm_scoring.grouped([_item(one, context) for one in due], settings.LLM_BATCH_SIZE)
    return [list(islice(waiting, len(group))) for group in sizes]


def _ask(due: Sequence[Judged], context: Context) -> list[Judged]:
    try:
        first = _read(due, context, Purpose.SCORE, "score")
        return _with_second_opinion(due, first, context)
    except ModelFault as fault:
        if len(due) > 1:
            # One of them may be the stumbling block for all: each on its own says which.
            return _one_by_one(due, context, fault)
        return [_without_model(one, fault) for one in due]


def _one_by_one(due: Sequence[Judged], context: Context, fault: ModelFault) -> list[Judged]:
    if fault.kind not in FAULTS_OF_CONTENT:
        return [_without_model(one, fault) for one in due]
    return [judged for one in due for judged in _ask([one], context)]


def _without_model(one: Judged, fault: ModelFault) -> Judged:
    """The embedded judgement stands in: for good where the text is kept away.

    A refusal is for a person, all else is asked again.
    """
    if fault.kind == FaultKind.KEPT_AWAY:
        return one
    if fault.kind == FaultKind.REFUSED:
        return replace(one, is_refused=True, fault=fault)
    return replace(one, is_provisional=True, fault=fault)


def _read(
    due: Sequence[Judged],
    context: Context,
    purpose: Purpose,
    prompt_name: str,
    avoid: tuple[str, ...] = (),
) -> list[Judged]:
    """One call for all of them. Raises ModelFault."""
    prompt = prompting.prompt(prompt_name)
    items = [_item(one, context) for one in due]
    request = llm_scoring.scoring_request(
        items, session_id=due[0].attempt.answer.session_id, prompt=prompt, purpose=purpose
    )
    reply = router.ask(request, avoid=avoid)
    scorer = Scorer.of_reply(reply, prompt.version)
    found = model_reply.judgements(
        reply.content,
        items,
        embedded=[one.judgement for one in due],
        patterns=screen_patterns(),
        scored_by=scorer.version,
    )
    incomplete = ModelFault(FaultKind.WRONG_SHAPE, "The reply left this answer out.")
    return [
        replace(one, judgement=judgement, scorer=scorer)
        if judgement is not None
        else _without_model(one, incomplete)
        for one, judgement in zip(due, found, strict=True)
    ]


def _item(one: Judged, context: Context) -> ScoringItem:
    related = {
        key: context.shareable[key] for key in one.question.depends_on if key in context.shareable
    }
    return ScoringItem(
        question=one.question,
        value=without_blanks(one.attempt.value),
        attempt_number=one.attempt.number,
        related=related,
    )


def _with_second_opinion(
    due: Sequence[Judged], first: Sequence[Judged], context: Context
) -> list[Judged]:
    """Scores far above the embedded scorer's are asked for again, and the lower one stands."""
    return [
        _recheck(embedded, by_model, context) if _is_suspicious(embedded, by_model) else by_model
        for embedded, by_model in zip(due, first, strict=True)
    ]


def _is_suspicious(embedded: Judged, by_model: Judged) -> bool:
    return not by_model.is_provisional and guard.needs_recheck(
        by_model.question,
        by_model.judgement,
        embedded.judgement,
        by_model.threshold,
        float(settings.LLM["recheck"]["margin"]),
    )


def _recheck(embedded: Judged, first: Judged, context: Context) -> Judged:
    try:
        second = _read([embedded], context, Purpose.RECHECK, "recheck", (first.scorer.name,))[0]
    except ModelFault as fault:
        # Nobody confirmed it: it is provisional like any answer that no model could judge.
        return _without_model(embedded, fault)
    if second.is_provisional:
        return second
    judgement = guard.lower(first.question, first.judgement, second.judgement, first.threshold)
    return replace(first, judgement=judgement, is_rechecked=True)


def rows_of(judged: Judged) -> tuple[Assessment, list[FollowUp]]:
    """The rows to store, unsaved."""
    judgement, scorer = judged.judgement, judged.scorer
    threshold, score = judged.threshold, judged.score
    assessment = Assessment(
        attempt=judged.attempt,
        score=Decimal(str(score)),
        threshold=Decimal(str(threshold)),
        is_accepted=score >= threshold,
        is_provisional=judged.is_provisional,
        is_off_topic=judgement.is_off_topic,
        injection_suspected=judgement.injection_suspected,
        passages=list(judgement.passages),
        elements=[
            {"id": one.id, "verdict": one.verdict, "quote": one.quote, "comment": one.comment}
            for one in judgement.elements
        ],
        example=judgement.example,
        scored_by=scorer.name,
        scorer_version=scorer.version,
        model_name=scorer.model,
        prompt_version=scorer.prompt_version,
        dimensions=dict(judgement.dimensions),
        is_rechecked=judged.is_rechecked,
    )
    return assessment, [] if assessment.is_accepted else _follow_ups(assessment, judgement)


def _follow_ups(assessment: Assessment, judgement: Judgement) -> list[FollowUp]:
    most = int(settings.CONVERSATION["security"]["max_follow_up_length"])
    return [
        FollowUp(
            assessment=assessment,
            position=position,
            element_id=one.element_id,
            text=_cut(one.text, most),
        )
        for position, one in enumerate(judgement.followups, start=1)
    ]


def _cut(text: str, most: int) -> str:
    """The text, cut with an ellipsis where the site wants follow-ups shorter."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
