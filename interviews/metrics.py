"""Counts what Prometheus watches: interviews, stages, quality, calls of language models, injections.

The guide's names and labels.
"""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from accounts.counting import counting, from_zero
from accounts.metrics import EVERYBODY
from interviews.llm.types import FaultKind, Usage

LATENCY_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 45, 60, 120)
SCORE_BUCKETS = (1, 2, 3, 4, 5, 6, 7, 7.5, 8, 9, 10)
#: A quarter of an hour to four weeks: an interview is left and taken up again.
SESSION_BUCKETS = (900, 1800, 3600, 7200, 14_400, 86_400, 259_200, 604_800, 2_419_200)
STAGES = tuple(str(number) for number in range(1, 6))
#: What stopped an interview that its person did not stop.
NOT_ASSESSED, SERVER_FAULT = "not_assessed", "server_fault"
#: Why a stage did not close.
UNSETTLED, TOO_MANY_UNKNOWN, BLOCKERS = "unsettled", "too_many_unknown", "blockers"

sessions_created = Counter(
    "uaip_sessions_created_total", "Interviews begun", ["user_id", "project_name"]
)
sessions_completed = Counter(
    "uaip_sessions_completed_total", "Interviews that came to a charter", ["user_id"]
)
sessions_failed = Counter(
    "uaip_sessions_failed_total", "Times an interview was stopped by us", ["user_id", "reason"]
)
session_durations = Histogram(
    "uaip_session_duration_seconds",
    "From the beginning of an interview to its first charter",
    ["user_id", "project_name"],
    buckets=SESSION_BUCKETS,
)
stage_times = Histogram(
    "uaip_stage_completion_time_seconds",
    "From the gate before, or the beginning, to the first passing of the stage's gate",
    ["stage_number"],
    buckets=SESSION_BUCKETS,
)
stage_failures = Counter(
    "uaip_stage_failures_total",
    "Times a stage was asked to close and did not",
    [
        "stage_number",
        "reason",
    ],
)
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
llm_cost = Counter(
    "uaip_llm_cost_total", "What calls cost by the price table", ["provider", "model", "currency"]
)
llm_cache = Counter(
    "uaip_llm_cache_total",
    "Questions to a model by whether an earlier reply was at hand",
    ["outcome"],
)
agent_calls = Counter(
    "uaip_agent_calls_total",
    "Calls of a language model by what it was asked for",
    ["stage", "purpose", "outcome"],
)
agent_seconds = Counter(
    "uaip_agent_seconds_total", "How long those calls took together", ["stage", "purpose"]
)
agent_tokens = Counter(
    "uaip_agent_tokens_total", "Tokens of those calls", ["stage", "purpose", "type"]
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

from_zero(injections_blocked, *((stage,) for stage in STAGES))
from_zero(rate_limits_exceeded, (EVERYBODY,))
from_zero(sessions_created, (EVERYBODY, EVERYBODY))
from_zero(sessions_completed, (EVERYBODY,))
from_zero(sessions_failed, (EVERYBODY, NOT_ASSESSED), (EVERYBODY, SERVER_FAULT))


@counting
def session_created() -> None:
    """Somebody began an interview."""
    sessions_created.labels(EVERYBODY, EVERYBODY).inc()


@counting
def session_completed(seconds: float) -> None:
    """An interview came to its first charter, so many seconds after it began."""
    sessions_completed.labels(EVERYBODY).inc()
    session_durations.labels(EVERYBODY, EVERYBODY).observe(seconds)


@counting
def session_failed(reason: str) -> None:
    """Something of ours stood in an interview's way: NOT_ASSESSED or SERVER_FAULT."""
    sessions_failed.labels(EVERYBODY, reason).inc()


@counting
def stage_passed(stage_number: int, seconds: float) -> None:
    """A stage's gate was passed for the first time, so long after the one before."""
    stage_times.labels(str(stage_number)).observe(seconds)


@counting
def stage_refused(stage_number: int, reason: str) -> None:
    """A stage was asked to close and did not: UNSETTLED, TOO_MANY_UNKNOWN or BLOCKERS."""
    stage_failures.labels(str(stage_number), reason).inc()


@counting
def llm_requested(provider: str, model: str) -> None:
    """One call leaves the house."""
    llm_requests.labels(provider, model).inc()


@counting
def llm_answered(provider: str, model: str, seconds: float, usage: Usage) -> None:
    """A call was answered, whether the reply can be used or not."""
    llm_latency.labels(provider, model).observe(seconds)
    llm_tokens.labels(provider, model, "input").inc(usage.tokens_in)
    llm_tokens.labels(provider, model, "output").inc(usage.tokens_out)


@counting
def llm_failed(provider: str, error_type: FaultKind | str) -> None:
    """A call brought no usable reply, or was held back by circuit, budget or crowding."""
    llm_errors.labels(provider, str(error_type)).inc()


@counting
def llm_paid(provider: str, model: str, currency: str, cost: float) -> None:
    """A call was written into the ledger with what it cost."""
    llm_cost.labels(provider, model, currency).inc(cost)


@counting
def llm_looked_up(*, found: bool) -> None:
    """Whether a model's earlier reply to the same question was at hand."""
    llm_cache.labels("hit" if found else "miss").inc()


@counting
def agent_called(stage: str, purpose: str, outcome: str, seconds: float, usage: Usage) -> None:
    """A call left the house for this stage ("none" where it belongs to no question)."""
    agent_calls.labels(stage, purpose, outcome).inc()
    agent_seconds.labels(stage, purpose).inc(seconds)
    agent_tokens.labels(stage, purpose, "input").inc(usage.tokens_in)
    agent_tokens.labels(stage, purpose, "output").inc(usage.tokens_out)


@counting
def quality_scored(stage: int, question_key: str, score: float) -> None:
    """An attempt has its score."""
    quality_scores.labels(str(stage), question_key).observe(score)


@counting
def quality_looped(stage: int, question_key: str) -> None:
    """An attempt was too weak and is followed up."""
    quality_loops.labels(str(stage), question_key).inc()


@counting
def escalated(stage: int, reason: str) -> None:
    """An answer waits for a person."""
    quality_escalations.labels(str(stage), reason).inc()


@counting
def injection_blocked(stage: int) -> None:
    """A text that tries to steer the scorer was kept away from the model."""
    injections_blocked.labels(str(stage)).inc()


@counting
def stage_attempted(stage_number: int) -> None:
    """Somebody handed in an attempt."""
    stage_attempts.labels(str(stage_number), EVERYBODY).inc()


@counting
def rate_limit_exceeded() -> None:
    """Somebody asked too often and was told to wait."""
    rate_limits_exceeded.labels(EVERYBODY).inc()
