"""Has an uploaded file read by a process of its own, so that a hostile one harms nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from interviews.prefill.kinds import Kind
from interviews.prefill.parts import Part, ReadFile
from interviews.prefill.refusing import BROKEN, SECONDS, TOO_SLOW, FileRefused

_ROOT = Path(__file__).resolve().parent.parent.parent
#: Files that one process reads at the same time: each may cost a core and much memory.
AT_ONCE = 2
_places = threading.BoundedSemaphore(AT_ONCE)


class TooManyAtOnce(Exception):
    """Other files are being read; this one has to wait for its turn."""


def read_file(kind: Kind, content: bytes) -> ReadFile:
    """The text of a file. Raises FileRefused, also when the reading process comes to grief.

    Raises TooManyAtOnce rather than let a heap of hostile files fill the machine.
    """
    if not _places.acquire(blocking=False):
        raise TooManyAtOnce
    try:
        return _read(kind, content)
    finally:
        _places.release()


def _read(kind: Kind, content: bytes) -> ReadFile:
    command = [sys.executable, "-m", "interviews.prefill", kind]
    # No secret of ours is in the environment of a process that reads strangers' files.
    environment = {"PYTHONPATH": os.pathsep.join(["", str(_ROOT)]), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            input=content,
            stdout=subprocess.PIPE,
            # A hostile file can make a reader complain without end.
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd=_ROOT,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise FileRefused(TOO_SLOW) from fault
    if done.returncode != 0:
        raise FileRefused(BROKEN)
    said = json.loads(done.stdout)
    if "refusal" in said:
        raise FileRefused(said["refusal"])
    return ReadFile(tuple(Part(place, text) for place, text in said["parts"]), said["is_cut"])
