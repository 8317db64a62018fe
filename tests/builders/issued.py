"""Makes a session with an issued charter, from a shipped sample, through the real services."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from accounts.models import User
from governance.models import Decision
from interviews.protocol import catalogue
from uaip_project.operations import conduct, demo, runfile


def sample(name: str, **changes: Any) -> dict[str, Any]:
    """A shipped run file as plain JSON, with top-level keys replaced."""
    raw: dict[str, Any] = json.loads((demo.SAMPLES / name).read_text(encoding="utf-8"))
    return raw | changes


def run(raw: dict[str, Any], *, by: User) -> conduct.Conducted:
    """Conducts a whole interview from run-file JSON."""
    protocol = catalogue.default_protocol()
    read = runfile.read_run_file(raw, protocol=protocol, today=date(2026, 11, 21))
    return conduct.conduct(read, by=by)


def issue(name: str, *, by: User) -> Decision:
    """The decision on the charter of a sample."""
    decision = run(sample(name), by=by).decision
    assert decision is not None
    return decision
