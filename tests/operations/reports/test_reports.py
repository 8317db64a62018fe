"""Reports say what is in the database: exact figures for a known day, week and month."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts import signin_record
from accounts.models import Job, User
from accounts.permissions import Role
from accounts.services import audit, keys
from interviews.models import ModelSpend
from tests.builders.people import make_person
from tests.builders.sessions import make_session
from tests.operations.command import run
from uaip_project.operations import runs
from uaip_project.operations.incidents import handling
from uaip_project.operations.models import OpsRun
from uaip_project.operations.reports import (
    capacity,
    document,
    kept,
    machine,
    money,
    own_log,
    periods,
    scheduled,
    security,
    speed,
)

pytestmark = pytest.mark.django_db
Browse = Callable[[User], Client]
WELL = {"daily", "weekly", "monthly"}


def section(report: document.Report, title: str) -> document.Section:
    return next(one for one in report.sections if one.title == title)


def test_a_hundred_refused_sign_ins_are_counted_by_person(alice: User, bob: User) -> None:
    for number in range(100):
        who = alice if number < 70 else bob
        signin_record.record_refusal(reason=signin_record.Reason.MISMATCH, user=who)
    found = section(security.make(at=timezone.now()), "Refused sign-ins")
    assert found.sentences == ["100 sign-ins were refused; 100 in 30 days."]
    assert found.rows[:2] == [
        ["Person or address", alice.email, "70"],
        ["Person or address", bob.email, "30"],
    ]
    assert len(found.problems) == 2


def test_each_planted_finding_appears_in_the_security_report(ada: User, alice: User) -> None:
    now = timezone.now()
    User.objects.filter(pk=alice.pk).update(last_login=now - timedelta(days=100))
    made = keys.issue_key(user=ada, name="old", scopes=["session.view"], by=ada)
    type(made.key).objects.update(created_at=now - timedelta(days=91))
    audit.record(type="limit.unusual", actor=ada, subject=audit.person(ada), detail={"calls": 1000})
    handling.open_incident(title="Odd sign-ins", severity="P3", kind="security", by=ada)
    found = " ".join(security.make(at=now).problems)
    for words in ("ada@example.org manages the house with one factor", "not signed in for 90 days",
                  "keys are older than 90 days", "more than 1,000 times", "Odd sign-ins"):  # fmt: skip
        assert words in found


def test_a_sound_house_has_nothing_in_its_security_report(alice: User) -> None:
    assert security.make(at=timezone.now()).problems == []


def test_a_certificate_that_ends_soon_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.CERTIFICATES = [str(tmp_path / "none.pem")]
    assert any("cannot be read" in one for one in security.make(at=timezone.now()).problems)


def test_a_known_week_has_known_figures(alice: User) -> None:
    now = timezone.now()
    for _ in range(3):
        audit.record(type="user.signed_in", actor=alice, subject=audit.person(alice))
    done = {"subject_id": 1, "kind": "score", "finished_at": now - timedelta(hours=1)}
    Job.objects.create(unique_key="a", status="done", **done)
    Job.objects.create(unique_key="b", status="dead", **done)
    Job.objects.create(unique_key="c", status="done", **done | {"finished_at": now - timedelta(9)})
    OpsRun.objects.create(kind="backup", status="failed", finished_at=now, said="No room.")
    found = periods.make("weekly", at=timezone.now())
    wanted = {"sign_ins": 3, "jobs_done": 1, "jobs_given_up": 1, "runs_with_problems": 1}
    assert {name: found.figures[name] for name in wanted} == wanted
    assert any("No room." in one for one in found.problems)


@pytest.mark.parametrize("kind", sorted(WELL))
def test_the_schedule_makes_one_report_for_a_period_and_mails_it(
    kind: str, settings: Settings, alice: User
) -> None:
    settings.REPORT_EMAILS = ["ops@example.org"]
    start = datetime(2026, 11, 22, tzinfo=UTC)
    work = {"daily": scheduled.daily, "weekly": scheduled.weekly, "monthly": scheduled.monthly}[
        kind
    ]
    runs.during(f"{kind}_report", work, period_start=start)
    with pytest.raises(runs.HasRunAlready):
        runs.during(f"{kind}_report", work, period_start=start)
    (sent,) = mail.outbox
    assert sent.attachments[0][1].startswith(b"%PDF")
    code = OpsRun.objects.get(kind=f"{kind}_report").code
    assert reverse("operations:report", args=[code]) in sent.body
    titles = {one["title"] for one in OpsRun.objects.get(code=code).result["sections"]}
    assert {"Health now", "Operational runs", "Incidents"} <= titles


def test_a_month_is_compared_with_the_month_before(alice: User) -> None:
    report = document.compared({"sign_ins": 30.0}, {"sign_ins": 20.0}, before_is="June")
    assert report.rows == [["Sign ins", "30", "20", "+50 %"]]
    now = timezone.now()
    result = periods.make("monthly", at=now).as_json() | {"figures": {"sign_ins": 7.0}}
    OpsRun.objects.create(kind="report monthly", status="ok", finished_at=now, result=result)
    assert kept.figures_before("monthly", timezone.now()) == {"sign_ins": 7.0}


def test_the_monthly_audit_puts_security_beside_the_month_before(ada: User, alice: User) -> None:
    now = timezone.now()
    first = run("report", "monthly", "--json").json
    assert first["figures"]["administrators"] == 1
    OpsRun.objects.update(started_at=now - timedelta(days=30))
    make_person("sue", role=Role.SUPERADMIN)
    signin_record.record_refusal(reason=signin_record.Reason.MISMATCH, user=alice)
    report = scheduled.of_the_month(at=timezone.now())
    beside = section(report, "Security, beside the report of the month before")
    rows = {row[0]: row[1:] for row in beside.rows}
    assert rows["Administrators"] == ["2", "1", "+100 %"]
    assert rows["Refused sign ins"] == ["1", "0", "+1"]
    for title in ("Refused sign-ins", "Who has access", "API keys", "Unusual use", "Incidents",
                  "Certificates", "Record of deeds"):  # fmt: skip
        assert section(report, title)


def test_costs_are_those_of_the_month_beside_the_month_before() -> None:
    spent = {"provider": "openai", "tokens": 1000, "call_count": 4}
    ModelSpend.objects.create(day=date(2026, 11, 3), cost=Decimal("1.25"), **spent)
    ModelSpend.objects.create(day=date(2026, 11, 20), cost=Decimal("0.75"), **spent)
    ModelSpend.objects.create(day=date(2026, 10, 31), cost=Decimal("9"), **spent)
    found = money.make(at=datetime(2026, 11, 22, tzinfo=UTC))
    assert found.sections[0].rows == [["openai", "8", "2,000", "2.0000", "9.0000"]]
    assert found.figures == {"cost": 2.0, "calls": 8.0}


def test_a_steady_growth_is_foretold_within_five_percent() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    # 10 MB a day, and a little more or less each day.
    noise = [0.3, -0.4, 0.1, 0.2, -0.2]
    points = [(start + timedelta(days=n), 1e9 + n * 1e7 + noise[n % 5] * 1e6) for n in range(60)]
    found = capacity.full_at(points, limit=3e9)
    assert found is not None
    assert abs((found - start) / timedelta(days=1) - 200) <= 10


@pytest.mark.parametrize("sizes", [[1e9], [1e9, 1e9], [2e9, 1e9]])
def test_what_does_not_grow_is_never_full(sizes: list[float]) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    points = [(start + timedelta(days=2 * n), size) for n, size in enumerate(sizes)]
    assert capacity.full_at(points, limit=3e9) is None


@pytest.mark.parametrize(
    ("load", "due", "words"),
    [(0.95, 500, "add a machine"), (0.95, 0, "add processors"), (0.3, 500, "--concurrency"),
     (0.05, 0, "has room"), (0.5, 0, "fit each other")],
)  # fmt: skip
def test_the_load_asks_for_something_and_nothing_changes(load: float, due: int, words: str) -> None:
    assert words in capacity.suggestions(load, due)[0]


def test_quantiles_lie_between_the_edges_of_the_buckets() -> None:
    buckets = {0.1: 50.0, 0.5: 90.0, 2.0: 100.0, float("inf"): 100.0}
    assert speed.quantile(buckets, 0.5) == pytest.approx(0.1)
    assert speed.quantile(buckets, 0.7) == pytest.approx(0.3)
    assert speed.quantile(buckets, 0.95) == pytest.approx(1.25)


def test_a_step_in_the_answering_time_is_named() -> None:
    assert speed.steps({"p50": 0.1, "p95": 0.9}, {"p50": 0.1, "p95": 0.5}) == [
        "p95 rose from 0.500 s to 0.900 s."
    ]
    assert speed.steps({"p50": 0.1, "p95": 0.5}, {}) == []


def test_a_made_leak_is_at_the_top_of_the_memory_report() -> None:
    kept_for_ever: list[bytes] = []

    def leak() -> None:
        kept_for_ever.append(bytes(20_000))

    rows = machine.growth(leak, rounds=20)
    assert rows[0][0].startswith("reports/test_reports.py:")
    assert float(rows[0][1].replace(",", "")) >= 400


def test_our_own_log_is_counted_exactly() -> None:
    base = {"timestamp": "2026-11-22T09:00:00+00:00", "logger": "uaip.access"}
    answer = base | {"level": "info", "method": "GET", "route": "/x", "ms": 5}
    said = [answer | {"status": status} for status in (200, 200, 200, 429, 500)]
    said += [answer | {"status": 200, "ms": 3000}, base | {"level": "error", "message": "x"}]
    found = own_log.make([*map(json.dumps, said), "no line"], name="app.log")
    wanted = {"lines": 7, "answers": 6, "faults": 1, "slow": 1, "security": 1, "error": 1}
    assert {name: found.figures[name] for name in wanted} == wanted
    assert len(found.problems) == 1


def test_resources_are_shares_of_the_machine() -> None:
    found = machine.resources(at=timezone.now())
    assert set(found.figures) == {"processor_percent", "memory_percent", "disk_percent"}
    assert all(0 <= value <= 100 for value in found.figures.values())


@pytest.mark.parametrize(
    "kind", ["security", "health", "daily", "capacity", "cost", "performance", "resources"]
)
def test_each_report_is_made_by_the_command(kind: str, tmp_path: Path) -> None:
    done = run("report", kind, "--json", "--pdf", str(tmp_path / "r.pdf"))
    assert done.code in (0, 1), done.err
    assert document.read(done.json).kind == kind
    assert (done.code == 1) == bool(done.json["problems"])
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


def made(kind: str) -> OpsRun:
    run("report", kind)
    return OpsRun.objects.get(kind=f"report {kind}")


def test_an_operator_reads_a_report_without_names_of_people(
    olga: User, ada: User, alice: User, client_of: Browse
) -> None:
    signin_record.record_refusal(reason=signin_record.Reason.MISMATCH, user=alice)
    address = reverse("operations:report", args=[made("security").code])
    assert alice.email in client_of(ada).get(address).content.decode()
    shown = client_of(olga).get(address).content.decode()
    assert alice.email not in shown
    assert "Only those who manage people read this part." in shown


def test_a_report_is_taken_away_as_pdf(olga: User, client_of: Browse) -> None:
    address = reverse("operations:report-file", args=[made("capacity").code])
    reply = client_of(olga).get(address)
    assert reply.content.startswith(b"%PDF")
    assert "attachment" in reply.headers["Content-Disposition"]


def test_a_requester_reads_no_report(alice: User, client_of: Browse) -> None:
    browser, code = client_of(alice), made("capacity").code
    assert browser.get(reverse("operations:reports")).status_code == 403
    assert browser.get(reverse("operations:report", args=[code])).status_code == 403


def test_reports_name_no_project(olga: User, alice: User, client_of: Browse) -> None:
    make_session(alice, project_name="Heron-Canary")
    said = [json.dumps(made(kind).result) for kind in ("daily", "capacity")]
    assert not any("Heron-Canary" in one for one in said)


def test_a_report_can_be_sent_to_somebody(settings: Any) -> None:
    run("report", "cost", "--mail", "cfo@example.org")
    assert [one.to for one in mail.outbox] == [["cfo@example.org"]]
