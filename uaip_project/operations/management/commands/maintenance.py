"""What has to be done from time to time; workers do it by themselves, cron can too."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from accounts.services import audit_anchors, audit_segments
from accounts.services.audit_check import sealing_detail
from accounts.services.audit_walk import ChainBroken

COULD_NOT_RUN = 2


class Command(BaseCommand):
    help = "Upkeep: `maintenance audit` anchors the record of deeds and seals what is old."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
        does = "writes an anchor and seals old deeds; exit 1 if the chain is broken"
        deed = deeds.add_parser("audit", help=does, description=does)
        deed.add_argument("--json", action="store_true", help="JSON instead of lines")
        deed.add_argument("--dry-run", action="store_true", help="say what would be sealed next")
        words = "seal what is older than this, instead of UAIP_AUDIT_RETENTION_DAYS"
        deed.add_argument("--older-than", type=int, metavar="DAYS", help=words)
        deed.add_argument("--by", default="", metavar="EMAIL", help="who does it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = _outcome(options)
        except ChainBroken as broken:
            words = f"Nothing is sealed: {broken} `verify_audit` says more."
            raise CommandError(words, returncode=1) from broken
        except (
            ValueError,
            audit_segments.SealingUnderWay,
            audit_segments.SealedMeanwhile,
        ) as fault:
            raise CommandError(str(fault), returncode=COULD_NOT_RUN) from fault
        except DatabaseError as fault:
            words = f"The database did not answer: {fault}"
            raise CommandError(words, returncode=COULD_NOT_RUN) from fault
        except OSError as fault:
            raise CommandError(f"UAIP_AUDIT_DIR: {fault}", returncode=COULD_NOT_RUN) from fault
        if options["json"]:
            self.stdout.write(json.dumps(outcome, indent=2, cls=DjangoJSONEncoder))
        else:
            self.stdout.write("\n".join(_lines(outcome)))


def _outcome(options: dict[str, Any]) -> dict[str, Any]:
    days = options["older_than"]
    if days is not None and days < 0:
        raise ValueError("--older-than: use 0 or more days.")
    by = _person(options["by"])
    if options["dry_run"]:
        stretch = audit_segments.due(older_than_days=days)
        return {"would_seal": stretch and {"first": stretch.first, "last": stretch.last}}
    anchor = audit_anchors.write_anchor()
    sealed = audit_segments.seal(older_than_days=days, by=by)
    return {"anchor": anchor, "sealed": [sealing_detail(one) for one in sealed]}


def _person(email: str) -> User | None:
    """Who is named by --by; without it the record names the system. Raises ValueError."""
    if not email:
        return None
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None or not has_permission(person, Permission.AUDIT_VIEW):
        raise ValueError(f"{email} is nobody who looks after the record of deeds.")
    return person


def _lines(outcome: dict[str, Any]) -> list[str]:
    if "would_seal" in outcome:
        next_one = outcome["would_seal"]
        if not next_one:
            return ["No deed is old enough to be sealed."]
        return [f"Rows {next_one['first']} to {next_one['last']} would be sealed next."]
    anchor = outcome["anchor"]
    said = [f"Anchored at row {anchor['sequence']}." if anchor else "There is no deed to anchor."]
    for one in outcome["sealed"]:
        said.append(
            f"Sealed rows {one['first_sequence']} to {one['last_sequence']} in {one['file_name']}."
        )
    return said if outcome["sealed"] else [*said, "No deed is old enough to be sealed."]
