"""The queue in lines for a terminal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

MEGABYTE = 1024 * 1024


def stats(figures: dict[str, Any]) -> list[str]:
    """The sum first, then a line for each kind."""
    said = (
        "{pending} waiting ({due} due, {held} held back), {running} being done, {dead} given up; "
        "the longest has been due for {oldest_due_seconds:g} seconds."
    )
    return [said.format(**figures), *(_kind(one) for one in figures["kinds"])]


def _kind(one: dict[str, Any]) -> str:
    figures = "{pending:>6} waiting {running:>4} running {dead:>4} dead".format(**one)
    held = "  held back" if one["is_held"] else ""
    return f"{one['kind']:<20}{figures}  due for {one['oldest_due_seconds']:g} s{held}"


def workers(found: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each process."""
    if not found:
        return ["No worker was heard of. Start one (docs/runbooks/worker-stuck.md)."]
    alive = sum(one["is_alive"] for one in found)
    return [
        f"{alive} of {len(found)} worker processes are alive.",
        *(_worker(one) for one in found),
    ]


def _worker(one: dict[str, Any]) -> str:
    state = "alive" if one["is_alive"] else "silent"
    memory = one["memory_bytes"] // MEGABYTE
    return (
        f"{one['name']}  {state}, heard {_moment(one['heard_at'])}, {memory} MB, "
        f"{one['threads']} threads, {one['jobs']} of {one['seats']} places at work"
    )


def dead(found: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each, with its number, which `queue retry` takes."""
    if not found:
        return ["No work was given up."]
    return [
        f"{len(found)} given up. `queue retry NUMBER` tries one again.",
        *(
            f"{one['number']:>8}  {one['kind']}  {_moment(one['given_up_at'])}  {one['reason']}"
            for one in found
        ),
    ]


def stuck(found: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each, with its cause."""
    if not found:
        return ["Nothing hangs."]
    return [f"{len(found)} hang.", *(_stuck(one) for one in found)]


def _stuck(one: dict[str, Any]) -> str:
    place = f" {one['question']} of interview {one['session']}" if one["session"] else ""
    number = one["number"] or "-"
    return f"{number:>8}  {one['kind']}{place}, since {_moment(one['since'])}: {one['cause']}"


def change(one: dict[str, Any]) -> str:
    """One change of state."""
    again = f" (claim {one['attempts']})" if one["attempts"] > 1 else ""
    return f"{one['at']:%H:%M:%S}  {one['number']} {one['kind']}: {one['status']}{again}"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "-"
