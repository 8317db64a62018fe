"""The page and the API of the configuration: who sees it, what it says, and what it never says."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from accounts.models import SettingChange, User
from accounts.permissions import Role
from accounts.services.setting_changes import change_setting
from interviews.declared_settings import attempts_key, threshold_key
from interviews.services.reading import read, threshold_of
from tests.builders.answers import consistent_values
from tests.builders.people import make_person
from tests.builders.programs import Program, error_of
from tests.builders.sessions import make_session, submit
from tests.house.test_docs import names_of_settings
from tests.interviews.counting import statements
from tests.operations.test_circuit_command import run
from uaip_project import env
from uaip_project import settings as source_settings

pytestmark = pytest.mark.django_db

Browse = Callable[[User], Client]
BAR = threshold_key(1)
PAGE = "/operations/configuration/"
ONE = f"{PAGE}{BAR}/"
MARKER = "marker-that-nobody-may-see"
#: Secrets may come from a file, which is no setting of its own.
SECRETS = sorted(name for name in names_of_settings() if f"{name}_FILE" in names_of_settings())
READ = names_of_settings() - {f"{name}_FILE" for name in SECRETS}
#: Asked for with PostgreSQL, or in production, alone.
HERE_UNREAD = {"UAIP_SSL_REDIRECT"} | {name for name in READ if name.startswith("POSTGRES_")}


@pytest.fixture
def browser(ada: User, client_of: Browse) -> Client:
    return client_of(ada)


def text_of(browser: Client, address: str = PAGE) -> str:
    reply = browser.get(address)
    assert reply.status_code == 200
    return str(reply.content.decode())


def test_every_setting_stands_on_the_page_with_its_source(browser: Client) -> None:
    text = text_of(browser)
    shown = set(re.findall(r"<code>([A-Z][A-Z0-9_]+)</code>", text))
    assert shown >= READ - HERE_UNREAD
    assert "<code>conversation.security.max_response_length</code>" in text
    assert "shipped file" in text
    assert "halt, committee, revise, monitor" in text


def test_operators_see_it_and_change_nothing(olga: User, client_of: Browse) -> None:
    browser = client_of(olga)
    assert "Configuration" in text_of(browser)
    assert "Only administrators change it." in text_of(browser, ONE)
    for address in (ONE, f"{ONE}undo/"):
        assert browser.post(address, {"value": "8", "version": "0"}).status_code == 403
    program = Program(browser)
    assert program.get("/system/configuration").status_code == 200
    refused = program.patch(f"/system/configuration/{BAR}", {"value": 8}, If_Match='"x"')
    assert error_of(refused)["code"] == "FORBIDDEN"
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("role", [Role.USER, Role.REVIEWER])
def test_others_see_nothing_of_it(role: Role, client_of: Browse) -> None:
    browser = client_of(make_person("nobody", role=role))
    assert 'href="/operations/configuration/"' not in text_of(browser, "/")
    for address in (PAGE, ONE, f"{PAGE}nothing/"):
        assert browser.get(address).status_code == 403
    for address in (ONE, f"{ONE}undo/"):
        assert browser.post(address, {"value": "8", "version": "0"}).status_code == 403
    program = Program(browser)
    for path in ("/system/configuration", f"/system/configuration/{BAR}"):
        assert error_of(program.get(path))["code"] == "FORBIDDEN"
    refused = program.patch(f"/system/configuration/{BAR}", {"value": 8}, If_Match='"x"')
    assert refused.status_code == 403


def test_ada_changes_a_setting_and_takes_it_back(browser: Client) -> None:
    done = browser.post(
        ONE, {"value": "8.5", "version": "0", "reason": "Pilot is over."}, follow=True
    )
    text = done.content.decode()
    assert "8.5, everywhere within seconds" in text
    assert "Pilot is over." in text
    assert threshold_of(1) == 8.5
    assert "changed at run time" in text_of(browser)
    browser.post(f"{ONE}undo/", {"version": "1"})
    assert threshold_of(1) == 7.0


@pytest.mark.parametrize("value", ["eleven", "11", "7.55", "nan", "inf", "1e400"])
def test_a_value_that_cannot_be_is_refused_with_what_can(browser: Client, value: str) -> None:
    reply = browser.post(ONE, {"value": value, "version": "0"})
    assert reply.status_code == 422
    assert "Use a number from 0 to 10 with at most 1 decimal." in reply.content.decode()
    assert f'value="{value}"' in reply.content.decode()


def test_a_dangerous_value_asks_for_the_key_and_is_shown_while_it_holds(
    browser: Client, ada: User, settings: Any
) -> None:
    settings.RATE_LIMITING_ENABLED = True
    reply = browser.post(ONE, {"value": "5", "version": "0"})
    assert reply.status_code == 422
    assert f"Type {BAR} to confirm it." in reply.content.decode()
    wrong = browser.post(ONE, {"value": "5", "version": "0", "confirmed": "yes"})
    assert wrong.status_code == 422
    assert threshold_of(1) == 7.0
    browser.post(ONE, {"value": "5", "version": "0", "confirmed": BAR})
    assert threshold_of(1) == 5
    for address in (PAGE, ONE):
        assert "Dangerous" in text_of(browser, address)
    (said,) = [one for one in run_checks(databases=["default"]) if one.id == "uaip.W017"]
    assert f"{BAR} is 5 at run time." in said.msg
    change_setting(key=BAR, value=None, version=1, by=ada)
    assert "Dangerous" not in text_of(browser)
    assert [one for one in run_checks(databases=["default"]) if one.id == "uaip.W017"] == []


def test_the_second_of_two_gets_both_values_and_may_insist(browser: Client, ada: User) -> None:
    change_setting(key=BAR, value=9, version=0, by=ada)
    reply = browser.post(ONE, {"value": "8", "version": "0"})
    text = reply.content.decode()
    assert reply.status_code == 409
    assert "Yours: 8. Theirs, in force now: 9." in text
    assert threshold_of(1) == 9
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version
    browser.post(ONE, {"value": "8", "version": version[1]})
    assert threshold_of(1) == 8
    assert browser.post(f"{ONE}undo/", {"version": "1"}).status_code == 409


def test_nothing_to_undo_and_no_such_setting(browser: Client) -> None:
    assert browser.post(f"{ONE}undo/", {"version": "0"}).status_code == 409
    assert browser.post(f"{ONE}undo/", {}).status_code == 422
    for key in ("SECRET_KEY", "stages.stage_agents.stage5.governance_thresholds.halt"):
        assert browser.get(f"{PAGE}{key}/").status_code == 404
        assert browser.post(f"{PAGE}{key}/", {"value": "1", "version": "0"}).status_code == 404


def test_the_history_does_not_change_the_number_of_statements(browser: Client, ada: User) -> None:
    change_setting(key=BAR, value=8, version=0, by=ada)
    text_of(browser)
    with statements() as few:
        text_of(browser)
    for number in range(1, 9):
        change_setting(key=BAR, value=8 + number / 10, version=number, by=ada)
        change_setting(key=attempts_key(1), value=number, version=number - 1, by=ada)
    text_of(browser)
    with statements() as many:
        text_of(browser)
    assert len(many) == len(few)


def test_a_change_judges_nothing_anew(alice: User, ada: User, work: Callable[[], int]) -> None:
    session = make_session(alice)
    submit(session, "S1-01", consistent_values()["S1-01"])
    before = read(session).answer_set["S1-01"]
    assert (str(before.state), before.threshold) == ("accepted", 7.0)
    change_setting(key=BAR, value=10, version=0, by=ada)
    work()
    assert read(session).answer_set["S1-01"] == before
    waiting = read(session).answer_set["S1-02"]
    assert (waiting.score, waiting.threshold) == (None, 10)


def test_a_program_changes_a_setting_by_its_version(browser: Client) -> None:
    program, path = Program(browser), f"/system/configuration/{BAR}"
    seen = program.get(path)
    assert seen.json()["run_time"]["version"] == 0
    done = program.patch(path, {"value": 8, "reason": "As agreed."}, If_Match=seen["ETag"])
    assert done.status_code == 200
    assert (done.json()["value"], done.json()["source"]) == (8, "run_time")
    assert done.json()["run_time"]["latest_change"]["reason"] == "As agreed."
    stale = program.patch(path, {"value": 9}, If_Match=seen["ETag"])
    assert stale.status_code == 412
    assert error_of(stale)["details"]["theirs"] == 8
    assert error_of(stale)["details"]["yours"] == 9
    assert stale["ETag"] == done["ETag"]
    back = program.patch(path, {"value": None}, If_Match=done["ETag"])
    assert (back.json()["value"], back.json()["source"]) == (7.0, "shipped_file")
    assert program.patch(path, {"value": 9}).status_code == 428


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"value": 11}, "value"),
        ({"value": "8"}, "value"),
        ({"value": True}, "value"),
        ({"value": [8]}, "value"),
        ({"value": 5}, "confirm"),
        ({"value": 5, "confirm": "yes"}, "confirm"),
        ({}, "value"),
        ({"value": 8, "version": 3}, "version"),
    ],
)
def test_a_program_is_told_what_is_wrong_with_its_value(
    browser: Client, sent: Any, field: str
) -> None:
    program, path = Program(browser), f"/system/configuration/{BAR}"
    refused = program.patch(path, sent, If_Match=program.get(path)["ETag"])
    assert refused.status_code == 422
    assert field in error_of(refused)["details"]
    assert threshold_of(1) == 7.0


def test_a_program_confirms_a_dangerous_value_by_its_key(browser: Client) -> None:
    program, path = Program(browser), f"/system/configuration/{BAR}"
    tag = program.get(path)["ETag"]
    done = program.patch(path, {"value": 5, "confirm": BAR}, If_Match=tag)
    assert "below the guide’s 7" in done.json()["run_time"]["danger"]


def test_what_cannot_be_changed_is_readable_and_not_there_to_change(browser: Client) -> None:
    program = Program(browser)
    path = "/system/configuration/LOG_LEVEL"
    seen = program.get(path)
    assert seen.json()["run_time"] is None
    assert program.patch(path, {"value": "DEBUG"}, If_Match=seen["ETag"]).status_code == 404
    assert program.get("/system/configuration/NOTHING").status_code == 404


#: What sounds like a secret and is none.
HARMLESS = {"LLM_MAX_TOKENS", "UAIP_KEY_MAX_DAYS", "UAIP_PASSWORD_WORDS"}


def test_nothing_that_sounds_like_a_secret_is_read_as_plain_text() -> None:
    sounds = re.compile("SECRET|KEY|PASSWORD|TOKEN|PEPPER")
    named = {name for name in env.FOUND if sounds.search(name)} & names_of_settings()
    assert {name for name in named if not env.FOUND[name].is_secret} == HARMLESS
    assert set(SECRETS) - HERE_UNREAD <= {name for name in env.FOUND if env.FOUND[name].is_secret}


def _everything_said(browser: Client, ada: User) -> str:
    api = Program(browser)
    said = [text_of(browser), json.dumps(api.get("/system/configuration").json())]
    said += [json.dumps(api.get(f"/system/configuration/{name}").json()) for name in SECRETS]
    for options in ((), ("--json",)):
        shown = run("show", *options, name="config")
        assert shown.code == 0
        said.append(shown.out)
    return "\n".join(said)


@pytest.fixture
def _read_anew(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Reads settings.py once more, in the environment of the test."""
    monkeypatch.setattr(env, "FOUND", {})
    monkeypatch.setenv("POSTGRES_HOST", "postgres")
    return lambda: importlib.reload(source_settings) and None


