"""With FIELD_KEYS set nothing that people wrote stands readable in the database."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import append_only, key_ring, sealing
from accounts.models import DataKey, IdempotencyRecord, User
from accounts.sealing import UnsealedWrite
from accounts.services import sealing_rows
from governance.models import Decision
from interviews.llm import cache
from interviews.llm.types import ProviderReply
from interviews.models import (
    Answer,
    Attempt,
    ColleagueRequest,
    ConversationEntry,
    Draft,
    Finding,
    Proposal,
    ScoreDispute,
)
from interviews.protocol import catalogue
from interviews.services import colleagues, disputes, drafts, prefill, reading, sessions
from tests.builders.issued import sample
from tests.builders.sessions import GOOD_PROBLEM, VAGUE_PROBLEM, make_session, submit
from tests.builders.stored import column, places_of, texts
from tests.llm.asking import YES, Model, request
from uaip_project.operations import conduct, runfile

SAMPLE = "invented_halt.json"
#: Words of a person that stay readable, place -> why.
READABLE = {
    "sessions.project_name": "titles are what pages and the back office search",
}
ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db


def issued(by: User, code: str) -> Decision:
    """A whole interview to a decision; charters whose codes begin alike have the same content."""
    run = runfile.read_run_file(
        sample(SAMPLE), protocol=catalogue.default_protocol(), today=date(2026, 11, 21)
    )
    done = conduct.conduct(run, by=by, charter_code=uuid.UUID(code)).decision
    assert done is not None
    return done


def phrases() -> set[str]:
    """What only the person said: sentences, not names of options."""
    return {text for text in texts(sample(SAMPLE)["answers"]) if len(text) > 25 and " " in text}


def page_of(client: Client, decision: Decision) -> str:
    """The charter's page without what differs from one interview to the next."""
    charter = decision.revision.charter
    page = client.get(reverse("governance:charter", args=[charter.code, 1])).content.decode()
    for code in (charter.code, charter.session.code):
        page = page.replace(str(code), "CODE")
    return re.sub(r'value="[A-Za-z0-9]{64}"|<time.*?</time>|\d\d:\d\d', "", page)


@pytest.mark.django_db(transaction=True)
def test_a_whole_interview_leaves_nothing_readable_and_reads_the_same(
    alice: User, client_of: ClientOf, settings: Settings
) -> None:
    clear = issued(alice, "5ea1ed00-0000-4000-8000-000000000001")
    assert {"answer_attempts.value", "ai_project_charters.content"} <= set(places_of(phrases()))
    # Switched on with rows that are there already.
    settings.FIELD_KEYS = sealing.new_field_key()
    key_ring.forget()
    sealed = issued(alice, "5ea1ed00-0000-4000-8000-000000000002")
    assert sealed.revision.content_hash == clear.revision.content_hash
    assert sealing_rows.seal_rows(by=None)
    assert sealing_rows.clear_counts() == {}
    assert set(places_of(phrases())) <= set(READABLE)
    one, other = (Decision.objects.get(pk=found.pk) for found in (clear, sealed))
    assert one.revision.content == other.revision.content == clear.revision.content
    assert (one.facts, one.outcome) == (other.facts, other.outcome)
    client = client_of(alice)
    assert page_of(client, one) == page_of(client, other)
    for table in ("answer_attempts", "ai_project_charters", "decisions"):
        assert append_only.is_refused(connection, table, "update")


# --- Each place -----------------------------------------------------------------------------------


def test_attempts_scores_and_follow_ups_are_sealed(field_key: str, alice: User) -> None:
    session = make_session(alice)
    answer = submit(session, "S1-01", VAGUE_PROBLEM)
    assert places_of([VAGUE_PROBLEM, "housing company"]) == {}
    assert "sealed:1:" in str(column("answer_attempts", "value"))
    assert Attempt.objects.get().value == answer.value == VAGUE_PROBLEM
    said = ConversationEntry.objects.filter(session=session, question_key="S1-01")
    assert VAGUE_PROBLEM in json.dumps([entry.value for entry in said])
    assert all(not entry.text.startswith("sealed:") for entry in said)


