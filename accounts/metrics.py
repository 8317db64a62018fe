"""Counts what Prometheus watches of any site: doors, requests, statements, jobs, log lines, pools."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from accounts.counting import counting, from_zero

REQUEST_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15)
STATEMENT_BUCKETS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10)
JOB_BUCKETS = (0.1, 0.5, 2, 10, 30, 120, 600)

#: Stands where the guide has a person.
EVERYBODY = "all"
LEVELS = ("warning", "error", "critical")
#: What a request was refused for before anybody read its meaning, by the status it was answered.
UNUSABLE = {400: "unreadable", 413: "too_large", 415: "wrong_type", 422: "invalid_values"}

auth_failures = Counter("uaip_auth_failures_total", "Sign-ins that were refused", ["reason"])
http_requests = Counter(
    "http_requests_total", "Requests that were answered", ["method", "path", "status"]
)
http_durations = Histogram(
    "http_request_duration_seconds",
    "How long people and programs waited for an answer",
    ["method", "path"],
    buckets=REQUEST_BUCKETS,
)
validation_failures = Counter(
    "uaip_input_validation_failures_total", "Requests with input that cannot be used", ["reason"]
)
statements = Histogram(
    "uaip_database_query_duration_seconds",
    "How long statements of the database took",
    ["operation"],
    buckets=STATEMENT_BUCKETS,
)
pool_active = Gauge(
    "uaip_database_connections_active",
    "Connections of the pools that are in use",
    ["pool"],
    multiprocess_mode="livesum",
)
pool_total = Gauge(
    "uaip_database_connections_total",
    "Connections that the pools may hold",
    ["pool"],
    multiprocess_mode="livesum",
)
pool_waiting = Gauge(
    "uaip_database_connections_waiting",
    "Threads that wait for a connection",
    ["pool"],
    multiprocess_mode="livesum",
)
unusual_use = Counter(
    "uaip_unusual_api_use_total", "Keys and people beyond 1,000 calls in a day", ["user_id"]
)
jobs_ended = Counter("uaip_jobs_total", "Claims of jobs by what came of them", ["kind", "outcome"])
job_durations = Histogram(
    "uaip_job_duration_seconds", "How long a claimed job took", ["kind"], buckets=JOB_BUCKETS
)
log_lines = Counter("uaip_log_lines_total", "Log lines of warning and above", ["level"])

from_zero(unusual_use, (EVERYBODY,))
from_zero(log_lines, *((one,) for one in LEVELS))
from_zero(validation_failures, *((one,) for one in UNUSABLE.values()))


@counting
def auth_failed(reason: str) -> None:
    """Somebody was not let in; ``reason`` is one of accounts.signin_record.Reason."""
    auth_failures.labels(reason).inc()


@counting
def answered(method: str, path: str, status: int, seconds: float) -> None:
    """A request has its answer; ``path`` is the address as the site declares it."""
    http_requests.labels(method, path, str(status)).inc()
    http_durations.labels(method, path).observe(seconds)
    if status in UNUSABLE:
        validation_failures.labels(UNUSABLE[status]).inc()


@counting
def unusually_used() -> None:
    """A key or a person called the API more often than programs of theirs usually do."""
    unusual_use.labels(EVERYBODY).inc()


@counting
def statement_done(operation: str, seconds: float) -> None:
    """The database has done a statement, or refused it."""
    statements.labels(operation).observe(seconds)


@counting
def pool_stands(*, active: int, total: int, waiting: int) -> None:
    """How this process's pool of connections is used just now."""
    pool_active.labels("default").set(active)
    pool_total.labels("default").set(total)
    pool_waiting.labels("default").set(waiting)


@counting
def job_ended(kind: str, outcome: str) -> None:
    """A claim ended: "done", "retried" or "dead"."""
    jobs_ended.labels(kind, outcome).inc()


@counting
def job_took(kind: str, seconds: float) -> None:
    """A claimed job was worked on for so long, whatever came of it."""
    job_durations.labels(kind).observe(seconds)


@counting
def logged(level: str) -> None:
    """A line of warning or above was written."""
    log_lines.labels(level).inc()
