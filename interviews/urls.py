"""Addresses of the interview pages; mounted at /sessions/."""

from __future__ import annotations

from django.urls import path

from interviews.views import (
    coaching,
    colleagues,
    contradictions,
    deliverables,
    disputes,
    exposure,
    findings,
    prefill,
    privacy,
    questions,
    sessions,
    sharing,
    stages,
)

app_name = "interviews"

urlpatterns = [
    path("", sessions.session_list, name="session-list"),
    path("start/", sessions.session_start, name="session-start"),
    path("disputes/", disputes.dispute_list, name="dispute-list"),
    path("<uuid:code>/", sessions.session_detail, name="session-detail"),
    path("<uuid:code>/waiting/", sessions.waiting, name="waiting"),
    path("<uuid:code>/transcript/", sessions.transcript, name="transcript"),
    path("<uuid:code>/pause/", sessions.session_pause, name="session-pause"),
    path("<uuid:code>/resume/", sessions.session_resume, name="session-resume"),
    path("<uuid:code>/delete/", sessions.session_delete, name="session-delete"),
    path("<uuid:code>/proposal/", prefill.proposal, name="proposal"),
    path(
        "<uuid:code>/proposal/<uuid:candidate>/",
        prefill.candidate_handle,
        name="candidate-handle",
    ),
    path("<uuid:code>/models/", exposure.model_exposure, name="model-exposure"),
    path("<uuid:code>/keep-away/", privacy.session_keep_away, name="session-keep-away"),
    path("<uuid:code>/people/", sharing.people, name="people"),
    path("<uuid:code>/people/hand-over/", sharing.hand_over, name="hand-over"),
    path("<uuid:code>/people/<int:number>/remove/", sharing.unshare, name="unshare"),
    path(
        "<uuid:code>/questions/<slug:key>/colleagues/",
        colleagues.colleagues_page,
        name="colleagues",
    ),
    path("<uuid:code>/colleagues/<uuid:asked>/", colleagues.handle, name="colleague-handle"),
    path("ask/<str:token>/", colleagues.reply, name="colleague-reply"),
    path("<uuid:code>/questions/<slug:key>/", questions.question, name="question"),
    path("<uuid:code>/questions/<slug:key>/draft/", questions.draft_save, name="draft-save"),
    path(
        "<uuid:code>/questions/<slug:key>/status/",
        questions.attempt_status,
        name="attempt-status",
    ),
    path("<uuid:code>/questions/<slug:key>/coach/", coaching.coach, name="coach"),
    path("<uuid:code>/questions/<slug:key>/coach/take/", coaching.coach_take, name="coach-take"),
    path("<uuid:code>/questions/<slug:key>/coach/undo/", coaching.coach_undo, name="coach-undo"),
    path("<uuid:code>/questions/<slug:key>/dispute/", disputes.dispute, name="dispute"),
    path("<uuid:code>/disputes/<uuid:dispute>/", disputes.dispute_ruling, name="dispute-ruling"),
    path(
        "<uuid:code>/disputes/<uuid:dispute>/withdraw/",
        disputes.dispute_withdraw,
        name="dispute-withdraw",
    ),
    path("<uuid:code>/stages/<int:number>/", stages.stage_review, name="stage-review"),
    path("<uuid:code>/findings/", findings.findings, name="findings"),
    path(
        "<uuid:code>/contradictions/",
        contradictions.contradictions_check,
        name="contradictions-check",
    ),
    path("<uuid:code>/findings/<slug:rule_id>/", findings.finding_handle, name="finding-handle"),
    path("<uuid:code>/deliverables/<slug:kind>/", deliverables.deliverable, name="deliverable"),
]
