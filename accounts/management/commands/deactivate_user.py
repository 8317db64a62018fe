"""Shows somebody out: sessions, tokens and keys end at once; deeds stay."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.management.people_lines import PeopleCommand, described, person_called
from accounts.services import members


class Command(PeopleCommand):
    help = "Deactivates a person: sessions, tokens and API keys end at once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--email", required=True)
        parser.add_argument("--why", default="", help="kept in the record of deeds")

    def run(self, options: dict[str, Any]) -> bool:
        user = person_called(options["email"])
        changed = members.deactivate_member(user=user, by=None, why=options["why"])
        words = "cannot come in any more." if changed else "was deactivated before."
        self.show(described(user) | {"changed": changed}, [f"{user.email} {words}"], options)
        return True
