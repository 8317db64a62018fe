"""What every process counts for Prometheus, and where: a file of its own in one folder.

/metrics adds the files up (uaip_project.operations.exposition); counting never stands in the way of
the work that is counted.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, Protocol

from django.conf import settings
from prometheus_client import values

log = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")


class _Labelled(Protocol):
    """A metric with labels."""

    def labels(self, *labelvalues: str) -> object:
        """The series of these values, made when it is first asked for."""


HOST = socket.gethostname().replace("_", "-")


def process_name() -> str:
    """Unique among containers that share the folder, where each counts its processes from 1."""
    return f"{HOST}-{os.getpid()}"


if settings.METRICS_DIR:
    # As the library proposes for processes whose number alone does not tell them apart.
    values.ValueClass = values.MultiProcessValue(process_identifier=process_name)

#: Kept on the disk from the start: a file that grows into a full disk kills its process.
FILE_BYTES = {"counter": 256 * 1024, "histogram": 1024 * 1024, "gauge_livesum": 16 * 1024}
#: Series that begin at 0 with their process: an increase from nothing is seen by no alert.
_from_zero: list[tuple[_Labelled, tuple[str, ...]]] = []
#: Processes (this one, and after a fork its child) whose files are there.
_roomy: set[int] = set()
_making_room = threading.Lock()


def _keep_room(process: int) -> None:
    """Makes the process's files when it first counts: a start that counts nothing leaves none."""
    if settings.METRICS_DIR and process not in _roomy:
        with _making_room:
            if process not in _roomy:
                _make_room()
                _roomy.add(process)
                for metric, values_of_labels in _from_zero:
                    metric.labels(*values_of_labels)


def from_zero(metric: _Labelled, *label_values: tuple[str, ...]) -> None:
    """These series are there, at 0, from the first figure that a process counts."""
    _from_zero.extend((metric, one) for one in label_values)


def _make_room() -> None:
    folder = Path(settings.METRICS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, size in FILE_BYTES.items():
        file = folder / f"{kind}_{process_name()}.db"
        if not file.exists():
            # Under another name first: a file that is half there cannot be read.
            started = file.with_suffix(".new")
            started.write_bytes(bytes(size))
            started.replace(file)


def keep_alive() -> None:
    """Shows that this process lives: gauges of one that was silent for long do not count."""
    with suppress(OSError):
        os.utime(Path(settings.METRICS_DIR) / f"gauge_livesum_{process_name()}.db")


@cache
def _complain(process: int, fault: str) -> None:
    """Once for each process: a full disk would otherwise be filled by its own complaints."""
    log.warning("Metrics are not counted: %s", fault)


def counting(count: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """A full or missing disk costs the figure, never the answer it belongs to."""

    @wraps(count)
    def counted(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            _keep_room(os.getpid())
            count(*args, **kwargs)
        except OSError as fault:
            _complain(os.getpid(), str(fault))

    return counted
