"""The system page's pictures as plain SVG; a table or a sentence beside each says the same. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape

from charters.rendering.charts import Svg

WIDTH, HEIGHT = 640, 160
LEFT, RIGHT, TOP, BOTTOM = 48, 632, 12, 128
WORDS = {
    "ok": "went well",
    "problem": "found a problem",
    "failed": "could not run",
    "interrupted": "was interrupted",
    "running": "is running",
    "": "none",
}


def queue_age(since: datetime, ages: Sequence[float | None]) -> Svg:
    """Bars by half hour on a scale of powers of ten, from a tenth of a second to an hour."""
    known = [one for one in ages if one is not None]
    words = (
        f"Longest time from asking to done in each half hour since {since:%d %b %H:%M} UTC: "
        f"at most {max(known):.1f} seconds"
        if known
        else "No background work in the last 24 hours"
    )
    wide = (RIGHT - LEFT) / len(ages)
    slot = timedelta(hours=24) / len(ages)
    parts = [_open("queue-age", words)]
    for decade, said in ((0.1, "0.1 s"), (1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min")):
        y = _log_y(decade)
        parts.append(_line(y) + _text(LEFT - 6, y + 4, said, "end"))
    for place, age in enumerate(ages):
        if age is not None:
            x, y = LEFT + place * wide, _log_y(max(age, 0.1))
            tone = "bad" if age > 600 else "warn" if age > 60 else "ok"
            title = f"{since + place * slot:%H:%M}: {age:.1f} s"
            parts.append(_bar(x + 1, y, wide - 2, tone, title))
    for hours in (0, 6, 12, 18, 24):
        x = LEFT + (RIGHT - LEFT) * hours / 24
        anchor = "start" if hours == 0 else "end" if hours == 24 else "middle"
        parts.append(_text(x, HEIGHT - 14, f"{since + timedelta(hours=hours):%H:%M}", anchor))
    return _closed(parts)


def latency(buckets: Sequence[tuple[float, int]]) -> Svg | None:
    """Bars by how long requests took; None where nobody asked anything yet."""
    total = sum(count for _, count in buckets)
    if not total:
        return None
    most = max(count for _, count in buckets)
    slow = sum(count for edge, count in buckets if edge > 1.0)
    words = f"{total} requests since the start by duration; {slow} took longer than a second"
    wide = (RIGHT - LEFT) / len(buckets)
    parts = [_open("latency", words), _line(BOTTOM)]
    for place, (edge, count) in enumerate(buckets):
        x = LEFT + place * wide
        if count:
            y = BOTTOM - max(count / most, 0.02) * (BOTTOM - TOP)
            tone = "bad" if edge > 5 else "warn" if edge > 1 else "ok"
            parts.append(_bar(x + 2, y, wide - 4, tone, f"{_edge(edge)}: {count}"))
        parts.append(_text(x + wide / 2, HEIGHT - 14, _edge(edge), "middle"))
    parts.append(_text(LEFT - 6, TOP + 10, str(most), "end"))
    return _closed(parts)


def backups(days: Sequence[tuple[date, str, int]]) -> Svg:
    """One bar a day, as high as the backup is large, in the tone of its outcome."""
    good = sum(status == "ok" for _, status, _ in days)
    words = f"{good} of the last {len(days)} days have a good backup"
    most = max((size for _, _, size in days), default=0) or 1
    wide = (RIGHT - LEFT) / len(days)
    parts = [_open("backups", words), _line(BOTTOM)]
    for place, (day, status, size) in enumerate(days):
        x = LEFT + place * wide
        high = max(size / most, 0.15) if status else 0.03
        title = f"{day:%d %b}: {WORDS[status]}" + (f", {size:,} bytes" if size else "")
        y = BOTTOM - high * (BOTTOM - TOP)
        parts.append(_bar(x + 2, y, wide - 4, _tone(status), title))
    for place, anchor in ((0, "start"), (len(days) - 1, "end")):
        x = LEFT if anchor == "start" else RIGHT
        parts.append(_text(x, HEIGHT - 14, f"{days[place][0]:%d %b}", anchor))
    return _closed(parts)


def strip(days: Sequence[tuple[date, str]]) -> Svg:
    """A small square for each day in the tone of its worst outcome."""
    size, gap = 12, 3
    width = len(days) * (size + gap)
    words = "; ".join(f"{day:%d %b} {WORDS[status]}" for day, status in days if status)
    parts = [
        f'<svg class="chart chart-strip" role="img" viewBox="0 0 {width} {size}" width="{width}" '
        f'height="{size}" aria-label="{escape(words or "No run")}">'
    ]
    for place, (day, status) in enumerate(days):
        parts.append(
            f'<rect class="tone-{_tone(status)}" x="{place * (size + gap)}" y="0" width="{size}" '
            f'height="{size}" rx="2"><title>{day:%d %b}: {WORDS[status]}</title></rect>'
        )
    return _closed(parts)


def _tone(status: str) -> str:
    return {"ok": "ok", "": "none", "running": "none", "problem": "warn"}.get(status, "bad")


def _log_y(seconds: float) -> float:
    """Where a duration stands between a tenth of a second and an hour."""
    share = (math.log10(min(seconds, 3600.0)) + 1) / (math.log10(3600) + 1)
    return round(BOTTOM - share * (BOTTOM - TOP), 1)


def _edge(edge: float) -> str:
    if math.isinf(edge):
        return "more"
    return f"{edge * 1000:g} ms" if edge < 1 else f"{edge:g} s"


def _open(name: str, words: str) -> str:
    return (
        f'<svg class="chart chart-{name}" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" aria-label="{escape(words)}">'
    )


def _line(y: float) -> str:
    return f'<line class="chart-line" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>'


def _bar(x: float, y: float, wide: float, tone: str, title: str) -> str:
    return (
        f'<rect class="tone-{tone}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" '
        f'height="{max(BOTTOM - y, 1):.1f}"><title>{escape(title)}</title></rect>'
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11" '
        f'fill="currentColor">{escape(words)}</text>'
    )


def _closed(parts: list[str]) -> Svg:
    return Svg("".join([*parts, "</svg>"]))
