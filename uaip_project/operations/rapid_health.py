"""The verdict of the system page at a terminal, within seconds even where nothing answers."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from uaip_project.operations.runs import Outcome
from uaip_project.operations.sight import asking
from uaip_project.operations.sight.probe import Probe, State, verdict

#: For one question, and for all of them together.
EACH_SECONDS, ALL_SECONDS = 1.0, 2.0


class TooLate(Exception):
    """The question was given up: what it asks hangs."""


def look(*, is_rapid: bool) -> Outcome:
    """Asks each question, or with ``is_rapid`` the quick ones, none for longer than a second."""
    probes = _rapidly() if is_rapid else asking.ask()
    found = verdict(probes)
    data = {
        "verdict": {"state": found.state, "said": found.said, "todo": found.todo},
        "probes": [one.as_data() for one in probes],
    }
    lead = " ".join(filter(None, (found.said, found.todo, found.guide)))
    return Outcome(data, [lead, *map(_line, probes)], is_problem=found.state == State.BAD)


def _line(one: Probe) -> str:
    return f"{one.state.upper():<5}{one.title}: {one.said}"


def _rapidly() -> list[Probe]:
    until = time.monotonic() + ALL_SECONDS
    return [_asked(question, until) for question in asking.QUICK]


def _asked(question: asking.Question, until: float) -> Probe:
    name, title, _ = question
    left = min(EACH_SECONDS, until - time.monotonic())
    if left <= 0:
        return Probe(
            name, title, State.WARN, f"{title} was not asked: other answers took too long."
        )
    try:
        with _at_most(left):
            return asking.answer(question)
    except TooLate:
        said = f"{title} did not answer within {left:.1f} seconds."
        return Probe(name, title, State.BAD, said, "See whether it runs.")


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Interrupts what takes longer; of the main thread only, where commands run."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLate

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
