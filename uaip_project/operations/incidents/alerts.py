"""Alerts that come in from Alertmanager: each opens an incident, joins one or resolves it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from accounts.models import User
from uaip_project.operations.incidents import handling, timeline
from uaip_project.operations.models import IncidentEntry, OperationalIncident

#: The label `severity` of our rules -> ours; "P1" to "P4" are taken as they are.
SEVERITIES = {"critical": "P1", "error": "P2", "warning": "P3", "info": "P4"}
#: Labels that change from one firing to the next.
PASSING = frozenset({"instance", "pod", "replica"})


def receive(alerts: Sequence[Mapping[str, Any]], *, by: User | None) -> dict[str, list[str]]:
    """Numbers of incidents: opened or joined, and resolved."""
    found: dict[str, list[str]] = {"open": [], "resolved": []}
    for alert in alerts:
        if alert.get("status") == "resolved":
            found["resolved"] += _resolve(alert, by)
        else:
            found["open"].append(_open(alert, by).number)
    return found


def fingerprint(alert: Mapping[str, Any]) -> str:
    """Name and lasting labels of an alert; the same for all instances that it fires for."""
    labels = dict(alert.get("labels") or {})
    lasting = {name: str(value) for name, value in labels.items() if name not in PASSING}
    return hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()


def _open(alert: Mapping[str, Any], by: User | None) -> OperationalIncident:
    labels, notes = dict(alert.get("labels") or {}), dict(alert.get("annotations") or {})
    name = str(labels.get("alertname") or "Alert")
    is_security = str(labels.get("category") or "") == "security"
    return handling.open_incident(
        title=str(notes.get("summary") or name)[:200],
        severity=severity(str(labels.get("severity") or "")),
        kind="security" if is_security else "operational",
        description=" ".join(
            str(notes[part])
            for part in ("description", "runbook_url", "runbook")
            if notes.get(part)
        ),
        fingerprint=fingerprint(alert),
        by=by,
    )


def severity(label: str) -> str:
    """P1 to P4; what nobody knows is P3, which somebody looks at today."""
    if label.upper() in OperationalIncident.Severity.values:
        return label.upper()
    return SEVERITIES.get(label.lower(), "P3")


def _resolve(alert: Mapping[str, Any], by: User | None) -> list[str]:
    """An alert that ended resolves what nobody took on; a person's incident only gets a line."""
    open_ones = OperationalIncident.objects.open().filter(fingerprint=fingerprint(alert))
    incident = open_ones.first()
    if incident is None:
        return []
    if incident.state == OperationalIncident.State.OPEN:
        # Somebody may resolve it at this moment; then there is nothing left to do.
        with suppress(handling.NotFromHere):
            handling.resolve_incident(incident=incident, text="The alert ended by itself.", by=by)
        return [incident.number]
    timeline.add(incident, IncidentEntry.What.ALERT, "The alert ended.")
    return []
