"""Facts about running the installation."""

from uaip_project.operations.models.containment import Containment
from uaip_project.operations.models.heartbeat import Heartbeat
from uaip_project.operations.models.incident import (
    IncidentEntry,
    IncidentFollowUp,
    IncidentMessage,
    OperationalIncident,
)
from uaip_project.operations.models.maintenance import MaintenanceMode
from uaip_project.operations.models.on_call import OnCallDuty
from uaip_project.operations.models.process import WorkerProcess
from uaip_project.operations.models.run import OpsRun

__all__ = [
    "Containment",
    "Heartbeat",
    "IncidentEntry",
    "IncidentFollowUp",
    "IncidentMessage",
    "MaintenanceMode",
    "OnCallDuty",
    "OperationalIncident",
    "OpsRun",
    "WorkerProcess",
]
