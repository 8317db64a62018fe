"""The system page: one sentence on top, all figures below, nothing of any project."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Job, User
from accounts.services import job_care, job_holds
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.fakes.llm.server import FakeModel
from tests.operations.system.conftest import MakeJob
from uaip_project.operations import heartbeats, scheduled
from uaip_project.operations.models import MaintenanceMode, OpsRun, WorkerProcess
from uaip_project.operations.sight import stages, upkeep

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
CANARY = "Zanzibar-canary-7"


@pytest.fixture(autouse=True)
def _in_order(
    db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker lives, and what has to be done was done; archives lie on another machine."""
    settings.BACKUP_DIR = tmp_path / "elsewhere"
    # A database that was kept from an earlier run has missed much.
    monkeypatch.setattr(scheduled, "installed_at", timezone.now)
    # A machine under load must make neither the worker silent nor the cache late.
    settings.JOB_SWEEP_SECONDS, settings.CACHE_URL = 600.0, ""
    heartbeats.beat("worker")
    heartbeats.beat_process()
    for kind in ("backup", "restore_drill", "verify_record"):
        OpsRun.objects.create(kind=kind, status="ok", finished_at=timezone.now())
    OpsRun.objects.filter(kind="backup").update(result=backed_up(timezone.now()))


def backed_up(at: datetime) -> dict[str, object]:
    """What the run of a backup says."""
    return {
        "archive": "one.uaip",
        "is_verified": True,
        "size": 1,
        "seconds": 1,
        "taken_at": at.isoformat(),
    }


def page(browser: Client, name: str = "operations:system") -> str:
    reply = browser.get(reverse(name))
    assert reply.status_code == 200
    return str(reply.content.decode())


def verdict(text: str) -> str:
    found = re.search(r'class="verdict-said">([^<]*)<', text)
    assert found
    return found[1]


def test_one_sentence_says_that_everything_works(olga: User, client_of: Browse) -> None:
    assert verdict(page(client_of(olga))) == "Everything works."


def test_what_is_wrong_leads_with_what_to_do(olga: User, client_of: Browse) -> None:
    WorkerProcess.objects.all().delete()
    Job.objects.all().delete()
    from_then = timezone.now() - timedelta(hours=1)
    heartbeats.Heartbeat.objects.update(heard_at=from_then)
    text = page(client_of(olga))
    assert verdict(text) == "No worker is alive: answers are not scored."
    assert "Start a worker." in text
    assert "docs/runbooks/worker-stuck.md" in text


def test_every_runbook_it_names_is_there() -> None:
    root = Path(upkeep.__file__).parents[3]
    code = "".join(file.read_text() for file in Path(upkeep.__file__).parent.glob("*.py"))
    named = set(re.findall(r"docs/[a-z/-]+\.md", code))
    runbooks = set(re.findall(r"\{RUNBOOKS\}/([a-z-]+\.md)", code))
    missing = [one for one in named if not (root / one).exists()]
    missing += [one for one in runbooks if not (root / "docs" / "runbooks" / one).exists()]
    assert missing == []


@pytest.mark.parametrize(
    ("kind", "age", "said"),
    [
        ("backup", timedelta(hours=30), "It works, but: The last verified backup is 30"),
        ("backup", timedelta(hours=60), "The last verified backup is 2 days old."),
        ("restore_drill", timedelta(days=40), "It works, but: The last rehearsed restore is 40"),
        ("verify_record", timedelta(days=3), "It works, but: The record of deeds was not verified"),
    ],
)
def test_upkeep_that_is_late_is_seen(
    kind: str, age: timedelta, said: str, olga: User, client_of: Browse
) -> None:
    then = timezone.now() - age
    OpsRun.objects.filter(kind=kind).update(finished_at=then)
    if kind == "backup":
        OpsRun.objects.filter(kind=kind).update(result=backed_up(then))
    assert verdict(page(client_of(olga))).startswith(said)


def test_a_rehearsal_that_only_failed_is_not_called_none(olga: User, client_of: Browse) -> None:
    drills = OpsRun.objects.filter(kind="restore_drill")
    drills.update(status="problem", result={"rto_seconds": 1200.0, "rpo_seconds": None})
    text = " ".join(page(client_of(olga)).split())
    assert "No rehearsal of a restore came out well here yet." in text
    assert "The last one was back in 1200 seconds (target 15 minutes)." in text
    drills.delete()
    assert "A restore was never rehearsed here. Target: back within" in page(client_of(olga))


def test_the_navigation_says_where_one_is(olga: User, client_of: Browse) -> None:
    browser = client_of(olga)
    for address, marked in (
        ("operations:system", {"System": "page"}),
        ("operations:queue", {"System": "true"}),
        ("operations:maintenance", {"System": "true"}),
        ("operations:models", {"Language models": "page"}),
    ):
        text = browser.get(reverse(address)).content.decode()
        nav = text[text.index('<nav class="site-nav"') : text.index("</nav>")]
        found = re.findall(r'aria-current="(\w+)">([^<]+)<', nav)
        assert {name: how for how, name in found} == marked


