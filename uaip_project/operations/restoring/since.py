"""What a restore takes back: read from the live database before it is put aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError

from accounts.models import ApiKey, AuditHead, User
from governance.models import ShareLink
from interviews.models import Answer, InterviewSession, LegalHold
from uaip_project.operations.backups.scratch import connected
from uaip_project.operations.models import Containment, MaintenanceMode
from uaip_project.operations.restoring import places


@dataclass(frozen=True)
class Revoked:
    """A key that was revoked; by whom says the person's code."""

    prefix: str
    at: datetime
    by: UUID | None


@dataclass(frozen=True)
class RevokedLink:
    """A share link that was revoked; by whom says the person's code."""

    code: UUID
    at: datetime
    by: UUID | None


@dataclass(frozen=True)
class Held:
    """An interview under a legal hold; by whom says the person's code."""

    session: UUID
    reason: str
    by: UUID


@dataclass
class LaterState:
    """What the live database knows that the archive may not know."""

    revoked: list[Revoked] = field(default_factory=list)
    #: Keys that are not revoked, by prefix: when each ends.
    ends: dict[str, datetime] = field(default_factory=dict)
    revoked_links: list[RevokedLink] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    #: What is kept from language models: whole interviews, and single items by their key.
    kept_sessions: set[UUID] = field(default_factory=set)
    kept_items: dict[UUID, set[str]] = field(default_factory=dict)
    #: Kind and target of what is shut off during an incident.
    contained: list[tuple[str, str]] = field(default_factory=list)
    is_locked: bool = False
    key_prefixes: set[str] = field(default_factory=set)
    disabled: set[UUID] = field(default_factory=set)
    people: dict[UUID, str] = field(default_factory=dict)
    #: Role, and whether they run the installation.
    roles: dict[UUID, tuple[str, bool]] = field(default_factory=dict)
    passwords: dict[UUID, str] = field(default_factory=dict)
    sessions: dict[UUID, datetime] = field(default_factory=dict)
    audit: dict[str, Any] = field(default_factory=dict)


def read_live() -> LaterState | None:
    """None where the live database is gone, damaged, or of another schema."""
    if not places.here().is_there():
        return None
    try:
        with connected(places.live_name()) as connection:
            return _read(connection.alias)
    except DatabaseError:
        return None


def _read(using: str) -> LaterState:
    keys = ApiKey.objects.using(using)
    people = User.objects.using(using)
    rows = keys.exclude(revoked_at=None).values_list("prefix", "revoked_at", "revoked_by__code")
    sessions = InterviewSession.objects.using(using).order_by()
    links = ShareLink.objects.using(using).exclude(revoked_at=None).order_by("pk")
    holds = LegalHold.objects.using(using).filter(lifted_at=None).order_by("pk")
    contained = Containment.objects.using(using).in_force().order_by("pk")
    modes = MaintenanceMode.objects.using(using)
    head = AuditHead.objects.using(using).filter(pk=1).first()
    return LaterState(
        revoked=[Revoked(prefix, at, by) for prefix, at, by in rows if at],
        ends=dict(keys.filter(revoked_at=None).values_list("prefix", "expires_at")),
        revoked_links=[
            RevokedLink(code, at, by)
            for code, at, by in links.values_list("code", "revoked_at", "revoked_by__code")
            if at
        ],
        held=[
            Held(*one) for one in holds.values_list("session__code", "reason", "placed_by__code")
        ],
        kept_sessions=set(sessions.filter(is_kept_from_model=True).values_list("code", flat=True)),
        kept_items=_kept_items(using),
        contained=list(contained.values_list("kind", "target")),
        is_locked=modes.filter(mode=MaintenanceMode.Mode.LOCKED).exists(),
        key_prefixes=set(keys.values_list("prefix", flat=True)),
        disabled=set(people.filter(is_active=False).values_list("code", flat=True)),
        people=dict(people.values_list("code", "email")),
        roles={
            code: (role, is_operator)
            for code, role, is_operator in people.values_list("code", "role", "is_operator")
        },
        passwords=dict(people.values_list("code", "password")),
        sessions=dict(sessions.values_list("code", "last_updated_at")),
        audit={"sequence": head.sequence, "hash": head.hash} if head else {},
    )


def _kept_items(using: str) -> dict[UUID, set[str]]:
    kept = Answer.objects.using(using).filter(is_kept_from_model=True).order_by()
    found: dict[UUID, set[str]] = {}
    for code, key in kept.values_list("session__code", "question_key"):
        found.setdefault(code, set()).add(key)
    return found


@dataclass(frozen=True)
class Changes:
    """What the restored database had to be told, and what is gone; lists name, never quote."""

    keys_revoked_again: list[str] = field(default_factory=list)
    keys_ended_again: list[str] = field(default_factory=list)
    keys_gone: list[str] = field(default_factory=list)
    links_revoked_again: list[str] = field(default_factory=list)
    held_again: list[str] = field(default_factory=list)
    kept_from_models_again: list[str] = field(default_factory=list)
    shut_off_again: list[str] = field(default_factory=list)
    people_disabled_again: list[str] = field(default_factory=list)
    #: Who may do more than before the restore, with what mends it: a sentence each.
    people_higher: list[str] = field(default_factory=list)
    people_gone: list[str] = field(default_factory=list)
    people_back: list[str] = field(default_factory=list)
    passwords_of_then: int = 0
    sessions_back: list[str] = field(default_factory=list)
    sessions_gone: int = 0
    sessions_of_then: int = 0
    deeds_gone: int = 0

    def lines(self) -> list[str]:
        """For people, only what there is."""
        named = (
            ("API keys revoked later and revoked again", self.keys_revoked_again),
            ("API keys that were given an earlier end and have it again", self.keys_ended_again),
            ("API keys made later, which are gone", self.keys_gone),
            ("share links revoked later and revoked again", self.links_revoked_again),
            ("interviews held later and held again", self.held_again),
            (
                "interviews and items kept from language models later and kept again",
                self.kept_from_models_again,
            ),
            ("things shut off during an incident and shut off again", self.shut_off_again),
            ("people disabled later and disabled again", self.people_disabled_again),
            ("people added later, who are gone", self.people_gone),
            ("people erased later, who are back: erase them again", self.people_back),
            ("sessions deleted later, which are back: delete them again", self.sessions_back),
        )
        counted = (
            ("people whose password is the one of then", self.passwords_of_then),
            ("sessions begun later, which are gone", self.sessions_gone),
            ("sessions worked on later, which are as they were then", self.sessions_of_then),
            ("deeds recorded later, which are in the old database alone", self.deeds_gone),
        )
        said = [f"- {len(names)} {what}: {', '.join(names)}." for what, names in named if names]
        if self.people_higher:
            said.append(f"! {len(self.people_higher)} people may do more than before the restore:")
            said += [f"  {one}" for one in self.people_higher]
        return said + [f"- {count} {what}." for what, count in counted if count]
