"""Which archives stay, over three years with gaps, failed days and a clock that is set back."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.operations.backups.site import KEY, small_archive
from tests.operations.test_circuit_command import run
from uaip_project.operations.backups import folder, retention
from uaip_project.operations.backups.folder import Mark
from uaip_project.operations.backups.retention import Point, Rules

START = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)
DAYS = 3 * 365 + 1
RULES = Rules()


def _night(number: int, at: datetime, draw: random.Random) -> list[Point]:
    """What one night leaves: nothing, one that does not verify, one, or two."""
    chance = draw.random()
    if chance < 0.1:
        return []
    count = 2 if chance > 0.97 else 1
    return [
        Point(f"{number}.{one}", at + timedelta(hours=one), chance > 0.15, number * 10 + one)
        for one in range(count)
    ]


def _sorts(found: dict[str, str]) -> dict[str, int]:
    return {sort: list(found.values()).count(sort) for sort in ("daily", "weekly", "monthly")}


@pytest.mark.parametrize("seed", range(4))
def test_three_years_keep_seven_four_and_three_and_never_lose_the_newest(seed: int) -> None:
    draw, there, step = random.Random(seed), [], timedelta()
    for number in range(DAYS):
        if draw.random() < 0.004:
            # Somebody set the clock; later somebody sets it right again.
            step = timedelta(days=draw.randint(-3, 3)) if not step else timedelta()
        now = START + timedelta(days=number) + step
        there += _night(number, now, draw)
        found = retention.kept(there, RULES, now + timedelta(hours=1))
        good = [one for one in there if one.is_verified]
        if good:
            assert max(good, key=lambda one: (one.taken_at, one.sequence)).name in found
            assert max(good, key=lambda one: one.sequence).name in found
        there = [one for one in there if one.name in found]
    assert _sorts(found) == {"daily": 7, "weekly": 4, "monthly": 3}


def test_every_kept_day_week_and_month_is_another_one() -> None:
    points, there = [], []
    for number in range(400):
        at = START + timedelta(days=number)
        points = [*there, Point(str(number), at, True, number)]
        found = retention.kept(points, RULES, at + timedelta(hours=1))
        there = [one for one in points if one.name in found]
    by_sort = {
        sort: [one.taken_at for one in there if found[one.name] == sort]
        for sort in set(found.values())
    }
    assert len({at.date() for at in by_sort["daily"]}) == 7
    assert len({at.isocalendar()[:2] for at in by_sort["weekly"]}) == 4
    assert len({(at.year, at.month) for at in by_sort["monthly"]}) == 3
    assert len(there) == 14


def test_a_flat_span_keeps_all_of_its_days() -> None:
    now = START + timedelta(days=60)
    points = [Point(str(day), now - timedelta(days=day), True, 99 - day) for day in range(60)]
    found = retention.kept(points, Rules(daily=1, weekly=0, monthly=0, days=30), now)
    assert sorted(map(int, found)) == list(range(30))


def test_what_cannot_be_verified_never_pushes_a_good_one_out() -> None:
    good = Point("good", START, True, 1)
    bad = [Point(f"bad{day}", START + timedelta(days=day), False, 9) for day in range(1, 40)]
    found = retention.kept([good, *bad], RULES, START + timedelta(days=40))
    assert found["good"] == "daily"
    # Nothing newer is good: all of them wait for somebody to look.
    assert len(found) == 40
    later = Point("later", START + timedelta(days=40), True, 99)
    found = retention.kept([good, *bad, later], RULES, START + timedelta(days=40, hours=1))
    assert sum(why == "unverified" for why in found.values()) == retention.UNVERIFIED_DAYS - 1


def _archive(site: Path, at: datetime) -> Path:
    """A small archive, marked as verified."""
    path = small_archive(site / folder.name_for(at, "0" * 16), {"config/llm.yaml": b"{}"}, KEY)
    size = path.stat().st_size
    mark = Mark(path.name, "0" * 16, at.isoformat(), size, "", at.isoformat(), 1.0, 1)
    folder.write_mark(path, mark)
    return path


@pytest.mark.django_db
def test_pruning_says_first_and_then_does_it(site: Path, settings: Settings) -> None:
    site.mkdir()
    paths = [_archive(site, START - timedelta(days=day)) for day in range(40)]
    settings.BACKUP_KEEP_DAILY, settings.BACKUP_KEEP_WEEKLY, settings.BACKUP_KEEP_MONTHLY = 3, 1, 1
    said = run("--json", "--dry-run", name="prune_backups")
    assert len(said.json["gone"]) == len(paths) - 5
    assert all(path.exists() for path in paths)
    assert run("--json", name="prune_backups").json["gone"] == said.json["gone"]
    assert {path.name for path in folder.archives()} == set(said.json["kept"])
    assert not any(folder.mark_path(path).exists() for path in paths if not path.exists())
