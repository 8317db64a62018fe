"""What the buttons of a question page do with what is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from interviews.fields import names, rows
from interviews.fields.parsing import FREE_TEXT, REPLY, read_post, with_reply
from interviews.fields.raw import has_rows_and_reason, is_blank, without_blank_rows
from interviews.forms import UnknownForm
from interviews.refusals import AnswerChanged, DraftChanged, SessionNotOpen, Unstorable
from interviews.services import attempts, drafts, escalations, privacy
from interviews.views import conflicts, wayfinding
from interviews.views.question_page import QuestionPage, respond

NO_REPLY = "Write your reply to the question first, then add it."
ROWS_AND_REASON = "You listed rows and also gave a reason for listing none. Clear one of the two."


@dataclass(frozen=True)
class Filled:
    """A posted question page: who posted what, built on which versions."""

    request: HttpRequest
    page: QuestionPage
    raw: Any
    answer_version: int
    draft_version: int

    @property
    def here(self) -> str:
        return wayfinding.question_url(self.page.session, self.page.question.key)

    def again(self, *, status: int = 422, **changes: Any) -> HttpResponse:
        """The page once more with all that was typed, kept as a draft too.

        A reload repeats an old refusal: where a newer draft stands, both are shown.
        """
        try:
            kept = self.save() if not is_blank(self.raw) else drafts.live_draft(self.page.answer)
        except DraftChanged as refusal:
            return conflicts.show(self.request, self.page, self.raw, refusal)
        except (AnswerChanged, SessionNotOpen, Unstorable):
            kept = drafts.live_draft(self.page.answer)
        page = replace(self.page, raw=self.raw, origin="typed", draft=kept, **changes)
        return respond(self.request, page, status=status)

    def save(self) -> Any:
        """Stores the draft. Raises AnswerChanged, DraftChanged, SessionNotOpen."""
        answer = self.page.answer
        answer.session = self.page.session
        try:
            return drafts.save_draft(
                answer=answer,
                value=self.raw,
                draft_version=self.draft_version,
                answer_version=self.answer_version,
                by=self.request.user,
            )
        except DraftChanged as refusal:
            # The page's own autosave was faster than its button: nothing is in conflict.
            if refusal.draft.value == self.raw:
                return refusal.draft
            raise

    def keep_quietly(self) -> Any:
        """The draft if it could be stored; where another one is newer, that one stays."""
        if is_blank(self.raw):
            return drafts.live_draft(self.page.answer)
        try:
            return self.save()
        except (AnswerChanged, DraftChanged, SessionNotOpen, Unstorable):
            return drafts.live_draft(self.page.answer)


def filled_in(request: HttpRequest, page: QuestionPage) -> Filled:
    return Filled(
        request=request,
        page=page,
        raw=conflicts.mine(request.POST, page.question) or read_post(page.question, request.POST),
        answer_version=version_of(request.POST.get("answer_version")),
        draft_version=version_of(request.POST.get("draft_version")),
    )


def version_of(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _submit(filled: Filled) -> HttpResponse:
    """Plain checks at once, then the attempt; the person goes on while it is scored."""
    page, raw = filled.page, without_blank_rows(filled.raw, filled.page.question)
    if has_rows_and_reason(filled.raw, page.question):
        return filled.again(problems=[ROWS_AND_REASON])
    cleaned = page.check(raw)
    if not cleaned.is_complete:
        return replace(filled, raw=raw).again(issues=cleaned.issues)
    try:
        attempts.submit_attempt(
            reading=page.reading,
            question_key=page.question.key,
            value=cleaned.value,
            by=filled.request.user,
            answer_version=filled.answer_version,
        )
    except AnswerChanged as refusal:
        # A second click on the same button sends the same words: they are stored already.
        if refusal.answer.value != cleaned.value:
            raise
    messages.success(filled.request, f"{page.question.key} is being scored.")
    for issue in cleaned.warnings:
        messages.warning(filled.request, f"{page.question.key}: {issue.message}")
    return redirect(wayfinding.url_after(page.reading, page.question.key))


def _reply(filled: Filled) -> HttpResponse:
    """Submits with the reply to the follow-up at the end of the text, which has it by now."""
    page, reply = filled.page, filled.request.POST.get(REPLY, "")
    if is_blank(reply):
        return filled.again(problems=[NO_REPLY])
    if names.field_name(FREE_TEXT) not in filled.request.POST:
        # It came alone, without the other inputs: what stands there is what it adds to.
        whole = with_reply(page.question, page.as_found().raw, reply)
        filled = replace(filled, raw=whole)
    return _submit(filled)


def _still_correct(filled: Filled) -> HttpResponse:
    """An unchanged answer holds although an earlier one changed."""
    page = filled.page
    if page.answer.current_attempt is None:
        return redirect(filled.here)
    attempts.submit_attempt(
        reading=page.reading,
        question_key=page.question.key,
        value=page.answer.current_attempt.value,
        by=filled.request.user,
        answer_version=filled.answer_version,
        confirming=True,
    )
    words = f"{page.question.key} is confirmed. An unchanged answer keeps its score."
    messages.success(filled.request, words)
    return redirect(filled.here)


def _unknown(filled: Filled) -> HttpResponse:
    """ "I don't know yet": a person and a date instead of an answer; what was typed is kept."""
    page = filled.page
    form = UnknownForm(filled.request.POST, today=page.session.today)
    if not form.is_valid():
        return filled.again(unknown_form=form)
    answer = attempts.mark_unknown(
        reading=page.reading,
        question_key=page.question.key,
        owner=form.cleaned_data["owner"],
        due_date=form.cleaned_data["due"],
        note=form.cleaned_data["note"],
        by=filled.request.user,
        answer_version=filled.answer_version,
    )
    if not is_blank(filled.raw):
        replace(filled, answer_version=answer.version, draft_version=0).keep_quietly()
    messages.success(filled.request, f"{page.question.key} is noted as not known yet.")
    return redirect(wayfinding.url_after(page.reading, page.question.key))


def _stop_trying(filled: Filled) -> HttpResponse:
    """The person has nothing better to say: the best attempt stands and a reviewer reads it."""
    page = filled.page
    escalations.stop_trying(
        reading=page.reading, question_key=page.question.key, by=filled.request.user
    )
    messages.success(filled.request, f"A reviewer reads {page.question.key} as it is.")
    return redirect(wayfinding.url_after(page.reading, page.question.key))


def _leave(filled: Filled) -> HttpResponse:
    filled.save()
    messages.success(filled.request, f"Your draft of {filled.page.question.key} is saved.")
    return redirect("interviews:session-detail", filled.page.session.code)


def _stay(filled: Filled) -> HttpResponse:
    filled.save()
    return redirect(filled.here)


def _discard(filled: Filled) -> HttpResponse:
    drafts.discard_draft(answer=filled.page.answer, by=filled.request.user)
    messages.success(filled.request, "The draft is thrown away.")
    return redirect(filled.here)


def _keep_away(filled: Filled) -> HttpResponse:
    """Nothing of this answer goes to a language model from now on; what was typed is kept."""
    key = _keep_what_was_typed(filled)
    privacy.keep_from_model(filled.page.answer, by=filled.request.user)
    messages.success(filled.request, f"From now on {key} is not sent to a language model.")
    return redirect(filled.here)


def _allow_model(filled: Filled) -> HttpResponse:
    key = _keep_what_was_typed(filled)
    privacy.allow_model(filled.page.answer, by=filled.request.user)
    messages.success(filled.request, f"A language model may read {key} again.")
    return redirect(filled.here)


def _keep_what_was_typed(filled: Filled) -> str:
    """A draft where the page says something new; the question's key."""
    page = filled.page
    if filled.raw != page.as_found().raw:
        filled.keep_quietly()
    page.answer.session = page.session
    return page.question.key


def _row_action(filled: Filled) -> HttpResponse:
    """A table button without JavaScript: keeps all that was typed and draws the table anew."""
    action = rows.RowAction.parse(filled.request.POST["row_action"])
    question_ = filled.page.question
    if action is None or action.table not in {one.name for one in question_.fields}:
        return _stay(filled)
    changed = rows.apply(action, question_, filled.raw, filled.request.POST)
    replace(filled, raw=changed).save()
    return redirect(f"{filled.here}#t-{action.table}")


ACTIONS: dict[str, Callable[[Filled], HttpResponse]] = {
    "submit": _submit,
    "reply": _reply,
    "save": _leave,
    "stay": _stay,
    "unknown": _unknown,
    "keep": _still_correct,
    "stop": _stop_trying,
    "discard": _discard,
    "keep_away": _keep_away,
    "allow_model": _allow_model,
}


def action_of(request: HttpRequest) -> Callable[[Filled], HttpResponse]:
    """The button that was pressed; whatever is unknown saves and stays."""
    if "row_action" in request.POST:
        return _row_action
    return ACTIONS.get(request.POST.get("action", "submit"), _stay)
