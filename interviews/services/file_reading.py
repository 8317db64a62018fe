"""Has an uploaded file read by a process of its own, so that a hostile one harms nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from interviews.prefill.kinds import Kind
from interviews.prefill.parts import Part, ReadFile
from interviews.prefill.refusing import BROKEN, SECONDS, TOO_SLOW, FileRefused

_ROOT = Path(__file__).resolve().parent.parent.parent


def read_file(kind: Kind, content: bytes) -> ReadFile:
    """The text of a file. Raises FileRefused, also when the reading process comes to grief."""
    command = [sys.executable, "-m", "interviews.prefill", kind]
    # No secret of ours is in the environment of a process that reads strangers' files.
    environment = {"PYTHONPATH": os.pathsep.join(["", str(_ROOT)]), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            input=content,
            capture_output=True,
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
