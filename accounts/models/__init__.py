"""Tables of the ground floor."""

from accounts.models.audit import AuditEvent, AuditHead, AuditSegment
from accounts.models.data_key import DataKey
from accounts.models.invitation import Invitation
from accounts.models.job import HeldKind, Job
from accounts.models.key import ApiKey, RefreshToken, TokenFamily
from accounts.models.limit import RateLimit
from accounts.models.promotion import Promotion
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
    "DataKey",
    "HeldKind",
    "IdempotencyRecord",
    "Invitation",
    "Job",
    "Promotion",
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
