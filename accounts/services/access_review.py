"""Who has access and should perhaps not have it: what an administrator looks at each month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from accounts.models import ApiKey, AuditEvent, User
from accounts.permissions import Permission, Role
from accounts.policies import has_permission
from accounts.services import audit
from accounts.services.members import CannotDo

ADMINS = (Role.ADMIN, Role.SUPERADMIN)
#: Days without a sign-in that are worth a look, and worth a deed.
QUIET, SILENT = 30, 90
SIGNED = "access_review.signed"


@dataclass(frozen=True)
class AccessReview:
    """What was found at a moment. Failed sign-ins are (subject, count) of the last 30 days."""

    at: datetime
    admins: Sequence[User]
    without_second_factor: Sequence[User]
    quiet: Sequence[User]
    silent: Sequence[User]
    keys_never_used: Sequence[ApiKey]
    failed_sign_ins: Sequence[tuple[str, int]]

    @property
    def needs_a_deed(self) -> bool:
        """Whether something should be done: silent people, or administrators with one factor."""
        return bool(self.silent or self.without_second_factor)


def review_access(*, at: datetime) -> AccessReview:
    """Looks everything up; changes nothing."""
    people = User.objects.active().filter(kind=User.Kind.PERSON).order_by("email")
    admins = list(people.filter(role__in=ADMINS))
    strong = set(
        Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list(
            "user", flat=True
        )
    )
    long_ago = at - timedelta(days=QUIET)
    unused = ApiKey.objects.usable().filter(last_used_at=None, created_at__lt=long_ago)
    failed = AuditEvent.objects.filter(type="user.sign_in_refused", happened_at__gte=long_ago)
    counted = (
        failed.values_list("subject").annotate(count=Count("pk")).order_by("-count", "subject")
    )
    return AccessReview(
        at=at,
        admins=admins,
        without_second_factor=[one for one in admins if one.pk not in strong],
        quiet=list(_unseen(people, at, QUIET).exclude(pk__in=_unseen(people, at, SILENT))),
        silent=list(_unseen(people, at, SILENT)),
        keys_never_used=list(unused.select_related("user").order_by("pk")),
        failed_sign_ins=list(counted[:50]),
    )


@transaction.atomic
def sign_off(review: AccessReview, *, by: User) -> None:
    """Somebody looked it through and answers for what stays; the figures stand in the deed.

    Raises CannotDo for who manages nobody.
    """
    if not has_permission(by, Permission.USER_MANAGE):
        raise CannotDo("Only those who manage people sign off who has access.")
    names = ("admins", "without_second_factor", "quiet", "silent", "keys_never_used")
    figures = {name: len(getattr(review, name)) for name in names}
    audit.record(type=SIGNED, actor=by, subject="access review", detail=figures)


def _unseen(people: QuerySet[User], at: datetime, days: int) -> QuerySet[User]:
    """Who has not signed in for so long; a person who never came counts from joining."""
    long_ago = at - timedelta(days=days)
    return people.filter(Q(last_login__lt=long_ago) | Q(last_login=None, joined_at__lt=long_ago))
