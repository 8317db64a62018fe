"""Time passes and nobody takes an incident on: who is called when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from accounts.permissions import Role
from tests.builders.people import make_person
from tests.operations.command import run
from uaip_project.operations.incidents import (
    escalating,
    follow_ups,
    handling,
    messages,
    on_call,
)
from uaip_project.operations.models import IncidentMessage, OperationalIncident

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def team(db: None) -> dict[int, User]:
    """One person on call at each level, and somebody who manages the house."""
    make_person("sue", role=Role.SUPERADMIN)
    people = {level: make_person(f"call{level}", is_operator=True) for level in (1, 2, 3)}
    for level, person in people.items():
        span = {"begins": NINE - timedelta(days=1), "ends": NINE + timedelta(days=7)}
        on_call.plan_duty(level=level, person=person, by=None, **span)
    return people


def opened(severity: str = "P1") -> OperationalIncident:
    return handling.open_incident(title="Down", severity=severity, by=None, at=NINE)


def after(minutes: float) -> dict[str, int]:
    return dict(escalating.escalate(at=NINE + timedelta(minutes=minutes)).data)


def called() -> list[str]:
    found = IncidentMessage.objects.filter(channel="mail").values_list("recipient", flat=True)
    return [address.partition("@")[0] for address in found]


def test_the_first_level_is_called_when_it_opens(team: dict[int, User]) -> None:
    opened()
    assert called() == ["call1"]


def test_nobody_takes_it_on_and_the_next_levels_are_called(team: dict[int, User]) -> None:
    incident = opened("P4")
    levels = []
    for minutes in (14.9, 15, 29.9, 30, 59.9, 60, 61):
        after(minutes)
        incident.refresh_from_db()
        levels.append(incident.escalation_level)
    assert levels == [1, 2, 2, 3, 3, 4, 4]
    # The last time whoever manages the house, beside the last level.
    assert called() == ["call1", "call2", "call3", "call3", "sue"]


@pytest.mark.parametrize(
    ("severity", "minutes"), [("P1", 5), ("P2", 15), ("P3", 120), ("P4", 1440)]
)
def test_each_severity_has_its_response_time(
    team: dict[int, User], severity: str, minutes: int
) -> None:
    incident = opened(severity)
    assert after(minutes - 0.1)["late"] == 0
    assert after(minutes)["late"] == 1
    assert after(minutes + 1)["late"] == 0
    incident.refresh_from_db()
    assert incident.is_late


def test_what_somebody_took_on_is_not_escalated(team: dict[int, User]) -> None:
    handling.acknowledge_incident(incident=opened("P3"), by=team[1])
    before = len(called())
    assert after(500) == {"escalated": 0, "late": 0, "notices": 0, "follow_ups": 0}
    assert len(called()) == before


def test_a_schedule_that_slept_calls_the_right_level_at_once(team: dict[int, User]) -> None:
    incident = opened("P4")
    after(45)
    incident.refresh_from_db()
    assert incident.escalation_level == 3
    assert called() == ["call1", "call3"]


def test_whoever_tells_nobody_is_reminded_once(team: dict[int, User]) -> None:
    incident = opened("P2")
    handling.acknowledge_incident(incident=incident, by=team[1])
    assert [after(minutes)["notices"] for minutes in (14, 15, 16)] == [0, 1, 0]


def test_whoever_told_people_is_not_reminded(team: dict[int, User]) -> None:
    incident = opened("P2")
    handling.tell_people(incident=incident, text="We are working on it.", by=team[1])
    assert after(20)["notices"] == 0


def test_people_concerned_get_the_update(settings: Any, work: Any) -> None:
    settings.NOTIFY_STAKEHOLDERS = ["board@example.org"]
    incident = opened("P3")
    work()
    mail.outbox.clear()
    handling.tell_people(incident=incident, text="It is over.", by=None)
    work()
    assert [(one.to, "It is over." in one.body) for one in mail.outbox] == [
        (["board@example.org"], True)
    ]


def test_a_follow_up_that_is_overdue_reminds_its_owner_once_a_day(
    olga: User, team: dict[int, User]
) -> None:
    incident = opened("P3")
    due = (NINE - timedelta(days=2)).date()
    follow_ups.add_follow_up(incident=incident, text="X", owner=olga, due_date=due, by=None)
    handling.acknowledge_incident(incident=incident, by=olga)
    sent = [after(minutes)["follow_ups"] for minutes in (0, 60, 24 * 60)]
    assert sent == [1, 0, 1]


def test_without_anybody_on_call_the_house_is_told(db: None) -> None:
    make_person("sue", role=Role.SUPERADMIN)
    opened()
    assert called() == ["sue"]


def test_eight_weeks_of_rotation_call_the_right_person(olga: User) -> None:
    people = [make_person(name, is_operator=True) for name in ("ann", "ben", "cat")]
    names = ",".join(one.email for one in people)
    wish = ("--people", names, "--begins", "2026-11-23T09:00", "--weeks", "8")
    assert run("incident", "oncall", *wish, "--by", olga.email).code == 0
    found = []
    for week in range(8):
        for moment in (NINE + timedelta(weeks=week), NINE + timedelta(weeks=week + 1, seconds=-1)):
            found.append(on_call.person_at(1, at=moment))
    assert found == [people[week % 3] for week in range(8) for _ in (1, 2)]
    assert on_call.person_at(1, at=NINE + timedelta(weeks=8)) is None


def test_a_duty_taken_over_for_a_day_holds_for_that_day(team: dict[int, User], olga: User) -> None:
    day = {"begins": NINE, "ends": NINE + timedelta(days=1)}
    on_call.plan_duty(level=1, person=olga, by=None, **day)
    assert on_call.person_at(1, at=NINE + timedelta(hours=5)) == olga
    assert on_call.person_at(1, at=NINE + timedelta(hours=25)) == team[1]


def test_somebody_deactivated_is_not_called(team: dict[int, User]) -> None:
    User.objects.filter(pk=team[1].pk).update(is_active=False)
    assert messages.addresses(1, at=NINE) == ["sue@example.org"]


def test_a_service_account_is_never_on_call(olga: User) -> None:
    robot = make_person("robot", kind="service", human_owner=olga)
    with pytest.raises(on_call.CannotPlan):
        on_call.plan_duty(level=1, person=robot, begins=NINE, ends=NINE + timedelta(1), by=None)
