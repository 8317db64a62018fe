"""Counts what Prometheus watches of governance: what was decided."""

from __future__ import annotations

from prometheus_client import Counter

from accounts.counting import counting

decisions = Counter("uaip_governance_decisions_total", "Decisions computed", ["decision"])


@counting
def decided(decision: str) -> None:
    """The engine has decided; ``decision`` is its word, such as PROCEED."""
    decisions.labels(decision).inc()
