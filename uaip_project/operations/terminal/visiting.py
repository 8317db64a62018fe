"""One visit to one question: asking, plain checks, submitting, and answering back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from interviews.answerset import AnswerState
from interviews.fields.raw import is_blank, without_blank_rows
from interviews.fields.sheet import Sheet
from interviews.forms import UnknownForm
from interviews.models import Answer, InterviewSession
from interviews.protocol import presets, values
from interviews.protocol.types import Question
from interviews.refusals import AnswerChanged, DraftChanged, NothingChanged, UnknownNotAllowed
from interviews.services import attempts, drafts, escalations
from interviews.services.reading import Reading, read, text_limit
from uaip_project.operations.terminal import feedback
from uaip_project.operations.terminal.cards import Card
from uaip_project.operations.terminal.screen import LETTERS, LetGo, NotKnownYet, Screen, Wish

SAME_AS_BEFORE = "This is the same as before. Add what is asked back, or type x to leave it so."
CHANGED_ELSEWHERE = "Somebody changed this answer meanwhile. It stands like this now:"


@dataclass
class Visit:
    """A person at one question of a session."""

    session: InterviewSession
    question: Question
    by: User
    screen: Screen
    is_verbose: bool = False

    def hold(self) -> None:
        """Until the question needs nothing more for now. Raises a Wish to go elsewhere."""
        self.screen.explain = self._explain
        self._head()
        while True:
            reading = read(self.session)
            card = self._card(reading)
            try:
                card.ask_all()
                if self._take(card, reading):
                    return
            except NotKnownYet:
                if self._note_unknown(reading):
                    return
            except LetGo:
                if self._let_go(reading):
                    return
            except Wish:
                self._keep_draft(card, reading)
                raise

    def _head(self) -> None:
        one = self.question
        reading = read(self.session)
        shown = [other.key for other in reading.visible if other.stage_number == one.stage_number]
        stage = reading.protocol.stage(one.stage_number)
        self.screen.say()
        self.screen.say(
            f"{one.key} - {one.title} ({stage.name}, question {shown.index(one.key) + 1} "
            f"of {len(shown)})"
        )
        self.screen.say(one.ask)
        answer = reading.by_key[one.key]
        if answer.state == AnswerState.NEEDS_WORK:
            feedback.tell(self.screen, one, answer)
        elif answer.state == AnswerState.UNKNOWN:
            due = f", by {answer.unknown_due_date}" if answer.unknown_due_date else ""
            self.screen.say(f"Noted as not known yet: {answer.unknown_owner}{due}.")

    def _card(self, reading: Reading) -> Card:
        """With what stands there: the draft, else the current answer, else what is known."""
        answer = reading.by_key[self.question.key]
        draft = drafts.live_draft(answer)
        if draft is not None:
            raw, origin = draft.value, "Your draft"
        elif answer.value is not None:
            raw, origin = answer.value, "Your answer"
        else:
            raw, origin = presets.prefill(self.question, reading.values), "From earlier answers"
        if not is_blank(raw) and self.question.input != "text":
            known = self._cleaned(raw, reading).value
            self.screen.say(f"{origin}:", indent=2)
            self.screen.say(values.display(self.question, known), indent=4)
        sheet = Sheet(
            reading.protocol, self.question, raw, reading.values, today=self.session.today
        )
        return Card(self.screen, sheet, raw)

    def _cleaned(self, raw: Any, reading: Reading) -> values.Cleaned:
        return values.clean(
            self.question,
            without_blank_rows(raw, self.question),
            values=reading.values,
            as_of=self.session.today,
            text_limit=text_limit(),
        )

    def _take(self, card: Card, reading: Reading) -> bool:
        """Checks and submits what was typed; True when the question is done for now."""
        cleaned = self._cleaned(card.raw, reading)
        while not cleaned.is_complete:
            card.ask_again(cleaned.issues)
            cleaned = self._cleaned(card.raw, reading)
        for one in cleaned.warnings:
            self.screen.say(f"Note: {one.message}")
        answer = reading.by_key[self.question.key]
        if self._stands_already(answer, cleaned.value):
            return True
        try:
            attempts.submit_attempt(
                reading=reading,
                question_key=self.question.key,
                value=cleaned.value,
                by=self.by,
                answer_version=answer.version,
            )
        except NothingChanged:
            self.screen.say(SAME_AS_BEFORE)
            return False
        except AnswerChanged as refusal:
            self.screen.say(CHANGED_ELSEWHERE)
            self.screen.say(values.display(self.question, refusal.answer.value), indent=2)
            return False
        return self._outcome()

    def _stands_already(self, answer: Answer, value: Any) -> bool:
        settled = (AnswerState.ACCEPTED, AnswerState.ESCALATED, AnswerState.SCORING)
        return answer.state in settled and answer.value == value

    def _outcome(self) -> bool:
        answer = read(self.session).by_key[self.question.key]
        feedback.tell(self.screen, self.question, answer, is_verbose=self.is_verbose)
        if answer.state != AnswerState.NEEDS_WORK:
            return True
        self.screen.say(
            "Answer again: Enter keeps a part, + at the start of a text adds to it, s skips for "
            "now, x leaves it as it is."
        )
        return False

    def _note_unknown(self, reading: Reading) -> bool:
        if not self.question.unknown_allowed:
            self.screen.say("This question needs an answer: leaving it open would hide a risk.")
            return False
        self.screen.say("Not known yet: who finds out, and by when?")
        found = self._ask_unknown()
        try:
            attempts.mark_unknown(
                reading=reading,
                question_key=self.question.key,
                owner=found["owner"],
                due_date=found["due"],
                note=found["note"],
                by=self.by,
                answer_version=reading.by_key[self.question.key].version,
            )
        except (AnswerChanged, UnknownNotAllowed):
            self.screen.say("That was not possible: the answer was changed meanwhile.")
            return False
        self.screen.say(f"{self.question.key} is noted as not known yet.")
        return True

    def _ask_unknown(self) -> dict[str, Any]:
        mine = self.by.name or self.by.email
        while True:
            typed = {
                "unknown-owner": self.screen.line(f"  Who finds out? ({mine}) > ").strip() or mine,
                "unknown-due": self.screen.line("  By when? (YYYY-MM-DD) > ").strip(),
                "unknown-note": self.screen.line("  A note (optional) > ").strip(),
            }
            form = UnknownForm(typed, today=self.session.today)
            if form.is_valid():
                return form.cleaned_data
            for messages in form.errors.values():
                self.screen.say(f"! {messages[0]}")

    def _let_go(self, reading: Reading) -> bool:
        try:
            escalations.stop_trying(reading=reading, question_key=self.question.key, by=self.by)
        except AnswerChanged:
            self.screen.say("There is no scored answer yet that could be left as it is.")
            return False
        return self._outcome()

    def _keep_draft(self, card: Card, reading: Reading) -> None:
        """What was typed and not submitted is there again on the next visit."""
        answer = reading.by_key[self.question.key]
        if is_blank(card.raw) or card.raw == answer.value or card.raw == card.sheet.raw:
            return
        live = drafts.live_draft(answer)
        answer.session = self.session
        try:
            drafts.save_draft(
                answer=answer,
                value=card.raw,
                draft_version=live.version if live else 0,
                answer_version=answer.version,
                by=self.by,
            )
        except (AnswerChanged, DraftChanged):
            self.screen.say("Your draft was not kept: a newer one is there already.")
            return
        self.screen.say(f"What you typed for {self.question.key} is kept as a draft.")

    def _explain(self) -> None:
        one = self.question
        self.screen.say(f"Why: {one.why}")
        self.screen.say(f"Too vague: {one.vague}")
        self.screen.say(f"Strong: {one.strong}")
        self.screen.say(LETTERS)
