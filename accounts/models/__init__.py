"""Tables of the ground floor."""

from accounts.models.audit import AuditEvent, AuditHead, AuditSegment
from accounts.models.invitation import Invitation
from accounts.models.job import Job
from accounts.models.key import ApiKey, RefreshToken, TokenFamily
from accounts.models.limit import RateLimit
from accounts.models.setting import RuntimeSetting, SettingChange
from accounts.models.user import User
from accounts.models.webhook import (
    IdempotencyRecord,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)

__all__ = [
    "ApiKey",
    "AuditEvent",
    "AuditHead",
    "AuditSegment",
    "IdempotencyRecord",
    "Invitation",
    "Job",
    "RateLimit",
    "RefreshToken",
    "RuntimeSetting",
    "SettingChange",
    "TokenFamily",
    "User",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
