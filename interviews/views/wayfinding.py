"""Where a person is in the interview, how much is left, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from interviews.answerset import SETTLED, AnswerState
from interviews.models import Answer, InterviewSession
from interviews.protocol.types import Question, Stage
from interviews.services.reading import Reading

#: Answers that need nothing more from the person for now.
DONE_FOR_NOW = SETTLED | {AnswerState.SCORING}


@dataclass(frozen=True)
class StagePlace:
    """One of the five stages as the list on every page shows it."""

    number: int
    name: str
    shown_count: int
    settled_count: int
    minutes_left: float
    is_current: bool
    url: str

    @property
    def is_done(self) -> bool:
        return self.settled_count == self.shown_count


@dataclass(frozen=True)
class Item:
    """A question with its answer and its address."""

    question: Question
    answer: Answer
    session: InterviewSession

    @property
    def url(self) -> str:
        """Made only for the few that a page links to: a reversal costs more than the rest."""
        return question_url(self.session, self.question.key)


@dataclass(frozen=True)
class Recheck:
    """An answer to look at once more, and what changed beneath it."""

    item: Item
    changed: tuple[Question, ...]


def question_url(session: InterviewSession, key: str) -> str:
    return reverse("interviews:question", args=[session.code, key])


def stage_url(session: InterviewSession, number: int) -> str:
    return reverse("interviews:stage-review", args=[session.code, number])


def items(reading: Reading, stage_number: int | None = None) -> list[Item]:
    """The questions that apply, of one stage or of all, in order."""
    return [
        Item(one, reading.by_key[one.key], reading.session)
        for one in reading.visible
        if stage_number is None or one.stage_number == stage_number
    ]


def changed_before(reading: Reading, answer: Answer) -> list[Question]:
    """The earlier questions whose answers changed since this one was given."""
    changed = reading.changed_upstream(answer)
    return [reading.protocol.question(key) for key in changed if key in reading.protocol]


def to_check_again(reading: Reading, stage_number: int | None = None) -> list[Recheck]:
    """Settled answers that were given before an answer they build on changed.

    One that needs more detail is asked for anyway, and then rests on what stands there by then.
    """
    settled = (one for one in items(reading, stage_number) if one.answer.state in SETTLED)
    found = [(one, changed_before(reading, one.answer)) for one in settled]
    return [Recheck(item, tuple(changed)) for item, changed in found if changed]


def stages(reading: Reading, current: int | None = None) -> list[StagePlace]:
    """All stages with what is settled and the minutes that are left."""
    return [_place(reading, stage, current) for stage in reading.protocol.stages]


def _place(reading: Reading, stage: Stage, current: int | None) -> StagePlace:
    shown = items(reading, stage.number)
    left = [one for one in shown if one.answer.state not in DONE_FOR_NOW]
    first = left[0].url if left else stage_url(reading.session, stage.number)
    return StagePlace(
        number=stage.number,
        name=stage.name,
        shown_count=len(shown),
        settled_count=sum(one.answer.state in SETTLED for one in shown),
        minutes_left=sum(one.question.minutes for one in left),
        is_current=stage.number == current,
        url=first,
    )


def minutes_left(reading: Reading) -> float:
    return sum(
        one.question.minutes for one in items(reading) if one.answer.state not in DONE_FOR_NOW
    )


def url_after(reading: Reading, key: str) -> str:
    """Where a person goes on after a question: the next one of the stage that nobody has
    answered, else the stage's check page."""
    stage_number = reading.protocol.question(key).stage_number
    shown = items(reading, stage_number)
    untouched = [one for one in shown if one.answer.state == AnswerState.DRAFT]
    position = reading.by_key[key].position
    later = [one for one in untouched if one.answer.position > position]
    others = [one for one in later or untouched if one.question.key != key]
    return others[0].url if others else stage_url(reading.session, stage_number)


def continue_url(reading: Reading) -> str:
    """Where the big button leads: the first question not answered, else one that needs more
    detail, else the last stage's check page."""
    shown = items(reading)
    for state in (AnswerState.DRAFT, AnswerState.NEEDS_WORK):
        for one in shown:
            if one.answer.state == state:
                return one.url
    return stage_url(reading.session, reading.session.current_stage)


def neighbours(reading: Reading, key: str) -> tuple[Item | None, Item | None, int, int]:
    """The item before and after, and "question n of m" within the stage."""
    shown = items(reading, reading.protocol.question(key).stage_number)
    keys = [one.question.key for one in shown]
    if key not in keys:
        return None, None, 0, len(keys)
    here = keys.index(key)
    before = shown[here - 1] if here else None
    after = shown[here + 1] if here + 1 < len(shown) else None
    return before, after, here + 1, len(keys)
