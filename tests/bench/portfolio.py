"""The portfolio of 10,000 cases: wall and CPU time of its pages, its file, and of reading cases anew.

`python -m tests.bench.portfolio` measures on the database that the settings name (POSTGRES_HOST and
its fellows, else SQLite), in a scratch copy of it.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.test.utils import get_runner
from django.utils import timezone

from accounts.permissions import Role
from governance.models import InventoryEntry
from governance.portfolio import words
from governance.services import inventory
from interviews.models import InterviewSession
from interviews.risk import inherent_level
from tests.bench.pages import statements
from tests.builders.people import make_person

CASES, OWNERS, DEPARTMENTS = 10_000, 50, 40
ROUNDS = 25
KINDS = ("classification", "regression", "computer_vision", "natural_language_processing", "")
NAMES = ("Leak", "Benefit", "Street light", "Bus", "School", "Tax", "Water", "Repair", "Letter")

Row = dict[str, float]


def fill(cases: int = CASES) -> None:
    """Cases as an organisation has them after years, without their answers."""
    draw = random.Random(7)
    now = timezone.now()
    owners = [make_person(f"owner{number}") for number in range(OWNERS)]
    InterviewSession.objects.bulk_create(
        (
            InterviewSession(
                owner=draw.choice(owners),
                project_name=f"{draw.choice(NAMES)} {draw.choice(NAMES).lower()} {number}",
                protocol_version="uaip/1",
                current_stage=draw.randint(1, 5),
                last_updated_at=now - timedelta(minutes=number),
            )
            for number in range(cases)
        ),
        batch_size=1000,
    )
    sessions = InterviewSession.objects.order_by("pk").values_list("pk", "last_updated_at")
    InventoryEntry.objects.bulk_create(
        (_entry(draw, pk, updated) for pk, updated in sessions.iterator()), batch_size=500
    )


def _entry(draw: random.Random, session_id: int, updated: object) -> InventoryEntry:
    severity, likelihood = draw.randint(1, 5), draw.randint(1, 5)
    at = timezone.now() - timedelta(days=draw.randint(0, 900))
    return InventoryEntry(
        session_id=session_id,
        session_updated_at=updated,
        department=f"Department {draw.randint(1, DEPARTMENTS)}",
        archetype=draw.choice(KINDS),
        areas=draw.choice(("", " hiring ", " children hiring ")),
        severity=severity,
        likelihood=likelihood,
        highest=inherent_level(severity, likelihood),
        decision=draw.choice(list(words.DECISIONS)),
        standing=draw.choice(list(words.STANDINGS)),
        submitted_at=at,
        decided_at=at,
        review_opened_at=draw.choice((None, at)),
        review_due_date=at.date() + timedelta(days=15),
        kept_count=draw.randint(0, 5),
        broken_count=draw.randint(0, 1),
        score_3=draw.uniform(3, 10),
        model_cost=draw.random(),
    )


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> Row:
    """Milliseconds: median and 95th percentile by the clock, median of CPU."""
    work()
    clock, cpu = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        work()
        clock.append((time.perf_counter() - start) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return {
        "median_ms": statistics.median(clock),
        "p95_ms": statistics.quantiles(clock, n=20)[-1],
        "cpu_ms": statistics.median(cpu),
        "runs": rounds,
    }


def rows(cases: int = CASES) -> dict[str, Row]:
    """Every page as an Admin sees it, who sees all cases."""
    fill(cases)
    client = Client()
    client.force_login(make_person("keeper", role=Role.ADMIN))
    named = {
        "list, first page": "/portfolio/",
        "list, last page": "/portfolio/?page=9999",
        "list, by words": "/portfolio/?q=leak+wat",
        "list, filtered": "/portfolio/?decision=revise&department=Department+7&order=-highest",
        "pictures": "/portfolio/pictures/",
        "API, 25 by skip": "/api/v1/inventory?limit=25",
        "API, 25 by cursor": "/api/v1/inventory?limit=25&cursor=",
    }

    def ask(address: str) -> Callable[[], object]:
        return lambda: client.get(address)

    found = {
        f"portfolio of {cases:,}: {name}": timed(ask(address))
        | {"statements": statements(ask(address))}
        for name, address in named.items()
    }
    found[f"portfolio of {cases:,}: CSV file"] = timed(
        lambda: b"".join(client.get("/portfolio/inventory.csv")), rounds=3
    )
    some = list(InterviewSession.objects.order_by("pk").values_list("pk", flat=True)[:200])
    found[f"portfolio of {cases:,}: 200 cases read anew"] = timed(
        lambda: inventory.refresh(some), rounds=5
    )
    return found


def main() -> None:
    """On a database of its own."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    runner.setup_test_environment()
    made = runner.setup_databases()
    try:
        for name, row in rows().items():
            figures = "  ".join(f"{key} {value:.1f}" for key, value in row.items())
            print(f"{name}\n    {figures}")  # noqa: T201
    finally:
        runner.teardown_databases(made)
        runner.teardown_test_environment()


if __name__ == "__main__":
    main()
