"""What the commands about people share: faults as sentences, two ways to say an outcome."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from accounts.management.quiet_command import QuietCommand
from accounts.models import User
from accounts.services.members import CannotDo

COULD_NOT_RUN = 2


class PeopleCommand(QuietCommand):
    """``--json``; exit code 1 when the deed is refused, 2 when the command could not run."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSON instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            went_well = self.run(options)
        except CannotDo as refusal:
            raise CommandError(str(refusal)) from None
        except ValueError as fault:
            raise CommandError(str(fault), returncode=COULD_NOT_RUN) from None
        except DatabaseError as fault:
            words = f"The database did not answer: {fault}"
            raise CommandError(words, returncode=COULD_NOT_RUN) from fault
        if not went_well:
            raise SystemExit(1)

    def run(self, options: dict[str, Any]) -> bool:
        """Does the deed; whether all of it went well. Raises CannotDo or ValueError."""
        raise NotImplementedError

    def show(self, content: Any, lines: Sequence[str], options: dict[str, Any]) -> None:
        """One of the two ways to say it."""
        if options["json"]:
            self.stdout.write(json.dumps(content, indent=2, cls=DjangoJSONEncoder))
        else:
            self.stdout.write("\n".join(lines))


def person_called(email: str) -> User:
    """Raises ValueError when nobody has this address."""
    found = User.objects.filter(email=email.strip().lower(), kind=User.Kind.PERSON).first()
    if found is None:
        raise ValueError(f"There is nobody with the address {email}.")
    return found


def described(user: User) -> dict[str, Any]:
    """A person as JSON shows one."""
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "is_operator": user.is_operator,
        "is_active": user.is_active,
        "joined_at": user.joined_at,
        "last_login": user.last_login,
    }


def line(user: User) -> str:
    """A person in one line of a table."""
    state = "active" if user.is_active else "gone"
    seen = f"last here {user.last_login:%Y-%m-%d}" if user.last_login else "never signed in"
    mark = ", operator" if user.is_operator else ""
    return f"{state:7} {user.role + mark:20} {seen:21} {user.email}  {user.name}".rstrip()
