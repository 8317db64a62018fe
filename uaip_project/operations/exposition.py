"""Adds up what every process counted, and asks the database for what only it knows."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.gc_collector import GCCollector
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from accounts import counting
from uaip_project.operations.gauges import Gauges

GAUGE = "gauge_livesum"
FOLDED = tuple(kind for kind in counting.FILE_BYTES if kind != GAUGE)
#: A process that did not touch its gauges for so long is gone, on whichever host.
SILENT_SECONDS = 60.0
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def text() -> bytes:
    """Everything that /metrics says. Process and memory figures are the answering process's."""
    registry = _of_process()
    registry.register(Gauges())
    folder = Path(settings.METRICS_DIR)
    if not folder.is_dir():
        return generate_latest(registry)
    _forget_silent(folder)
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
        _forget_silent(folder)
        ended = [file for file in folder.glob("*.db") if _has_ended(file)]
        for file in ended:
            _fold(file, folder / f"{file.name.split('_')[0]}_{counting.HOST}-ended.db")
    return len(ended)


def _forget_silent(folder: Path) -> None:
    """What a process that is gone held says nothing; those that live touch their files."""
    for file in folder.glob(f"{GAUGE}_*.db"):
        with suppress(FileNotFoundError):
            if _has_ended(file, GAUGE) or time.time() - file.stat().st_mtime > SILENT_SECONDS:
                file.unlink()


def _fold(file: Path, into: Path) -> None:
    total = MmapedDict(str(into))
    for key, value, stamp, _ in MmapedDict.read_all_values_from_file(str(file)):
        total.write_value(key, total.read_value(key)[0] + value, stamp)
    total.close()
    file.unlink()


def _has_ended(file: Path, *kinds: str) -> bool:
    kind, _, process = file.stem.rpartition("_")
    host, _, number = process.rpartition("-")
    if kind not in (kinds or FOLDED) or host != counting.HOST or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