def test_no_secret_is_ever_shown(
    monkeypatch: pytest.MonkeyPatch, _read_anew: Callable[[], None], browser: Client, ada: User
) -> None:
    for name in (*SECRETS, "JWT_SECRET"):
        monkeypatch.setenv(name, MARKER)
    for name in ("REDIS_URL", "UAIP_CACHE_URL", "UAIP_BROKER_URL"):
        monkeypatch.setenv(name, f"redis://user:{MARKER}@127.0.0.1:1/0?password={MARKER}")
    monkeypatch.setenv("CUSTOM_LLM_ENDPOINT", f"https://{MARKER}@models.example.org/v1")
    _read_anew()
    said = _everything_said(browser, ada)
    assert MARKER not in said
    assert "redis://***@127.0.0.1:1/0?***" in said
    assert "https://***@models.example.org/v1" in said
    assert all(f"{name} = set  (environment)" in said for name in SECRETS)


def test_a_secret_from_a_file_is_said_to_be_from_one(
    monkeypatch: pytest.MonkeyPatch,
    _read_anew: Callable[[], None],
    browser: Client,
    ada: User,
    tmp_path: Path,
) -> None:
    kept = tmp_path / "secret"
    kept.write_text(MARKER)
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(kept))
    _read_anew()
    said = _everything_said(browser, ada)
    assert MARKER not in said
    assert all(f"{name} = set  (secret_file)" in said for name in SECRETS)


def test_a_secret_that_somebody_put_into_a_file_of_the_guide_is_not_shown(
    settings: Any, browser: Client, ada: User
) -> None:
    settings.LLM = settings.LLM | {
        "api_key": MARKER,
        "proxy": f"http://me:{MARKER}@proxy.example.org",
        "prices": [{"provider": "custom", "token": MARKER}],
    }
    assert MARKER not in _everything_said(browser, ada)


def test_the_back_office_lists_changes_and_edits_none(browser: Client, ada: User) -> None:
    change_setting(key=BAR, value=8, version=0, by=ada)
    for name in ("runtimesetting", "settingchange"):
        assert BAR in text_of(browser, reverse(f"admin:accounts_{name}_changelist"))
        assert browser.get(reverse(f"admin:accounts_{name}_add")).status_code == 403
