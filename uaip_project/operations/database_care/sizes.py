"""How large the database is, how fast it grows, and when the room will be used up."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from uaip_project.operations.database_care import asking
from uaip_project.operations.models import OpsRun
from uaip_project.operations.runs import CouldNotRun, Outcome

NOTED = "note_sizes"
#: A line through fewer points says nothing.
FEWEST = 3
#: Points that a forecast looks at: what was a year ago says little about next month.
MOST = 400
DAY = timedelta(days=1)
#: A forecast further away is none.
HORIZON = timedelta(days=3650)


def database_bytes() -> int:
    """What the database takes on its disk."""
    if asking.is_postgresql():
        return int(asking.rows("SELECT pg_database_size(current_database()) AS size")[0]["size"])
    pages = asking.rows(
        "SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size"
    )
    return int(pages[0]["size"])


def said(size: int) -> str:
    """Bytes as people read them."""
    amount = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            break
        amount /= 1024
    return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"


def note() -> Outcome:
    """Notes today's size; the run's row keeps it."""
    size = database_bytes()
    return Outcome({"bytes": size}, [f"The database takes {said(size)}."])


@dataclass(frozen=True)
class Trend:
    """A straight line through what was noted."""

    points: int
    bytes_now: float
    bytes_a_day: float
    #: How far the line misses what was noted, on average.
    mean_error: float

    def reaches(self, limit: float, *, at: datetime) -> datetime | None:
        """When the line crosses a limit; None where it never does, or too far away to say."""
        if self.bytes_now >= limit:
            return at
        if self.bytes_a_day <= 0:
            return None
        days = (limit - self.bytes_now) / self.bytes_a_day
        return at + days * DAY if days * DAY <= HORIZON else None


def trend(noted: Sequence[tuple[datetime, float]], *, at: datetime) -> Trend:
    """The least-squares line through (when, bytes). Raises ValueError below three points."""
    if len(noted) < FEWEST:
        raise ValueError("A forecast needs three days of figures. Wait until they are noted.")
    days = [(when - at) / DAY for when, _ in noted]
    sizes = [size for _, size in noted]
    mean_day, mean_size = sum(days) / len(days), sum(sizes) / len(sizes)
    spread = sum((day - mean_day) ** 2 for day in days)
    pairs = list(zip(days, sizes, strict=True))
    slope = sum((day - mean_day) * (size - mean_size) for day, size in pairs) / (spread or 1.0)
    start = mean_size - slope * mean_day
    error = sum(abs(size - (start + slope * day)) for day, size in pairs) / len(pairs)
    return Trend(len(noted), start, slope, error)


def noted() -> list[tuple[datetime, float]]:
    """What the schedule noted, the oldest first."""
    latest = OpsRun.objects.of(NOTED).good()[:MOST].values_list("started_at", "result")
    return [(when, float(result["bytes"])) for when, result in reversed(list(latest))]


def room() -> int:
    """Bytes that the database may grow to: what it takes, and what its disk has left."""
    folder = settings.DATA_DIR
    if not asking.is_postgresql():
        folder = Path(connection.settings_dict["NAME"]).parent
    return database_bytes() + shutil.disk_usage(folder if folder.exists() else "/").free


def forecast(*, limit: int | None = None) -> Outcome:
    """When the room is used up, by what was noted. Raises CouldNotRun."""
    now = timezone.now()
    try:
        line = trend(noted(), at=now)
    except ValueError as fault:
        raise CouldNotRun(str(fault)) from fault
    if limit is None and asking.is_postgresql():
        # The server's disk may be another machine's: only the site knows it.
        return _told(line, None, None)
    most = limit or room()
    return _told(line, most, line.reaches(most, at=now))


def _told(line: Trend, limit: int | None, full_at: datetime | None) -> Outcome:
    data: dict[str, Any] = {
        "points": line.points,
        "bytes_a_day": round(line.bytes_a_day),
        "mean_error_bytes": round(line.mean_error),
        "limit_bytes": limit,
        "full_at": full_at,
    }
    growth = f"It grows by {said(max(round(line.bytes_a_day), 0))} a day, by {line.points} days."
    if limit is None:
        return Outcome(data, [growth, "Give --limit, such as 50GB, to learn when it is reached."])
    when = f"about {full_at:%Y-%m-%d}" if full_at else "not within ten years"
    is_soon = full_at is not None and full_at - timezone.now() < 30 * DAY
    return Outcome(data, [f"{said(limit)} are reached {when}.", growth], is_problem=is_soon)


def tables() -> list[asking.Row]:
    """Tables by size, the largest first."""
    if asking.is_postgresql():
        return asking.rows(
            "SELECT relname AS table, pg_total_relation_size(relid) AS bytes, "
            "pg_indexes_size(relid) AS index_bytes, n_live_tup AS rows "
            "FROM pg_stat_user_tables ORDER BY 2 DESC LIMIT 30"
        )
    free = asking.rows(
        "SELECT freelist_count * page_size AS b FROM pragma_freelist_count, pragma_page_size"
    )
    return [{"table": "(whole file)", "bytes": database_bytes(), "unused_bytes": free[0]["b"]}]
