"""Addresses for those who run the installation."""

from __future__ import annotations

from django.urls import path

from uaip_project.operations.views import audit, configuration, language_models, personal_data

app_name = "operations"

urlpatterns = [
    path("audit/", audit.audit_list, name="audit"),
    path("audit/export/", audit.audit_file, name="audit-export"),
    path("my-data/", personal_data.own_data, name="my-data"),
    path("people/<uuid:code>/erase/", personal_data.erase, name="erase"),
    path("operations/configuration/", configuration.configuration, name="configuration"),
    path("operations/configuration/<str:key>/", configuration.setting, name="setting"),
    path(
        "operations/configuration/<str:key>/undo/", configuration.setting_undo, name="setting-undo"
    ),
    path("operations/models/", language_models.models, name="models"),
    path("operations/models/test/", language_models.model_test, name="model-test"),
    path("operations/models/reset/", language_models.circuit_reset, name="circuit-reset"),
    path("operations/models/stop/", language_models.circuit_stop, name="circuit-stop"),
    path("operations/models/figures/", language_models.circuit_figures, name="circuit-figures"),
]
