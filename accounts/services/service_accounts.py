"""Service accounts: users for programs, each with a person who answers for it."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.models import User
from accounts.permissions import PEOPLE_ONLY, ROLE_PERMISSIONS, Role
from accounts.policies import permissions_of
from accounts.services import audit

#: Nobody receives mail there, by RFC 2606.
DOMAIN = "service.invalid"
HANDED_OVER = "Somebody handed this account over meanwhile. Look who answers for it now."


class CannotMake(Exception):
    """A service account cannot be like this; ``field`` says which part of the wish."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@transaction.atomic
def make_service_account(*, name: str, owner: User, by: User, role: str = Role.USER) -> User:
    """An account that comes with API keys only. Raises CannotMake.

    Its role allows at most what ``by`` may do; SuperAdmin is for people.
    """
    if not name.strip() or len(name) > 200:
        raise CannotMake("name", "Give the account a name of at most 200 characters.")
    if role == Role.SUPERADMIN or not ROLE_PERMISSIONS[role] - PEOPLE_ONLY <= permissions_of(by):
        raise CannotMake("role", "This role is not yours to give to a program.")
    _require_person(owner)
    code = uuid.uuid4()
    account = User.objects.create_user(
        f"{code.hex}@{DOMAIN}",
        None,
        code=code,
        name=name.strip(),
        kind=User.Kind.SERVICE,
        human_owner=owner,
        role=role,
    )
    audit.record(
        type="user.created",
        actor=by,
        subject=audit.person(account),
        detail={"role": role, "owner": audit.person(owner)},
    )
    return account


@transaction.atomic
def hand_over_service_account(*, account: User, owner: User, by: User) -> None:
    """Another person answers for it from now on. Raises CannotMake, also when somebody handed it
    over since ``account`` was read.

    Its keys go on working: renew those whose secret the person before may have kept.
    """
    _require_person(owner)
    before = account.human_owner
    as_read = User.objects.filter(pk=account.pk, human_owner=before)
    if not as_read.update(human_owner=owner):
        raise CannotMake("owner", HANDED_OVER)
    account.human_owner = owner
    audit.record(
        type="user.handed_over",
        actor=by,
        subject=audit.person(account),
        detail={"before": audit.person(before) if before else "", "after": audit.person(owner)},
    )


def _require_person(owner: User) -> None:
    if owner.kind != User.Kind.PERSON or not owner.is_active:
        raise CannotMake("owner", "An active person must answer for a service account.")
