"""Deeds of the command `maintenance` beside those of the record and of sealing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import User
from interviews.refusals import HeldAlready, NotHeld, SessionGone
from interviews.services import archiving
from uaip_project.operations import (
    cache_care,
    maintenance_mode,
    rapid_health,
    scheduled,
    task_lists,
)
from uaip_project.operations.durations import duration
from uaip_project.operations.runs import CouldNotRun, Outcome
from uaip_project.operations.session_codes import session_of

Deed = Callable[[dict[str, Any], User | None], Outcome]
NAME_YOURSELF = "Say who you are with --by EMAIL: a hold has a person who answers for it."


def add(deeds: Any) -> list[CommandParser]:
    """Declares them; each takes --json and --by as well."""
    made = [
        *_mode_parsers(deeds),
        deeds.add_parser("status", help="whether the house is open, announced or closed"),
    ]
    deed = deeds.add_parser(
        "health", help="the system page's verdict; exit 1 if something is wrong"
    )
    deed.add_argument("--rapid", action="store_true", help="in 3 seconds, whatever hangs")
    made.append(deed)
    deed = deeds.add_parser("schedule", help="what runs when; exit 1: something was missed")
    deed.add_argument("what", nargs="?", default="list", choices=["list", "run", "tick"])
    deed.add_argument("name", nargs="?", default="", help="the task, for run")
    made.append(deed)
    deed = deeds.add_parser("tasks", help="lists of what to see to; exit 1: something was missed")
    deed.add_argument("--sign", default="", metavar="NAME", help="you saw to it")
    deed.add_argument("--note", default="", help="a word about it")
    made.append(deed)
    for name, does in (("hold", "keep an interview from being deleted"), ("lift", "end a hold")):
        deed = deeds.add_parser(name, help=does)
        deed.add_argument("code", metavar="CODE", help="the interview's code")
        if name == "hold":
            deed.add_argument("--reason", required=True)
        made.append(deed)
    deed = deeds.add_parser("cache", help="the cache alone, never the queue")
    deed.add_argument("what", nargs="?", default="stats", choices=["stats", "clear"])
    deed.add_argument("--dry-run", action="store_true", help="only say how much")
    made.append(deed)
    return made


def _mode_parsers(deeds: Any) -> list[CommandParser]:
    start = deeds.add_parser("start", help="refuse writes from now on; reading goes on")
    start.add_argument("--mode", default="readonly", choices=["readonly", "banner"])
    start.add_argument(
        "--emergency", action="store_true", help="noted as such; no notice was given"
    )
    announce = deeds.add_parser("announce", help="tell people when writing will be refused")
    announce.add_argument("--in", default="15m", metavar="TIME", dest="notice", help="such as 15m")
    announce.add_argument("--at", default="", metavar="MOMENT", help="2026-11-22T20:00Z instead")
    for deed in (start, announce):
        deed.add_argument("--message", default="", help="what people read")
        deed.add_argument("--for", default="", metavar="TIME", dest="lasts", help="such as 30m")
    return [start, announce, deeds.add_parser("stop", help="open the house again")]


def do(options: dict[str, Any], by: User | None) -> Outcome:
    """Does the deed. Raises CouldNotRun."""
    try:
        return DEEDS[options["deed"]](options, by)
    except (ValueError, LookupError) as fault:
        raise CouldNotRun(str(fault)) from fault


def _lasts(options: dict[str, Any]) -> timedelta | None:
    return duration(options["lasts"]) if options["lasts"] else None


def _start(options: dict[str, Any], by: User | None) -> Outcome:
    lasts = _lasts(options)
    if options["mode"] == "banner":
        ends_at = timezone.now() + lasts if lasts else None
        maintenance_mode.tell(message=options["message"], by=by, ends_at=ends_at)
    else:
        maintenance_mode.start(
            message=options["message"], by=by, lasts=lasts, is_emergency=options["emergency"]
        )
    return _status(options, by)


def _announce(options: dict[str, Any], by: User | None) -> Outcome:
    starts_at = timezone.now() + duration(options["notice"])
    if options["at"]:
        starts_at = datetime.fromisoformat(options["at"])
        if timezone.is_naive(starts_at):
            raise CouldNotRun("--at: say the time zone too, such as 2026-11-22T20:00Z.")
    lasts = _lasts(options)
    ends_at = starts_at + lasts if lasts else None
    maintenance_mode.announce(
        message=options["message"], by=by, starts_at=starts_at, ends_at=ends_at
    )
    return _status(options, by)


def _stop(options: dict[str, Any], by: User | None) -> Outcome:
    maintenance_mode.stop(by=by)
    return _status(options, by)


def _status(options: dict[str, Any], by: User | None) -> Outcome:
    standing, now = maintenance_mode.read(), timezone.now()
    is_closed, is_told = standing.is_closed(now), standing.is_told(now)
    word = "closed for writing" if is_closed else "announced" if is_told else "open"
    word = "locked down" if standing.is_locked else word
    data = {"state": word} | vars(standing)
    until = f" until {standing.ends_at:%Y-%m-%d %H:%M} UTC" if is_told and standing.ends_at else ""
    since = ""
    if is_told and not is_closed and standing.starts_at:
        since = f", from {standing.starts_at:%Y-%m-%d %H:%M} UTC"
    return Outcome(
        data, [f"The house is {word}{since}{until}. Every process knows within 5 seconds."]
    )


def _health(options: dict[str, Any], by: User | None) -> Outcome:
    return rapid_health.look(is_rapid=options["rapid"])


def _schedule(options: dict[str, Any], by: User | None) -> Outcome:
    if options["what"] == "run":
        return scheduled.run_here(options["name"], by=by)
    if options["what"] == "tick":
        said = scheduled.tick()
        lines = [f"{name}: {words}" for name, words in said.items()]
        return Outcome(said, lines or ["Nothing is due."])
    found = scheduled.lines()
    lines = [_line(one) for one in found]
    is_problem = any(one.missed for one in found)
    return Outcome({"tasks": [as_json(one) for one in found]}, lines, is_problem=is_problem)


def _line(one: scheduled.Line) -> str:
    last = one.results[0] if one.results else None
    said = f"{last.started_at:%Y-%m-%d %H:%M} {last.get_status_display()}" if last else "never ran"
    missed = f"  MISSED since {one.missed:%Y-%m-%d %H:%M}" if one.missed else ""
    name = f"{one.task.name:<20} {one.task.rhythm!s:<36}"
    return f"{name} next {one.next_at:%Y-%m-%d %H:%M}  {said}{missed}"


def as_json(one: scheduled.Line) -> dict[str, Any]:
    """A line of the schedule for programs."""
    return {
        "name": one.task.name,
        "title": one.task.title,
        "when": str(one.task.rhythm),
        "window": one.task.window or None,
        "next_at": one.next_at,
        "missed_since": one.missed,
        "results": [
            {
                "status": run.status,
                "said": run.said,
                "started_at": run.started_at,
                "finished_at": run.finished_at,
            }
            for run in one.results
        ],
    }


def _tasks(options: dict[str, Any], by: User | None) -> Outcome:
    if options["sign"]:
        if by is None:
            raise CouldNotRun(NAME_YOURSELF.replace("a hold", "what is signed"))
        task_lists.sign(name=options["sign"], by=by, note=options["note"])
    found = task_lists.lists()
    lines = [
        f"{one.name:<10} {'done' if line.done else 'MISSED' if line.was_missed else 'open':<7}"
        f"{line.title} ({line.name})"
        for one in found
        for line in one.lines
    ]
    missed = [line.name for _, line in task_lists.missed()]
    data = {
        one.name: [
            {"name": line.name, "is_done": line.done is not None, "was_missed": line.was_missed}
            for line in one.lines
        ]
        for one in found
    }
    return Outcome(data, lines, is_problem=bool(missed))


def _hold(options: dict[str, Any], by: User | None) -> Outcome:
    if by is None:
        raise CouldNotRun(NAME_YOURSELF)
    session = session_of(options["code"])
    try:
        if options["deed"] == "hold":
            archiving.place_hold(session=session, reason=options["reason"][:300], by=by)
        else:
            archiving.lift_hold(session=session, by=by)
    except HeldAlready:
        raise CouldNotRun(
            "A hold is in force already. Lift it first to change its reason."
        ) from None
    except NotHeld:
        raise CouldNotRun(
            "No hold is in force on this interview. Nothing has to be lifted."
        ) from None
    except SessionGone:
        raise CouldNotRun("This interview was deleted meanwhile.") from None
    word = "is held: nothing deletes it" if options["deed"] == "hold" else "is held no longer"
    return Outcome({"session": str(session.code)}, [f"Session {session.code} {word}."])


def _cache(options: dict[str, Any], by: User | None) -> Outcome:
    if options["what"] == "clear":
        return cache_care.clear(by=by, is_rehearsal=options["dry_run"])
    return cache_care.stats()


DEEDS: dict[str, Deed] = {
    "health": _health,
    "start": _start,
    "announce": _announce,
    "stop": _stop,
    "status": _status,
    "schedule": _schedule,
    "tasks": _tasks,
    "hold": _hold,
    "lift": _hold,
    "cache": _cache,
}
