"""Secrets that let programs in: kept as a public part and a keyed hash, never as they are."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models.user import User


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Many keys."""

    def usable(self) -> ApiKeyQuerySet:
        """Those that open the door now: not revoked, not expired, their holder active."""
        return self.filter(revoked_at=None, expires_at__gt=Now(), user__is_active=True)


class ApiKey(models.Model):
    """One key ``uaip_<prefix>_<secret>`` of a service account or a person (reliability.md D21).

    ``digest`` is the HMAC-SHA256 of the secret in hex under the pepper named by ``pepper_id``;
    ``scopes`` are permissions (their values), ``networks`` CIDRs, [] = from everywhere.
    """

    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    pepper_id = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    scopes = models.JSONField(default=list, blank=True)
    networks = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    #: To the minute: a busy key does not write with every call.
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: The key that this one takes over from; both work until the older one's overlap ends.
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        db_table = "api_keys"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_keys_revoked_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (uaip_{self.prefix}_…)"


class TokenFamily(models.Model):
    """One sign-in of a program with a person's password; its tokens live and end together."""

    code = models.UUIDField(unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="token_families")
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    #: "signed out", "reused", "deactivated": why it ended.
    ended_why = models.CharField(max_length=40, blank=True)
    client = models.CharField(max_length=200, blank=True)
    #: The person's session hash at sign-in: another password or epoch ends the family by itself.
    auth_hash = models.CharField(max_length=64, default="")

    class Meta:
        db_table = "token_families"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="")
                | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="token_families_ended_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"tokens of {self.user_id}"


class RefreshToken(models.Model):
    """One link of a family; used once. A second use ends the family: somebody else holds a copy."""

    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="refresh_tokens")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "refresh_tokens"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="refresh_tokens_live_for_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"refresh token of family {self.family_id}"
