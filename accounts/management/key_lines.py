"""What the commands about API keys share: who acts, which key is meant, how keys are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError
from django.utils import timezone

from accounts.management.quiet_command import QuietCommand
from accounts.models import ApiKey, User
from accounts.permissions import Permission, Role
from accounts.policies import has_permission
from accounts.services.keys import CannotIssue

COULD_NOT_RUN = 2


class KeyCommand(QuietCommand):
    """A command about keys: ``--json``, ``--by``, and faults as sentences with exit code 2."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSON instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            went_well = self.run(options)
        except (CannotIssue, ValueError) as fault:
            raise CommandError(str(fault), returncode=COULD_NOT_RUN) from fault
        except DatabaseError as fault:
            words = f"The database did not answer: {fault}"
            raise CommandError(words, returncode=COULD_NOT_RUN) from fault
        if not went_well:
            raise SystemExit(1)

    def run(self, options: dict[str, Any]) -> bool:
        """Does the deed; whether all of it went well. Raises CannotIssue or ValueError."""
        raise NotImplementedError

    def show(self, content: Any, lines: Sequence[str], options: dict[str, Any]) -> None:
        """One of the two ways to say it."""
        if options["json"]:
            self.stdout.write(json.dumps(content, indent=2, cls=DjangoJSONEncoder))
        else:
            self.stdout.write("\n".join(lines))


def add_by(parser: CommandParser) -> None:
    words = "who does it, for the record; the SuperAdmin where there is exactly one"
    parser.add_argument("--by", default="", metavar="EMAIL", help=words)


def actor(email: str) -> User:
    """Who acts: an active person who may manage keys. Raises ValueError."""
    people = User.objects.active().filter(kind=User.Kind.PERSON)
    if email:
        found = people.filter(email=email.strip().lower()).first()
        if found is None or not has_permission(found, Permission.KEY_MANAGE):
            raise ValueError(f"{email} is nobody who manages keys.")
        return found
    chiefs = list(people.filter(role=Role.SUPERADMIN)[:2])
    if len(chiefs) != 1:
        raise ValueError("Say who does it: --by EMAIL of somebody who manages keys.")
    return chiefs[0]


def key_named(text: str) -> ApiKey:
    """By the public part, with or without "uaip_" and what follows. Raises ValueError."""
    prefix = text.strip().removeprefix("uaip_")[:12]
    found = ApiKey.objects.select_related("user").filter(prefix=prefix).first()
    if found is None:
        raise ValueError(f"There is no key uaip_{prefix}.")
    return found


def described(key: ApiKey) -> dict[str, Any]:
    """A key as JSON shows it; its secret is in no table."""
    return {
        "prefix": key.prefix,
        "name": key.name,
        "holder": str(key.user),
        "kind": key.user.kind,
        "scopes": key.scopes,
        "networks": key.networks,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
        "state": state_of(key),
    }


def state_of(key: ApiKey) -> str:
    """works, expired, revoked, or locked: the holder is deactivated."""
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at <= timezone.now():
        return "expired"
    return "works" if key.user.is_active else "locked"


def line(key: ApiKey) -> str:
    """A key in one line of a table."""
    used = f"used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
    until = f"until {key.expires_at:%Y-%m-%d}"
    return f"{state_of(key):8} uaip_{key.prefix}  {until}  {used:15}  {key.name} ({key.user})"
