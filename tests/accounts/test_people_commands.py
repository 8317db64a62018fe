"""Operators make people, list them, show them out and look at who has access."""

from __future__ import annotations

import io
import json
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from accounts.services import audit
from tests.builders.people import make_person

pytestmark = pytest.mark.django_db
PASSWORD = "a long way to tipperary"


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_person_is_made_and_chooses_a_password_under_the_link() -> None:
    said = run("create_user", "--email", "Carla@example.net", "--name", "Carla")
    link = said.split()[-1].replace("http://localhost:10000", "")
    carla = User.objects.get(email="carla@example.net")
    assert not carla.has_usable_password()
    browser = Client()
    form = browser.get(link, follow=True)
    wish = {"password1": PASSWORD, "password2": PASSWORD}
    browser.post(form.request["PATH_INFO"], wish)
    carla.refresh_from_db()
    assert carla.check_password(PASSWORD)
    assert AuditEvent.objects.filter(type="user.created", actor="system").count() == 1


def test_a_password_comes_by_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    run("create_user", "--email", "carla@example.net", "--role", "Reviewer", "--password-stdin")
    carla = User.objects.get(email="carla@example.net")
    assert carla.check_password(PASSWORD)
    assert carla.role == Role.REVIEWER


def test_insisting_on_a_password_on_the_command_line_is_warned_about() -> None:
    fault = io.StringIO()
    arguments = ("create_user", "--email", "carla@example.net", "--password", PASSWORD)
    call_command(*arguments, stdout=io.StringIO(), stderr=fault)
    assert "can be read by everybody" in fault.getvalue()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--email", "nothing"], 2),
        (["--email", "alice@example.org"], 1),
        (["--email", "carla@example.net", "--password", "short"], 2),
    ],
)
def test_what_cannot_be_made_is_said(alice: User, arguments: list[str], code: int) -> None:
    with pytest.raises(CommandError) as fault:
        run("create_user", *arguments)
    assert fault.value.returncode == code
    assert User.objects.count() == 1


def test_people_are_listed_as_lines_and_as_json(alice: User, rita: User) -> None:
    assert alice.email in run("list_users")
    (only,) = json.loads(run("list_users", "--role", "reviewer", "--json"))
    assert only["email"] == rita.email
    assert "password" not in only


def test_a_person_is_shown_out(alice: User) -> None:
    assert "cannot come in" in run("deactivate_user", "--email", alice.email)
    assert "before" in run("deactivate_user", "--email", alice.email)
    alice.refresh_from_db()
    assert not alice.is_active
    with pytest.raises(CommandError):
        run("deactivate_user", "--email", "nobody@example.org")


def test_a_reset_link_is_handed_out_once_more_and_not_to_the_deactivated(alice: User) -> None:
    assert "/password/reset/key/" in run("reset_password", "--email", alice.email)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(CommandError):
        run("reset_password", "--email", alice.email)


def test_the_access_review_names_who_should_be_looked_at(alice: User, bob: User) -> None:
    make_person("sue", role=Role.SUPERADMIN)
    now = timezone.now()
    User.objects.filter(pk=alice.pk).update(last_login=now - timedelta(days=120))
    User.objects.filter(pk=bob.pk).update(last_login=now - timedelta(days=40))
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("access_review", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert [one["email"] for one in found["silent"]] == [alice.email]
    assert [one["email"] for one in found["quiet"]] == [bob.email]
    assert [one["email"] for one in found["without_second_factor"]] == ["sue@example.org"]


def test_an_access_review_is_signed_off_by_somebody_who_manages_people(
    alice: User, bob: User
) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    words = ("access_review", "--sign-off", "--by")
    for refused in ((*words, alice.email), (*words, "nobody@example.org"), words[:2]):
        with pytest.raises(CommandError):
            run(*refused)
    assert not AuditEvent.objects.filter(type="access_review.signed").exists()
    assert "Signed off by ada@example.org." in run(*words, ada.email)
    deed = AuditEvent.objects.get(type="access_review.signed")
    assert deed.actor == audit.person(ada)
    assert (deed.detail["admins"], deed.detail["without_second_factor"]) == (1, 1)


def test_refused_sign_ins_are_counted(alice: User) -> None:
    Client().post("/accounts/login/", {"login": alice.email, "password": "wrong"})
    found = json.loads(run("access_review", "--json"))
    assert found["failed_sign_ins"][0]["count"] == 1


def test_a_quiet_house_needs_no_deed(alice: User) -> None:
    assert "Administrators: 0" in run("access_review")


@pytest.mark.parametrize(
    "given", [["--password-stdin"], ["--password", PASSWORD], ["--name", "Alice the Great"]]
)
def test_a_role_for_somebody_who_is_here_takes_no_password_and_no_name(
    alice: User, given: list[str]
) -> None:
    with pytest.raises(CommandError, match="Nobody was changed"):
        run(*("create_user", "--existing", "--email", alice.email, "--role", "reviewer"), *given)
    alice.refresh_from_db()
    assert alice.role == Role.USER
    assert not alice.check_password(PASSWORD)
