"""What can be taken away before there is a charter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from interviews.models import InterviewSession
from tests.builders.sessions import make_session
from tests.builders.settled import settled_session
from tests.charters.reading_files import markdown_text, squeezed

ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db(transaction=True)


def so_far(session: InterviewSession, ending: str = "md") -> str:
    return reverse("charters:so-far", args=[session.code, ending])


def deliverable(session: InterviewSession, kind: str, ending: str = "md") -> str:
    return reverse("charters:deliverable-file", args=[session.code, kind, ending])


def test_alice_takes_what_there_is_so_far(alice: User, client_of: ClientOf) -> None:
    session = settled_session(alice)
    reply = client_of(alice).get(so_far(session))
    text = markdown_text(reply.content)
    assert "_so-far_" in reply["Content-Disposition"]
    assert squeezed("In progress.") in text
    assert squeezed("8. Ethical risk") in text
    for absent in ("Governance decision", "15. Approvals", "Content hash"):
        assert squeezed(absent) not in text
    assert AuditEvent.objects.filter(type="interview.exported").count() == 1


def test_a_stage_s_deliverable_stands_alone(alice: User, client_of: ClientOf) -> None:
    session = settled_session(alice)
    text = client_of(alice).get(deliverable(session, "ethical_risk_report")).content.decode()
    assert "Ethical risk report" in text
    assert "[S5-04]" in text
    assert "[S1-" not in text and "[S3-" not in text


def test_both_are_also_pdf_files(alice: User, client_of: ClientOf) -> None:
    session = settled_session(alice)
    for url in (so_far(session, "pdf"), deliverable(session, "problem_statement", "pdf")):
        reply = client_of(alice).get(url)
        assert reply["Content-Type"] == "application/pdf"
        assert reply.content.startswith(b"%PDF-")


def test_a_session_without_an_answer_is_a_file_too(alice: User, client_of: ClientOf) -> None:
    session = make_session(alice)
    assert "(not known yet)" in client_of(alice).get(so_far(session)).content.decode()
    assert client_of(alice).get(deliverable(session, "user_context", "pdf")).status_code == 200


def test_for_mallory_there_is_nothing(alice: User, mallory: User, client_of: ClientOf) -> None:
    session = settled_session(alice)
    for url in (so_far(session), deliverable(session, "user_context")):
        assert client_of(mallory).get(url).status_code == 404


def test_other_formats_and_deliverables_are_not_found(alice: User, client_of: ClientOf) -> None:
    session = make_session(alice)
    assert client_of(alice).get(so_far(session, "exe")).status_code == 404
    assert client_of(alice).get(deliverable(session, "poem")).status_code == 404
