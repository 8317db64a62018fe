"""Findings: both quotes, how to fix, and what may be done about each."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from interviews.models import Finding
from interviews.services import sessions
from tests.builders.sessions import make_session
from tests.interviews.counting import statements


@pytest.fixture
def session(alice):
    return make_session(alice)


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def add_finding(session, rule_id="X-09", **changes):
    fields = {
        "severity": "BLOCKER",
        "stage_a": 2,
        "stage_b": 3,
        "answer_ids": ["S2-09", "S3-01"],
        "title": "Too late to act",
        "message": "Data arrives after the moment to act.",
        "how_to_fix": "Shorten the lag or widen the window.",
        "quotes": [
            {"answer_id": "S2-09", "text": "3 hours"},
            {"answer_id": "S3-01", "text": "24 hours lag"},
        ],
        "fingerprint": "x",
    }
    return Finding.objects.create(session=session, rule_id=rule_id, **{**fields, **changes})


def url(session):
    return reverse("interviews:findings", args=[session.code])


def handle(client, session, rule_id="X-09", **data):
    address = reverse("interviews:finding-handle", args=[session.code, rule_id])
    return client.post(address, data)


def test_without_findings_the_page_says_so(client, session) -> None:
    assert "Nothing contradicts so far" in client.get(url(session)).content.decode()


def test_both_quotes_stand_beside_each_other_with_links(client, session) -> None:
    add_finding(session)
    text = client.get(url(session)).content.decode()
    assert "“3 hours”" in text
    assert "“24 hours lag”" in text
    assert "Shorten the lag" in text
    for key in ("S2-09", "S3-01"):
        assert reverse("interviews:question", args=[session.code, key]) in text


def test_the_gravest_of_a_gate_comes_first(client, session) -> None:
    add_finding(session, "G3-8", severity="MINOR", stage_a=3)
    add_finding(session)
    (gate,) = client.get(url(session)).context["gates"]
    assert [one["finding"].rule_id for one in gate["entries"]] == ["X-09", "G3-8"]


def test_a_blocker_is_carried_forward_with_a_reason(client, session, alice) -> None:
    finding = add_finding(session)
    assert (
        handle(client, session, action="carry", reason="Legacy feed until May.").status_code == 302
    )
    finding.refresh_from_db()
    assert (finding.state, finding.handled_by) == ("carried", alice)
    assert "Legacy feed until May." in client.get(url(session)).content.decode()


def test_a_reason_is_needed(client, session) -> None:
    finding = add_finding(session)
    reply = handle(client, session, action="dispute", reason="  ")
    assert reply.status_code == 422
    assert "Give a reason" in reply.content.decode()
    finding.refresh_from_db()
    assert finding.state == "open"


def test_a_missing_reason_is_tied_to_its_input_and_the_choice_stays(client, session) -> None:
    add_finding(session)
    text = handle(client, session, action="dispute", reason="").content.decode()
    assert '<a href="#X-09-reason">X-09: Give a reason' in text
    assert re.search(r'<textarea id="X-09-reason"[^>]*aria-invalid="true"[^>]*X-09-error"', text)
    assert 'id="X-09-error"' in text
    assert re.search(r'value="dispute" checked', text)
    assert text.count(" checked>") == 1


def test_only_what_leads_somewhere_is_offered(client, session) -> None:
    add_finding(session, "X-01")
    add_finding(session, "X-02", severity="MAJOR")
    add_finding(session, "X-03", severity="MINOR")
    text = client.get(url(session)).content.decode()
    offered = re.findall(r'id="(X-0\d)-(carry|dispute|answer)"', text)
    assert sorted(offered) == [
        ("X-01", "carry"),
        ("X-01", "dispute"),
        ("X-02", "answer"),
        ("X-02", "dispute"),
        ("X-03", "answer"),
        ("X-03", "dispute"),
    ]


def test_a_paused_interview_offers_nothing_and_takes_nothing(client, alice, session) -> None:
    finding = add_finding(session)
    sessions.pause_session(session=session, by=alice)
    text = client.get(url(session)).content.decode()
    assert "Data arrives after" in text
    assert 'name="reason"' not in text
    assert handle(client, session, action="carry", reason="Because").status_code == 409
    finding.refresh_from_db()
    assert finding.state == "open"


def test_what_is_incomplete_can_only_be_fixed(client, session) -> None:
    add_finding(session, is_completeness=True)
    text = client.get(url(session)).content.decode()
    assert "can only be fixed" in text
    assert 'name="reason"' not in text
    assert handle(client, session, action="carry", reason="Please").status_code == 409


def test_fixed_ones_are_folded_away(client, session) -> None:
    add_finding(session, state="fixed")
    reply = client.get(url(session))
    assert reply.context["total"] == 0
    assert "1 fixed or waived" in reply.content.decode()


def test_only_the_requester_handles_findings(client_of, alice, rita, mallory, session) -> None:
    add_finding(session)
    data = {"action": "carry", "reason": "Because"}
    assert handle(client_of(mallory), session, **data).status_code == 404
    sessions.release_session(session=session, by=alice)
    assert 'name="reason"' not in client_of(rita).get(url(session)).content.decode()
    assert handle(client_of(rita), session, **data).status_code == 403


def test_a_finding_that_is_not_there_is_not_found(client, session) -> None:
    assert handle(client, session, "X-99", action="carry", reason="Because").status_code == 404


def test_the_question_page_shows_its_finding(client, session) -> None:
    add_finding(session)
    address = reverse("interviews:question", args=[session.code, "S2-09"])
    assert "Data arrives after the moment" in client.get(address).content.decode()


def test_the_page_costs_the_same_with_2_and_with_60_findings(client, session) -> None:
    for number in range(2):
        add_finding(session, f"X-{number:02}")
    with statements() as few:
        client.get(url(session))
    for number in range(2, 60):
        add_finding(session, f"Y-{number:02}")
    with statements() as many:
        client.get(url(session))
    assert len(few) == len(many) <= 5