def test_a_draft_is_sealed_when_it_is_made_and_when_it_is_changed(
    field_key: str, alice: User
) -> None:
    session = make_session(alice)
    for version, text in enumerate(("First heating sentence", "Second heating sentence")):
        answer = reading.read(session).by_key["S1-01"]
        draft = drafts.save_draft(
            answer=answer, value={"text": text}, draft_version=version, answer_version=0, by=alice
        )
        assert draft.value == Draft.objects.get().value == {"text": text}
        assert places_of(["heating sentence"]) == {}


def test_what_is_unknown_and_who_finds_out_are_sealed(
    field_key: str, alice: User, client_of: ClientOf
) -> None:
    session = make_session(alice)
    answer = Answer.objects.get(session=session, question_key="S1-02")
    answer.state, answer.unknown_owner = "unknown", "Frau Hallstatter"
    answer.unknown_note = "The landlord keeps the ledger in Graz."
    answer.save()
    assert places_of(["Hallstatter", "ledger in Graz"]) == {}
    found = Answer.objects.get(pk=answer.pk)
    assert (found.unknown_owner, found.unknown_note[-5:]) == ("Frau Hallstatter", "Graz.")


def test_a_reply_of_a_colleague_is_sealed(field_key: str, alice: User) -> None:
    session = make_session(alice)
    asked = colleagues.ask_colleague(
        session=session,
        question_key="S1-01",
        email="carla@example.org",
        note="You counted the boilers in spring.",
        by=alice,
    )
    colleagues.take_in_reply(request=asked, reply="There were 411 boilers in May.")
    assert places_of(["boilers"]) == {}
    kept = ColleagueRequest.objects.get()
    assert (kept.note[:15], kept.reply[-7:]) == ("You counted the", "in May.")


def test_a_dispute_and_its_ruling_are_sealed(field_key: str, alice: User, rita: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM)
    made = disputes.raise_dispute(
        reading=reading.read(session),
        question_key="S1-01",
        reason="It overlooks the boilers of the Moserhof estate.",
        by=alice,
    )
    why = "The Moserhof estate is named, but nobody says how its boilers were counted."
    made.refresh_from_db()
    score = Decimal("4.5")
    disputes.rule_on_dispute(dispute=made, corrected_score=score, reason=why, by=rita)
    assert places_of(["Moserhof"]) == {}
    kept = ScoreDispute.objects.get()
    assert (kept.reason[-7:], kept.ruling_reason) == ("estate.", why)
    assert kept.answer.current_assessment.follow_ups.get().text == why


def test_an_uploaded_file_is_sealed_until_it_is_read(field_key: str, alice: User) -> None:
    session = make_session(alice)
    content = b"# Costs\n\nEach boiler visit costs 280 euro and eleven staff hours.\n"
    prefill.upload_proposal(session=session, name="boilers.md", content=content, by=alice)
    assert places_of(["boiler visit", "boilers.md"]) == {}
    kept = Proposal.objects.get()
    assert (kept.content, kept.name) == (content, "boilers.md")


def test_a_finding_and_what_is_said_to_it_are_sealed(
    field_key: str, alice: User, client_of: ClientOf
) -> None:
    session = make_session(alice)
    finding = Finding.objects.create(
        session=session,
        rule_id="G1-1",
        severity="MAJOR",
        stage_a=1,
        stage_b=1,
        message="It says 411 boilers here.",
        how_to_fix="Count the boilers.",
        quotes=[{"answer_id": "S1-01", "text": "411 boilers"}],
        fingerprint="0" * 64,
    )
    page = reverse("interviews:finding-handle", args=[session.code, "G1-1"])
    data = {"action": "carry", "reason": "The boilers are counted in May."}
    client_of(alice).post(page, data)
    assert places_of(["boilers"]) == {}
    finding.refresh_from_db()
    assert finding.reason == "The boilers are counted in May."


