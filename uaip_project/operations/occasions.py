"""When things are due, by the calendar: daily, weekly, monthly, quarterly, every so many minutes."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SUNDAY = WEEKDAYS.index("sunday")
FIRST_MONTHS = (1, 4, 7, 10)
#: A quarter has at most 92 days, and two first Sundays lie at most 98 days apart.
LONGEST_WAY = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unit(StrEnum):
    """How often."""

    MINUTES = "minutes"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


@dataclass(frozen=True)
class Rhythm:
    """Comes round again and again; ``at`` is the time of day in ``zone``.

    Monthly and quarterly ones fall on the first ``weekday`` of the month where one is named, else
    on its ``day``, or on the last one of a month that is shorter.
    """

    unit: Unit
    at: time = time(0)
    weekday: int | None = None
    day: int = 1
    minutes: int = 1
    zone: str = "UTC"

    def latest(self, moment: datetime) -> datetime:
        """The last time it was due, this very moment included; in UTC."""
        if self.unit == Unit.MINUTES:
            return moment - (moment - EPOCH) % timedelta(minutes=self.minutes)
        return next(one for one in self._near(moment, back=True) if one <= moment)

    def next_after(self, moment: datetime) -> datetime:
        """The first time that it is due after this moment; in UTC."""
        if self.unit == Unit.MINUTES:
            return self.latest(moment) + timedelta(minutes=self.minutes)
        return next(one for one in self._near(moment, back=False) if one > moment)

    def falls_on(self, day: date) -> bool:
        """Whether this is one of its days."""
        if self.unit == Unit.WEEKLY:
            return day.weekday() == self.weekday
        if self.unit == Unit.QUARTERLY and day.month not in FIRST_MONTHS:
            return False
        if self.unit in (Unit.MONTHLY, Unit.QUARTERLY):
            if self.weekday is not None:
                return day.weekday() == self.weekday and day.day <= len(WEEKDAYS)
            return day.day == min(self.day, monthrange(day.year, day.month)[1])
        return True

    def _near(self, moment: datetime, *, back: bool) -> Iterator[datetime]:
        """Its moments one by one, away from this one; the day beside it may be the right one."""
        zone = ZoneInfo(self.zone)
        step = timedelta(days=-1 if back else 1)
        day = moment.astimezone(zone).date() - step
        for _ in range(LONGEST_WAY):
            if self.falls_on(day):
                yield datetime.combine(day, self.at, zone).astimezone(UTC)
            day += step

    def __str__(self) -> str:
        """In words: "Monthly, first Sunday, 02:00 UTC"."""
        if self.unit == Unit.MINUTES:
            return "Every minute" if self.minutes == 1 else f"Every {self.minutes} minutes"
        return ", ".join(filter(None, (self.unit.capitalize(), self._day(), self._time())))

    def _time(self) -> str:
        return f"{self.at:%H:%M} {self.zone}"

    def _day(self) -> str:
        if self.unit == Unit.DAILY:
            return ""
        if self.weekday is not None:
            name = WEEKDAYS[self.weekday].capitalize()
            return name if self.unit == Unit.WEEKLY else f"first {name}"
        return f"day {self.day}"


@dataclass(frozen=True)
class Window:
    """When heavy work may be done."""

    name: str
    rhythm: Rhythm
    minutes: int

    def is_open(self, moment: datetime) -> bool:
        """Whether work may be begun now."""
        return moment < self.rhythm.latest(moment) + timedelta(minutes=self.minutes)

    def __str__(self) -> str:
        return f"{self.rhythm}, for {self.minutes} minutes"
