"""Counts what Prometheus watches: calls of language models, quality loops, escalations, injections.

The guide's names and labels. Each process writes a file of its own into PROMETHEUS_MULTIPROC_DIR,
and /metrics adds them up; counting never stands in the way of the work that is counted.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec

from django.conf import settings
from prometheus_client import Counter, Histogram, values

from interviews.llm.types import FaultKind, Usage

log = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")

HOST = socket.gethostname().replace("_", "-")


def process_name() -> str:
    """Unique among containers that share the folder, where each counts its processes from 1."""
    return f"{HOST}-{os.getpid()}"


if settings.METRICS_DIR:
    # As the library proposes for processes whose number alone does not tell them apart.
    values.ValueClass = values.MultiProcessValue(process_identifier=process_name)

#: Kept on the disk from the start: a file that grows into a full disk kills its process.
FILE_BYTES = {"counter": 128 * 1024, "histogram": 512 * 1024}
LATENCY_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 45, 60, 120)
SCORE_BUCKETS = (1, 2, 3, 4, 5, 6, 7, 7.5, 8, 9, 10)
#: Stands where the guide has a person: a label must not grow with people, nor name them.
EVERYBODY = "all"
#: Processes (this one, and after a fork its child) whose files are there.
_roomy: set[int] = set()
_making_room = threading.Lock()

llm_requests = Counter(
    "uaip_llm_requests_total", "Calls of a language model", ["provider", "model"]
)
llm_latency = Histogram(
    "uaip_llm_latency_seconds",
    "How long a language model took to answer",
    ["provider", "model"],
    buckets=LATENCY_BUCKETS,
)
llm_errors = Counter(
    "uaip_llm_errors_total",
    "Calls without a usable reply, and calls held back",
    ["provider", "error_type"],
)
llm_tokens = Counter(
    "uaip_llm_tokens_used_total",
    "Tokens as the provider counted them",
    ["provider", "model", "type"],
)
quality_loops = Counter(
    "uaip_quality_loops_total", "Attempts that were followed up", ["stage", "question_number"]
)
quality_scores = Histogram(
    "uaip_quality_scores", "Scores of attempts", ["stage", "question_number"], buckets=SCORE_BUCKETS
)
quality_escalations = Counter(
    "uaip_quality_escalations_total", "Answers that wait for a person", ["stage", "reason"]
)
injections_blocked = Counter(
    "uaip_prompt_injections_blocked_total", "Answers kept away from the model", ["stage"]
)
stage_attempts = Counter(
    "uaip_stage_attempts_total", "Attempts handed in", ["stage_number", "user_id"]
)
rate_limits_exceeded = Counter(
    "uaip_rate_limit_exceeded_total", "Requests that came too often", ["user_id"]
)


def _keep_room(process: int) -> None:
    """Makes the process's files when it first counts: a start that counts nothing leaves none."""
    if settings.METRICS_DIR and process not in _roomy:
        with _making_room:
            if process not in _roomy:
                _make_room()
                _roomy.add(process)


def _make_room() -> None:
    folder = Path(settings.METRICS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, size in FILE_BYTES.items():
        file = folder / f"{kind}_{process_name()}.db"
        if not file.exists():
            # Under another name first: a file that is half there cannot be read.
            started = file.with_suffix(".new")
            started.write_bytes(bytes(size))
            started.replace(file)


@cache
def _complain(process: int, fault: str) -> None:
    """Once for each process: a full disk would otherwise be filled by its own complaints."""
    log.warning("Metrics are not counted: %s", fault)


def _counting(count: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """A full or missing disk costs the figure, never the answer it belongs to."""

    @wraps(count)
    def counted(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            _keep_room(os.getpid())
            count(*args, **kwargs)
        except OSError as fault:
            _complain(os.getpid(), str(fault))

    return counted


@_counting
def llm_requested(provider: str, model: str) -> None:
    """One call leaves the house."""
    llm_requests.labels(provider, model).inc()


@_counting
def llm_answered(provider: str, model: str, seconds: float, usage: Usage) -> None:
    """A call was answered, whether the reply can be used or not."""
    llm_latency.labels(provider, model).observe(seconds)
    llm_tokens.labels(provider, model, "input").inc(usage.tokens_in)
    llm_tokens.labels(provider, model, "output").inc(usage.tokens_out)


@_counting
def llm_failed(provider: str, error_type: FaultKind | str) -> None:
    """A call brought no usable reply, or was held back by circuit, budget or crowding."""
    llm_errors.labels(provider, str(error_type)).inc()


@_counting
def quality_scored(stage: int, question_key: str, score: float) -> None:
    """An attempt has its score."""
    quality_scores.labels(str(stage), question_key).observe(score)


@_counting
def quality_looped(stage: int, question_key: str) -> None:
    """An attempt was too weak and is followed up."""
    quality_loops.labels(str(stage), question_key).inc()


@_counting
def escalated(stage: int, reason: str) -> None:
    """An answer waits for a person."""
    quality_escalations.labels(str(stage), reason).inc()


@_counting
def injection_blocked(stage: int) -> None:
    """A text that tries to steer the scorer was kept away from the model."""
    injections_blocked.labels(str(stage)).inc()


@_counting
def stage_attempted(stage_number: int) -> None:
    """Somebody handed in an attempt."""
    stage_attempts.labels(str(stage_number), EVERYBODY).inc()


@_counting
def rate_limit_exceeded() -> None:
    """Somebody asked too often and was told to wait."""
    rate_limits_exceeded.labels(EVERYBODY).inc()
