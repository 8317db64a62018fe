"""Versions of the whole configuration: taken before each change, compared, brought back."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts import runtime_settings
from accounts.models import AuditEvent, SettingChange, User
from accounts.permissions import Role
from accounts.services import setting_changes
from interviews.declared_settings import attempts_key, threshold_key
from tests.builders.people import make_person
from tests.operations.test_config_command import BY, config
from uaip_project.env import env_secret
from uaip_project.operations.models import OpsRun

pytestmark = pytest.mark.django_db

BAR, TRIES = threshold_key(1), attempts_key(2)


@pytest.fixture(autouse=True)
def ada(db: None) -> User:
    """An administrator."""
    return make_person("ada", role=Role.ADMIN)


def _number(words: str) -> str:
    return words.split()[1].rstrip(":")


def test_a_version_says_when_who_and_why() -> None:
    config("snapshot", "--description", "Before the pilot.", *BY)
    (one,) = config("versions", "--json").json["versions"]
    assert (one["by"], one["why"]) == ("Ada", "Before the pilot.")
    assert "Before the pilot." in config("versions").out


def test_each_change_is_preceded_by_a_version_whatever_way_it_is_made(ada: User) -> None:
    setting_changes.change_setting(key=BAR, value=8.5, version=0, by=ada)
    config("set", TRIES, "5", *BY)
    newest, oldest = OpsRun.objects.of("config snapshot")
    assert oldest.result["run_time"] == {}
    assert newest.result["run_time"] == {BAR: 8.5}
    assert newest.said == f"Before {TRIES} changed."


def test_two_versions_are_compared() -> None:
    first = _number(config("snapshot").out)
    config("set", BAR, "8.5", *BY)
    second = _number(config("snapshot").out)
    config("set", BAR, "9", *BY)
    assert config("diff", first, second).out == f"{BAR}: file -> 8.5\n"
    assert config("diff", second).out == f"{BAR}: 8.5 -> 9\n"
    assert config("diff", second, second).out == "They are the same.\n"
    assert config("diff", "999999").code == 2


def test_there_and_back_again_is_the_same() -> None:
    config("set", BAR, "8.5", *BY)
    before = _number(config("snapshot").out)
    config("set", BAR, "9", *BY)
    config("set", TRIES, "5", *BY)
    done = config("rollback", before, *BY)
    assert done.code == 0
    assert config("diff", before).out == "They are the same.\n"
    # The way back is a change like any other: in the history and in the record.
    assert SettingChange.objects.count() == 5
    assert AuditEvent.objects.filter(type="setting.changed").count() == 5


def test_what_environment_and_files_must_do_is_said(settings: Settings) -> None:
    before = _number(config("snapshot").out)
    settings.STAGES = {**settings.STAGES, "review": {**settings.STAGES["review"], "sample_days": 7}}
    out = config("rollback", before, *BY).out
    assert "Files and environment differ" in out
    assert "stages.review.sample_days: 30 -> 7" in out


def test_of_a_secret_only_a_check_value_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UAIP_METRICS_TOKEN", "canary-canary-canary")
    env_secret("UAIP_METRICS_TOKEN")
    first = _number(config("snapshot").out)
    kept = OpsRun.objects.of("config snapshot").get()
    assert "canary" not in str(kept.result)
    assert len(kept.result["secrets"]["UAIP_METRICS_TOKEN"]) == 8
    monkeypatch.setenv("UAIP_METRICS_TOKEN", "another-canary")
    assert config("diff", first).out.startswith("UAIP_METRICS_TOKEN: ")


class _Ill(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def site(settings: Settings) -> Iterator[http.server.ThreadingHTTPServer]:
    """What is asked after a change."""
    settings.RUNTIME_SETTINGS_SECONDS = 0.0
    _Ill.status = 200
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Ill)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _apply(site: http.server.ThreadingHTTPServer, file: Path) -> tuple[int, str]:
    url = f"http://127.0.0.1:{site.server_address[1]}/ready"
    done = config("apply", str(file), "--check-url", url, *BY)
    return done.code, done.out + done.err


def test_a_file_of_settings_is_applied_as_one(
    site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    file = tmp_path / "pilot.yaml"
    file.write_text(f"{BAR}: 8.5\n{TRIES}: 5\n")
    code, said = _apply(site, file)
    assert (code, "2 changed" in said) == (0, True)
    assert runtime_settings.stored() == {BAR: 8.5, TRIES: 5}


def test_a_file_that_makes_the_site_ill_is_taken_back_whole(
    site: http.server.ThreadingHTTPServer, tmp_path: Path
) -> None:
    config("set", BAR, "8", *BY)
    file = tmp_path / "pilot.yaml"
    file.write_text(f"{BAR}: 8.5\n{TRIES}: 5\n")
    _Ill.status = 503
    code, said = _apply(site, file)
    assert code == 1
    assert "answered 503" in said
    assert runtime_settings.stored() == {BAR: 8.0}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"{BAR}: 80\n", "Use a number from 0 to 10"),
        ("no.such.setting: 1\n", "no.such.setting"),
        ("- a list\n", "a mapping"),
        ("a: [\n", "line"),
    ],
)
def test_a_file_with_one_mistake_changes_nothing(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "pilot.yaml"
    file.write_text(f"{TRIES}: 5\n{content}" if content.startswith(BAR) else content)
    done = config("apply", str(file), *BY)
    assert done.code == 2
    assert words in done.err
    assert runtime_settings.stored() == {}


def test_a_file_of_variables_takes_the_names_of_now(tmp_path: Path) -> None:
    old, new = tmp_path / "old.env", tmp_path / "new.env"
    old.write_text("# ours\nGEMINI_API_KEY=x\nJWT_SECRET=y\nLOG_LEVEL=INFO\nUAIP_NOBODY=1\n")
    done = config("migrate-env", str(old), "--to", str(new))
    assert new.read_text() == old.read_text().replace("GEMINI_API_KEY", "GOOGLE_API_KEY")
    assert "GEMINI_API_KEY -> GOOGLE_API_KEY" in done.out
    assert "Line 3: JWT_SECRET has no effect" in done.out
    assert "Line 5: Nobody reads UAIP_NOBODY." in done.out
    assert new.stat().st_mode & 0o077 == 0
    assert config("migrate-env", str(old), "--to", str(new)).code == 2
