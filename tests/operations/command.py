"""Runs commands as operators type them, in this process or as real ones."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "interviews" / "samples"


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def run(*words: str) -> Outcome:
    """The command with these words behind it, in this process; ``err`` is what it refuses with."""
    out, err, code = io.StringIO(), "", 0
    try:
        call_command(*words, stdout=out, stderr=io.StringIO())
    except CommandError as fault:
        code, err = fault.returncode, str(fault)
    except SystemExit as end:
        code = int(end.code or 0)
    return Outcome(code, out.getvalue(), err)


def uaip(*arguments: str, typed: str | bytes = b"") -> Outcome:
    """The command in this process, with ``typed`` as its standard input."""
    given = typed.encode() if isinstance(typed, str) else typed
    return uaip_with(io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"), *arguments)


def uaip_with(stdin: Any, *arguments: str, out: io.StringIO | None = None) -> Outcome:
    """The command in this process, reading from ``stdin``."""
    out, err = out or io.StringIO(), io.StringIO()
    code = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        try:
            call_command("uaip", *arguments, stdout=out, stderr=err)
        except CommandError as fault:
            err.write(str(fault))
            code = fault.returncode
        except SystemExit as end:
            code = int(end.code or 0)
    return Outcome(code, out.getvalue(), err.getvalue())


def shell(folder: Path, *arguments: str, typed: bytes = b"") -> Outcome:
    """The command as a process of its own; its database would be in ``folder``."""
    env = {
        **os.environ,
        "UAIP_SQLITE_PATH": str(folder / "uaip.sqlite3"),
        "UAIP_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "uaip_project.settings",
        "POSTGRES_HOST": "",
        "LOG_LEVEL": "INFO",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "uaip", *arguments],
        input=typed,
        capture_output=True,
        cwd=ROOT,
        env=env,
        timeout=500,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def sample(name: str) -> dict[str, Any]:
    """A shipped sample as plain JSON data."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def run_file(folder: Path, content: Any) -> str:
    """A file with this content (bytes as they are); its path."""
    path = folder / "run.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return str(path)
