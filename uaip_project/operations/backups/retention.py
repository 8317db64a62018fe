"""Which archives stay: grandfathers, fathers and sons. Computes from its arguments alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: An archive that nobody could verify is kept so long, for whoever wants to see why.
UNVERIFIED_DAYS = 7


@dataclass(frozen=True)
class Point:
    """An archive in time. ``sequence`` grows with the record of deeds, whatever the clock does."""

    name: str
    taken_at: datetime
    is_verified: bool
    sequence: int = 0


@dataclass(frozen=True)
class Rules:
    """How many are kept of each sort; ``days`` keeps all of the last days as well."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 3
    days: int = 0


def kept(points: Iterable[Point], rules: Rules, now: datetime) -> dict[str, str]:
    """Name -> why it stays. What is not in it may go.

    Only verified archives count, each for one sort: the newest of a day, then of further weeks,
    then of further months. The newest verified one always stays, and so does what the clock says
    is yet to come.
    """
    newest_first = sorted(points, key=_age, reverse=True)
    found = {
        one.name: "from the future: look at the clock" for one in newest_first if one.taken_at > now
    }
    good = [one for one in newest_first if one.is_verified]
    past = [one for one in good if one.name not in found]
    for count, sort, period in _sorts(rules):
        found |= _latest(past, found, count, sort, period)
    limit = now - timedelta(days=rules.days)
    found |= {one.name: "recent" for one in past if one.taken_at > limit and one.name not in found}
    for newest in _newest(good):
        found.setdefault(newest.name, "newest")
    return found | dict.fromkeys(_worth_a_look(newest_first, good, now), "unverified")


def _age(one: Point) -> tuple[datetime, int, str]:
    return one.taken_at, one.sequence, one.name


def _sorts(rules: Rules) -> Sequence[tuple[int, str, Callable[[datetime], object]]]:
    return (
        (rules.daily, "daily", lambda at: at.astimezone(UTC).date()),
        (rules.weekly, "weekly", lambda at: at.astimezone(UTC).isocalendar()[:2]),
        (rules.monthly, "monthly", lambda at: (at.astimezone(UTC).year, at.astimezone(UTC).month)),
    )


def _latest(
    newest_first: Sequence[Point],
    taken: dict[str, str],
    count: int,
    sort: str,
    period: Callable[[datetime], object],
) -> dict[str, str]:
    """The newest archive of each of so many periods that no other sort speaks for yet."""
    found: dict[str, str] = {}
    seen: object = None
    for one in newest_first:
        if len(found) == count:
            break
        if period(one.taken_at) != seen:
            seen = period(one.taken_at)
            if one.name not in taken:
                found[one.name] = sort
    return found


def _newest(good: Sequence[Point]) -> list[Point]:
    """By the clock and by the record of deeds: after a clock was set back they are two."""
    if not good:
        return []
    return [good[0], max(good, key=lambda one: (one.sequence, *_age(one)))]


def _worth_a_look(points: Sequence[Point], good: Sequence[Point], now: datetime) -> list[str]:
    """Those not verified, while they are young or nothing newer is verified."""
    limit = now - timedelta(days=UNVERIFIED_DAYS)
    return [
        one.name
        for one in points
        if not one.is_verified
        and (one.taken_at > limit or not any(other.taken_at > one.taken_at for other in good))
    ]