def test_on_the_first_day_the_record_is_not_yet_due_and_later_it_is(
    olga: User, client_of: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    OpsRun.objects.filter(kind="verify_record").delete()
    assert "Verifying the record of deeds is not yet due" in page(client_of(olga))
    then = timezone.now() - timedelta(days=3)
    monkeypatch.setattr(scheduled, "installed_at", lambda: then)
    assert "The record of deeds was not verified" in page(client_of(olga))


def test_a_broken_record_is_the_worst_of_it(olga: User, client_of: Browse) -> None:
    OpsRun.objects.filter(kind="verify_record").update(status="problem")
    OpsRun.objects.filter(kind="restore_drill").delete()
    text = page(client_of(olga))
    assert verdict(text) == "The record of deeds is broken. 1 more thing wants a look."


def test_work_that_was_given_up_or_is_held_is_seen(
    make_job: MakeJob, olga: User, client_of: Browse
) -> None:
    make_job(status="dead", finished_at=Now())
    job_holds.hold(["note"], why="Wait.", by=olga)
    text = page(client_of(olga))
    assert verdict(text) == (
        "It works, but: A piece of work was given up. 1 more thing wants a look."
    )
    assert "Held back: note." in text


def test_maintenance_is_seen(olga: User, client_of: Browse) -> None:
    until = timezone.now() + timedelta(hours=1)
    MaintenanceMode.objects.create(
        pk=1, mode="readonly", set_at=timezone.now(), ends_at=until, starts_at=timezone.now()
    )
    assert "Maintenance: reading only" in verdict(page(client_of(olga)))


def test_only_the_part_that_moves_is_sent_again(olga: User, client_of: Browse) -> None:
    reply = client_of(olga).get(reverse("operations:system"), headers={"HX-Request": "true"})
    text = reply.content.decode()
    assert text.lstrip().startswith('<div id="system-now"')
    assert 'hx-trigger="every 10s"' in text
    assert "<html" not in text
    assert "Largest tables" not in text


def test_page_and_api_and_command_say_the_same(
    make_job: MakeJob, olga: User, client_of: Browse
) -> None:
    make_job(1), make_job(2)
    make_job(3, status="dead", finished_at=Now())
    text, said = page(client_of(olga)), client_of(olga).get("/api/v1/system/status").json()
    assert verdict(text) == said["verdict"]["said"].replace("’", "’")
    assert "2 waiting (2 due, 0 held back), 0 being done, 1 given up" in text
    queue = said["queue"]
    assert (queue["pending"], queue["due"], queue["dead"]) == (2, 2, 1)


def test_who_is_signed_in_is_counted_for_operators_and_named_for_who_manages_people(
    olga: User, ada: User, alice: User, client_of: Browse
) -> None:
    key = client_of(alice).session.session_key
    UserSession.objects.create(user=alice, session_key=key, ip="127.0.0.1", user_agent="Browser")
    counted, named = page(client_of(olga)), page(client_of(ada))
    assert "1 person by a browser" in counted
    assert alice.email not in counted
    assert alice.name not in counted
    assert alice.name in named


def test_runs_pool_sizes_and_versions_are_there(olga: User, client_of: Browse) -> None:
    OpsRun.objects.create(
        kind="db_vacuum", status="problem", finished_at=timezone.now(), said="Hm."
    )
    text = page(client_of(olga))
    for words in ("Db vacuum", "Hm.", "Largest tables", "Size of the database", "Protocol"):
        assert words in text
    assert text.count("<svg") >= 5


def test_circuits_are_there(fake_model: FakeModel, olga: User, client_of: Browse) -> None:
    assert "test-model" in page(client_of(olga))


@pytest.mark.parametrize(
    "name",
    ["system", "queue", "models", "configuration", "schedule", "incidents", "reports"],
)
def test_an_operator_sees_nothing_of_a_project(
    name: str, olga: User, alice: User, client_of: Browse, work: Callable[[], int]
) -> None:
    session = make_session(alice, f"{CANARY} title")
    submit(session, "S1-01", f"{GOOD_PROBLEM} {CANARY}", scored=False)
    Job.objects.filter(kind="score").update(
        status="dead",
        finished_at=Now(),
        last_fault=f"DataError: bad value '{CANARY} is what we want to build'",
    )
    work()
    reply = client_of(olga).get(reverse(f"operations:{name}"))
    text = reply.content.decode()
    assert reply.status_code == 200
    assert CANARY not in text
    assert alice.email not in text


def test_a_fault_in_one_stage_is_shown_there_only(
    olga: User, alice: User, client_of: Browse
) -> None:
    submit(make_session(alice), "S1-01", GOOD_PROBLEM)
    submit(make_session(alice), "S1-01", GOOD_PROBLEM, scored=False)
    job_care.cancel(job_care.Chosen(kind="score"), why="It hangs.", by=olga)
    found = {one.number: (one.scored, one.failed) for one in stages.fare()}
    assert found == {1: (1, 1), 2: (0, 0), 3: (0, 0), 4: (0, 0), 5: (0, 0)}
    text = page(client_of(olga))
    assert text.count('data-label="Error rate">50 %<') == 1
    assert text.count('data-label="Error rate">0 %<') == 4
