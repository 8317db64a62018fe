"""Measures what this machine does with this release; on a database of its own, without a network."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import psutil
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from interviews.models import InterviewSession
from interviews.protocol import catalogue
from interviews.scoring import offline, rubric
from interviews.services import sessions
from uaip_project.operations import demo
from uaip_project.operations.conduct import conduct

#: What is more than this slower than the baseline is said.
SLOWER = 1.25
CACHE_OPERATIONS = 1000
Row = dict[str, float]


def measure(*, rounds: int, interviews: int) -> dict[str, Any]:
    """All figures, with the machine they are of. Writes into the configured database: a command
    gives it a scratch one first."""
    owner = User.objects.create_user(
        "bench@example.org", name="Bench", role=Role.SUPERADMIN, is_superuser=True
    )
    whole = _interviews(owner, rounds=max(1, rounds // 8))
    for number in range(interviews):
        sessions.start_session(project_name=f"Project {number}", by=owner)
    rows = {
        "scoring, one answer": _scoring(rounds),
        "cache, one write and one read": _cache(rounds),
        "interview from the first answer to the decision": whole,
        **_pages(owner, rounds),
    }
    return {"made_at": timezone.now().isoformat(), "machine": machine(), "rows": rows}


def machine() -> dict[str, Any]:
    """What figures depend on."""
    return {
        "processors": psutil.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": platform.platform(),
        "python": platform.python_version(),
        "release": settings.APP_VERSION,
        "database": connection.vendor,
        "load_before": psutil.getloadavg()[0],
    }


def timed(work: Callable[[], object], *, rounds: int, parts: int = 1) -> Row:
    """Milliseconds of one part: median and 95th percentile by the clock, and the processor's."""
    work()
    clock, processor = [], []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        work()
        clock.append((time.perf_counter() - began) * 1000 / parts)
        processor.append((time.process_time() - used) * 1000 / parts)
    return {
        "median_ms": round(statistics.median(clock), 4),
        "p95_ms": round(sorted(clock)[round(0.95 * (rounds - 1))], 4),
        "processor_ms": round(statistics.median(processor), 4),
        "rounds": rounds,
    }


def _scoring(rounds: int) -> Row:
    questions = catalogue.default_protocol().questions

    def score_all() -> None:
        for question in questions:
            rubric.score(question, offline.judge(question, question.strong), threshold=7.0)

    return timed(score_all, rounds=rounds, parts=len(questions))


def _cache(rounds: int) -> Row:
    def write_and_read() -> None:
        for number in range(CACHE_OPERATIONS):
            cache.set(f"benchmark:{number % 50}", number, 30)
            cache.get(f"benchmark:{number % 50}")

    return timed(write_and_read, rounds=rounds, parts=CACHE_OPERATIONS)


def _interviews(owner: User, *, rounds: int) -> Row:
    sample = demo.read_sample(demo.catalog()[0])
    return timed(lambda: conduct(sample, by=owner), rounds=rounds)


def _pages(owner: User, rounds: int) -> dict[str, Row]:
    """As the browser of somebody who sees everything asks for them."""
    client = Client()
    client.force_login(owner)
    code = InterviewSession.objects.order_by("pk").values_list("code", flat=True)[0]
    pages = {
        "home": "/",
        "list of interviews": "/sessions/",
        "one interview": f"/sessions/{code}/",
        "search in the portfolio": "/portfolio/?q=project",
        "health": "/health",
        "list through the API": "/api/v1/sessions",
    }
    found = {}
    # The client calls itself "testserver", which no site names; limits are for other people.
    with override_settings(ALLOWED_HOSTS=["testserver"], RATE_LIMITING_ENABLED=False):
        for name, address in pages.items():
            status = client.get(address, secure=True).status_code
            if status != 200:
                found[f"page, {name}"] = {"status": float(status)}
                continue
            found[f"page, {name}"] = timed(
                lambda address=address: client.get(address, secure=True), rounds=rounds
            )
    return found


def compared(now: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Sentences about what became more than a quarter slower, by the processor's time.

    The clock also counts what other programs did meanwhile.
    """
    found = []
    for name, row in now["rows"].items():
        old = before.get("rows", {}).get(name, {}).get("processor_ms")
        new = row.get("processor_ms")
        if old and new and new > SLOWER * old:
            found.append(f"{name}: {old:.3f} ms before, {new:.3f} ms now ({new / old:.2f} times).")
    return found