def test_a_stored_reply_of_the_api_is_sealed(
    field_key: str, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    address, headers = reverse("api-v1:sessions"), {"Idempotency-Key": "once"}
    body = {"project_name": "Boilers of Graz"}
    first = client.post(address, body, "application/json", headers=headers)
    again = client.post(address, body, "application/json", headers=headers)
    assert (first.status_code, again.json()) == (201, first.json())
    assert set(places_of(["Boilers of Graz"])) == {"sessions.project_name"}
    assert IdempotencyRecord.objects.get().body["project_name"] == "Boilers of Graz"


def test_a_sealed_table_reads_as_a_clear_one_does(alice: User, settings: Settings) -> None:
    """Down to the order of its keys, which PostgreSQL changes and sentences follow."""
    value = {"zeta": [{"bb": 1, "a": 0.5, "Ü": None}], "a_longer_key": {"y": 1, "x": 2}, "m": "ü"}
    read = []
    for key in ("", sealing.new_field_key()):
        settings.FIELD_KEYS = key
        answer = Answer.objects.get(session=make_session(alice), question_key="S1-01")
        Draft.objects.create(answer=answer, value=value, answer_version=0, saved_by=alice)
        read.append(Draft.objects.get(answer=answer).value)
    assert read == [value, value]
    assert json.dumps(read[0]) == json.dumps(read[1])


# --- Mistakes that would leave something readable -------------------------------------------------


def test_an_update_with_clear_text_is_refused_loudly(field_key: str, alice: User) -> None:
    answer = submit(make_session(alice), "S1-01", GOOD_PROBLEM)
    with pytest.raises(UnsealedWrite), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(unknown_note="clear")
    answer.unknown_note = "clear"
    with pytest.raises(UnsealedWrite), transaction.atomic():
        Answer.objects.bulk_update([answer], ["unknown_note"])
    Answer.objects.filter(pk=answer.pk).update(unknown_note="")


@pytest.mark.parametrize("wish", [{"value__text": "x"}, {"value": {"text": "x"}}])
def test_nothing_asks_the_database_what_a_text_says(alice: User, wish: dict[str, Any]) -> None:
    """With or without a key, so that switching on breaks no page."""
    with pytest.raises(FieldError):
        Attempt.objects.filter(**wish).exists()


def test_a_text_that_looks_sealed_is_an_answer_like_any_other(alice: User) -> None:
    session = make_session(alice)
    forged = f"sealed:1:{uuid.uuid4()}:{'A' * 60}"
    drafts.save_draft(
        answer=reading.read(session).by_key["S1-01"],
        value=forged,
        draft_version=0,
        answer_version=0,
        by=alice,
    )
    assert Draft.objects.get().value == forged


# --- Rotation, loss, erasure ----------------------------------------------------------------------


def test_a_deleted_interview_takes_its_key_along(field_key: str, alice: User) -> None:
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM)
    sessions.delete_session(session=session, by=alice)
    key = DataKey.objects.get(code=session.code)
    assert (key.wrapped, key.destroyed_at is not None) == ("", True)
    assert places_of(["ombudsman"]) == {}


def test_a_cached_reply_of_a_model_goes_with_its_interview(field_key: str, alice: User) -> None:
    session = make_session(alice)
    asked, model = request(session_id=session.pk), Model()
    cache.keep(model, asked, ProviderReply(YES))
    kept = cache.find(model, asked)
    assert kept is not None
    assert kept.content.word == "yes"
    sessions.delete_session(session=session, by=alice)
    assert cache.find(model, asked) is None


def test_a_page_says_so_when_its_key_is_not_here(
    field_key: str, alice: User, client_of: ClientOf, settings: Settings
) -> None:
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM)
    settings.FIELD_KEYS = sealing.new_field_key()
    key_ring.forget()
    client = client_of(alice)
    page = client.get(reverse("interviews:question", args=[session.code, "S1-01"]))
    assert (page.status_code, "sealed and cannot be read" in page.content.decode()) == (503, True)
    reply = client.get(reverse("api-v1:session-items", args=[session.code]))
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")


def test_a_page_says_so_when_a_key_was_destroyed(
    field_key: str, alice: User, client_of: ClientOf
) -> None:
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM)
    DataKey.objects.update(wrapped="", wrapped_by="", destroyed_at="2026-11-21T00:00:00Z")
    key_ring.forget()
    page = client_of(alice).get(reverse("interviews:question", args=[session.code, "S1-01"]))
    assert (page.status_code, "erased for good" in page.content.decode()) == (410, True)
