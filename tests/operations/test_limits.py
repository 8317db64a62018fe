"""max_response_length holds wherever answers come in, also where a field names its own limit."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from interviews.models import Answer
from interviews.protocol.catalogue import default_protocol
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.operations.command import run_file, uaip
from uaip_project.operations.jsonfile import UnusableRunFile
from uaip_project.operations.runfile import read_run_file

SHORTEN = f"Shorten this to 100 characters; there are {len(GOOD_PROBLEM)}."
FILE = {"protocol": "uaip/1", "project_name": "Repairs", "answers": {"S1-01": GOOD_PROBLEM}}


@pytest.fixture
def hundred(settings: Any) -> None:
    """A site that takes 100 characters."""
    security = settings.CONVERSATION["security"] | {"max_response_length": 100}
    settings.CONVERSATION = settings.CONVERSATION | {"security": security}


def test_a_page_refuses_a_longer_answer(hundred: None, client_of: Any, alice: User) -> None:
    session = make_session(alice)
    browser: Client = client_of(alice)
    page = reverse("interviews:question", args=[session.code, "S1-01"])
    reply = browser.post(page, {"f-text": GOOD_PROBLEM, "answer_version": "0"})
    assert SHORTEN in reply.content.decode()
    assert not Answer.objects.filter(attempt_count__gt=0).exists()


def test_a_run_file_is_held_to_it(hundred: None) -> None:
    with pytest.raises(UnusableRunFile) as fault:
        read_run_file(FILE, protocol=default_protocol(), today=date(2026, 11, 21))
    assert [str(one) for one in fault.value.problems] == [f"answers.S1-01: {SHORTEN}"]


def test_a_line_to_score_is_held_to_it(hundred: None) -> None:
    line = json.dumps({"question": "S1-01", "answer": {"text": GOOD_PROBLEM}})
    assert SHORTEN in uaip("score", "--jsonl", typed=line).lines[0]["error"]


def test_another_folder_brings_another_limit(tmp_path: Path, settings: Any) -> None:
    # Asked for so that both are as before after this test.
    settings.CONVERSATION, settings.STAGES = settings.CONVERSATION, settings.STAGES
    for name in ("conversation.yaml", "stages.yaml"):
        text = (settings.CONFIG_DIR / name).read_text(encoding="utf-8")
        text = text.replace("max_response_length: 10000", "max_response_length: 100")
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = uaip("--config", str(tmp_path), "run", "--answers", run_file(tmp_path, FILE))
    assert done.code == 2
    assert SHORTEN in done.err


def test_the_shipped_limit_is_the_guides() -> None:
    assert settings.CONVERSATION["security"]["max_response_length"] == 10_000


def test_a_follow_up_is_cut_to_what_the_site_allows(settings: Any, alice: User) -> None:
    security = settings.CONVERSATION["security"] | {"max_follow_up_length": 30}
    settings.CONVERSATION = settings.CONVERSATION | {"security": security}
    answer = submit(make_session(alice), "S1-01", VAGUE_PROBLEM)
    asked = [one.text for one in answer.current_assessment.follow_ups.all()]
    assert asked
    assert all(len(one) <= 30 and one.endswith("…") for one in asked)


def test_the_gate_names_the_sites_own_limit_of_unknowns(
    settings: Any, client_of: Any, alice: User
) -> None:
    rules = settings.STAGES["rules"] | {"unknown_limit": 0.125}
    settings.STAGES = settings.STAGES | {"rules": rules}
    session = make_session(alice)
    session.answers.filter(stage_number=1).exclude(state="skipped_by_condition").update(
        state="unknown", unknown_owner="Ben"
    )
    page = reverse("interviews:stage-review", args=[session.code, 1])
    text = client_of(alice).get(page).content.decode()
    assert "At most 12.5 % may stay open" in text
