"""Addresses of the interviews' operations; mounted below /api/v1/ and /api/."""

from __future__ import annotations

from django.urls import path

from interviews.api.views import (
    attempts,
    coaching,
    colleagues,
    deliverables,
    disputes,
    drafts,
    findings,
    items,
    progress,
    proposals,
    questions,
    sessions,
    sharing,
    stages,
)

ONE = "sessions/<code:code>"
ITEM = f"{ONE}/items/<slug:key>"
ASKED = f"{ONE}/colleague-requests/<code:asked>"
COLLEAGUE = f"{ONE}/collaborators/<code:person>"
COACHING = f"{ITEM}/coachings/<code:coaching>"
DISPUTE = f"{ITEM}/disputes/<code:dispute>"

urlpatterns = [
    path("questions", questions.Questions.as_view(), name="questions"),
    path("questions/<slug:key>", questions.OneQuestion.as_view(), name="question"),
    path("sessions", sessions.Sessions.as_view(), name="sessions"),
    path(ONE, sessions.OneSession.as_view(), name="session"),
    path(f"{ONE}/pause", sessions.Pause.as_view(), name="session-pause"),
    path(f"{ONE}/resume", sessions.Resume.as_view(), name="session-resume"),
    path(f"{ONE}/progress", progress.Progress.as_view(), name="session-progress"),
    path(f"{ONE}/events", progress.Events.as_view(), name="session-events"),
    path(f"{ONE}/stream", progress.Stream.as_view(), name="session-stream"),
    path(f"{ONE}/stages", stages.Stages.as_view(), name="session-stages"),
    path(f"{ONE}/stages/<int:number>/advance", stages.Advance.as_view(), name="stage-advance"),
    path(f"{ONE}/stages/<int:number>/execute", stages.Execute.as_view(), name="stage-execute"),
    path(f"{ONE}/answer", attempts.GuideAnswer.as_view(), name="session-answer"),
    path(f"{ONE}/items", items.Items.as_view(), name="session-items"),
    path(ITEM, items.Item.as_view(), name="item"),
    path(f"{ITEM}/draft", drafts.DraftOfItem.as_view(), name="item-draft"),
    path(f"{ITEM}/attempts", attempts.Attempts.as_view(), name="item-attempts"),
    path(f"{ITEM}/attempts/<int:number>", attempts.OneAttempt.as_view(), name="item-attempt"),
    path(f"{ITEM}/unknown", attempts.MarkUnknown.as_view(), name="item-unknown"),
    path(f"{ITEM}/escalate", attempts.StopTrying.as_view(), name="item-escalate"),
    path(f"{ITEM}/coachings", coaching.Coachings.as_view(), name="item-coachings"),
    path(COACHING, coaching.OneCoaching.as_view(), name="item-coaching"),
    path(f"{COACHING}/take", coaching.TakeCoaching.as_view(), name="coaching-take"),
    path(f"{COACHING}/undo", coaching.UndoCoaching.as_view(), name="coaching-undo"),
    path("score-disputes", disputes.Waiting.as_view(), name="score-disputes"),
    path(f"{ITEM}/disputes", disputes.Disputes.as_view(), name="item-disputes"),
    path(DISPUTE, disputes.OneDispute.as_view(), name="item-dispute"),
    path(f"{DISPUTE}/ruling", disputes.Ruling.as_view(), name="dispute-ruling"),
    path(f"{DISPUTE}/withdraw", disputes.Withdraw.as_view(), name="dispute-withdraw"),
    path(f"{ONE}/findings", findings.Findings.as_view(), name="session-findings"),
    path(f"{ONE}/findings/<slug:rule_id>", findings.OneFinding.as_view(), name="session-finding"),
    path(f"{ONE}/consistency", findings.Consistency.as_view(), name="session-consistency"),
    path(f"{ONE}/contradictions", findings.Contradictions.as_view(), name="session-contradictions"),
    path(f"{ONE}/deliverables", deliverables.Deliverables.as_view(), name="session-deliverables"),
    path(
        f"{ONE}/deliverables/<slug:kind>",
        deliverables.OneDeliverable.as_view(),
        name="session-deliverable",
    ),
    path(f"{ONE}/transcript", deliverables.Transcript.as_view(), name="session-transcript"),
    path(
        f"{ONE}/model-exposure",
        deliverables.ModelExposure.as_view(),
        name="session-model-exposure",
    ),
    path(f"{ONE}/proposals", proposals.Proposals.as_view(), name="session-proposals"),
    path(
        f"{ONE}/candidates/<code:candidate>",
        proposals.HandleCandidate.as_view(),
        name="session-candidate",
    ),
    path(f"{ONE}/collaborators", sharing.Collaborators.as_view(), name="collaborators"),
    path(COLLEAGUE, sharing.OneCollaborator.as_view(), name="collaborator"),
    path(f"{ONE}/hand-over", sharing.HandOver.as_view(), name="session-hand-over"),
    path(
        f"{ONE}/colleague-requests",
        colleagues.ColleagueRequests.as_view(),
        name="colleague-requests",
    ),
    path(ASKED, colleagues.OneRequest.as_view(), name="colleague-request"),
    path(f"{ASKED}/take", colleagues.TakeReply.as_view(), name="colleague-request-take"),
    path(f"{ASKED}/close", colleagues.CloseRequest.as_view(), name="colleague-request-close"),
]
