"""A score held for wrong: saying so, taking it back, the reviewers' list, and the ruling."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.policies import has_permission, require
from interviews.fields.readable import read_out
from interviews.forms import DisputeForm, DisputeRulingForm
from interviews.models import InterviewSession, ScoreDispute
from interviews.models.dispute import ScoreDisputeQuerySet
from interviews.policies import may_rule_on
from interviews.protocol.types import Question
from interviews.refusals import (
    AnswerChanged,
    DisputedAlready,
    NotDisputable,
    Refusal,
    SessionNotOpen,
)
from interviews.services import disputes, viewing
from interviews.services.disputes import ONLY_OTHERS
from interviews.services.reading import protocol_of, read
from interviews.services.standing import Standing, history_of, standing_of, verdicts
from interviews.views import door, wayfinding

#: Reviewers work from the oldest on, so a first page is all that is needed.
MOST_LISTED = 50
CHANGED = (
    "The answer changed or was scored meanwhile. Look at its score now, then send this again if it "
    "still holds."
)
DONE = {
    ScoreDispute.State.KEPT: "Your ruling is recorded: the score is kept.",
    ScoreDispute.State.CORRECTED: "Your ruling is recorded: the corrected score counts from now on.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, code: uuid.UUID, key: str) -> HttpResponse:
    """Says that the score of this answer is wrong, and why."""
    session = door.session_to_change(request, code)
    question = door.question_or_404(session, key)
    if request.method != "POST":
        standing = _standing(session, question)
        refused = _refusal(session, standing)
        if refused is not None:
            return door.refuse(request, session, refused)
        return _dispute_page(request, session, standing, DisputeForm())
    form = DisputeForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            disputes.raise_dispute(
                reading=read(session), question_key=key, by=request.user, **form.cleaned_data
            )
        except Refusal as refusal:
            # What was typed stays in the field, whatever stands in the way.
            status, words = (
                (409, CHANGED) if isinstance(refusal, AnswerChanged) else door.sentence(refusal)
            )
            form.add_error(None, words)
        else:
            messages.success(request, "A reviewer rules on this score. Until then it stands.")
            return redirect(wayfinding.question_url(session, key))
    return _dispute_page(request, session, _standing(session, question), form, status=status)


def _standing(session: InterviewSession, question: Question) -> Standing:
    answer = door.answer_or_404(session, question.key)
    return standing_of(answer, question, history_of(answer))


def _refusal(session: InterviewSession, standing: Standing) -> Refusal | None:
    """Why there is nothing to fill in."""
    if not session.is_open:
        return SessionNotOpen()
    if standing.dispute is not None and standing.dispute.is_open:
        return DisputedAlready()
    return NotDisputable(standing.why_no_dispute) if standing.why_no_dispute else None


def _dispute_page(
    request: HttpRequest,
    session: InterviewSession,
    standing: Standing,
    form: DisputeForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "session": session,
        "question": standing.question,
        "standing": standing,
        "form": form,
    }
    return render(request, "interviews/dispute.html", context, status=status)


@require_POST
def dispute_withdraw(request: HttpRequest, code: uuid.UUID, dispute: uuid.UUID) -> HttpResponse:
    """Takes it back."""
    session = door.session_to_change(request, code)
    found = get_object_or_404(_disputes(), answer__session=session, code=dispute)
    try:
        disputes.withdraw_dispute(dispute=found, by=request.user)
    except Refusal as refusal:
        return door.refuse(request, session, refusal)
    messages.success(request, "You no longer dispute this score. It stands as it is.")
    return redirect(wayfinding.question_url(session, found.answer.question_key))


def _disputes() -> ScoreDisputeQuerySet:
    return ScoreDispute.objects.select_related(
        "answer__session__owner", "assessment__attempt", "raised_by", "ruled_by"
    )


@require_safe
def dispute_list(request: HttpRequest) -> HttpResponse:
    """What waits for a ruling which this person may give, the oldest first."""
    require(has_permission(request.user, Permission.REVIEW_VOTE), ONLY_OTHERS)
    waiting = ScoreDispute.objects.to_rule_on(request.user).select_related(
        "answer__session", "assessment"
    )
    found = list(waiting[: MOST_LISTED + 1])
    context = {"disputes": found[:MOST_LISTED], "has_more": len(found) > MOST_LISTED}
    return render(request, "interviews/dispute_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute_ruling(request: HttpRequest, code: uuid.UUID, dispute: uuid.UUID) -> HttpResponse:
    """One disputed score with all it rests on; a POST keeps or corrects it."""
    visible = _disputes().visible_to(request.user)
    found: ScoreDispute = get_object_or_404(visible, answer__session__code=code, code=dispute)
    require(may_rule_on(request.user, found), ONLY_OTHERS)
    viewing.note_dispute_view(dispute=found, by=request.user)
    if request.method != "POST":
        return _ruling_page(request, found, _ruling_form(found))
    form = DisputeRulingForm(request.POST, disputed=found.assessment.score)
    if not found.is_open or not form.is_valid():
        return _ruling_page(request, found, form, status=422 if found.is_open else 409)
    try:
        ruled = disputes.rule_on_dispute(
            dispute=found,
            corrected_score=form.cleaned_data["score"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    except Refusal as refusal:
        # What was typed stays: who was a moment late may want to keep the words.
        status, words = door.sentence(refusal)
        form.add_error(None, words)
        return _ruling_page(request, found, form, status=status)
    messages.success(request, DONE[ScoreDispute.State(ruled.state)])
    return redirect("interviews:dispute-list")


def _ruling_form(found: ScoreDispute) -> DisputeRulingForm:
    return DisputeRulingForm(disputed=found.assessment.score)


def _ruling_page(
    request: HttpRequest, found: ScoreDispute, form: DisputeRulingForm, *, status: int = 200
) -> HttpResponse:
    session, key = found.answer.session, found.answer.question_key
    question = protocol_of(session).question(key)
    seen = InterviewSession.objects.visible_to(request.user).filter(pk=session.pk)
    context = {
        "session": session,
        "dispute": found,
        "question": question,
        "answer_shown": read_out(question, found.assessment.attempt.value),
        "verdicts": verdicts(question, found.assessment.elements),
        "form": form,
        "sees_interview": seen.exists(),
    }
    return render(request, "interviews/dispute_ruling.html", context, status=status)
