"""Who people are."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.permissions import Role


class UserQuerySet(models.QuerySet["User"]):
    """Many people."""

    def active(self) -> UserQuerySet:
        """Those who may sign in."""
        return self.filter(is_active=True)


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail addresses are kept in lower case."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        """Those who may sign in."""
        return self.get_queryset().active()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person with a hashed password, or none at all. Raises ValueError without e-mail."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A SuperAdmin; used by Django's own createsuperuser."""
        fields.update(role=Role.SUPERADMIN, is_superuser=True)
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Sign-in finds people whatever the case they typed."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail, or a service account that comes with an API key."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        SERVICE = "service", "Service account"

    #: Stands for the person in the record of deeds: it says nothing once the row is erased.
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON)
    #: The person who answers for a service account; counts as the author of what it does.
    human_owner = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="service_accounts"
    )
    #: Raised to end every token and session of the person at once.
    epoch = models.PositiveIntegerField(default=0, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.USER)
    is_operator = models.BooleanField(
        default=False, help_text="May run the installation without seeing project data."
    )
    #: Mails about promises that come due; the person's own choice.
    wants_reminders = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    #: What the API key that a request came with allows at most; None = everything the role does.
    limited_to: frozenset[str] | None = None

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "users"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="users_email_once_whatever_case"),
            models.CheckConstraint(
                condition=Q(role__in=[value for value, _ in Role.choices]), name="users_role_known"
            ),
            models.CheckConstraint(
                condition=Q(is_superuser=True, role=Role.SUPERADMIN)
                | (Q(is_superuser=False) & ~Q(role=Role.SUPERADMIN)),
                name="users_superuser_is_superadmin",
            ),
            models.CheckConstraint(
                condition=Q(kind="person", human_owner=None)
                | Q(kind="service", human_owner__isnull=False),
                name="users_service_has_a_human_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Browsers are signed out when the password or the epoch changes."""
        return salted_hmac(
            "accounts.models.user.session",
            f"{self.password}:{self.epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def is_staff(self) -> bool:
        """Who may open the Django admin."""
        return self.role in (Role.ADMIN, Role.SUPERADMIN)
