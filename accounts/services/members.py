"""Invites people, lets them in, gives them roles, and shows them out."""

from __future__ import annotations

import uuid
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts import emails
from accounts.models import Invitation, Job, User
from accounts.permissions import Permission, Role
from accounts.policies import has_permission
from accounts.services import audit, audit_erasure, jobs, tokens
from accounts.services.access import end_access

INVITE = "invitation"
LINK_LIFE = timedelta(days=7)
_SIGNER = signing.Signer(salt="accounts.invitation")
#: Whom an administrator may make of somebody; the other roles are a SuperAdmin's to give.
ADMIN_GIVES = frozenset({Role.USER, Role.REVIEWER})
CHANGED_MEANWHILE = "Somebody else changed this person a moment ago. Reload the page."
#: Two must agree on it (accounts.services.promotions).
SECOND_WANTED = "A second SuperAdmin must confirm this. Ask for it on the person's page."


class CannotDo(Exception):
    """A deed on people that is refused; the message is the sentence for whoever tried."""


class InvitationOver(Exception):
    """The link was used, withdrawn, replaced, or has expired."""


# --- What is allowed ------------------------------------------------------------------------------


def roles_to_give(by: User) -> list[Role]:
    """The roles that this person may give alone; SuperAdmin is nobody's."""
    if by.role == Role.SUPERADMIN:
        return [role for role in Role if role != Role.SUPERADMIN]
    return [role for role in Role if role in ADMIN_GIVES]


def may_manage(by: User, user: User) -> bool:
    """Whether somebody may change this person: nobody himself, and no Admin another one."""
    if by.pk == user.pk or not has_permission(by, Permission.USER_MANAGE):
        return False
    return by.role == Role.SUPERADMIN or user.role in ADMIN_GIVES


def _require_may_manage(by: User | None, user: User) -> None:
    """``by`` None is whoever has the machine: commands."""
    if by is None or may_manage(by, user):
        return
    if by.pk == user.pk:
        raise CannotDo("Nobody does this to his own account. Ask another administrator.")
    raise CannotDo("Only a SuperAdmin changes an administrator.")


def _require_may_give(by: User, role: str) -> None:
    if role in roles_to_give(by):
        return
    is_for_two = role == Role.SUPERADMIN == by.role
    raise CannotDo(SECOND_WANTED if is_for_two else "This role is not yours to give.")


def _require_another_chief(user: User) -> None:
    """A house without a SuperAdmin cannot be helped from inside."""
    if user.role != Role.SUPERADMIN:
        return
    # All of them, in one order: of two who show each other out the second sees what the first did.
    chiefs = User.objects.active().filter(role=Role.SUPERADMIN).order_by("pk")
    if not [one for one in chiefs.select_for_update() if one.pk != user.pk]:
        raise CannotDo("This is the last SuperAdmin. Make somebody else one first.")


# --- Coming in ------------------------------------------------------------------------------------


