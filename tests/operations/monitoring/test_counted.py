"""What people and the house do is counted once, and exactly."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import Settings

from accounts import unusual_use
from accounts.models import AuditEvent, Job, User
from accounts.services import jobs
from interviews.llm import router
from interviews.models import ModelCall
from interviews.protocol import catalogue
from interviews.refusals import StageNotReady
from interviews.services import reading, stages
from tests.builders import issued
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.fakes.llm.server import FakeModel
from tests.llm.asking import Model, configure, request
from tests.operations.monitoring.figures import gained
from uaip_project.operations import statement_times

pytestmark = pytest.mark.django_db(transaction=True)

Browse = Callable[[User], Client]
SAMPLE = "energy_wizard.json"


def test_one_interview_gives_exact_deltas(alice: User) -> None:
    with gained() as counted:
        decision = issued.issue(SAMPLE, by=alice)
    assert counted("uaip_sessions_created_total", user_id="all", project_name="all") == 1
    assert counted("uaip_sessions_completed_total", user_id="all") == 1
    assert counted("uaip_session_duration_seconds_count") == 1
    assert counted("uaip_sessions_failed_total") == 0
    for stage in range(1, 6):
        assert counted("uaip_stage_completion_time_seconds_count", stage_number=str(stage)) == 1
    assert counted("uaip_governance_decisions_total") == 1
    value = decision.get_value_display()
    assert counted("uaip_governance_decisions_total", decision=value) == 1
    scored = counted("uaip_quality_scores_count")
    assert scored == counted("uaip_stage_attempts_total") > 0
    assert counted("uaip_jobs_total", kind="score", outcome="done") == scored


def test_a_stage_that_does_not_close_is_counted_by_reason(alice: User) -> None:
    session = make_session(alice)
    with gained() as counted, pytest.raises(StageNotReady):
        stages.close_stage(reading=reading.read(session), stage_number=1, by=alice)
    assert counted("uaip_stage_failures_total", stage_number="1", reason="unsettled") == 1
    assert counted("uaip_stage_failures_total") == 1


def test_a_weak_answer_is_a_loop_and_a_good_one_is_not(alice: User) -> None:
    session = make_session(alice)
    with gained() as counted:
        submit(session, "S1-01", VAGUE_PROBLEM)
        submit(session, "S1-01", GOOD_PROBLEM)
    assert counted("uaip_quality_loops_total", stage="1", question_number="S1-01") == 1
    assert counted("uaip_quality_scores_count", stage="1", question_number="S1-01") == 2
    assert counted("uaip_job_duration_seconds_count", kind="score") == 2


def test_an_answer_that_nobody_could_assess_is_a_failed_session(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(job: Job) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("interviews.services.assessments.assess_attempt", stumble)
    submit(make_session(alice), "S1-01", VAGUE_PROBLEM, scored=False)
    job = Job.objects.get(kind="score")
    with gained() as counted, override_settings(JOB_MAX_ATTEMPTS=1):
        jobs.run_job(job.pk)
    assert counted("uaip_sessions_failed_total", reason="not_assessed") == 1
    assert counted("uaip_jobs_total", kind="score", outcome="dead") == 1
    assert counted("uaip_log_lines_total", level="error") == 2


def test_calls_of_a_model_are_counted_for_stage_and_purpose(
    alice: User, fake_model: FakeModel
) -> None:
    """The sums over stages are those over models: nothing is counted twice or lost."""
    with gained() as counted:
        submit(make_session(alice), "S1-01", GOOD_PROBLEM)
        submit(make_session(alice), "S1-01", GOOD_PROBLEM)
    calls = counted("uaip_llm_requests_total")
    assert calls == counted("uaip_agent_calls_total") == len(fake_model.requests) > 0
    assert counted("uaip_agent_calls_total", stage="1") == calls
    for kind in ("input", "output"):
        tokens = counted("uaip_llm_tokens_used_total", type=kind)
        assert tokens == counted("uaip_agent_tokens_total", type=kind) > 0
    paid = sum(float(one.cost) for one in ModelCall.objects.all())
    assert counted("uaip_llm_cost_total") == pytest.approx(paid)


def test_a_reply_at_hand_is_counted_as_a_hit(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    configure(monkeypatch, settings, Model())
    settings.CACHE_LLM_RESPONSES = True
    cache.clear()
    with gained() as counted:
        for _ in range(3):
            router.ask(request())
    assert counted("uaip_llm_cache_total", outcome="miss") == 1
    assert counted("uaip_llm_cache_total", outcome="hit") == 2


def test_a_request_is_counted_by_its_route(alice: User, client_of: Browse) -> None:
    session = make_session(alice)
    browser = client_of(alice)
    address = reverse("interviews:question", args=[session.code, "S1-01"])
    with gained() as counted:
        browser.get(address)
        browser.get("/no/such/page")
        browser.get("/api/sessions")
    path = "/sessions/<uuid:code>/questions/<slug:key>/"
    assert counted("http_requests_total", method="GET", path=path, status="200") == 1
    assert counted("http_request_duration_seconds_count", method="GET", path=path) == 1
    assert counted("http_requests_total", path="unknown", status="404") == 1
    assert counted("http_requests_total", path="/api/v1/sessions", status="200") == 1


def test_a_server_fault_within_an_interview_is_a_failed_session(
    alice: User, client_of: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise RuntimeError("out of order")

    session = make_session(alice)
    browser = client_of(alice)
    browser.raise_request_exception = False
    monkeypatch.setattr("interviews.views.questions.read", stumble)
    with gained() as counted:
        reply = browser.get(reverse("interviews:question", args=[session.code, "S1-01"]))
    assert reply.status_code == 500
    assert counted("uaip_sessions_failed_total", reason="server_fault") == 1


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"{", "application/json", "unreadable"),
        (b"{}", "application/json", "invalid_values"),
        (b"<a/>", "application/xml", "wrong_type"),
        (b"x" * (2 * 1024 * 1024 + 1), "application/json", "too_large"),
    ],
)
def test_input_that_cannot_be_used_is_counted_once_by_reason(
    alice: User, client_of: Browse, body: bytes, kind: str, reason: str
) -> None:
    name = "uaip_input_validation_failures_total"
    with gained() as counted:
        client_of(alice).post("/api/v1/sessions", body, content_type=kind)
    assert counted(name, reason=reason) == counted(name) == 1


@pytest.fixture
def limited(settings: Settings) -> None:
    """Limits are on, and nobody else counts: three requests at once, then one in a long time."""
    settings.RATE_LIMITING_ENABLED, settings.CACHE_URL = True, ""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    figures = {"enabled": True, "requests_per_minute": 0.01, "burst_size": 3}
    settings.CONVERSATION = settings.CONVERSATION | {"rate_limiting": figures}


def test_whoever_is_turned_away_is_counted(limited: None, alice: User, client_of: Browse) -> None:
    browser = client_of(alice)
    with gained() as counted:
        answers = [browser.get("/api/v1/sessions").status_code for _ in range(5)]
    assert counted("uaip_rate_limit_exceeded_total") == answers.count(429) == 2


def test_the_call_beyond_a_thousand_a_day_is_noticed_once(limited: None, alice: User) -> None:
    cache.clear()
    with gained() as counted:
        for _ in range(unusual_use.USUAL_CALLS + 5):
            unusual_use.note("key:abc", alice)
    assert counted("uaip_unusual_api_use_total") == 1
    assert AuditEvent.objects.filter(type="limit.unusual").count() == 1


def test_statements_are_counted_by_what_they_do() -> None:
    operations = {
        "SELECT 1": "select",
        "  with a as (select 1) select * from a": "select",
        "INSERT INTO x VALUES (1)": "insert",
        "update x set a = 1": "update",
        "DELETE FROM x": "delete",
        "SAVEPOINT a": "other",
        "": "other",
    }
    found = {sql: statement_times.operation_of(sql) for sql in operations}
    assert found == operations
    with gained() as counted, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert counted("uaip_database_query_duration_seconds_count", operation="select") >= 1


def test_every_stage_has_its_label() -> None:
    stages_here = {str(one.number) for one in catalogue.default_protocol().stages}
    with gained() as counted:
        Client().get("/health")
    at_zero = {
        dict(labels).get("stage")
        for name, labels in counted.after
        if name == "uaip_prompt_injections_blocked_total"
    }
    assert stages_here <= at_zero
