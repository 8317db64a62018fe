"""How one answer stands: what was found in it, what is asked back, how many attempts are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, FollowUp, ScoreDispute
from interviews.protocol.types import Question, RubricElement
from interviews.services import disputable
from interviews.services.reading import attempts_of, threshold_of

ORDER = {"absent": 0, "partly": 1, "met": 2}


@dataclass(frozen=True)
class Verdict:
    """What was found of one thing that a good answer contains."""

    element: RubricElement
    verdict: str
    quote: str
    comment: str

    @property
    def remark(self) -> str:
        """The scorer's comment where it says more than the rubric's own words."""
        return "" if self.element.means in self.comment else self.comment


@dataclass(frozen=True)
class Standing:
    """Everything that the status partial says about an answer."""

    answer: Answer
    question: Question
    assessment: Assessment | None
    verdicts: tuple[Verdict, ...]
    follow_up: FollowUp | None
    attempts_left: int
    threshold: float
    #: The latest dispute of a score of this answer.
    dispute: ScoreDispute | None
    #: Why the score cannot be disputed; "" when it can.
    why_no_dispute: str

    @property
    def is_scoring(self) -> bool:
        return self.answer.state == AnswerState.SCORING

    @property
    def missing(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.verdict == "absent"]

    @property
    def partly(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.verdict == "partly"]


def verdicts(question: Question, elements: Sequence[dict[str, Any]]) -> tuple[Verdict, ...]:
    """Stored verdicts with the words of the rubric; what is missing first."""
    known = {element.id: element for element in question.rubric}
    found = [
        Verdict(known[one["id"]], one["verdict"], one.get("quote", ""), one.get("comment", ""))
        for one in elements
        if one.get("id") in known
    ]
    return tuple(sorted(found, key=lambda one: (ORDER.get(one.verdict, 3), -one.element.weight)))


def history_of(answer: Answer) -> list[Assessment]:
    """Every judged attempt, the newest first; one statement, none before the first attempt."""
    if not answer.attempt_count:
        return []
    found = Assessment.objects.filter(attempt__answer=answer).select_related("attempt")
    return list(found.order_by("-attempt__number", "-pk"))


def standing_of(answer: Answer, question: Question, history: Sequence[Assessment]) -> Standing:
    """Reads the follow-up too, where more detail is needed, and the latest dispute where there was
    one (one statement each).
    """
    # The history has the assessment whole; the answer's own pointer comes without its long parts.
    wanted = answer.current_assessment_id
    assessment = next((one for one in history if one.pk == wanted), None)
    follow_up = None
    if answer.state == AnswerState.NEEDS_WORK and assessment is not None:
        follow_up = assessment.follow_ups.first()
    used = {one.attempt_id for one in history if one.attempt.round == answer.round}
    # Whoever is asked for more may answer once more, whatever was changed meanwhile.
    still_asked = answer.state == AnswerState.NEEDS_WORK
    last = disputable.last_of(answer)
    return Standing(
        answer=answer,
        question=question,
        assessment=assessment,
        # Where valid is enough, a list of what is "missing" would only worry people.
        verdicts=verdicts(question, assessment.elements) if assessment and question.scored else (),
        follow_up=follow_up,
        attempts_left=max(int(still_asked), attempts_of(answer.stage_number) - len(used)),
        threshold=_threshold(answer, assessment),
        dispute=last,
        why_no_dispute=disputable.why_not(answer, question, assessment, last),
    )


def _threshold(answer: Answer, assessment: Assessment | None) -> float:
    """What the next attempt needs; where none is due, what the judged one needed."""
    if assessment is None or answer.state == AnswerState.NEEDS_WORK:
        return threshold_of(answer.stage_number)
    return float(assessment.threshold)
