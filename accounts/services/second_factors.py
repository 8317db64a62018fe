"""Takes away second factors that somebody lost."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.permissions import Permission, Role
from accounts.policies import has_permission, require
from accounts.services import audit


@transaction.atomic
def take_away_second_factors(*, user: User, by: User) -> int:
    """Removes all of another person's, ends their sessions and tokens; how many there were.

    Raises PermissionDenied for oneself (the Security page asks once more who one is), and for a
    SuperAdmin's unless one is asked by a SuperAdmin.
    """
    require(has_permission(by, Permission.USER_MANAGE))
    require(user.pk != by.pk, "Change your own second factors on your Security page.")
    require(
        user.role != Role.SUPERADMIN or by.role == Role.SUPERADMIN,
        "Only a SuperAdmin takes away a SuperAdmin's second factors.",
    )
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(epoch=F("epoch") + 1)
    audit.record(
        type="second_factor.taken_away",
        actor=by,
        subject=audit.person(user),
        detail={"kinds": sorted(set(kinds))},
    )
    return len(kinds)
