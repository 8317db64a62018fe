"""Prints a link under which somebody chooses a new password, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.management.people_lines import PeopleCommand, person_called
from accounts.services import reset_links


class Command(PeopleCommand):
    help = "Prints a link under which a person chooses a new password. It works once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--email", required=True)

    def run(self, options: dict[str, Any]) -> bool:
        user = person_called(options["email"])
        link = reset_links.hand_out_reset_link(user=user)
        self.show({"email": user.email, "link": link}, [link], options)
        return True
