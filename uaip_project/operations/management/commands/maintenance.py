"""What has to be done from time to time; workers do it by themselves, cron can too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from accounts import sealing
from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from accounts.services import audit_anchors, audit_segments
from accounts.services.audit_check import sealing_detail
from accounts.services.audit_walk import ChainBroken
from accounts.services.data_keys import SealingIsOff
from governance.services import inventory
from interviews.models import InterviewSession
from uaip_project.operations import maintenance_deeds, sealing_upkeep
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import Outcome

COULD_NOT_RUN = 2
HOW = "docs/how-to/encrypt-answers-at-rest.md says what to do."
KEYLESS = f"FIELD_KEYS is not set: there is nothing to seal with. {HOW}"


class Command(OperatorCommand):
    help = (
        "Upkeep: `maintenance audit` anchors the record of deeds and seals what is old, "
        "`maintenance seal` seals texts that are stored clear, `maintenance rewrap` rotates keys, "
        "`maintenance inventory` reads cases anew for the portfolio. `start`, `announce`, `stop` "
        "and `status` are about maintenance, `schedule` and `tasks` about what is due, `hold` and "
        "`lift` about interviews that must be kept, `cache` about the cache."
    )
    untold = frozenset({"health", "schedule", "status", "tasks"})

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
        does = "writes an anchor and seals old deeds; exit 1 if the chain is broken"
        deed = deeds.add_parser("audit", help=does, description=does)
        words = "seal what is older than this, instead of UAIP_AUDIT_RETENTION_DAYS"
        deed.add_argument("--older-than", type=int, metavar="DAYS", help=words)
        does = "seals with FIELD_KEYS what was stored clear before; go on with it after a stop"
        deeds.add_parser("seal", help=does, description=does)
        does = "wraps the data keys by the newest of FIELD_KEYS, so that older ones can go"
        deeds.add_parser("rewrap", help=does, description=does)
        does = "reads cases anew whose entry in the portfolio is out of date"
        deed = deeds.add_parser("inventory", help=does, description=does)
        deed.add_argument("--rebuild", action="store_true", help="read every case anew")
        for deed in deeds.choices.values():
            deed.add_argument("--json", action="store_true", help="JSON instead of lines")
            deed.add_argument("--dry-run", action="store_true", help="say what would be done")
            deed.add_argument("--by", default="", metavar="EMAIL", help="who does it")
        for deed in maintenance_deeds.add(deeds):
            self.add_common_arguments(deed)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        """Deeds of operation; those below look after themselves."""
        return maintenance_deeds.do(options, by)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["deed"] not in DEEDS:
            super().handle(*args, **options)
            return
        self._look_after(options)

    def _look_after(self, options: dict[str, Any]) -> None:
        do, lines = DEEDS[options["deed"]]
        try:
            outcome = do(options)
        except SealingIsOff as fault:
            raise CommandError(KEYLESS, returncode=COULD_NOT_RUN) from fault
        except sealing.CannotOpen as fault:
            raise CommandError(f"{fault} {HOW}", returncode=COULD_NOT_RUN) from fault
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
            self.stdout.write("\n".join(lines(outcome)))


def _audit(options: dict[str, Any]) -> dict[str, Any]:
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


def _seal(options: dict[str, Any]) -> dict[str, Any]:
    by = _person(options["by"])
    return sealing_upkeep.seal(by=by, is_rehearsal=options["dry_run"])


def _rewrap(options: dict[str, Any]) -> dict[str, Any]:
    by = _person(options["by"])
    return sealing_upkeep.rewrap(by=by, is_rehearsal=options["dry_run"])


def _inventory(options: dict[str, Any]) -> dict[str, Any]:
    if options["dry_run"]:
        found = InterviewSession.objects.all()
        stale = found if options["rebuild"] else inventory.out_of_date(found)
        return {"would_read": stale.count()}
    return {"cases": inventory.rebuild() if options["rebuild"] else inventory.sweep(most=10**9)}


def _inventory_lines(outcome: dict[str, Any]) -> list[str]:
    (count,) = outcome.values()
    cases = f"{count} case{'' if count == 1 else 's'}"
    return [f"{cases} would be read." if "would_read" in outcome else f"Read {cases} anew."]


def _audit_lines(outcome: dict[str, Any]) -> list[str]:
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


#: What each deed does, and how its outcome is said to people.
DEEDS: dict[str, tuple[Callable[[dict[str, Any]], Any], Callable[[Any], list[str]]]] = {
    "audit": (_audit, _audit_lines),
    "seal": (_seal, sealing_upkeep.seal_lines),
    "rewrap": (_rewrap, sealing_upkeep.rewrap_lines),
    "inventory": (_inventory, _inventory_lines),
}
