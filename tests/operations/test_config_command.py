"""`manage.py config`: show, set, undo and history from a terminal."""

from __future__ import annotations

import pytest

from accounts.models import SettingChange, User
from accounts.permissions import Role
from interviews.declared_settings import attempts_key, threshold_key
from interviews.services.reading import attempts_of, threshold_of
from tests.builders.people import make_person
from tests.operations.command import Outcome, uaip
from tests.operations.test_circuit_command import run

pytestmark = pytest.mark.django_db

BAR = threshold_key(1)
BY = ("--by", "ada@example.org")


@pytest.fixture(autouse=True)
def ada(db: None) -> User:
    """An administrator."""
    return make_person("ada", role=Role.ADMIN)


def config(*arguments: str) -> Outcome:
    return run(*arguments, name="config")


def test_show_says_value_and_source() -> None:
    assert config("show", BAR).out == f"{BAR} = 7  (shipped_file)\n"
    assert "LOG_LEVEL = INFO" in config("show").out
    (one,) = config("show", BAR, "--json").json
    assert (one["value"], one["run_time"]["version"]) == (7.0, 0)


def test_set_undo_and_history() -> None:
    done = config("set", BAR, "8.5", *BY, "--reason", "Pilot is over.")
    assert (done.code, done.out) == (0, f"{BAR} = 8.5  (run_time)\n")
    assert threshold_of(1) == 8.5
    assert config("undo", BAR, *BY).out == f"{BAR} = 7  (shipped_file)\n"
    lines = config("history", BAR).out.splitlines()
    assert [line.split("  ")[2] for line in lines] == ["8.5 -> file", "file -> 8.5"]
    assert lines[1].endswith("by Ada: Pilot is over.")
    assert [one["after"] for one in config("history", "--json").json] == [None, 8.5]


def test_file_takes_the_value_of_the_file_again() -> None:
    config("set", attempts_key(2), "5", *BY)
    config("set", attempts_key(2), "file", *BY)
    assert attempts_of(2) == 3
    assert SettingChange.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("set", BAR, "11", *BY), 2, "Use a number from 0 to 10"),
        (("set", BAR, "high", *BY), 2, "Use a number from 0 to 10"),
        (("set", "SECRET_KEY", "x", *BY), 2, "no setting that can be changed"),
        (("set", BAR, "5", *BY), 2, f"Say --confirm {BAR}"),
        (("set", BAR, "8", "--by", "nobody@example.org"), 2, "nobody who may change settings"),
        (("set", BAR, "8", "--version-seen", "4", *BY), 3, "Yours: 8; theirs: file."),
        (("undo", BAR, *BY), 2, "Nobody has changed"),
        (("show", "NOTHING"), 2, "There is no setting NOTHING."),
        (("history", "NOTHING"), 2, "no setting that can be changed"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = config(*arguments)
    assert done.code == code
    assert words in done.err
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("who", ["alice", "rita", "olga"])
def test_only_administrators_are_taken_at_their_word(
    who: str, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    done = config("set", BAR, "8", "--by", person.email)
    assert done.code == 2
    assert threshold_of(1) == 7.0


def test_a_dangerous_value_is_set_with_its_key_and_shown_as_such() -> None:
    done = config("set", BAR, "5", *BY, "--confirm", BAR)
    assert "dangerous: It is below the guide’s 7" in done.out


def test_scores_by_file_do_not_depend_on_what_was_changed() -> None:
    config("set", BAR, "9", *BY)
    line = '{"question": "S1-01", "answer": "Waste."}'
    changed = uaip("score", "--jsonl", typed=line)
    assert changed.lines[0]["threshold"] == 7.0
