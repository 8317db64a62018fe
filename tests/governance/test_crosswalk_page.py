"""The crosswalk as people read it, and the details that they add to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from governance.crosswalk.rows import NOT_LEGAL_ADVICE
from governance.models import CrosswalkDetails, Decision
from governance.services import crosswalk
from tests.builders import cases

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
HIRING = {"S5-02": {"areas": ["hiring"], "role": "both", "text": ""}}


@pytest.fixture
def decision(alice: User) -> Decision:
    return cases.decided(alice, "revise", HIRING)


def address(decision: Decision, name: str = "crosswalk") -> str:
    revision = decision.revision
    return reverse(f"governance:{name}", args=[revision.charter.code, revision.number])


def text(client: Client, where: str, **query: str) -> str:
    return client.get(where, query).content.decode()


def test_alice_reads_what_the_act_asks_for(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    page = text(client_of(alice), address(decision))
    assert NOT_LEGAL_ADVICE in page
    assert "Perhaps high-risk: 4, from 2 December 2027" in page
    assert "Not confirmed at the source" in page
    assert "version 2026-08-05, as of 5 August 2026" in page


def test_72_rows_with_their_evidence_one_click_away(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    page = text(client_of(alice), address(decision), framework="nist-ai-rmf")
    assert page.count('class="crosswalk-row"') == 72
    revision = decision.revision
    answer = reverse(
        "governance:charter-answer", args=[revision.charter.code, revision.number, "S5-12"]
    )
    assert answer in page


def test_a_filter_leaves_the_rows_in_its_state(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    query = {"framework": "nist-ai-rmf", "state": "out_of_scope"}
    page = text(client_of(alice), address(decision), **query)
    assert page.count('class="crosswalk-row"') == 7
    odd = text(client_of(alice), address(decision), framework="nothing", state="odd")
    assert "EU AI Act" in odd


def test_the_charter_leads_to_its_crosswalk(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    assert address(decision) in text(client_of(alice), address(decision, "charter"))


def test_for_mallory_there_is_no_crosswalk(
    decision: Decision, mallory: User, olga: User, client_of: ClientOf
) -> None:
    for name in ("crosswalk", "crosswalk-details"):
        for stranger in (mallory, olga):
            assert client_of(stranger).get(address(decision, name)).status_code == 404


def test_a_reviewer_reads_it_and_adds_nothing(
    decision: Decision, rita: User, client_of: ClientOf
) -> None:
    assert client_of(rita).get(address(decision)).status_code == 200
    assert client_of(rita).post(address(decision, "crosswalk-details")).status_code == 403


def test_the_number_of_rows_costs_no_statement(
    decision: Decision, alice: User, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(alice)
    client.get(address(decision))
    with django_assert_max_num_queries(16):
        client.get(address(decision), {"framework": "nist-ai-rmf"})


# --- Details --------------------------------------------------------------------------------------

SAID = {
    "in_eu": "yes",
    "exclusion": "none",
    "uses": ["recruitment"],
    "profiling": "yes",
    "talks_to_people": "no",
}


def test_details_turn_perhaps_into_a_class(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert "Recruiting" in text(client, address(decision, "crosswalk-details"))
    answer = client.post(address(decision, "crosswalk-details"), SAID)
    assert answer.url == address(decision)
    page = text(client, address(decision))
    assert "High-risk: 4(a), from 2 December 2027" in page
    assert "It profiles people" in page


def test_an_exception_has_to_be_written_down_and_nothing_typed_is_lost(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    sent = SAID | {"profiling": "no", "ground": "narrow_task", "reason": "Just fields."}
    answer = client_of(alice).post(address(decision, "crosswalk-details"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Art. 6(4)" in page
    assert "Just fields." in page
    assert not CrosswalkDetails.objects.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"aia_raw": "84"}, "Give both figures"),
        ({"aia_raw": "168", "aia_mitigation": "1"}, "from 0 to 167"),
        ({"in_eu": "perhaps"}, "Choose one of the list"),
    ],
)
def test_what_cannot_be_taken_is_said(
    decision: Decision, alice: User, client_of: ClientOf, sent: dict[str, str], words: str
) -> None:
    answer = client_of(alice).post(address(decision, "crosswalk-details"), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_details_are_kept_and_corrected_by_a_further_row(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    for profiling in ("yes", "no"):
        client.post(address(decision, "crosswalk-details"), SAID | {"profiling": profiling})
    assert CrosswalkDetails.objects.count() == 2
    found = crosswalk.details_of(decision.revision)
    assert found is not None
    assert (found.number, found.values["profiling"]) == (2, "no")
    deed = AuditEvent.objects.filter(type="crosswalk.details_noted").last()
    assert deed is not None
    assert deed.detail["fields"] == sorted(SAID)


def test_details_of_a_later_revision_leave_an_earlier_one_as_it_was(
    decision: Decision, alice: User
) -> None:
    session = decision.revision.charter.session
    cases.edit(session, "S1-01", text="Tenants wait 25 days for a repair of their heating.")
    later = cases.submit(session).revision
    before = crosswalk.rows_for(decision.revision)
    crosswalk.note_details(revision=later, values={"in_eu": "no"}, reason="", by=alice)
    assert crosswalk.rows_for(decision.revision) == before
    act = crosswalk.rows_for(later)[0]
    assert [one.code for one in act.outcomes] == ["out_of_scope"]


# --- API ------------------------------------------------------------------------------------------


def test_a_program_reads_the_crosswalk(
    decision: Decision, alice: User, mallory: User, client_of: ClientOf
) -> None:
    revision = decision.revision
    where = reverse("api-v1:revision-crosswalk", args=[revision.charter.code, revision.number])
    found = client_of(alice).get(where, {"framework": "nist-ai-rmf", "state": "out_of_scope"})
    body = found.json()
    assert body["notice"] == NOT_LEGAL_ADVICE
    assert [one["id"] for one in body["frameworks"]] == ["nist-ai-rmf"]
    assert len(body["frameworks"][0]["rows"]) == 7
    assert client_of(alice).get(where, {"state": "odd"}).status_code == 422
    assert client_of(mallory).get(where).status_code == 404
