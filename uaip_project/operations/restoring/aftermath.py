"""What is done to a restored database before anybody reads it (reliability.md F30).

Everything here reads and writes the connection in force (backups.scratch.as_default).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts import key_ring
from accounts.models import ApiKey, Job, User
from accounts.permissions import Role
from accounts.services import audit, job_holds
from governance.models import ShareLink
from interviews.models import Answer, ArchivedSession, InterviewSession
from interviews.refusals import HeldAlready
from interviews.services import archiving
from uaip_project.operations import maintenance_mode
from uaip_project.operations.backups.manifest import Manifest
from uaip_project.operations.incidents import containing
from uaip_project.operations.models import OpsRun
from uaip_project.operations.restoring import outward
from uaip_project.operations.restoring.since import (
    Changes,
    Held,
    LaterState,
    Revoked,
    RevokedLink,
)

#: The database put aside may have raised epochs since; nobody raises them so often.
EPOCH_LEAP = 1000
RESTORED = "system.restored"
WHY_SHUT = "It was shut off when a backup was restored."
WHY_HELD = "Held since the restore of a backup: look at it, then `restore --release`."


@transaction.atomic
def settle(said: Manifest, later: LaterState | None, *, by: User | None) -> Changes:
    """Ends sessions, frees jobs, holds what would go out, and repeats what must not be undone.

    The deed comes last. Returns what changed since the backup.
    """
    _end_sessions()
    _free_jobs()
    # Perhaps it was restored to have them back; whoever wants them gone marks them again.
    ArchivedSession.objects.exclude(marked_at=None).update(marked_at=None)
    changes = _repeated(later, by) if later else Changes()
    held = job_holds.hold(outward.kinds(), why=WHY_HELD, by=by)
    key_ring.forget()
    detail: dict[str, Any] = {
        "archive_id": said.archive_id,
        "taken_at": said.taken_at.isoformat(),
        "head_of_archive": dict(said.audit),
        "head_before": later.audit if later else {},
        "held": held,
        "keys_ended_again": changes.keys_ended_again,
        "people_higher": len(changes.people_higher),
        "keys_revoked_again": changes.keys_revoked_again,
        "links_revoked_again": changes.links_revoked_again,
        "held_again": len(changes.held_again),
        "kept_from_models_again": len(changes.kept_from_models_again),
        "shut_off_again": len(changes.shut_off_again),
        "sessions_back": len(changes.sessions_back),
        "people_disabled_again": len(changes.people_disabled_again),
    }
    audit.record(type=RESTORED, actor=by, subject="system", detail=detail)
    return changes


def _end_sessions() -> None:
    """Browsers' sessions and programs' tokens of then, and those issued since."""
    Session.objects.all().delete()
    UserSession.objects.all().delete()
    User.objects.update(epoch=F("epoch") + EPOCH_LEAP)


def _free_jobs() -> None:
    """What was being done at the time of the backup has no worker any more."""
    Job.objects.filter(status=Job.Status.RUNNING).update(
        status=Job.Status.PENDING, lease_until=None, claimed_by=None, next_attempt_at=Now()
    )


def _repeated(later: LaterState, by: User | None) -> Changes:
    """Revocations, disablings and destroyed keys that the backup does not know yet."""
    codes = dict(User.objects.values_list("code", "email"))
    prefixes = set(ApiKey.objects.values_list("prefix", flat=True))
    sessions = dict(InterviewSession.objects.order_by().values_list("code", "last_updated_at"))
    shared = sessions.keys() & later.sessions.keys()
    shut_off_again = [
        f"{kind} {target}".strip() for kind, target in later.contained if _shut(kind, target, by)
    ]
    if later.is_locked:
        maintenance_mode.shut(message=maintenance_mode.LOCKED, by=by, is_locked=True)
    return Changes(
        held_again=[str(one.session) for one in later.held if _hold(one, by)],
        kept_from_models_again=[*_kept_whole(later.kept_sessions), *_kept_items(later.kept_items)],
        keys_revoked_again=[one.prefix for one in later.revoked if _revoke(one)],
        keys_ended_again=_ended(later.ends),
        keys_gone=sorted(later.key_prefixes - prefixes),
        links_revoked_again=[str(one.code) for one in later.revoked_links if _revoke_link(one)],
        shut_off_again=shut_off_again,
        people_disabled_again=_disabled(later.disabled),
        people_higher=list(_higher(later.roles)),
        people_gone=sorted(later.people[one] for one in later.people.keys() - codes.keys()),
        people_back=sorted(
            email
            for code, email in codes.items()
            if _is_erased(later.people.get(code)) and not _is_erased(email)
        ),
        passwords_of_then=_other_passwords(later.passwords),
        sessions_back=sorted(str(one) for one in sessions.keys() - later.sessions.keys()),
        sessions_gone=len(later.sessions.keys() - sessions.keys()),
        sessions_of_then=sum(sessions[one] < later.sessions[one] for one in shared),
        deeds_gone=max(0, later.audit.get("sequence", 0) - _audit_sequence()),
    )


def _audit_sequence() -> int:
    return audit.lock_head().sequence


def _revoke(one: Revoked) -> bool:
    key = ApiKey.objects.filter(prefix=one.prefix, revoked_at=None).first()
    if key is None:
        return False
    person = User.objects.filter(code=one.by).first() if one.by else None
    key.revoked_at, key.revoked_by = one.at, person or key.created_by
    key.save(update_fields=["revoked_at", "revoked_by"])
    return True


def _revoke_link(one: RevokedLink) -> bool:
    link = ShareLink.objects.filter(code=one.code, revoked_at=None).first()
    if link is None:
        return False
    person = User.objects.filter(code=one.by).first() if one.by else None
    link.revoked_at, link.revoked_by = one.at, person or link.created_by
    link.save(update_fields=["revoked_at", "revoked_by"])
    return True


def _hold(one: Held, by: User | None) -> bool:
    """A court that asks for an interview does not wait for the newest backup."""
    session = InterviewSession.objects.filter(code=one.session).select_related("owner").first()
    if session is None:
        return False
    person = User.objects.filter(code=one.by).first() or by or session.owner
    try:
        archiving.place_hold(session=session, reason=one.reason, by=person)
    except HeldAlready:
        return False
    return True


def _kept_whole(codes: set[UUID]) -> list[str]:
    """What somebody kept from models since the backup must not go to one after it."""
    open_again = InterviewSession.objects.filter(code__in=codes, is_kept_from_model=False)
    found = sorted(open_again.values_list("code", flat=True))
    InterviewSession.objects.filter(code__in=found).update(is_kept_from_model=True)
    return [str(code) for code in found]


def _kept_items(items: dict[UUID, set[str]]) -> list[str]:
    """The same for single items."""
    said = []
    for code, keys in sorted(items.items()):
        open_again = Answer.objects.filter(
            session__code=code, question_key__in=keys, is_kept_from_model=False
        )
        found = sorted(open_again.values_list("question_key", flat=True))
        open_again.update(is_kept_from_model=True)
        said += [f"{code} {key}" for key in found]
    return said


def _shut(kind: str, target: str, by: User | None) -> bool:
    """A breach is not over because an older database came back."""
    try:
        containing.place_containment(kind=kind, target=target, reason=WHY_SHUT, by=by)
    except containing.CannotContain:
        return False
    return True


def _disabled(codes: set[UUID]) -> list[str]:
    found = User.objects.filter(code__in=codes, is_active=True).order_by("email")
    addresses = list(found.values_list("email", flat=True))
    User.objects.filter(email__in=addresses).update(is_active=False)
    return addresses


def _ended(ends: dict[str, datetime]) -> list[str]:
    """A key that was replaced ends when it was told to, not when it was made to."""
    found = ApiKey.objects.filter(prefix__in=ends, revoked_at=None).order_by("prefix")
    longer = [key for key in found if key.expires_at > ends[key.prefix]]
    for key in longer:
        key.expires_at = ends[key.prefix]
        key.save(update_fields=["expires_at"])
    return [key.prefix for key in longer]


def _higher(roles: dict[UUID, tuple[str, bool]]) -> Iterator[str]:
    """Who may do more than before the restore; only a person says whether that is meant.

    Not lowered here: the role of before may be what somebody gave in the incident that the restore
    undoes.
    """
    ranks = list(Role)
    for user in User.objects.filter(code__in=roles, is_active=True).order_by("email"):
        before, was_operator = roles[user.code]
        if ranks.index(Role(user.role)) > ranks.index(Role(before)):
            yield (
                f"{user.email} is {Role(user.role).label} again and was {Role(before).label}: "
                f"`create_user --existing --email {user.email} --role {before}`"
            )
        if user.is_operator and not was_operator:
            yield f"{user.email} is an operator again: take the mark away on the page of people."


def _is_erased(address: str | None) -> bool:
    """How the row of an erased person reads (accounts.services.members)."""
    return address is None or address.endswith("@erased.invalid")


def _other_passwords(passwords: dict[UUID, str]) -> int:
    now = User.objects.filter(code__in=passwords).values_list("code", "password")
    return sum(passwords[code] != password for code, password in now)


def write_run(result: dict[str, Any], said: str, *, began: datetime, by: User | None) -> None:
    """The row of this run, in the database that goes live."""
    OpsRun.objects.create(
        kind="restore",
        status=OpsRun.Status.OK,
        started_by=by,
        result=result,
        said=said[:500],
        started_at=began,
        finished_at=timezone.now(),
    )


def as_json(changes: Changes) -> dict[str, Any]:
    """What ``--json`` prints of it."""
    return asdict(changes)
