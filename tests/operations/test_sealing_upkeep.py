"""`maintenance seal` and `maintenance rewrap`, and the checks that look after the keys."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts import append_only, key_ring, sealing
from accounts.models import AuditEvent, DataKey, User, WebhookEndpoint
from accounts.permissions import Role
from accounts.services import data_keys, sealing_rows
from interviews.models import Attempt, Proposal
from tests.builders.entrance import codes_of, give_app, is_signed_in, sign_in
from tests.builders.people import make_person
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit
from tests.builders.stored import places_of
from tests.builders.webhooks import add

pytestmark = pytest.mark.django_db


def maintenance(deed: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command("maintenance", deed, *arguments, stdout=out)
    return out.getvalue().strip()


def refused(deed: str, *arguments: str) -> CommandError:
    with pytest.raises(CommandError) as refusal:
        maintenance(deed, *arguments)
    assert refusal.value.returncode == 2
    return refusal.value


def found(**which: Any) -> list[str]:
    return sorted(one.id for one in run_checks(**which) if one.id in {"uaip.E008", "uaip.E009"})


@pytest.fixture
def switched_on(alice: User, settings: Settings) -> str:
    """A site that has answers from before it was switched on."""
    submit(make_session(alice), "S1-01", GOOD_PROBLEM)
    settings.FIELD_KEYS = sealing.new_field_key()
    key_ring.forget()
    return str(settings.FIELD_KEYS)


def test_what_was_stored_clear_is_sealed_and_stays_the_same(switched_on: str) -> None:
    assert "answer_attempts.value" in places_of(["ombudsman"])
    said = maintenance("seal")
    assert "answer_attempts.value: 1 sealed." in said
    assert places_of(["ombudsman"]) == {}
    assert Attempt.objects.get().value == GOOD_PROBLEM
    assert append_only.is_refused(connection, "answer_attempts", "update")
    assert maintenance("seal") == "Nothing was stored clear that could be sealed."


def test_the_deed_names_columns_and_counts(switched_on: str) -> None:
    boss = make_person("sue", role=Role.SUPERADMIN)
    maintenance("seal", "--by", boss.email)
    deed = AuditEvent.objects.get(type="data.sealed")
    assert (deed.detail["answer_attempts.value"], deed.actor_role) == (1, "superadmin")
    assert refused("seal", "--by", "mallory@example.org")


def test_a_rehearsal_counts_and_changes_nothing(switched_on: str) -> None:
    would = json.loads(maintenance("seal", "--dry-run", "--json"))["would_seal"]
    assert would["answer_attempts.value"] == 1
    assert "answer_attempts.value" in places_of(["ombudsman"])
    assert not AuditEvent.objects.filter(type="data.sealed").exists()


def test_a_run_that_was_killed_goes_on_where_it_ended(
    switched_on: str, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = dict.fromkeys(sealing_rows.clear_counts())
    seal = sealing_rows._seal
    done: list[int] = []

    def dies_at_the_second(*arguments: Any) -> int:
        if done:
            raise KeyboardInterrupt
        done.append(seal(*arguments))
        return done[0]

    monkeypatch.setattr(sealing_rows, "_seal", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        maintenance("seal")
    monkeypatch.undo()
    assert 0 < len(sealing_rows.clear_counts()) < len(columns)
    maintenance("seal")
    assert sealing_rows.clear_counts() == {}


def test_an_uploaded_file_is_sealed_afterwards_too(alice: User, settings: Settings) -> None:
    session, content = make_session(alice), b"\x00\x01 a file \xff"
    Proposal.objects.create(
        session=session, name="plan.md", size=9, content=content, uploaded_by=alice
    )
    settings.FIELD_KEYS = sealing.new_field_key()
    assert "proposals.content: 1 sealed." in maintenance("seal")
    assert (Proposal.objects.get().content, Proposal.objects.get().name) == (content, "plan.md")


def test_seeds_of_apps_are_sealed_and_go_on_letting_in(
    alice: User, client: Client, settings: Settings
) -> None:
    secret = give_app(alice)
    settings.FIELD_KEYS = sealing.new_field_key()
    maintenance("seal")
    stored = Authenticator.objects.get(user=alice, type="totp").data["secret"]
    assert (stored.startswith("sealed:1:"), places_of([secret])) == (True, {})
    sign_in(client, alice.email)
    client.post("/accounts/2fa/authenticate/", {"code": codes_of(secret)[1]})
    assert is_signed_in(client)


def test_secrets_of_webhooks_are_sealed_before_and_afterwards(
    settings: Settings, alice: User
) -> None:
    old = add("https://93.184.216.34/hook", by=alice)
    settings.FIELD_KEYS = sealing.new_field_key()
    new = add("https://93.184.216.34/other", by=alice)
    assert set(places_of([old.secret, new.secret])) == {"webhook_endpoints.secret"}
    maintenance("seal")
    assert places_of([old.secret, new.secret]) == {}
    kept = set(WebhookEndpoint.objects.values_list("secret", flat=True))
    assert kept == {old.secret, new.secret}


def test_after_a_rotation_the_old_entry_can_go(switched_on: str, settings: Settings) -> None:
    maintenance("seal")
    settings.FIELD_KEYS = f"{sealing.new_field_key()} {switched_on}"
    newest = settings.FIELD_KEYS.split(":")[0]
    assert maintenance("rewrap", "--dry-run") == f"1 data keys would be wrapped by {newest}."
    said = maintenance("rewrap")
    assert said.splitlines()[-1] == f"Nothing needs an entry of FIELD_KEYS but {newest}."
    settings.FIELD_KEYS = settings.FIELD_KEYS.split()[0]
    key_ring.forget()
    assert Attempt.objects.get().value == GOOD_PROBLEM
    assert AuditEvent.objects.get(type="data_keys.rewrapped").detail["count"] == 1


def test_an_entry_that_is_away_is_said_by_command_and_check(
    switched_on: str, settings: Settings
) -> None:
    maintenance("seal")
    settings.FIELD_KEYS = sealing.new_field_key()
    key_ring.forget()
    assert "put that entry back" in maintenance("rewrap")
    assert found(databases=["default"]) == ["uaip.E009"]
    settings.FIELD_KEYS = f"{settings.FIELD_KEYS} {switched_on}"
    assert found(databases=["default"]) == []


def test_without_keys_nothing_is_done_and_the_reason_is_said() -> None:
    assert "FIELD_KEYS is not set" in str(refused("seal"))
    assert "FIELD_KEYS is not set" in str(refused("rewrap"))


def test_a_key_that_cannot_be_read_is_refused_at_the_start(settings: Settings) -> None:
    settings.FIELD_KEYS = "2026a:too-short"
    assert found() == ["uaip.E008"]


def test_a_check_without_a_database_reads_no_table(switched_on: str) -> None:
    DataKey.objects.update(wrapped_by="elsewhere")
    assert found() == []


def test_keys_of_destroyed_interviews_are_in_nobodys_way(switched_on: str) -> None:
    maintenance("seal")
    for code in DataKey.objects.exclude(code=key_ring.SITE).values_list("code", flat=True):
        data_keys.destroy_data_key(subject=code)
    assert data_keys.wrapped_by() in ({}, {switched_on.split(":")[0]: 1})