def token_of(invitation: Invitation) -> str:
    """What the link carries: the invitation's code, signed."""
    return _SIGNER.sign(str(invitation.code))


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a link belongs to, whatever its state; None for a forged one."""
    try:
        code = uuid.UUID(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.select_related("invited_by").filter(code=code).first()


@transaction.atomic
def invite_member(*, email: str, role: str, by: User) -> Invitation:
    """Asks somebody in. Raises CannotDo for one who is here, was asked, or a role not to give."""
    address = email.strip().lower()
    _require_may_give(by, role)
    if User.objects.filter(email=address).exists():
        raise CannotDo("Somebody with this address is here already.")
    _withdraw_expired(address, by)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=address, role=role, invited_by=by, expires_at=timezone.now() + LINK_LIFE
            )
    except IntegrityError:
        raise CannotDo("This address was invited already. Send that invitation again.") from None
    _send(invitation)
    _record("invitation.sent", invitation, by)
    return invitation


def _withdraw_expired(address: str, by: User) -> None:
    """One that ran out does not stand in the way of the next."""
    over = Invitation.objects.filter(email=address, accepted_at=None, withdrawn_at=None)
    over.filter(expires_at__lte=Now()).update(withdrawn_at=Now(), withdrawn_by=by)


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """A new link; the one before no longer works. Raises InvitationOver."""
    fresh = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    code, until = uuid.uuid4(), timezone.now() + LINK_LIFE
    if not fresh.update(code=code, expires_at=until):
        raise InvitationOver
    invitation.code, invitation.expires_at = code, until
    _send(invitation)
    _record("invitation.resent", invitation, by)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """The link no longer works. Raises InvitationOver."""
    fresh = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not fresh.update(withdrawn_at=Now(), withdrawn_by=by):
        raise InvitationOver
    _record("invitation.withdrawn", invitation, by)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, name: str, password: str) -> User:
    """Makes the person who holds the link; the address counts as confirmed by it.

    Raises InvitationOver when it was used a moment ago, CannotDo when the address came in by
    another door meanwhile.
    """
    if invitation.role == Role.SUPERADMIN:
        # Sent before two had to agree on it.
        raise CannotDo("Nobody comes in as a SuperAdmin. Ask for another invitation.")
    try:
        with transaction.atomic():
            user = make_person(email=invitation.email, name=name, role=invitation.role)
    except IntegrityError:
        raise CannotDo("Somebody with this address is here already. Sign in instead.") from None
    user.set_password(password)
    user.save(update_fields=["password"])
    taken = Invitation.objects.open().filter(pk=invitation.pk, code=invitation.code)
    if not taken.update(accepted_at=Now(), accepted_by=user):
        raise InvitationOver
    _record("invitation.accepted", invitation, user)
    return user


def make_person(*, email: str, name: str, role: str, is_operator: bool = False) -> User:
    """A person without a password whose address is known to be theirs. Raises IntegrityError."""
    user = User.objects.create_user(
        email,
        None,
        name=name.strip(),
        role=role,
        is_operator=is_operator,
        is_superuser=role == Role.SUPERADMIN,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def create_member(
    *, email: str, name: str, role: str, by: User | None, is_operator: bool = False
) -> User:
    """A person made without being asked: sets a password by a reset link. Raises CannotDo."""
    if by is not None:
        _require_may_give(by, role)
    try:
        with transaction.atomic():
            user = make_person(email=email, name=name, role=role, is_operator=is_operator)
    except IntegrityError:
        raise CannotDo("Somebody with this address is here already.") from None
    audit.record(
        type="user.created",
        actor=by,
        subject=audit.person(user),
        detail={"role": role, "is_operator": is_operator},
    )
    return user


# --- Changing and leaving -------------------------------------------------------------------------


@transaction.atomic
def change_role(*, user: User, role: str, is_operator: bool, by: User | None) -> bool:
    """Gives another role, the operator's mark, or both; False when nothing changed.

    It counts from the next request on: permissions are looked up each time. Raises CannotDo.
    """
    _require_may_manage(by, user)
    if by is not None and role != user.role:
        _require_may_give(by, role)
    if by is not None and is_operator != user.is_operator and by.role != Role.SUPERADMIN:
        raise CannotDo("Only a SuperAdmin makes operators.")
    if role != Role.SUPERADMIN:
        _require_another_chief(user)
    after = {"role": role, "is_operator": is_operator}
    if after == {"role": user.role, "is_operator": user.is_operator}:
        return False
    give_role(user=user, role=role, is_operator=is_operator, by=by)
    return True


def give_role(
    *, user: User, role: str, is_operator: bool, by: User | None, asked_by: User | None = None
) -> None:
    """Writes the role down, whoever may have given it; callers see to that. Raises CannotDo."""
    former = user.role
    before = {"role": former, "is_operator": user.is_operator}
    after = {"role": role, "is_operator": is_operator}
    # Of two who change at once the second is refused: what it saw is gone.
    changed = User.objects.filter(pk=user.pk, **before).update(
        **after, is_superuser=role == Role.SUPERADMIN
    )
    if not changed:
        raise CannotDo(CHANGED_MEANWHILE)
    user.refresh_from_db()
    end_weaker_sign_ins(user=user, before=former, by=by)
    second = {"asked_by": audit.person(asked_by)} if asked_by else {}
    audit.record(
        type="user.role_changed",
        actor=by,
        subject=audit.person(user),
        detail={"before": before, "after": after, **second},
    )


def end_weaker_sign_ins(*, user: User, before: str, by: User | None) -> None:
    """Ends the tokens of a person whose new role wants a second factor where the former did not.

    They may come from a password alone. A browser is led to where one sets a factor up.
    """
    wanted = settings.MFA_REQUIRED_ROLES
    if user.role in wanted and before not in wanted:
        tokens.end_families_of(user=user, by=by, why="the new role needs a second factor")


@transaction.atomic
def change_particulars(*, user: User, email: str, name: str, by: User) -> bool:
    """Another name or address; a new address ends what the old one opened. Raises CannotDo."""
    if by.pk != user.pk:
        _require_may_manage(by, user)
    address = email.strip().lower()
    changed = [
        field
        for field, before, after in (("email", user.email, address), ("name", user.name, name))
        if before != after
    ]
    if not changed:
        return False
    if "email" in changed and user.role == Role.SUPERADMIN and by.pk != user.pk:
        # Whoever holds the mailbox holds the account, and could agree with himself.
        raise CannotDo("A SuperAdmin's address is changed by nobody else.")
    if User.objects.filter(email=address).exclude(pk=user.pk).exists():
        raise CannotDo("Somebody with this address is here already.")
    same = User.objects.filter(pk=user.pk, email=user.email, name=user.name)
    try:
        with transaction.atomic():
            written = same.update(email=address, name=name)
    except IntegrityError:
        raise CannotDo("Somebody with this address is here already.") from None
    if not written:
        raise CannotDo(CHANGED_MEANWHILE)
    user.email, user.name = address, name
    if "email" in changed:
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    audit.record(
        type="user.changed", actor=by, subject=audit.person(user), detail={"fields": changed}
    )
    return True


@transaction.atomic
def deactivate_member(*, user: User, by: User | None, why: str = "") -> bool:
    """Ends everything that lets the person in, at once; their deeds stay. False when it was so.

    Raises CannotDo.
    """
    _require_may_manage(by, user)
    _require_another_chief(user)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return False
    user.is_active = False
    audit.record(
        type="user.deactivated", actor=by, subject=audit.person(user), detail={"why": why[:200]}
    )
    end_access(user, by=by, why="deactivated")
    return True


@transaction.atomic
def reactivate_member(*, user: User, by: User | None) -> bool:
    """Lets the person sign in again; keys that were revoked stay revoked. Raises CannotDo."""
    _require_may_manage(by, user)
    if by is not None and user.role == Role.SUPERADMIN:
        # One alone would make a SuperAdmin of somebody who is none any more.
        raise CannotDo("Give them another role first; a second SuperAdmin makes them one again.")
    if is_erased(user):
        raise CannotDo("This person was erased. Invite them again instead.")
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        return False
    user.is_active = True
    audit.record(type="user.reactivated", actor=by, subject=audit.person(user))
    return True


@transaction.atomic
def sign_out_everywhere(*, user: User, by: User | None) -> None:
    """Ends sessions, tokens and keys; the person may sign in again. Raises CannotDo."""
    _require_may_manage(by, user)
    end_access(user, by=by, why="signed out by an administrator")


def is_erased(user: User) -> bool:
    """Whether nothing personal is left of the row."""
    return user.email == _nobody(user)


def _nobody(user: User) -> str:
    # ".invalid" receives no mail, by RFC 2606.
    return f"{user.code}@erased.invalid"


@transaction.atomic
def erase_member(*, user: User, by: User | None) -> None:
    """Takes name, address, ways of signing in and network addresses away; codes and deeds stay.

    What the person wrote in interviews belongs to the rooms above, which come first. Raises
    CannotDo.
    """
    if by is None or by.pk != user.pk:
        _require_may_manage(by, user)
    _require_another_chief(user)
    address, name = user.email, audit.person(user)
    end_access(user, by=by, why="erased")
    for table in (EmailAddress, Authenticator, UserSession, SocialAccount):
        table.objects.filter(user=user).delete()
    Invitation.objects.filter(email=address).update(email=_nobody(user))
    user.email, user.name, user.is_active, user.last_login = _nobody(user), "", False, None
    user.set_unusable_password()
    user.save(update_fields=["email", "name", "is_active", "last_login", "password"])
    audit_erasure.forget_addresses(user)
    audit.record(type="person.erased", actor=by, subject=name)


def _record(deed: str, invitation: Invitation, by: User) -> None:
    audit.record(
        type=deed,
        actor=by,
        subject=f"invitation {invitation.pk}",
        detail={"role": invitation.role},
    )


# --- In the worker --------------------------------------------------------------------------------


def _send(invitation: Invitation) -> None:
    key = f"{INVITE}:{invitation.pk}:{invitation.code}"
    jobs.enqueue(kind=INVITE, subject_id=invitation.pk, unique_key=key)


def send_invitation(job: Job) -> None:
    """Sends the mail of an invitation that is still open."""
    found = Invitation.objects.select_related("invited_by").filter(pk=job.subject_id).first()
    if found is not None and found.is_open:
        emails.invite(found, token=token_of(found))
    jobs.finish(job)
