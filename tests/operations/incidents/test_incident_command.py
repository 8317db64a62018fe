"""`manage.py incident`: from the first line to the closing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.services import audit
from tests.operations.command import run
from uaip_project.operations.incidents import handling
from uaip_project.operations.models import OperationalIncident, OpsRun

pytestmark = pytest.mark.django_db


def open_one(*arguments: str) -> str:
    done = run("incident", "open", "The database is gone", *arguments, "--json")
    assert done.code == 0, done.err
    return str(done.json["number"])


def test_an_incident_is_named_after_the_moment(olga: User) -> None:
    number = open_one("--severity", "P1", "--by", olga.email)
    assert re.fullmatch(r"INC-\d{8}-\d{6}", number)
    assert AuditEvent.objects.get(type="incident.opened").actor == audit.person(olga)
    assert OpsRun.objects.get().kind == "incident open"


def test_two_of_one_second_have_two_numbers(olga: User) -> None:
    moment = handling.open_incident(title="One", severity="P3", by=olga).opened_at
    second = handling.open_incident(title="Two", severity="P3", by=olga, at=moment)
    third = handling.open_incident(title="Three", severity="P3", by=olga, at=moment)
    assert len({second.number, third.number, OperationalIncident.objects.first().number}) >= 2
    assert OperationalIncident.objects.values("number").distinct().count() == 3


def test_the_list_shows_what_is_not_closed(olga: User) -> None:
    number = open_one()
    assert number in run("incident", "list").out
    run("incident", "resolve", number)
    assert run("incident", "close", number).code == 0
    assert run("incident", "list").out == "No incident is open.\n"
    assert number in run("incident", "list", "--all").out


def test_nobody_closes_a_p1_without_its_review(olga: User, tmp_path: Path) -> None:
    number = open_one("--severity", "P1")
    run("incident", "resolve", number, "The disk was replaced.")
    refused = run("incident", "close", number, "--by", olga.email)
    assert refused.code == 2
    assert "write its review first" in refused.err
    template = run("incident", "review", number)
    assert "## Cause" in template.out
    assert "The disk was replaced." in template.out
    (tmp_path / "review.md").write_text(template.out + "The disk was too old.")
    assert run("incident", "review", number, "--file", str(tmp_path / "review.md")).code == 0
    assert run("incident", "close", number).code == 0


def test_the_database_itself_keeps_a_p2_open_without_a_review(olga: User) -> None:
    incident = handling.open_incident(title="Slow", severity="P2", by=olga)
    rows = OperationalIncident.objects.filter(pk=incident.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="closed", closed_at=incident.opened_at)


def test_states_follow_each_other_and_the_refusal_says_so(olga: User) -> None:
    number = open_one()
    assert run("incident", "close", number).code == 2
    assert run("incident", "acknowledge", number, "--by", olga.email).code == 0
    again = run("incident", "acknowledge", number)
    assert (again.code, "is acknowledged" in again.err) == (2, True)
    assert run("incident", "mitigate", number, "Moved to the other host.").code == 0
    assert run("incident", "resolve", number).code == 0


def test_show_tells_the_story_in_order(olga: User) -> None:
    number = open_one("--severity", "P3")
    run("incident", "note", number, "Looked at the log.", "--by", olga.email)
    run("incident", "acknowledge", number)
    lines = [one["text"] for one in run("incident", "show", number, "--json").json["timeline"]]
    own = [one for one in lines if "Looked" in one or "Taken on" in one or one.startswith("P3:")]
    assert own == ["P3: The database is gone", "Looked at the log.", "Taken on."]


def test_a_run_and_a_deed_of_that_hour_stand_in_the_timeline(olga: User) -> None:
    number = open_one()
    OpsRun.objects.create(kind="backup", said="Written.")
    audit.record(type="setting.changed", actor=olga, subject="setting llm.timeout")
    shown = run("incident", "show", number).out
    assert "Run: backup" in shown
    assert "Deed: setting.changed: setting llm.timeout" in shown


def test_a_look_each_minute_that_went_well_is_no_line_of_a_timeline() -> None:
    number = open_one()
    for status, said in (("ok", "Escalated 0."), ("failed", "No database.")):
        OpsRun.objects.create(
            kind="escalate_incidents", status=status, said=said, finished_at=timezone.now()
        )
    shown = run("incident", "show", number).out
    assert ("Escalated 0." in shown, "No database." in shown) == (False, True)


def test_an_interview_is_nobodys_business_in_a_timeline(olga: User) -> None:
    number = open_one()
    audit.record(type="session.started", actor=olga, subject="session 1")
    assert "session.started" not in run("incident", "show", number).out


def test_a_number_that_nobody_opened_is_refused() -> None:
    done = run("incident", "show", "INC-20200101-000000")
    assert (done.code, "There is no incident" in done.err) == (2, True)


def test_a_requester_handles_no_incident(alice: User) -> None:
    done = run("incident", "open", "Mine", "--by", alice.email)
    assert done.code == 2
    assert not OperationalIncident.objects.exists()


def test_a_follow_up_has_an_owner_and_a_day_and_is_done_once(olga: User) -> None:
    number = open_one()
    wish = ("Alert on full disks", "--owner", olga.email, "--due", "2030-01-31")
    made = run("incident", "follow-up", number, *wish, "--json").json
    done = ("incident", "follow-up", number, "Rule disk_full added.", "--done", made["code"])
    assert run(*done).code == 0
    assert run(*done).code == 2
    assert "Rule disk_full added." in run("incident", "show", number).out


@pytest.mark.parametrize("wish", [("--owner", "nobody@example.org"), ("--due", "soon")])
def test_a_follow_up_without_owner_or_day_is_refused(olga: User, wish: tuple[str, str]) -> None:
    number = open_one()
    given = {"--owner": olga.email, "--due": "2030-01-31"} | dict([wish])
    words = [part for pair in given.items() for part in pair]
    assert run("incident", "follow-up", number, "Do it", *words).code == 2
