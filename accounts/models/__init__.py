"""Tables of the ground floor."""

from accounts.models.audit import AuditEvent, AuditHead
from accounts.models.job import Job
from accounts.models.user import User

__all__ = ["AuditEvent", "AuditHead", "Job", "User"]
