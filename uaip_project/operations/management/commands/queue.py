"""The queue of background work: what waits, what hangs, what died, and what to do about it."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from accounts.models import User
from accounts.permissions import Permission
from accounts.services import job_care, job_holds
from accounts.services.job_care import Chosen
from uaip_project.operations import (
    broker_probe,
    queue_care,
    queue_lines,
    queue_tail,
    stuck,
    workers,
)
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import CouldNotRun, Outcome

NOTHING_CHOSEN = "Name the numbers of jobs, --kind KIND or --all."
BY_COMMAND = "Held back by the command `queue pause`."


class Command(OperatorCommand):
    help = (
        "Background work: `queue stats`, `workers`, `dead`, `retry`, `stuck`, `pause`, `resume`, "
        "`cancel`, `ping`, `tail`. Exit 1 where something is wrong."
    )
    untold: ClassVar[frozenset[str]] = frozenset(
        {"stats", "workers", "dead", "stuck", "ping", "tail"}
    )
    needs: ClassVar[Permission] = Permission.QUEUE_MANAGE

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
        for name, (says, arguments, _) in DEEDS.items():
            one = deeds.add_parser(name, help=says)
            self.add_common_arguments(one)
            arguments(one)

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        options["say"] = (lambda line: None) if options["json"] else self.stdout.write
        return DEEDS[options["deed"]][2](options, by)


def _stats(options: dict[str, Any], by: User | None) -> Outcome:
    figures = queue_care.standing()
    return Outcome(figures, queue_lines.stats(figures), queue_care.is_late(figures))


def _workers(options: dict[str, Any], by: User | None) -> Outcome:
    found = workers.processes()
    is_manned = any(one["is_alive"] for one in found)
    return Outcome({"workers": found}, queue_lines.workers(found), not is_manned)


def _dead(options: dict[str, Any], by: User | None) -> Outcome:
    found = queue_care.dead(kind=options["kind"], most=options["limit"])
    return Outcome({"dead": found}, queue_lines.dead(found), bool(found))


def _stuck(options: dict[str, Any], by: User | None) -> Outcome:
    given = options["older_than"]
    found = stuck.find(older_than=stuck.limit() if given is None else timedelta(seconds=given))
    return Outcome({"stuck": found}, queue_lines.stuck(found), bool(found))


def _retry(options: dict[str, Any], by: User | None) -> Outcome:
    moved = job_care.retry(_chosen(options), by=by)
    words = f"{len(moved)} {_jobs(moved)} tried again at the next sweep."
    return Outcome({"retried": moved}, [words])


def _cancel(options: dict[str, Any], by: User | None) -> Outcome:
    gone = job_care.cancel(_chosen(options), why=options["why"], by=by)
    return Outcome({"cancelled": gone}, [f"{len(gone)} {_jobs(gone)} cancelled."])


def _pause(options: dict[str, Any], by: User | None) -> Outcome:
    try:
        held = job_holds.hold(options["kind"], why=options["why"] or BY_COMMAND, by=by)
    except job_holds.NoSuchKind as fault:
        raise CouldNotRun(str(fault)) from fault
    now = [one.kind for one in job_holds.held()]
    return Outcome({"held": held, "now_held": now}, [f"Held back now: {', '.join(now)}."])


def _resume(options: dict[str, Any], by: User | None) -> Outcome:
    kinds = options["kind"] or [one.kind for one in job_holds.held()]
    free = job_holds.release(kinds, by=by)
    now = [one.kind for one in job_holds.held()]
    words = f"Done again: {', '.join(free) or 'nothing that was held'}."
    return Outcome({"released": free, "now_held": now}, [words])


def _ping(options: dict[str, Any], by: User | None) -> Outcome:
    found = broker_probe.ping()
    return Outcome(found, [found["said"]], not found["is_reachable"])


def _tail(options: dict[str, Any], by: User | None) -> Outcome:
    tail, seen = queue_tail.Tail(), []
    until = time.monotonic() + options["for"]
    while True:
        for change in tail.look():
            seen.append(change)
            options["say"](queue_lines.change(change))
        if time.monotonic() >= until:
            break
        time.sleep(options["every"])
    return Outcome({"changes": seen}, [f"{len(seen)} changes seen."])


def _chosen(options: dict[str, Any]) -> Chosen:
    if not (options["number"] or options["kind"] or options["all"]):
        raise CouldNotRun(NOTHING_CHOSEN)
    return Chosen(tuple(options["number"]), options["kind"])


def _jobs(numbers: list[int]) -> str:
    return "job is" if len(numbers) == 1 else "jobs are"


def _plain(parser: ArgumentParser) -> None:
    """A deed without words of its own."""


def _of_kind(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", default="", help="of this kind of work alone")
    parser.add_argument("--limit", type=int, default=queue_care.MOST_SHOWN)


def _some(parser: ArgumentParser) -> None:
    parser.add_argument("number", nargs="*", type=int, help="as `queue dead` and the page show it")
    parser.add_argument("--kind", default="", help="all of this kind")
    parser.add_argument("--all", action="store_true", help="all of them")


def _some_because(parser: ArgumentParser) -> None:
    _some(parser)
    parser.add_argument("--why", required=True, help="for the people who wonder")


def _kinds_because(parser: ArgumentParser) -> None:
    parser.add_argument("kind", nargs="+", help="kinds of work, such as score or webhook")
    parser.add_argument("--why", default="", help="for the people who wonder")


def _kinds(parser: ArgumentParser) -> None:
    parser.add_argument("kind", nargs="*", help="kinds of work; none = all that are held")


def _since(parser: ArgumentParser) -> None:
    parser.add_argument("--older-than", type=float, default=None, metavar="SECONDS")


def _watching(parser: ArgumentParser) -> None:
    parser.add_argument("--for", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS")


Deed = Callable[[dict[str, Any], User | None], Outcome]
#: What each deed does, its arguments, and who does it.
DEEDS: dict[str, tuple[str, Callable[[ArgumentParser], None], Deed]] = {
    "stats": ("what waits, is done, died; exit 1 if due work waits too long", _plain, _stats),
    "workers": ("each worker process; exit 1 if none is alive", _plain, _workers),
    "dead": ("work that was given up, with its reason; exit 1 if there is any", _of_kind, _dead),
    "retry": ("tries dead work again", _some, _retry),
    "stuck": ("what people wait for, with the cause; exit 1 if anything hangs", _since, _stuck),
    "pause": ("holds kinds of work back, in every process at once", _kinds_because, _pause),
    "resume": ("lets them go again", _kinds, _resume),
    "cancel": ("gives open work up", _some_because, _cancel),
    "ping": ("whether the broker answers; exit 1 if not", _plain, _ping),
    "tail": ("changes of state as they happen", _watching, _tail),
}
