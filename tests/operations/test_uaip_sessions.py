"""Whose interview it is; `uaip status`, `list`, `export`, `delete`; and the command's own options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from governance.models import Decision
from interviews.models import InterviewSession
from interviews.services import sessions
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.operations.command import shell, uaip
from uaip_project.operations.conduct import conduct
from uaip_project.operations.demo import catalog, read_sample

pytestmark = pytest.mark.django_db(transaction=True)


# --- Whose interview, and which ------------------------------------------------------------------


def test_with_several_people_one_must_say_who_one_is(alice: User, bob: User) -> None:
    done = uaip("list")
    assert done.code == 2
    assert "say who you are with --user EMAIL." in done.err


def test_mallory_sees_nothing_of_alices_interview(alice: User, mallory: User) -> None:
    session = make_session(alice)
    for deed in ("resume", "status", "rescore", "export", "delete"):
        done = uaip(deed, session.code.hex[:8], "--user", mallory.email)
        assert done.code == 2
        assert f"You have no interview {session.code.hex[:8]}." in done.err
        assert session.project_name not in done.out + done.err


@pytest.mark.parametrize("more", [(), ("--user", "nobody@example.org")])
def test_a_person_who_is_not_here_cannot_start(db: None, more: tuple[str, ...]) -> None:
    assert uaip("start", "--project-name", "Repair triage", *more).code == 2


def test_a_code_is_given_by_its_start_its_whole_or_by_name(alice: User) -> None:
    session = make_session(alice)
    for given in ((session.code.hex[:4],), (str(session.code),), ("--session-id", "X")):
        named = tuple(str(session.code).upper() if one == "X" else one for one in given)
        assert "Repair triage" in uaip("status", *named).out


@pytest.mark.parametrize("given", [(), ("abc",), ("zzzzzzzz",), ("12345678", "--session-id", "9")])
def test_an_unclear_code_is_refused(alice: User, given: tuple[str, ...]) -> None:
    make_session(alice)
    assert uaip("status", *given).code == 2


def test_two_interviews_with_the_same_start_are_told_apart(alice: User) -> None:
    for ending in ("1", "2"):
        session = make_session(alice)
        session.code = f"abcdabcd-0000-4000-8000-00000000000{ending}"
        session.save()
    done = uaip("status", "abcd")
    assert "2 of your interviews start with abcd: give more of the code." in done.err


# --- Status, list, export, delete ----------------------------------------------------------------


def test_status_says_how_far_it_is_and_what_waits(alice: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", VAGUE_PROBLEM)
    done = uaip("status", session.code.hex[:8])
    assert "Business Translation    0 of 12 answered, open" in done.out
    assert "Need more detail: S1-01" in done.out
    assert "No charter has been issued yet." in done.out


def test_a_list_shows_ones_own_interviews(alice: User, bob: User) -> None:
    make_session(alice, "Repair triage")
    make_session(bob, "Somebody else's")
    done = uaip("list", "--user", alice.email)
    assert "Repair triage" in done.out
    assert "Somebody" not in done.out


def test_a_list_for_machines_can_be_limited_and_filtered(alice: User) -> None:
    for number in range(3):
        make_session(alice, f"Project {number}")
    sessions.pause_session(session=InterviewSession.objects.get(project_name="Project 1"), by=alice)
    found = uaip("list-sessions", "--limit", "2", "--format", "json")
    assert len(found.json) == 2
    paused = uaip("list", "--status", "paused", "--format", "json")
    assert [row["project_name"] for row in paused.json] == ["Project 1"]


def test_an_export_before_issuing_says_what_to_do(alice: User, tmp_path: Path) -> None:
    session = make_session(alice)
    done = uaip("export", session.code.hex[:8], "--output", str(tmp_path / "x.md"))
    assert done.code == 1
    assert "No charter has been issued from this interview yet." in done.err
    assert list(tmp_path.iterdir()) == []


def test_the_issued_charter_is_exported_and_kept(alice: User, tmp_path: Path) -> None:
    entry = next(one for one in catalog() if one["expected_decision"] == "HALT")
    session = conduct(read_sample(entry), by=alice).session
    code = session.code.hex[:8]
    target = tmp_path / "charter.md"
    assert uaip("export", code, "--output", str(target)).code == 0
    assert "HALT" in target.read_text(encoding="utf-8")
    exported = json.loads(uaip("export", code, "--format", "json").out)
    assert exported["content_hash"] == Decision.objects.get().content_hash
    refused = uaip("delete", code, "--force")
    assert refused.code == 1
    assert "so it is kept" in refused.err


def test_deleting_asks_first(alice: User) -> None:
    session = make_session(alice)
    code = session.code.hex[:8]
    assert "It is kept." in uaip("delete", code, typed="n\n").out
    assert "Nothing was done." in uaip("delete", code, typed="").err
    assert InterviewSession.objects.exists()
    assert "The interview is deleted." in uaip("delete", code, "--force").out
    assert not InterviewSession.objects.exists()


# --- The command itself --------------------------------------------------------------------------


def test_a_database_that_is_not_ready_gives_one_sentence(tmp_path: Path) -> None:
    done = shell(tmp_path, "list")
    assert done.code == 2
    assert "Run `python manage.py db prepare` first." in done.err
    assert "Traceback" not in done.err


def test_the_version_names_protocol_scorer_and_engine(tmp_path: Path) -> None:
    done = shell(tmp_path, "--version")
    assert done.code == 0
    assert all(word in done.out for word in ("U-AIP", "uaip/1", "embedded/", "engine"))


def test_another_folder_brings_other_thresholds(tmp_path: Path, settings: Any) -> None:
    # Asked for so that both are as before after this test.
    settings.CONVERSATION, settings.STAGES = settings.CONVERSATION, settings.STAGES
    for name in ("conversation.yaml", "stages.yaml"):
        text = (settings.CONFIG_DIR / name).read_text(encoding="utf-8")
        text = text.replace("quality_threshold: 7.0", "quality_threshold: 9.5")
        (tmp_path / name).write_text(text, encoding="utf-8")
    line = json.dumps({"question": "S1-01", "answer": GOOD_PROBLEM})
    done = uaip("--config", str(tmp_path), "score", "--jsonl", typed=line)
    assert done.json["threshold"] == 9.5


def test_a_folder_without_configuration_is_refused(tmp_path: Path) -> None:
    done = uaip("--config", str(tmp_path), "list")
    assert done.code == 2
    assert "the file is missing" in done.err
