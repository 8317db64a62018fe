"""Counts log lines, so that a dashboard shows how many errors a day has."""

from __future__ import annotations

import logging

from accounts import metrics

#: Complains once when figures cannot be written; to count that would fail again.
OWN = "accounts.counting"


class Counting(logging.Handler):
    """Writes nothing; counts lines by level."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname.lower()
        if record.name != OWN and level in metrics.LEVELS:
            metrics.logged(level)
