"""Addresses for those who run the installation."""

from __future__ import annotations

from django.urls import path

from uaip_project.operations.api import circuits
from uaip_project.operations.views import language_models

app_name = "operations"

urlpatterns = [
    path("operations/models/", language_models.models, name="models"),
    path("operations/models/test/", language_models.model_test, name="model-test"),
    path("operations/models/reset/", language_models.circuit_reset, name="circuit-reset"),
    path("operations/models/stop/", language_models.circuit_stop, name="circuit-stop"),
    path("operations/models/figures/", language_models.circuit_figures, name="circuit-figures"),
    *(
        path(f"api/admin/circuit-breaker-{name}", circuits.behind_sign_in(face), name=name)
        for name, face in (
            ("status", circuits.Status),
            ("reset", circuits.Reset),
            ("test", circuits.Test),
            ("config", circuits.Config),
            ("health-summary", circuits.HealthSummary),
        )
    ),
]
