"""One yes-or-no question about what the installation depends on, with what to do about a no."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How an answer looks; ``OFF`` where there is nothing to ask."""

    OK = "ok"
    OFF = "off"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Probe:
    """The answer in a sentence; ``todo`` and ``guide`` (a file of docs/) lead on where it is a no."""

    name: str
    title: str
    state: State
    said: str
    todo: str = ""
    guide: str = ""

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Verdict:
    """All answers in one sentence: what is wrong first, and what to do about it."""

    state: State
    said: str
    todo: str = ""
    guide: str = ""


def verdict(probes: list[Probe]) -> Verdict:
    """The worst answer leads; of several alike the one asked first."""
    bad = [one for one in probes if one.state == State.BAD]
    warn = [one for one in probes if one.state == State.WARN]
    if not bad and not warn:
        return Verdict(State.OK, "Everything works.")
    first = (bad or warn)[0]
    more = len(bad) + len(warn) - 1
    rest = f" {more} more {'thing wants' if more == 1 else 'things want'} a look." if more else ""
    lead = "" if bad else "It works, but: "
    return Verdict(first.state, f"{lead}{first.said}{rest}", first.todo, first.guide)
