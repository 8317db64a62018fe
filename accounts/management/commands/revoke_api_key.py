"""Ends API keys at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.management.key_lines import KeyCommand, actor, add_by, described, key_named, line
from accounts.services import keys


class Command(KeyCommand):
    help = "Ends API keys at once, by the public part that lists show."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("prefix", nargs="+", help="such as uaip_abc123def456")
        parser.add_argument("--why", default="", help="stands in the record of deeds")
        add_by(parser)

    def run(self, options: dict[str, Any]) -> bool:
        by = actor(options["by"])
        chosen = [key_named(one) for one in options["prefix"]]
        for key in chosen:
            keys.revoke_key(key=key, by=by, why=options["why"])
            key.refresh_from_db(fields=["revoked_at"])
        self.show([described(key) for key in chosen], [line(key) for key in chosen], options)
        return True
