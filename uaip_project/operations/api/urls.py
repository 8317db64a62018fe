"""The guide's addresses for operators."""

from __future__ import annotations

from django.urls import path

from uaip_project.operations.api import circuits, configuration, system

ROOT = "admin/circuit-breaker-"

urlpatterns = [
    path("system/status", system.Status.as_view(), name="system-status"),
    path("system/configuration", configuration.Configuration.as_view(), name="configuration"),
    path("system/configuration/<str:key>", configuration.Setting.as_view(), name="setting"),
    path(f"{ROOT}status", circuits.Status.as_view(), name="circuit-status"),
    path(f"{ROOT}reset", circuits.Reset.as_view(), name="circuit-reset"),
    path(f"{ROOT}test", circuits.Test.as_view(), name="circuit-test"),
    path(f"{ROOT}config", circuits.Config.as_view(), name="circuit-config"),
    path(f"{ROOT}health-summary", circuits.HealthSummary.as_view(), name="circuit-summary"),
]
