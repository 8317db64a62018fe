"""Brings everything back: beside the live database, checked, then in its place (docs/adr/0020)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from accounts.models import User
from uaip_project.operations.backups import dumps, manifest, scratch, secret_checks, verifying
from uaip_project.operations.backups.archive import Archive
from uaip_project.operations.backups.facts import facts_of
from uaip_project.operations.backups.problems import ArchiveBroken
from uaip_project.operations.restoring import aftermath, files, outward, places, refusals, since
from uaip_project.operations.restoring.names import STAMP
from uaip_project.operations.restoring.refusals import Allowed
from uaip_project.operations.restoring.since import Changes
from uaip_project.operations.runs import CouldNotRun, Outcome

Say = Callable[[str], None]


@dataclass
class Steps:
    """How long each step took, told as it ends."""

    say: Say
    began: float = field(default_factory=monotonic)
    seconds: dict[str, float] = field(default_factory=dict)

    def ended(self, step: str) -> None:
        now = monotonic()
        self.seconds[step] = round(now - self.began, 2)
        self.began = now
        self.say(f"{step}: {self.seconds[step]:.1f} s")


@dataclass(frozen=True)
class Task:
    """One restore."""

    archive: Archive
    allowed: Allowed
    stamp: str
    began: datetime
    by_email: str
    steps: Steps


def restore(name: str, *, allowed: Allowed, by_email: str, say: Say) -> Outcome:
    """The whole of it. Raises CouldNotRun; then the live database is as it was before."""
    with files.alone():
        end_half_done()
        archive = refusals.opened(name, allowed)
        files.require_movable()
        place = places.here()
        _require_quiet(place, allowed)
        now = timezone.now()
        task = Task(archive, allowed, now.strftime(STAMP), now, by_email, Steps(say))
        return _restored(task, place)


def end_half_done() -> None:
    """What a killed restore left: an unfinished copy goes, an unfinished swap is ended."""
    left = files.noted()
    if left is not None:
        if not places.here().has(left["name"]):
            files.swap(left["stamp"])
        files.forget()
    files.drop_begun()


def _require_quiet(place: places.Place, allowed: Allowed) -> None:
    others = place.others() if place.is_there() else []
    if others and not allowed.ended_sessions:
        raise CouldNotRun(
            f"The database is in use: {'; '.join(others)}. Stop the web process and the workers, "
            "or add --end-sessions where the database can end them (PostgreSQL)."
        )


def _restored(task: Task, place: places.Place) -> Outcome:
    with ExitStack() as undone:
        name = place.begin(task.stamp)
        # Whatever goes wrong before the swap: nothing went live, and nothing of it is left.
        undone.callback(_give_up, place, name)
        changes, result = _built(task, name)
        files.note(task.stamp, name)
        old = place.swap(name, task.stamp, ends_sessions=task.allowed.ended_sessions)
        undone.pop_all()
    files.swap(task.stamp)
    files.forget()
    task.steps.ended("put in place")
    return _outcome(task, changes, result | {"kept": old, "seconds": task.steps.seconds})


def _give_up(place: places.Place, name: str) -> None:
    place.give_up(name)
    files.drop_begun()
    files.forget()


def _built(task: Task, name: str) -> tuple[Changes, dict[str, Any]]:
    """The database beside the live one, loaded, compared, brought up to date and settled."""
    with scratch.connected(name) as connection:
        audit_files = files.beside("restoring", task.stamp)
        _load(task, connection, audit_files)
        _require_whole(task, connection, audit_files)
        with scratch.as_default(connection):
            call_command("migrate", database=DEFAULT_DB_ALIAS, verbosity=0, interactive=False)
        task.steps.ended("brought up to date")
        later = since.read_live()
        with scratch.as_default(connection):
            by = User.objects.filter(email=task.by_email).first() if task.by_email else None
            changes = aftermath.settle(task.archive.manifest, later, by=by)
            result = _result(task, changes, knows_later=later is not None)
            aftermath.write_run(result, _sentence(task), began=task.began, by=by)
    return changes, result


def _load(task: Task, connection: BaseDatabaseWrapper, audit_files: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix=files.UNPACKING, dir=audit_files.parent) as own:
            dump = Path(own) / manifest.DUMP
            task.archive.extract(manifest.DUMP, dump)
            dumps.load_dump(dump, into=connection.alias)
        audit_files.mkdir(mode=0o750)
        task.archive.extract_folder("audit", audit_files)
    except ArchiveBroken as broken:
        raise CouldNotRun(f"{task.archive.path.name} cannot be restored: {broken}") from broken
    except OSError as fault:
        raise CouldNotRun(f"{audit_files.parent}: {fault.strerror}.") from fault
    task.steps.ended("loaded")


def _require_whole(task: Task, connection: BaseDatabaseWrapper, audit_files: Path) -> None:
    said = task.archive.manifest
    try:
        problems = verifying.differences(said, facts_of(connection.alias))
        problems += verifying.faults_of_copy(connection, audit_files)
    except DatabaseError as fault:
        problems = [f"db.dump: it cannot be read: {fault}."]
    if task.allowed.lost_secrets:
        with scratch.as_default(connection):
            accepted = {f"db.dump: {one}" for one in secret_checks.unreadable()}
        problems = [one for one in problems if one not in accepted]
    if problems:
        raise CouldNotRun(
            f"{task.archive.path.name} is not what was saved, and nothing was changed: "
            + " ".join(problems)
        )
    task.steps.ended("compared")


def _result(task: Task, changes: Changes, *, knows_later: bool) -> dict[str, Any]:
    said = task.archive.manifest
    return {
        "archive": task.archive.path.name,
        "archive_id": said.archive_id,
        "taken_at": said.taken_at.isoformat(),
        "rows": sum(one.count for one in said.tables.values()),
        "knows_what_came_later": knows_later,
        "changed_since": aftermath.as_json(changes),
        "held": outward.kinds(),
        "seconds": dict(task.steps.seconds),
    }


def _sentence(task: Task) -> str:
    said = task.archive.manifest
    return f"Restored {task.archive.path.name}, taken at {said.taken_at:%Y-%m-%d %H:%M:%S %Z}."


def _outcome(task: Task, changes: Changes, result: dict[str, Any]) -> Outcome:
    total = sum(task.steps.seconds.values())
    lines = [f"{_sentence(task)} It took {total:.1f} s."]
    if result["kept"]:
        lines.append(
            f"The database of before is kept as {result['kept']} for 72 hours; `restore --drop-old` "
            "drops it then."
        )
    lines.append(_about_later(changes, knows_later=result["knows_what_came_later"]))
    lines += changes.lines()
    lines += [
        "Everybody has to sign in again. Mails, webhooks and calls to models wait: `restore --held` "
        "shows them, `restore --release` lets them go.",
        "Start the web process and the workers, then run `verify_audit` and look at /health.",
    ]
    return Outcome(data=result, lines=lines)


def _about_later(changes: Changes, *, knows_later: bool) -> str:
    if not knows_later:
        return (
            "What came after the backup is not known, because the live database could not be read: "
            "look through the keys (`list_api_keys`) and the people (`access_review`)."
        )
    return "Since the backup:" if changes.lines() else "Nothing had changed since the backup."
