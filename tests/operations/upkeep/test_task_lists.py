"""Lists of what to see to: ticked by runs, signed by people, and marked when nobody did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.services import access_review
from tests.builders.people import make_person
from tests.operations.command import run
from uaip_project.operations import schedule, task_lists
from uaip_project.operations.models import OpsRun

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def _ran(kind: str, at: datetime, status: str = "ok") -> None:
    finished = None if status == "running" else at
    OpsRun.objects.create(kind=kind, status=status, started_at=at, finished_at=finished)


def _line(name: str, at: datetime = NOW) -> task_lists.Line:
    return next(line for one in task_lists.lists(at=at) for line in one.lines if line.name == name)


def test_a_run_ticks_its_line_until_the_next_day() -> None:
    _ran("nightly_backup", NOW - timedelta(hours=10))
    assert _line("backup taken").done is not None
    assert _line("backup taken", NOW + DAY).done is None


@pytest.mark.parametrize("status", ["failed", "interrupted", "running"])
def test_a_run_that_came_to_nothing_ticks_nothing(status: str) -> None:
    _ran("nightly_backup", NOW - timedelta(hours=10), status)
    assert _line("backup taken").done is None


def test_what_nobody_did_is_missing_the_next_day_also_after_a_29th_of_february() -> None:
    _ran("anything", NOW - 9 * DAY)
    _ran("nightly_backup", NOW - 2 * DAY)
    assert _line("backup taken").was_missed
    assert ("daily", "backup taken") in [
        (name, one.name) for name, one in task_lists.missed(at=NOW)
    ]
    _ran("backup", NOW - timedelta(hours=1))
    assert not any(one.name == "backup taken" for _, one in task_lists.missed(at=NOW))


def test_a_new_house_has_missed_nothing() -> None:
    assert task_lists.missed(at=NOW) == []


@pytest.mark.parametrize(
    ("name", "ago"), [("database kept", 7), ("restore rehearsed", 20), ("whole loss rehearsed", 80)]
)
def test_weeks_months_and_quarters_have_lists_of_their_own(name: str, ago: int) -> None:
    _ran("anything", NOW - 300 * DAY)
    assert _line(name).was_missed
    line = _line(name)
    kind = line.runs[0] if line.runs else f"task {name}"
    _ran(kind, NOW - ago * DAY)
    assert not _line(name).was_missed


def test_an_operator_signs_a_line_by_name(olga: User, client_of: Callable[[User], Client]) -> None:
    browser = client_of(olga)
    page = browser.get("/operations/schedule/").content.decode()
    assert "Waits for somebody." in page
    assert browser.post("/operations/schedule/sign/", {"name": "errors"}).status_code == 302
    signed = OpsRun.objects.get(kind="task errors")
    assert signed.started_by == olga
    assert AuditEvent.objects.get(type="task.signed").subject == "task errors"
    assert str(olga) in browser.get("/operations/schedule/").content.decode()


def test_nobody_signs_what_a_run_ticks_or_what_is_not_there(olga: User) -> None:
    words = ("maintenance", "tasks", "--sign")
    assert run(*words, "backup taken", "--by", olga.email).code == 2
    assert run(*words, "nothing", "--by", olga.email).code == 2
    assert run(*words, "errors").code == 2
    assert not OpsRun.objects.filter(kind__startswith="task ").exists()


def test_the_quarterly_audit_is_closed_by_a_report_of_this_quarter(
    olga: User, client_of: Callable[[User], Client]
) -> None:
    words = ("maintenance", "tasks", "--sign", "security audit", "--by", olga.email)
    _ran("report security", datetime.now(UTC) - 93 * DAY)
    refused = run(*words)
    assert (refused.code, "Make the report first" in refused.err) == (2, True)
    browser, place = client_of(olga), "/operations/schedule/sign/"
    page = browser.post(place, {"name": "security audit"}, follow=True).content.decode()
    assert "Make the report first" in page
    assert not OpsRun.objects.filter(kind="task security audit").exists()
    assert run("report", "security", "--days", "92").code in (0, 1)
    assert run(*words).code in (0, 1)
    assert _line("security audit", datetime.now(UTC)).done is not None


def test_an_access_review_that_was_signed_off_ticks_its_line(olga: User) -> None:
    ada = make_person("ada", role="admin")
    assert _line("access review", datetime.now(UTC)).done is None
    assert run("access_review").code == 1
    assert _line("access review", datetime.now(UTC)).done is None
    assert run("access_review", "--sign-off", "--by", ada.email).code == 0
    assert _line("access review", datetime.now(UTC)).done is not None


def test_the_command_ends_with_1_when_something_critical_was_missed(olga: User) -> None:
    assert run("maintenance", "tasks").code == 0
    _ran("anything", datetime.now(UTC) - 200 * DAY)
    assert run("maintenance", "tasks").code == 1
    assert run("maintenance", "tasks", "--json").json["daily"][0]["was_missed"]


def test_people_without_the_permission_see_no_schedule(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    browser = client_of(alice)
    assert browser.get("/operations/schedule/").status_code == 403
    assert browser.post("/operations/schedule/sign/", {"name": "errors"}).status_code == 403
    assert not OpsRun.objects.exists()


def test_an_administrator_runs_a_task_from_the_page_and_an_operator_does_not(
    olga: User, client_of: Callable[[User], Client], work: Callable[[], int]
) -> None:
    olga_says = client_of(olga).post("/operations/schedule/run/", {"name": "note_sizes"})
    assert olga_says.status_code == 403
    olga.role = "admin"
    olga.save()
    browser = client_of(olga)
    assert browser.post("/operations/schedule/run/", {"name": "note_sizes"}).status_code == 302
    work()
    page = browser.get("/operations/schedule/").content.decode()
    assert "The database takes" in page
    assert (
        "is no task"
        in browser.post(
            "/operations/schedule/run/", {"name": "nothing"}, follow=True
        ).content.decode()
    )


def test_every_run_that_a_list_waits_for_is_made_by_somebody(settings) -> None:
    """A kind that no task and no command has would stay open for ever."""
    commands = {"backup", "verify_audit", "verify_db", "restore_drill"}
    commands |= {"db maintain", "archive_sessions", access_review.SIGNED}
    named = {
        kind
        for entries in settings.OPERATIONS["task_lists"].values()
        for one in entries
        for kind in one.get("runs", ())
    }
    assert named - {one.name for one in schedule.TABLE} <= commands
