"""Runs an operator's command in this process."""

from __future__ import annotations

import io
import json
from typing import Any

from django.core.management import CommandError, call_command


def run(*words: str) -> tuple[int, str]:
    """Exit code, and what it printed."""
    out = io.StringIO()
    try:
        call_command(*words, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    except CommandError as fault:
        return fault.returncode, str(fault)
    return 0, out.getvalue()


def run_json(*words: str) -> tuple[int, Any]:
    """Exit code, and its JSON."""
    code, said = run(*words, "--json")
    return code, json.loads(said)
