"""How much is logged, changed while the house is open; debugging ends by itself."""

from __future__ import annotations

import logging
import threading
import time

from django.db import close_old_connections

from accounts import runtime_settings
from accounts.runtime_settings import Declared, Kind, Value, declare

LEVEL = "logging.level"
DEBUG_UNTIL = "logging.debug_until"
#: How often a web process looks; a worker's housekeeper looks more often.
LOOK_SECONDS = 3.0
_NAMES = "10 debug, 20 info, 30 warning, 40 error, 50 critical"


def _hides_faults(value: Value) -> str:
    return "Nobody reads of faults then." if value > logging.ERROR else ""


declare(
    Declared(
        key=LEVEL,
        title="Log level",
        sentence=f"From which level on lines are written: {_NAMES}.",
        kind=Kind.WHOLE,
        least=logging.DEBUG,
        most=logging.CRITICAL,
        danger=_hides_faults,
        setting="LOG_LEVEL_NUMBER",
        variable="LOG_LEVEL",
    ),
    Declared(
        key=DEBUG_UNTIL,
        title="Debugging until",
        sentence="Everything is written until this moment, in seconds since 1970; "
        "`config debug on --for 30m` sets it.",
        kind=Kind.WHOLE,
        least=0,
        most=4_102_444_800,
        setting="LOG_DEBUG_UNTIL",
    ),
)


def wanted(now: float | None = None) -> int:
    """The level that should hold now."""
    if runtime_settings.in_force(DEBUG_UNTIL) > (time.time() if now is None else now):
        return logging.DEBUG
    return int(runtime_settings.in_force(LEVEL))


def follow() -> None:
    """Takes the level over; costs a statement every few seconds at most."""
    level, root = wanted(), logging.getLogger()
    if root.level != level:
        root.setLevel(level)


class Follower(threading.Thread):
    """A thread that lives as long as its web process."""

    def __init__(self) -> None:
        super().__init__(name="log level", daemon=True)

    def run(self) -> None:
        while True:
            close_old_connections()
            follow()
            close_old_connections()
            time.sleep(LOOK_SECONDS)
