"""Adds up what every process counted, and asks the database for what only it knows."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.gc_collector import GCCollector
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from interviews import metrics
from interviews.models import Circuit

KINDS = tuple(metrics.FILE_BYTES)
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class Circuits(Collector):
    """The state of every circuit, read when asked: the same whichever process answers."""

    def collect(self) -> Iterable[Metric]:
        found = GaugeMetricFamily(
            "uaip_llm_circuit_open", "1 while a model is left alone", labels=["provider", "model"]
        )
        try:
            for one in Circuit.objects.order_by("pk"):
                found.add_metric([one.provider, one.model], one.state == Circuit.State.OPEN)
        except DatabaseError:
            # /health says that the database is gone; the other figures still stand.
            return []
        return [found]


def text() -> bytes:
    """Everything that /metrics says. Process and memory figures are the answering process's."""
    registry = _of_process()
    registry.register(Circuits())
    folder = Path(settings.METRICS_DIR)
    if not folder.is_dir():
        return generate_latest(registry)
    with _folder_locked(folder, fcntl.LOCK_SH):
        MultiProcessCollector(registry, path=str(folder))
        return generate_latest(registry)


def of_this_process() -> bytes:
    """Processor time, memory and garbage collection of the process that is asked."""
    return generate_latest(_of_process())


def _of_process() -> CollectorRegistry:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


@contextmanager
def _folder_locked(folder: Path, how: int) -> Iterator[None]:
    """Nobody adds up figures while they move from one file to another."""
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, how)
        yield


def fold_ended() -> int:
    """Moves what ended processes of this host counted into one file; returns how many files.

    Counters never fall back that way, and the folder does not grow with every restart.
    """
    folder = Path(settings.METRICS_DIR)
    if not settings.METRICS_DIR or not folder.is_dir():
        return 0
    with _folder_locked(folder, fcntl.LOCK_EX):
        ended = [file for file in folder.glob("*.db") if _has_ended(file)]
        for file in ended:
            _fold(file, folder / f"{file.name.split('_')[0]}_{metrics.HOST}-ended.db")
    return len(ended)


def _fold(file: Path, into: Path) -> None:
    total = MmapedDict(str(into))
    for key, value, stamp, _ in MmapedDict.read_all_values_from_file(str(file)):
        total.write_value(key, total.read_value(key)[0] + value, stamp)
    total.close()
    file.unlink()


def _has_ended(file: Path) -> bool:
    kind, _, process = file.stem.partition("_")
    host, _, number = process.rpartition("-")
    if kind not in KINDS or host != metrics.HOST or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
