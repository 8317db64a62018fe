"""Lists API keys; no secret is known to print."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Q
from django.utils import timezone

from accounts.management.key_lines import KeyCommand, described, line
from accounts.models import ApiKey


class Command(KeyCommand):
    help = "Lists the API keys that work; --all also those that ended."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--all", action="store_true", help="also expired and revoked ones")
        parser.add_argument("--holder", default="", help="only of this account or address")
        words = "only those not used for so many days, or never"
        parser.add_argument("--unused", type=int, metavar="DAYS", help=words)
        words = "only those that expire within so many days"
        parser.add_argument("--expiring", type=int, metavar="DAYS", help=words)

    def run(self, options: dict[str, Any]) -> bool:
        rows = list(_chosen(options))
        lines = [line(key) for key in rows] or ["There is no such key."]
        self.show([described(key) for key in rows], lines, options)
        return True


def _chosen(options: dict[str, Any]) -> Any:
    found, now = ApiKey.objects.select_related("user").order_by("pk"), timezone.now()
    if not options["all"]:
        found = found.filter(revoked_at=None, expires_at__gt=now)
    if options["holder"]:
        holder = options["holder"].strip()
        found = found.filter(Q(user__name=holder) | Q(user__email=holder.lower()))
    if options["unused"] is not None:
        long_ago = now - timedelta(days=options["unused"])
        found = found.filter(Q(last_used_at=None) | Q(last_used_at__lt=long_ago))
    if options["expiring"] is not None:
        found = found.filter(expires_at__lt=now + timedelta(days=options["expiring"]))
    return found
