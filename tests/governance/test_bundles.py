"""Who takes a decision bundle away, and what of the case stands in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from governance.bundle import checking
from governance.models import Review
from governance.services import rulings, votes
from tests.builders.cases import REASON, council, decided, open_review_of, reviewers

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def rhea() -> User:
    """Another reviewer."""
    return reviewers("rhea")[0]


@pytest.fixture
def review(alice: User, rita: User, rhea: User) -> Review:
    """The case on Alice's charter; Rita has the chair, Rhea a seat."""
    council(rhea, chair=rita)
    return open_review_of(decided(alice).revision.charter)


def address(review: Review) -> str:
    place = [review.charter.code, review.revision.number]
    return reverse("governance:decision-bundle", args=place)


def taken(client: Client, review: Review) -> dict[str, bytes]:
    answer = client.get(address(review))
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def said(files: dict[str, bytes], name: str) -> Any:
    return json.loads(files[name])


def ruled(review: Review, rita: User, rhea: User) -> None:
    for person in (rita, rhea):
        votes.cast_vote(review=review, outcome="approve", reason=REASON, by=person)
    rulings.record_ruling(review=review, outcome="approve", reason=REASON, by=rita)


def test_alice_and_a_reviewer_get_the_same_bytes(
    client_of: ClientOf, alice: User, rita: User, review: Review
) -> None:
    first, second = (client_of(one).get(address(review)) for one in (alice, rita))
    assert first.content == second.content
    assert first["Content-Type"] == "application/zip"
    assert "charter_v1_" in first["Content-Disposition"]
    deeds = AuditEvent.objects.filter(type="charter.exported")
    assert [deed.detail["format"] for deed in deeds] == ["bundle", "bundle"]


def test_mallory_gets_none(client_of: ClientOf, mallory: User, review: Review) -> None:
    assert client_of(mallory).get(address(review)).status_code == 404
    assert not AuditEvent.objects.filter(type="charter.exported").exists()


def test_votes_of_an_open_review_stand_in_nobodys_bundle(
    client_of: ClientOf, rita: User, rhea: User, review: Review
) -> None:
    votes.cast_vote(
        review=review, outcome="reject", reason=f"The register has gaps. {REASON}", by=rhea
    )
    files = taken(client_of(rita), review)
    (found,) = said(files, checking.REVIEWS)
    assert (found["votes"], found["ruling"], found["closed_at"]) == ([], None, None)
    assert "vote.cast" not in {deed["type"] for deed in said(files, checking.DEEDS)}
    assert not any(b"register has gaps" in data for data in files.values())
    assert checking.faults_of(files) == []


def test_after_the_ruling_it_holds_votes_and_ruling_and_checks_them(
    client_of: ClientOf, alice: User, rita: User, rhea: User, review: Review
) -> None:
    ruled(review, rita, rhea)
    files = taken(client_of(alice), review)
    (found,) = said(files, checking.REVIEWS)
    assert [vote["is_recorded"] for vote in found["votes"]] == [True, True]
    assert found["ruling"]["outcome"] == "approve"
    assert checking.faults_of(files) == []
    found["votes"][0]["reason"] = "Something else."
    forged = {**files, checking.REVIEWS: json.dumps([found]).encode()}
    faults = list(checking.meaning_faults(forged))
    assert [fault.file for fault in faults] == [checking.REVIEWS]


def test_other_peoples_cases_are_not_in_it(
    client_of: ClientOf, alice: User, bob: User, review: Review
) -> None:
    decided(bob)
    deeds = said(taken(client_of(alice), review), checking.DEEDS)
    codes = [str(one) for one in (review.code, review.charter.code, review.charter.session.code)]
    assert deeds
    assert all(any(code in deed["subject"] for code in codes) for deed in deeds)


def test_the_charters_page_offers_it(client_of: ClientOf, alice: User, review: Review) -> None:
    page = reverse("governance:charter", args=[review.charter.code, 1])
    assert address(review) in client_of(alice).get(page).content.decode()


def test_a_revision_without_a_decision_has_none(
    client_of: ClientOf, alice: User, review: Review
) -> None:
    place = [review.charter.code, 9]
    missing = reverse("governance:decision-bundle", args=place)
    assert client_of(alice).get(missing).status_code == 404


def test_the_terminal_writes_it(alice: User, review: Review, tmp_path: Path, capsys: Any) -> None:
    target = tmp_path / "b.zip"
    code = review.charter.session.code.hex[:8]
    call_command("uaip", "bundle", code, "--user", alice.email, "--output", str(target))
    assert checking.main([str(target)]) == checking.WHOLE
    assert "WHOLE." in capsys.readouterr().out
