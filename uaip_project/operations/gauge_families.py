"""Writes figures with their labels the way Prometheus' client wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily


def gauge(
    name: str,
    meaning: str,
    figures: Mapping[Any, Any],
    labels: Sequence[str] = (),
) -> GaugeMetricFamily:
    """A gauge; ``figures`` has the label's value, or a tuple of them, -> figure."""
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for key, figure in figures.items():
        family.add_metric(_values(key), float(figure))
    return family


def counter(
    name: str,
    meaning: str,
    figures: Mapping[Any, Any],
    labels: Sequence[str] = (),
) -> CounterMetricFamily:
    """The same of what only grows, counted elsewhere."""
    family = CounterMetricFamily(name, meaning, labels=labels)
    for key, figure in figures.items():
        family.add_metric(_values(key), float(figure))
    return family


def _values(key: Any) -> list[str]:
    return [str(one) for one in key] if isinstance(key, tuple) else [str(key)]
