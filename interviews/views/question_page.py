"""What the page of one question shows, gathered once for every way of arriving there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from interviews.answerset import AnswerState
from interviews.fields import forms as field_forms
from interviews.fields.parsing import takes_reply
from interviews.fields.prefill import start_value
from interviews.fields.raw import is_blank
from interviews.fields.readable import read_out
from interviews.fields.sheet import Sheet
from interviews.forms import UnknownForm
from interviews.models import Answer, Draft, Finding, InterviewSession
from interviews.policies import may_answer
from interviews.protocol import values
from interviews.protocol.issues import Issue
from interviews.protocol.types import Question
from interviews.services import drafts, privacy
from interviews.services.reading import Reading, text_limit
from interviews.services.standing import history_of, standing_of
from interviews.views import wayfinding, worked_out


@dataclass(frozen=True)
class QuestionPage:
    """One question of one session as this person meets it."""

    session: InterviewSession
    reading: Reading
    question: Question
    raw: Any = None
    #: Where ``raw`` comes from: "typed", "draft", "answer", "prefill" or "".
    origin: str = ""
    draft: Draft | None = None
    taken_from: tuple[str, ...] = ()
    issues: Sequence[Issue] = ()
    problems: Sequence[str] = ()
    unknown_form: UnknownForm | None = None
    answer: Answer = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "answer", self.reading.by_key[self.question.key])

    def as_found(self) -> QuestionPage:
        """With what stands there already: live draft, else current value, else prefill."""
        draft = drafts.live_draft(self.answer)
        if draft is not None:
            return replace(self, raw=draft.value, origin="draft", draft=draft)
        attempt = self.answer.current_attempt
        if attempt is not None:
            cleaned = self.check(attempt.value)
            return replace(self, raw=attempt.value, origin="answer", issues=cleaned.warnings)
        raw, taken_from = start_value(self.question, self.reading.values)
        return replace(self, raw=raw, origin="prefill" if taken_from else "", taken_from=taken_from)

    def check(self, raw: Any) -> values.Cleaned:
        """The plain checks, against the session's other answers."""
        return values.clean(
            self.question,
            raw,
            values=self.reading.values,
            as_of=self.session.today,
            text_limit=text_limit(),
        )

    @property
    def applies(self) -> bool:
        """Whether earlier answers make the question relevant now."""
        return self.question in self.reading.visible

    @property
    def sheet(self) -> Sheet:
        return Sheet(
            protocol=self.reading.protocol,
            question=self.question,
            raw=self.raw,
            values=self.reading.values,
            today=self.session.today,
            issues=self.issues,
        )


def respond(request: HttpRequest, page: QuestionPage, *, status: int = 200) -> HttpResponse:
    """The whole page; a reader who may not answer gets it without inputs."""
    is_requester = may_answer(request.user, page.session)
    context = _context(page, is_requester and page.session.is_open and page.applies)
    context["is_reader"] = not is_requester
    return render(request, "interviews/question.html", context, status=status)


def _context(page: QuestionPage, may_write: bool) -> dict[str, Any]:
    answer, question, reading = page.answer, page.question, page.reading
    sheet = page.sheet
    before, after, number, count = wayfinding.neighbours(reading, question.key)
    history = history_of(answer)
    return {
        "session": page.session,
        "question": question,
        "answer": answer,
        "page": page,
        "stages": wayfinding.stages(reading, question.stage_number),
        "stage": reading.protocol.stage(question.stage_number),
        "before": before,
        "after": after,
        "number": number,
        "count": count,
        "minutes_left": wayfinding.minutes_left(reading),
        "standing": standing_of(answer, question, history),
        "history": [_past(question, one) for one in history],
        "inputs": field_forms.draw(sheet) if may_write else "",
        "remarks": sheet.blocking,
        "current": read_out(question, answer.value),
        "worked_out": worked_out.sentences(reading, question.key),
        "settled": _settled(reading, question),
        "waiting": _waiting(reading, question),
        "changed": wayfinding.changed_before(reading, answer),
        "findings": _findings(page),
        "unknown_form": page.unknown_form or UnknownForm(today=page.session.today),
        "provenance": page.session.provenance.get(question.key, ""),
        "may_write": may_write,
        "is_model_asked": privacy.is_model_asked(),
        "may_reply": may_write and takes_reply(question),
        "is_wide": any(one.kind == "table" and len(one.columns) > 4 for one in question.fields),
    }


def _past(question: Question, assessment: Any) -> dict[str, Any]:
    return {
        "attempt": assessment.attempt,
        "assessment": assessment,
        "shown": read_out(question, assessment.attempt.value),
    }


def _waiting(reading: Reading, question: Question) -> list[wayfinding.Item]:
    """Other answers that were scored and need more detail."""
    return [
        item
        for item in wayfinding.items(reading)
        if item.answer.state == AnswerState.NEEDS_WORK and item.question.key != question.key
    ]


def _settled(reading: Reading, question: Question) -> list[dict[str, Any]]:
    """Earlier answers that this one builds on."""
    return [
        {
            "question": reading.protocol.question(key),
            "answer": reading.by_key[key],
            "shown": read_out(reading.protocol.question(key), reading.values[key]),
            "url": wayfinding.question_url(reading.session, key),
        }
        for key in question.depends_on
        if not is_blank(reading.values.get(key))
    ]


def _findings(page: QuestionPage) -> list[Finding]:
    """What the rules say about this answer; one statement."""
    found = Finding.objects.filter(session=page.session).standing()
    return [one for one in found if page.question.key in one.answer_ids]
