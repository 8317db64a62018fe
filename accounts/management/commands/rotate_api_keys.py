"""Renews API keys: chosen ones with an overlap, or in an emergency all of them at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from accounts.management.key_lines import (
    KeyCommand,
    actor,
    add_by,
    described,
    key_named,
    line,
)
from accounts.models import ApiKey, User
from accounts.policies import may_have_keys_of
from accounts.services import keys


class Command(KeyCommand):
    help = (
        "Renews keys of service accounts; secrets are shown once. With --all, for an emergency, "
        "every key there is ends at once. Exit 1: a key has no successor."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("prefix", nargs="*", help="such as uaip_abc123def456")
        words = "days for which the older key works on; 7"
        parser.add_argument("--overlap", type=int, default=keys.OVERLAP_DAYS, help=words)
        parser.add_argument("--all", action="store_true", help="every key, at once, no overlap")
        words = "with --all: end them, and make no successors"
        parser.add_argument("--revoke-only", action="store_true", help=words)
        parser.add_argument("--why", default="", help="with --all: stands in the record of deeds")
        add_by(parser)

    def run(self, options: dict[str, Any]) -> bool:
        if bool(options["prefix"]) == options["all"]:
            raise ValueError("Name the keys to renew, or give --all for every key there is.")
        if options["all"] and not options["why"]:
            raise ValueError("--all ends every key: say why (--why).")
        by = actor(options["by"])
        if options["all"]:
            return self._all(options, by)
        self._report(_renewed(options, by), options)
        return True

    def _all(self, options: dict[str, Any], by: User) -> bool:
        turned = keys.rotate_all(by=by, why=options["why"], replace=not options["revoke_only"])
        self._report(turned, options)
        return options["revoke_only"] or all(one.replacement for one in turned)

    def _report(self, turned: list[keys.Turned], options: dict[str, Any]) -> None:
        content, lines = [], []
        for one in turned:
            one.key.refresh_from_db(fields=["revoked_at", "expires_at"])
            lines.append(line(one.key))
            new = one.replacement
            successor = described(new.key) | {"key": new.secret} if new else None
            lines.append(f"  -> {new.secret}" if new else "  -> no successor")
            content.append(described(one.key) | {"successor": successor})
        self.show(content, lines or ["There was no key that worked."], options)


def _chosen(options: dict[str, Any], by: User) -> list[ApiKey]:
    """All of them, before the first is renewed. Raises ValueError."""
    chosen = [key_named(one) for one in options["prefix"]]
    for key in chosen:
        if not may_have_keys_of(by, key.user):
            raise ValueError(f"uaip_{key.prefix} is a person's: only its holder renews it.")
    return chosen


@transaction.atomic
def _renewed(options: dict[str, Any], by: User) -> list[keys.Turned]:
    """All or none: a secret that was made and not shown would be lost."""
    return [
        keys.Turned(key, keys.rotate_key(key=key, by=by, overlap_days=options["overlap"]))
        for key in _chosen(options, by)
    ]
