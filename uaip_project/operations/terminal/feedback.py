"""Says how an answer was judged and what is asked back."""

from __future__ import annotations

from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment
from interviews.protocol.types import Question
from interviews.services.escalations import scored_in_round
from interviews.services.reading import attempts_of
from uaip_project.operations.terminal.screen import Screen

VERDICTS = {"met": "yes", "partly": "partly", "absent": "no"}


def tell(screen: Screen, question: Question, answer: Answer, *, is_verbose: bool = False) -> None:
    """The outcome of the attempt that counts now."""
    assessment = answer.current_assessment
    if answer.state == AnswerState.SCORING or assessment is None:
        screen.say(f"{question.key} is kept and will be scored by the worker.")
        return
    if answer.state == AnswerState.ACCEPTED:
        screen.say(f"Accepted: {assessment.score} of 10 ({assessment.threshold} needed).")
        if is_verbose:
            _elements(screen, question, assessment)
        return
    if answer.state == AnswerState.ESCALATED:
        screen.say(
            f"A person will look at this one: your best answer has {assessment.score} of 10 "
            f"({assessment.threshold} needed) and counts for now."
        )
        return
    used = len({one.attempt_id for one in scored_in_round(answer)})
    most = attempts_of(answer.stage_number)
    screen.say(
        f"More detail is needed: {assessment.score} of 10 ({assessment.threshold} needed). "
        f"Attempt {used} of {most}."
    )
    _elements(screen, question, assessment)
    _asked_back(screen, assessment)


def _elements(screen: Screen, question: Question, assessment: Assessment) -> None:
    """Element by element, with the words of the answer that it rests on."""
    if assessment.is_off_topic:
        screen.say("This does not seem to answer the question.", indent=2)
    if assessment.injection_suspected:
        screen.say("Part of it speaks to the scorer and was not scored.", indent=2)
    means = {one.id: one.means for one in question.rubric}
    for one in assessment.elements:
        said = VERDICTS.get(one["verdict"], one["verdict"])
        screen.say(f"{said:<7}{means.get(one['id'], one['id'])}", indent=2)
        if one["quote"]:
            screen.say(f'"{one["quote"]}"', indent=9)
        elif means.get(one["id"], "") not in one["comment"]:
            screen.say(one["comment"], indent=9)


def _asked_back(screen: Screen, assessment: Assessment) -> None:
    follow_ups = list(assessment.follow_ups.all())
    if follow_ups:
        screen.say(f"Question back: {follow_ups[0].text}")
    if assessment.example:
        screen.say(f"An example from elsewhere: {assessment.example}")
