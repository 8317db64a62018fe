"""The guide's addresses for operators."""

from __future__ import annotations

from django.urls import path

from uaip_project.operations.api import circuits, configuration, incidents, queue, schedule, system

ROOT = "admin/circuit-breaker-"

urlpatterns = [
    path("system/schedule", schedule.Schedule.as_view(), name="system-schedule"),
    path("system/schedule/run", schedule.Run.as_view(), name="system-schedule-run"),
    path("system/maintenance", schedule.Maintenance.as_view(), name="system-maintenance"),
    path("system/status", system.Status.as_view(), name="system-status"),
    path("system/queue", queue.Queue.as_view(), name="system-queue"),
    path("system/queue/dead", queue.Dead.as_view(), name="queue-dead"),
    path("system/queue/stuck", queue.Stuck.as_view(), name="queue-stuck"),
    path("system/queue/retry", queue.Retry.as_view(), name="queue-retry"),
    path("system/queue/cancel", queue.Cancel.as_view(), name="queue-cancel"),
    path("system/queue/hold", queue.Hold.as_view(), name="queue-hold"),
    path("system/queue/release", queue.Release.as_view(), name="queue-release"),
    path("system/workers", system.Workers.as_view(), name="system-workers"),
    path("system/runs", system.Runs.as_view(), name="system-runs"),
    path("system/dependencies", system.Dependencies.as_view(), name="system-dependencies"),
    path("system/db-stats", system.DatabaseFigures.as_view(), name="system-db-stats"),
    path("system/configuration", configuration.Configuration.as_view(), name="configuration"),
    path("system/configuration/<str:key>", configuration.Setting.as_view(), name="setting"),
    path(f"{ROOT}status", circuits.Status.as_view(), name="circuit-status"),
    path(f"{ROOT}reset", circuits.Reset.as_view(), name="circuit-reset"),
    path(f"{ROOT}test", circuits.Test.as_view(), name="circuit-test"),
    path(f"{ROOT}config", circuits.Config.as_view(), name="circuit-config"),
    path(f"{ROOT}health-summary", circuits.HealthSummary.as_view(), name="circuit-summary"),
    path("ops/alerts", incidents.Alerts.as_view(), name="ops-alerts"),
    path("ops/incidents", incidents.Incidents.as_view(), name="ops-incidents"),
    path("ops/incidents/<str:number>", incidents.Incident.as_view(), name="ops-incident"),
    path(
        "ops/incidents/<str:number>/<str:deed>",
        incidents.Deed.as_view(),
        name="ops-incident-deed",
    ),
]
