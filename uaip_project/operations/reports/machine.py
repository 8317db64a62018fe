"""The machine: what is used of it, and where memory goes."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psutil
from django.conf import settings
from django.test import Client, override_settings

from uaip_project.operations.reports.document import Report, Section

FULL = {"processor": 85.0, "memory": 90.0, "disk": 95.0}
MOST_ROWS = 15
#: Rounds before the first snapshot: what is filled once is no leak.
WARM_ROUNDS = 5


def resources(*, at: datetime) -> Report:
    """Processor, memory, disk and our processes."""
    memory, disk = psutil.virtual_memory(), psutil.disk_usage(str(settings.DATA_DIR))
    used = {
        "processor": psutil.cpu_percent(interval=0.2),
        "memory": memory.percent,
        "disk": disk.percent,
    }
    problems = [
        f"{used[name]:.0f} % of the {name} is used." for name in used if used[name] >= FULL[name]
    ]
    rows = [[name, f"{used[name]:.0f} %", f"{FULL[name]:.0f} %"] for name in used]
    sections = [
        Section("Used now", [], ["What", "Used", "Too much from"], rows, problems),
        Section("Largest processes", [], ["Process", "Number", "Memory (MB)"], _processes()),
    ]
    period = f"{at:%-d %B %Y, %H:%M} UTC"
    figures = {f"{name}_percent": value for name, value in used.items()}
    return Report("resources", "Resource report", period, sections, figures)


def _processes() -> list[list[str]]:
    found = []
    for one in psutil.process_iter(["pid", "name", "memory_info"]):
        memory = one.info["memory_info"]
        if memory is not None:
            found.append((memory.rss, one.info["pid"], one.info["name"] or "?"))
    largest = sorted(found, reverse=True)[:MOST_ROWS]
    return [[name, str(pid), f"{size / 1e6:,.0f}"] for size, pid, name in largest]


def memory(*, at: datetime, path: str = "/health", rounds: int = 50) -> Report:
    """Where memory grows while a page is asked again and again in this process."""
    client = Client()

    def ask() -> None:
        client.get(path, secure=True)

    # The client calls itself "testserver", which no site names.
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        rows = growth(ask, rounds=rounds)
    sentences = [
        f"{path} was asked {rounds} times; each line is a place that kept more than before."
    ]
    section = Section("Growth", sentences, ["Place", "Kept (kB)", "Objects"], rows)
    whole = Section("Largest processes", [], ["Process", "Number", "Memory (MB)"], _processes())
    return Report("memory", "Memory report", f"{at:%-d %B %Y, %H:%M} UTC", [section, whole])


def growth(work: Callable[[], None], *, rounds: int) -> list[list[str]]:
    """Places by what they kept, the largest first, between two snapshots of the allocator."""
    for _ in range(WARM_ROUNDS):
        work()
    tracemalloc.start(1)
    try:
        gc.collect()
        before = tracemalloc.take_snapshot()
        for _ in range(rounds):
            work()
        gc.collect()
        after = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()
    ours = [tracemalloc.Filter(False, tracemalloc.__file__), tracemalloc.Filter(False, __file__)]
    found = after.filter_traces(ours).compare_to(before.filter_traces(ours), "lineno")
    kept = sorted((one for one in found if one.size_diff > 0), key=lambda one: -one.size_diff)
    return [
        [_place(one), f"{one.size_diff / 1000:,.1f}", f"{one.count_diff:+d}"]
        for one in kept[:MOST_ROWS]
    ]


def _place(one: tracemalloc.StatisticDiff) -> str:
    frame = one.traceback[0]
    return f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}"
