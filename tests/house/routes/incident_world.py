"""An incident of the installation and a report, for the tables of addresses."""

from __future__ import annotations

from types import SimpleNamespace

from django.utils import timezone

from uaip_project.operations.incidents import handling
from uaip_project.operations.models import IncidentFollowUp, OpsRun
from uaip_project.operations.reports.document import Report


def of_operations(who: SimpleNamespace) -> dict[str, str]:
    """An incident with something to do, and a report."""
    incident = handling.open_incident(title="The disk is full", severity="P2", by=who.olga)
    todo = IncidentFollowUp.objects.create(
        incident=incident, text="Alert", owner=who.olga, due_date=timezone.now().date()
    )
    report = OpsRun.objects.create(
        kind="report health",
        status="ok",
        finished_at=timezone.now(),
        result=Report("health", "Health report", "now", []).as_json(),
    )
    pages = ("incident", "incident-review", "incident-follow-up", "incident-follow-up-done")
    named = [*(f"operations:{page}" for page in pages), "operations:incident-deed"]
    named += ["api:ops-incident", "api:ops-incident-deed"]
    return {
        **{f"{name}.number": incident.number for name in named},
        "operations:incident-follow-up-done.code": str(todo.code),
        "operations:incident-deed.deed": "note",
        "api:ops-incident-deed.deed": "note",
        "operations:report.code": str(report.code),
        "operations:report-file.code": str(report.code),
    }
