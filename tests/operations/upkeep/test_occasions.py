"""The calendar: every due moment once, in ten years of days and in zones that change their clocks."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest

from uaip_project.operations.occasions import SUNDAY, Rhythm, Unit, Window

START = datetime(2024, 1, 1, tzinfo=UTC)
END = datetime(2034, 1, 1, tzinfo=UTC)
ZONES = ("UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
DAILY = Rhythm(Unit.DAILY, time(2, 30))
WEEKLY = Rhythm(Unit.WEEKLY, time(3), weekday=SUNDAY)
LAST_DAY = Rhythm(Unit.MONTHLY, time(4), day=31)
FIRST_SUNDAY = Rhythm(Unit.MONTHLY, time(4), weekday=SUNDAY)
QUARTERLY = Rhythm(Unit.QUARTERLY, time(5), weekday=SUNDAY)


def _all(rhythm: Rhythm) -> list[datetime]:
    found, moment = [], START - timedelta(seconds=1)
    while (moment := rhythm.next_after(moment)) < END:
        found.append(moment)
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_task_is_due_once_on_each_day_of_ten_years(zone: str) -> None:
    found = _all(Rhythm(Unit.DAILY, time(2, 30), zone=zone))
    assert len(found) == (END - START).days
    apart = {later - earlier for earlier, later in zip(found, found[1:], strict=False)}
    assert all(timedelta(hours=23) <= one <= timedelta(hours=25) for one in apart)


def test_the_29th_of_february_is_a_day_like_others() -> None:
    leap = [one for one in _all(DAILY) if (one.month, one.day) == (2, 29)]
    assert [one.year for one in leap] == [2024, 2028, 2032]
    assert date(2028, 2, 29) in {one.date() for one in _all(LAST_DAY)}


@pytest.mark.parametrize(
    ("rhythm", "count"), [(LAST_DAY, 120), (FIRST_SUNDAY, 120), (QUARTERLY, 40)]
)
def test_months_and_quarters_come_round_as_often_as_they_should(rhythm: Rhythm, count: int) -> None:
    found = _all(rhythm)
    assert len(found) == count
    if rhythm.weekday is not None:
        assert all(one.weekday() == SUNDAY and one.day <= 7 for one in found)


def test_a_weekly_task_is_due_each_sunday_over_new_year() -> None:
    found = _all(WEEKLY)
    assert {one.weekday() for one in found} == {SUNDAY}
    assert {b - a for a, b in zip(found, found[1:], strict=False)} == {timedelta(days=7)}


def test_what_was_last_due_lies_before_and_what_comes_next_behind() -> None:
    chance = random.Random(29)
    for _ in range(1_000):
        rhythm = Rhythm(
            chance.choice(list(Unit)),
            time(chance.randrange(24), chance.randrange(60)),
            weekday=chance.randrange(7),
            minutes=chance.randint(1, 1440),
            zone=chance.choice(ZONES),
        )
        moment = START + chance.random() * (END - START)
        last, following = rhythm.latest(moment), rhythm.next_after(moment)
        assert last <= moment < following
        assert rhythm.latest(following - timedelta(seconds=1)) == rhythm.latest(last) == last


def test_a_window_is_open_from_its_start_for_its_minutes() -> None:
    window = Window("daily", Rhythm(Unit.DAILY, time(2)), 30)
    at = datetime(2026, 3, 29, 2, 0, tzinfo=UTC)
    assert not window.is_open(at - timedelta(seconds=1))
    assert window.is_open(at)
    assert window.is_open(at + timedelta(minutes=29, seconds=59))
    assert not window.is_open(at + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        (DAILY, "Daily, 02:30 UTC"),
        (WEEKLY, "Weekly, Sunday, 03:00 UTC"),
        (LAST_DAY, "Monthly, day 31, 04:00 UTC"),
        (QUARTERLY, "Quarterly, first Sunday, 05:00 UTC"),
        (Rhythm(Unit.MINUTES, minutes=1), "Every minute"),
    ],
)
def test_people_read_when_it_is(rhythm: Rhythm, words: str) -> None:
    assert str(rhythm) == words
