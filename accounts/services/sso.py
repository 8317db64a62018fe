"""Who somebody is here that a provider of single sign-on vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.permissions import Role
from accounts.services import audit, members
from accounts.sso_config import Provider


class Why(StrEnum):
    """Why nobody comes in; the page says it in a sentence."""

    NO_ADDRESS = "no_address"
    FOREIGN_ADDRESS = "foreign_address"
    UNSURE_ADDRESS = "unsure_address"
    UNCONFIRMED_HERE = "unconfirmed_here"
    NOT_INVITED = "not_invited"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    UNREACHABLE = "unreachable"
    NOT_VERIFIED = "not_verified"


class NotLetIn(Exception):
    """The person is not let in; ``why`` names the reason, ``user`` whose account it was about."""

    def __init__(self, why: Why, user: User | None = None) -> None:
        super().__init__(why.value)
        self.why, self.user = why, user


@dataclass(frozen=True)
class Vouched:
    """What the provider says: ``is_verified`` = it checked that the address is theirs."""

    address: str
    is_verified: bool
    name: str
    groups: frozenset[str]


@transaction.atomic
def welcome(*, provider: Provider, said: Vouched, linked: User | None) -> User:
    """The person's account here with today's role. Raises NotLetIn.

    ``linked`` is whom the provider's id of the person already leads to; otherwise the address
    decides, and only an address that the provider is sure of.
    """
    user = linked or _known_by_address(provider, said) or _new_person(provider, said)
    if user.kind != User.Kind.PERSON or not user.is_active:
        raise NotLetIn(Why.CLOSED, user)
    _take_over_role(user, provider, said.groups)
    return user


def _known_by_address(provider: Provider, said: Vouched) -> User | None:
    if not said.address:
        raise NotLetIn(Why.NO_ADDRESS)
    if not provider.speaks_for(said.address):
        raise NotLetIn(Why.FOREIGN_ADDRESS)
    if not said.is_verified and not provider.is_sure_of_addresses:
        raise NotLetIn(Why.UNSURE_ADDRESS)
    user = User.objects.filter(email=said.address.lower()).first()
    if user is None:
        return None
    if settings.REGISTRATION_OPEN and not _is_confirmed_here(user):
        # Whoever made this account may only have claimed the address; its password would stay.
        raise NotLetIn(Why.UNCONFIRMED_HERE, user)
    audit.record(
        type="user.linked",
        actor=user,
        subject=audit.person(user),
        detail={"provider": provider.id},
    )
    return user


def _is_confirmed_here(user: User) -> bool:
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def _new_person(provider: Provider, said: Vouched) -> User:
    if not provider.allows_new_people:
        raise NotLetIn(Why.NOT_INVITED)
    user = User.objects.create_user(said.address, name=said.name[:200])
    audit.record(
        type="user.created",
        actor=None,
        subject=audit.person(user),
        detail={"provider": provider.id, "role": user.role},
    )
    return user


def _take_over_role(user: User, provider: Provider, groups: frozenset[str]) -> None:
    """Today's groups decide; a SuperAdmin is neither made nor unmade unless the file says so."""
    role = provider.role_for(groups)
    before = user.role
    if role is None or role == before:
        return
    if before == Role.SUPERADMIN and not provider.gives_superadmin:
        return
    user.role, user.is_superuser = role, role == Role.SUPERADMIN
    user.save(update_fields=["role", "is_superuser"])
    members.end_weaker_sign_ins(user=user, before=before, by=None)
    audit.record(
        type="user.changed",
        actor=None,
        subject=audit.person(user),
        detail={"provider": provider.id, "role": [before, role]},
    )
