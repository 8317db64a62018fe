"""What the house does by itself, and when: the table of tasks, with a site's own times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from uaip_project.operations.models import OpsRun
from uaip_project.operations.occasions import SUNDAY, WEEKDAYS, Rhythm, Unit, Window
from uaip_project.operations.runs import CouldNotRun, Outcome

ROOM = "uaip_project.operations"
#: A run that is later than this was missed.
GRACE = timedelta(hours=1)


class NoSuchTask(LookupError):
    """The schedule has no task of this name."""


@dataclass(frozen=True)
class Task:
    """One line of the schedule.

    ``do`` is the dotted path of ``do(run) -> Outcome``. Doing it twice must be harmless: a worker
    that dies half-way leaves it to another. With a ``window`` it is begun only inside.
    """

    name: str
    title: str
    rhythm: Rhythm
    do: str
    window: str = ""

    def due(self, at: datetime) -> datetime | None:
        """The start of the period whose run may be begun now; None outside the window."""
        window = windows().get(self.window)
        return None if window and not window.is_open(at) else self.rhythm.latest(at)

    def missed_before(self, at: datetime) -> datetime:
        """The start of the last period that should have its run by now."""
        grace = GRACE
        if self.rhythm.unit == Unit.MINUTES:
            grace = max(timedelta(minutes=5), timedelta(minutes=2 * self.rhythm.minutes))
        elif self.window:
            grace += timedelta(minutes=windows()[self.window].minutes)
        return self.rhythm.latest(at - grace)

    def work(self) -> Callable[[OpsRun], Outcome]:
        """What does it. Raises CouldNotRun where this release has nothing of that name."""
        try:
            found: Callable[[OpsRun], Outcome] = import_string(self.do)
        except ImportError as fault:
            raise CouldNotRun(f"{self.do} cannot be loaded: {fault}") from fault
        return found


def _daily(at: str) -> Rhythm:
    return Rhythm(Unit.DAILY, time.fromisoformat(at))


def _minutes(count: int) -> Rhythm:
    return Rhythm(Unit.MINUTES, minutes=count)


_WEEKLY = Rhythm(Unit.WEEKLY, time(3), weekday=SUNDAY)
_MONTHLY = Rhythm(Unit.MONTHLY, time(4), weekday=SUNDAY)
_MONDAY = Rhythm(Unit.WEEKLY, time(6, 30), weekday=0)
_FIRST = Rhythm(Unit.MONTHLY, time(7))

#: With a window the rhythm is the window's own.
TABLE = (
    Task("nightly_backup", "Takes a backup and verifies it", _daily("02:00"),
         f"{ROOM}.backups.nightly.take_and_verify"),
    Task("nightly_prune", "Deletes backups that served their time", _daily("03:00"),
         f"{ROOM}.backups.nightly.prune"),
    Task("rehearse_restore", "Restores a backup beside the database, and looks", _MONTHLY,
         f"{ROOM}.restoring.drill.rehearse", window="monthly"),
    Task("daily_report", "Makes the daily report", _daily("06:00"),
         f"{ROOM}.reports.scheduled.daily"),
    Task("weekly_report", "Makes the weekly report", _MONDAY, f"{ROOM}.reports.scheduled.weekly"),
    Task("monthly_report", "Makes the monthly report", _FIRST,
         f"{ROOM}.reports.scheduled.monthly"),
    Task("escalate_incidents", "Calls the next level for incidents that nobody took",
         _minutes(1), f"{ROOM}.incidents.escalating.escalate"),
    Task("look_at_health", "Looks at database, queue and workers", _minutes(15),
         f"{ROOM}.upkeep.look_at_health"),
    Task("close_silent_runs", "Ends runs whose process is gone", _minutes(10),
         f"{ROOM}.upkeep.close_silent_runs"),
    Task("verify_record", "Verifies the record of deeds", _daily("04:30"),
         f"{ROOM}.upkeep.verify_record"),
    Task("clear_sessions", "Deletes browser sessions that ran out", _daily("03:15"),
         f"{ROOM}.upkeep.clear_sessions"),
    Task("forget_old_rows", "Deletes rows of operation that served their time", _daily("03:20"),
         f"{ROOM}.upkeep.forget_old_rows"),
    Task("clean_tmp", "Deletes temporary files older than a day", _daily("03:25"),
         f"{ROOM}.upkeep.clean_tmp"),
    Task("note_sizes", "Notes how large the database is", _daily("01:45"),
         f"{ROOM}.upkeep.note_sizes"),
    Task("maintain_database", "Vacuums and analyses the database", _WEEKLY,
         f"{ROOM}.upkeep.maintain_database", window="weekly"),
    Task("check_database", "Compares the database with what this release expects", _WEEKLY,
         f"{ROOM}.upkeep.check_database", window="weekly"),
    Task("review_database", "Looks at the database’s health, against a week ago", _MONDAY,
         f"{ROOM}.upkeep.review_database"),
    Task("look_at_retention", "Counts interviews that may be archived or deleted", _FIRST,
         f"{ROOM}.upkeep.look_at_retention"),
    Task("delete_marked", "Deletes for good what a person marked an hour ago", _minutes(10),
         f"{ROOM}.upkeep.delete_marked"),
    Task("inactive_people", "Deactivates people whom nobody has seen for long", _FIRST,
         f"{ROOM}.upkeep.deactivate_inactive"),
)  # fmt: skip


def tasks() -> dict[str, Task]:
    """Name -> task, at the times that hold on this site."""
    chosen = settings.OPERATIONS["schedule"]
    found = {}
    for task in TABLE:
        own = chosen.get(task.name)
        if own and own.get("is_off"):
            continue
        if own:
            task = replace(task, rhythm=_rhythm(own), window="")
        elif task.window:
            task = replace(task, rhythm=windows()[task.window].rhythm)
        found[task.name] = task
    return found


def find(name: str) -> Task:
    """Raises NoSuchTask."""
    try:
        return tasks()[name]
    except KeyError:
        raise NoSuchTask(f"{name} is no task of the schedule. Use {', '.join(tasks())}.") from None


def windows() -> dict[str, Window]:
    """Name -> window, as operations.yaml says."""
    return {
        name: Window(name, _rhythm(entry), int(entry["minutes"]))
        for name, entry in settings.OPERATIONS["windows"].items()
    }


def _rhythm(entry: dict[str, Any]) -> Rhythm:
    return _read(tuple(sorted((key, str(value)) for key, value in entry.items())))


@cache
def _read(entry: tuple[tuple[str, str], ...]) -> Rhythm:
    said = dict(entry)
    unit = Unit(said["when"])
    if unit == Unit.MINUTES:
        return _minutes(int(said["minutes"]))
    weekday = WEEKDAYS.index(said["weekday"]) if "weekday" in said else None
    zone, day = said.get("zone", "UTC"), int(said.get("day", 1))
    hours, minutes = (int(part) for part in said["at"].split(":"))
    return Rhythm(unit, time(hours, minutes), weekday=weekday, day=day, zone=zone)
