"""Operational incidents in the terminal: open, handle, close; diagnose, repair, shut off."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser
from django.db import models

from accounts.models import User
from accounts.permissions import Permission
from uaip_project.operations.incidents import (
    bundles,
    command_lines,
    containing,
    diagnosing,
    fixing,
    follow_ups,
    handling,
    lockdown,
    on_call,
    review,
)
from uaip_project.operations.models import (
    Containment,
    IncidentFollowUp,
    OperationalIncident,
    OpsRun,
)
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import CouldNotRun, Outcome

Work = Callable[[dict[str, Any], User | None], Outcome]
REFUSALS = (
    handling.NoSuchIncident,
    handling.NotFromHere,
    handling.ReviewMissing,
    follow_ups.AlreadyDone,
    on_call.CannotPlan,
    containing.CannotContain,
    bundles.BundleBroken,
    OSError,
)


class Command(OperatorCommand):
    help = "Operational incidents: opens, shows and handles them; diagnoses, repairs, shuts off."
    needs = Permission.INCIDENT_MANAGE
    untold: ClassVar[frozenset[str]] = frozenset({"list", "show", "verify"})

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
        for name, (_, does, arguments) in DEEDS.items():
            deed = deeds.add_parser(name, help=does, description=does)
            for names, options in arguments:
                deed.add_argument(*names, **options)
            self.add_common_arguments(deed)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        try:
            return DEEDS[options["deed"]][0](options, by)
        except REFUSALS as refusal:
            raise CouldNotRun(str(refusal)) from refusal


def _incident(options: dict[str, Any]) -> OperationalIncident | None:
    number = options.get("incident") or ""
    return handling.find(number) if number else None


def _open(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.open_incident(
        title=options["title"],
        severity=options["severity"],
        kind=options["kind"],
        description=options["description"],
        by=by,
    )
    return Outcome(command_lines.described(incident), [command_lines.line(incident)])


def _list(options: dict[str, Any], by: User | None) -> Outcome:
    rows: models.QuerySet[OperationalIncident] = OperationalIncident.objects.all()
    if not options["all"]:
        rows = OperationalIncident.objects.exclude(state="closed")
    found = list(rows[: options["limit"]])
    lines = [command_lines.line(one) for one in found] or ["No incident is open."]
    return Outcome({"incidents": [command_lines.described(one) for one in found]}, lines)


def _show(options: dict[str, Any], by: User | None) -> Outcome:
    return command_lines.whole(handling.find(options["number"]))


def _acknowledge(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.find(options["number"])
    handling.acknowledge_incident(incident=incident, by=by)
    return command_lines.said(incident, "is taken on.")


def _note(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.find(options["number"])
    handling.note_incident(incident=incident, text=options["text"], by=by)
    return command_lines.said(incident, "has one note more.")


def _status(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.find(options["number"])
    text = options["text"] or command_lines.status_template(incident)
    handling.tell_people(incident=incident, text=text, by=by)
    return command_lines.said(incident, f"People were told: {text}")


def _mitigate(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.find(options["number"])
    handling.mitigate_incident(incident=incident, text=options["text"], by=by)
    return command_lines.said(incident, "is mitigated.")


def _resolve(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.find(options["number"])
    handling.resolve_incident(incident=incident, text=options["text"], by=by)
    return command_lines.said(incident, "is resolved.")


def _review(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.find(options["number"])
    if not options["file"]:
        text = review.template(incident)
        return Outcome({"number": incident.number, "template": text}, [text])
    text = Path(options["file"]).read_text(encoding="utf-8")
    handling.write_review(incident=incident, text=text, by=by)
    return command_lines.said(incident, "has its review.")


def _close(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.find(options["number"])
    handling.close_incident(incident=incident, by=by)
    return command_lines.said(incident, "is closed.")


def _follow_up(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.find(options["number"])
    if options["done"]:
        row = IncidentFollowUp.objects.filter(incident=incident, code=options["done"]).first()
        if row is None:
            raise CouldNotRun(f"{incident.number} has no follow-up {options['done']}.")
        follow_ups.finish_follow_up(follow_up=row, outcome=options["text"], by=by)
        return command_lines.said(incident, "has one thing less to do.")
    owner = command_lines.person(options["owner"])
    due = command_lines.day(options["due"])
    row = follow_ups.add_follow_up(
        incident=incident, text=options["text"], owner=owner, due_date=due, by=by
    )
    data = {"number": incident.number, "code": str(row.code), "due_date": str(due)}
    return Outcome(data, [f"{incident.number}: {row.text} ({owner}, until {due}). {row.code}"])


def _oncall(options: dict[str, Any], by: User | None) -> Outcome:
    if options["people"]:
        people = [command_lines.person(one) for one in options["people"].split(",")]
        begins = command_lines.moment(options["begins"])
        weeks = options["weeks"]
        on_call.plan_rotation(
            level=options["level"], people=people, begins=begins, weeks=weeks, by=by
        )
    return command_lines.duties(options["at"])


def _run(options: dict[str, Any], by: User | None) -> Outcome:
    found = diagnosing.run(options["runbook"])
    first = diagnosing.first_fault(found)
    head = f"Begin here: {first.name}. {first.sentence} {first.hint}" if first else "All is well."
    lines = [
        f"{'well   ' if one.is_well else 'FAULT  '} {one.name}: {one.sentence}" for one in found
    ]
    data = {"checks": [one.as_json() for one in found], "begin": first and first.as_json()}
    return Outcome(data, [head, *lines], is_problem=first is not None)


def _fix(options: dict[str, Any], by: User | None) -> Outcome:
    done = fixing.fix(options["cause"], by=by, is_rehearsal=options["dry_run"])
    data = {
        "cause": options["cause"],
        "is_well": done.is_well,
        "changed": done.changed,
        "freed_bytes": done.freed_bytes,
        "lines": done.lines,
    }
    return Outcome(data, done.lines, is_problem=not done.is_well)


def _diagnostics(options: dict[str, Any], by: User | None) -> Outcome:
    made = bundles.write_diagnostics(Path(options["file"]))
    words = "Read it before you give it away."
    return Outcome(made, [f"{made['file']} holds {len(made['parts'])} parts. {words}"])


def _evidence(options: dict[str, Any], by: User | None) -> Outcome:
    incident = handling.find(options["number"])
    made = bundles.write_evidence(Path(options["file"]), incident=incident, by=by)
    return Outcome(made, [f"{made['file']}, SHA-256 {made['sha256']}. Note who has it."])


def _verify(options: dict[str, Any], by: User | None) -> Outcome:
    try:
        manifest = bundles.verify(Path(options["file"]))
    except bundles.BundleBroken as broken:
        return Outcome({"is_whole": False, "fault": str(broken)}, [str(broken)], is_problem=True)
    digest = hashlib.sha256(Path(options["file"]).read_bytes()).hexdigest()
    words = f"All {len(manifest['parts'])} parts are as they were written. SHA-256 {digest}"
    data = {"is_whole": True, "made_at": manifest["made_at"], "sha256": digest}
    return Outcome(data, [words])


def _contain(options: dict[str, Any], by: User | None) -> Outcome:
    done = containing.place_containment(
        kind=options["kind"],
        target=options["target"],
        reason=options["reason"],
        by=by,
        incident=_incident(options),
    )
    return Outcome({"kind": options["kind"], "target": done.row.target}, [done.sentence])


def _release(options: dict[str, Any], by: User | None) -> Outcome:
    if not options["kind"]:
        rows = containing.standing()
        lines = [f"{one.kind} {one.target}: {one.reason}" for one in rows]
        return Outcome({"contained": lines}, lines or ["Nothing is shut off."])
    done = containing.release_containment(kind=options["kind"], target=options["target"], by=by)
    return Outcome({"kind": options["kind"], "target": done.row.target}, [done.sentence])


def _lockdown(options: dict[str, Any], by: User | None) -> Outcome:
    person = command_lines.chief(by)
    if not options["confirm"]:
        raise CouldNotRun("This signs everybody out and revokes every key. Add --confirm.")
    done = lockdown.lock_down(reason=options["reason"], by=person, incident=_incident(options))
    return Outcome(vars(done), [done.in_words()])


def _unlock(options: dict[str, Any], by: User | None) -> Outcome:
    said = lockdown.unlock(by=command_lines.superadmin(by))
    return Outcome({"released": said}, said or ["Nothing was locked down."])


NUMBER = (("number",), {"help": "INC-YYYYMMDD-HHMMSS"})
TEXT = (("text",), {"help": "in a sentence or two"})
MAYBE_TEXT = (("text",), {"nargs": "?", "default": "", "help": "in a sentence or two"})
FILE = (("--file",), {"required": True, "metavar": "PATH"})
REASON = (("--reason",), {"default": "", "help": "stands in the record of deeds"})
OF = (("--incident",), {"default": "", "metavar": "NUMBER", "help": "whose timeline names it"})
KINDS = Containment.Kind.values
#: Deed -> what does it, what it is for, its own arguments.
DEEDS: dict[str, tuple[Work, str, tuple[Any, ...]]] = {
    "open": (
        _open,
        "opens an incident and tells whoever is on call",
        (
            (("title",), {}),
            (("--severity",), {"choices": ["P1", "P2", "P3", "P4"], "default": "P3"}),
            (("--kind",), {"choices": ["operational", "security"], "default": "operational"}),
            (("--description",), {"default": ""}),
        ),
    ),
    "list": (
        _list,
        "incidents that are not closed",
        (
            (("--all",), {"action": "store_true", "help": "closed ones, too"}),
            (("--limit",), {"type": int, "default": 50}),
        ),
    ),
    "show": (_show, "one incident with its timeline", (NUMBER,)),
    "acknowledge": (_acknowledge, "takes it on, which stops the escalation", (NUMBER,)),
    "note": (_note, "adds a line to the timeline", (NUMBER, TEXT)),
    "status": (
        _status,
        "tells the people concerned; without a text a template",
        (NUMBER, MAYBE_TEXT),
    ),
    "mitigate": (
        _mitigate,
        "people can work again, the cause may still be there",
        (NUMBER, MAYBE_TEXT),
    ),
    "resolve": (_resolve, "the cause is gone", (NUMBER, MAYBE_TEXT)),
    "review": (
        _review,
        "prints the template of the review, or stores a finished one",
        (NUMBER, (("--file",), {"default": "", "metavar": "PATH"})),
    ),
    "close": (_close, "ends it; P1 and P2 need their review", (NUMBER,)),
    "follow-up": (
        _follow_up,
        "adds something to do, or says that it is done",
        (
            NUMBER,
            MAYBE_TEXT,
            (("--owner",), {"default": "", "metavar": "EMAIL"}),
            (("--due",), {"default": "", "metavar": "YYYY-MM-DD"}),
            (("--done",), {"default": "", "metavar": "CODE"}),
        ),
    ),
    "oncall": (
        _oncall,
        "shows who is on call, and plans a rotation",
        (
            (("--level",), {"type": int, "default": 1}),
            (("--people",), {"default": "", "metavar": "EMAIL,EMAIL", "help": "one week each"}),
            (("--begins",), {"default": "", "metavar": "YYYY-MM-DDTHH:MM"}),
            (("--weeks",), {"type": int, "default": 8}),
            (("--at",), {"default": "", "metavar": "YYYY-MM-DDTHH:MM", "help": "instead of now"}),
        ),
    ),
    "run": (
        _run,
        "checks in the order of a runbook; exit 1 with the first thing to deal with",
        ((("runbook",), {"help": "p1, p2 or network"}),),
    ),
    "fix": (
        _fix,
        "first aid for one cause",
        (
            (("cause",), {"help": ", ".join(fixing.CAUSES)}),
            (("--dry-run",), {"action": "store_true", "help": "say what would be done"}),
        ),
    ),
    "diagnostics": (_diagnostics, "writes a bundle for whoever helps, without secrets", (FILE,)),
    "evidence": (_evidence, "writes a bundle that proves what happened", (NUMBER, FILE)),
    "verify": (_verify, "whether a bundle is as it was written; exit 1 if not", (FILE,)),
    "contain": (
        _contain,
        "shuts off a person, a key, sign-ins, a model, a project or all writing",
        (
            (("kind",), {"choices": KINDS}),
            (
                ("target",),
                {"nargs": "?", "default": "", "help": "address, prefix, provider or code"},
            ),
            REASON,
            OF,
        ),
    ),
    "release": (
        _release,
        "lets go of what was shut off; without a kind it says what is",
        (
            (("kind",), {"nargs": "?", "default": "", "choices": ["", *KINDS]}),
            (("target",), {"nargs": "?", "default": ""}),
        ),
    ),
    "lockdown": (
        _lockdown,
        "after a breach: only SuperAdmins come in; everybody is signed out, keys and models end",
        (REASON, OF, (("--confirm",), {"action": "store_true"})),
    ),
    "unlock": (_unlock, "ends a lockdown, by a SuperAdmin; keys stay revoked", ()),
}
