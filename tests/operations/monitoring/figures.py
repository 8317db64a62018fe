"""Reads /metrics as Prometheus does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

Labels = tuple[tuple[str, str], ...]
Figures = dict[tuple[str, Labels], float]


def read_figures() -> Figures:
    """Every sample, by name and labels."""
    reply = Client().get("/metrics")
    assert reply.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(reply.content.decode())
        for sample in family.samples
    }


def figure(name: str, **labels: str) -> float | None:
    """One sample; None where it is not told."""
    return read_figures().get((name, tuple(sorted(labels.items()))))


@dataclass
class Gained:
    """What counters gained while something happened."""

    before: Figures
    after: Figures = field(default_factory=dict)

    def __call__(self, name: str, **labels: str) -> float:
        """The sum over all series that have these labels."""
        return sum(
            value - self.before.get(key, 0.0)
            for key, value in self.after.items()
            if key[0] == name and set(labels.items()) <= set(key[1])
        )


@contextmanager
def gained() -> Iterator[Gained]:
    found = Gained(read_figures())
    yield found
    found.after = read_figures()
