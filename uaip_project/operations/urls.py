"""Addresses for those who run the installation."""

from __future__ import annotations

from django.urls import path

from uaip_project.operations.views import (
    audit,
    configuration,
    incidents,
    language_models,
    personal_data,
    queue,
    reports,
    schedule,
    system,
)

app_name = "operations"

urlpatterns = [
    path("operations/schedule/", schedule.schedule_page, name="schedule"),
    path("operations/schedule/sign/", schedule.task_sign, name="task-sign"),
    path("operations/schedule/run/", schedule.schedule_run, name="schedule-run"),
    path("operations/maintenance/", schedule.maintenance, name="maintenance"),
    path("operations/maintenance/stop/", schedule.maintenance_stop, name="maintenance-stop"),
    path("audit/", audit.audit_list, name="audit"),
    path("audit/export/", audit.audit_file, name="audit-export"),
    path("my-data/", personal_data.own_data, name="my-data"),
    path("people/<uuid:code>/erase/", personal_data.erase, name="erase"),
    path("operations/configuration/", configuration.configuration, name="configuration"),
    path("operations/configuration/<str:key>/", configuration.setting, name="setting"),
    path(
        "operations/configuration/<str:key>/undo/", configuration.setting_undo, name="setting-undo"
    ),
    path("operations/", system.system, name="system"),
    path("operations/queue/", queue.queue, name="queue"),
    path("operations/queue/retry/", queue.retry, name="queue-retry"),
    path("operations/queue/cancel/", queue.cancel, name="queue-cancel"),
    path("operations/queue/hold/", queue.hold, name="queue-hold"),
    path("operations/queue/release/", queue.release, name="queue-release"),
    path("operations/models/", language_models.models, name="models"),
    path("operations/models/test/", language_models.model_test, name="model-test"),
    path("operations/models/reset/", language_models.circuit_reset, name="circuit-reset"),
    path("operations/models/stop/", language_models.circuit_stop, name="circuit-stop"),
    path("operations/models/figures/", language_models.circuit_figures, name="circuit-figures"),
    path("operations/incidents/", incidents.incidents, name="incidents"),
    path("operations/incidents/new/", incidents.incident_new, name="incident-new"),
    path("operations/incidents/<str:number>/", incidents.incident, name="incident"),
    path(
        "operations/incidents/<str:number>/review/",
        incidents.incident_review,
        name="incident-review",
    ),
    path(
        "operations/incidents/<str:number>/follow-ups/",
        incidents.incident_follow_up,
        name="incident-follow-up",
    ),
    path(
        "operations/incidents/<str:number>/follow-ups/<uuid:code>/",
        incidents.incident_follow_up_done,
        name="incident-follow-up-done",
    ),
    path(
        "operations/incidents/<str:number>/<str:deed>/",
        incidents.incident_deed,
        name="incident-deed",
    ),
    path("operations/reports/", reports.reports, name="reports"),
    path("operations/reports/<uuid:code>/", reports.report, name="report"),
    path("operations/reports/<uuid:code>/pdf/", reports.report_file, name="report-file"),
]
