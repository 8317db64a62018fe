"""Who reads an issued charter, and in which forms."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from charters.models import Charter, Revision
from charters.rendering.json import parse
from charters.services import revisions
from governance.models import Decision
from interviews.protocol.values import plain
from tests.builders.issued import issue
from tests.builders.questions import LEFT_OUT, asking_from, copied_questions
from tests.builders.sessions import make_session

ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def decision(alice: User) -> Decision:
    return issue("energy_wizard.json", by=alice)


def address(decision: Decision, name: str = "charter", *more: str) -> str:
    revision = decision.revision
    return reverse(f"governance:{name}", args=[revision.charter.code, revision.number, *more])


def test_alice_reads_her_charter_with_the_decision(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    page = client_of(alice).get(address(decision)).content.decode()
    assert "Energy Wizard" in page
    assert "PROCEED WITH MONITORING" in page
    assert decision.content_hash in page
    assert "F-8" in page


def test_a_reviewer_reads_every_issued_charter(
    decision: Decision, rita: User, client_of: ClientOf
) -> None:
    assert client_of(rita).get(address(decision)).status_code == 200


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("charter", ()),
        ("charter-answer", ("S1-01",)),
        ("charter-download", ("json",)),
        ("charter-download", ("markdown",)),
    ],
)
def test_for_mallory_the_charter_does_not_exist(
    decision: Decision, mallory: User, olga: User, client_of: ClientOf, name: str, more: tuple[str]
) -> None:
    for stranger in (mallory, olga):
        assert client_of(stranger).get(address(decision, name, *more)).status_code == 404


def test_a_deactivated_person_is_sent_to_sign_in(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    browser = client_of(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert browser.get(address(decision)).status_code == 302


def test_the_json_file_comes_back_whole_with_its_hash(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    reply = client_of(alice).get(address(decision, "charter-download", "json"))
    assert reply["Content-Disposition"].endswith('energy-wizard_charter_v1_20261121.json"')
    export = parse(reply.content)
    assert export.is_intact
    assert export.content_hash == decision.content_hash
    assert json.loads(reply.content)["governance"] == decision.outcome


def test_the_markdown_file_names_the_rules_and_the_sample_s_source(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    text = client_of(alice).get(address(decision, "charter-download", "markdown")).content.decode()
    assert text.startswith("---\n")
    assert "**PROCEED WITH MONITORING**" in text
    assert "F-8" in text


def test_the_answer_behind_a_statement_stays_as_it_was_issued(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    page = client_of(alice).get(address(decision, "charter-answer", "S1-01")).content.decode()
    assert "as it stood when revision 1 was issued" in page
    assert "S1-01" in page


@pytest.mark.parametrize("version", ["", "acme/1"])
def test_an_answer_whose_question_is_not_asked_any_more_is_read_as_it_was(
    decision: Decision, alice: User, client_of: ClientOf, tmp_path: Path, version: str
) -> None:
    frozen = decision.revision.content["answers"][LEFT_OUT]
    browser, page = client_of(alice), address(decision, "charter-answer", LEFT_OUT)
    with asking_from(copied_questions(tmp_path, version=version)):
        reply = browser.get(page)
        assert browser.get(address(decision)).status_code == 200
    text = reply.content.decode()
    assert reply.status_code == 200
    assert escape(frozen["title"]) in text
    assert escape(frozen["question"]) in text
    assert escape(plain(frozen["value"])) in text
    assert "See the answer as it is today" not in text
    assert "See the answer as it is today" in browser.get(page).content.decode()


def test_a_format_or_an_answer_that_does_not_exist_is_not_found(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    browser = client_of(alice)
    assert browser.get(address(decision, "charter-download", "exe")).status_code == 404
    assert browser.get(address(decision, "charter-answer", "S9-99")).status_code == 404


def test_the_list_shows_each_charter_once_whatever_their_number(
    decision: Decision, alice: User, client_of: ClientOf, django_assert_max_num_queries: object
) -> None:
    issue("usa_class.json", by=alice)
    browser = client_of(alice)
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("governance:charter-list")).content.decode()
    assert page.count("row-title") == 2


def test_the_page_ends_in_references_approvals_and_appendices(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    page = client_of(alice).get(address(decision)).content.decode()
    session = decision.revision.charter.session
    for anchor in ("section-14", "section-15", "appendix-a", "appendix-b", "appendix-c"):
        assert f'href="#{anchor}"' in page and f'id="{anchor}"' in page
    assert page.count(session.source_note[:40]) >= 2
    assert page.count("not ruled yet") == 2
    assert reverse("interviews:transcript", args=[session.code]) in page
    assert "This is the first revision." in page


def test_the_change_log_names_what_differs_from_the_revision_before(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    second = later_revision(decision.revision, {"S2-04": 7})
    page = client_of(alice).get(second_address(second)).content.decode()
    log = page.split('id="appendix-c"')[1]
    assert "S2-04" in log and "version 7" in log
    assert "S2-05" not in log
    text = client_of(alice).get(second_address(second, "markdown")).content.decode()
    assert "version 7" in text.split("## Appendix C")[1]


def later_revision(first: Revision, versions: dict[str, int]) -> Revision:
    """A second revision in which some answers have other versions."""
    content = deepcopy(first.content)
    for key, version in versions.items():
        content["answers"][key]["version"] = version
    return make_revision(first.charter, 2, content, first.issued_by)


def make_revision(charter: Charter, number: int, content: dict, by: User) -> Revision:
    return Revision.objects.create(
        charter=charter,
        number=number,
        content=content,
        content_hash="0" * 64,
        protocol_version="uaip/1",
        as_of_date=date(2026, 11, 21),
        issued_by=by,
    )


def second_address(revision: Revision, *more: str) -> str:
    name = "charter-download" if more else "charter"
    return reverse(f"governance:{name}", args=[revision.charter.code, revision.number, *more])


def test_the_markdown_cover_says_who_what_and_how_feasible(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    text = client_of(alice).get(address(decision, "charter-download", "markdown")).content.decode()
    cover = text.split("## 1.")[0]
    assert f"- Author: **{alice}**" in cover
    assert "- Decision: **PROCEED WITH MONITORING**" in cover
    feasibility = decision.revision.content["overall_feasibility"].replace("_", " ")
    assert f"- Feasibility: **{feasibility}**" in cover
    assert f"| Requester | {alice} | issued |" in text


def test_each_rule_of_the_decision_leads_to_the_answers_it_rests_on(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    sources = {name for fired in decision.outcome["rules_fired"] for name in fired["sources"]}
    session = decision.revision.charter.session
    page = client_of(alice).get(address(decision)).content.decode()
    preview = client_of(alice).get(reverse("governance:preview", args=[session.code]))
    assert "S3-04" in sources
    panel = page.split('id="decision"')[1].split("</section>")[0]
    assert f'<a href="{address(decision, "charter-answer", "S3-04")}">S3-04</a>' in panel
    question = reverse("interviews:question", args=[session.code, "S3-04"])
    assert f'<a href="{question}">S3-04</a>' in preview.content.decode()
    assert panel.count("<caption") == panel.count("<table")


def test_older_charters_stand_on_the_next_page(
    alice: User, client_of: ClientOf, django_assert_max_num_queries: Callable
) -> None:
    for number in range(27):
        session = make_session(alice, project_name=f"Project {number:02}")
        make_revision(Charter.objects.create(session=session), 1, {}, alice)
    browser, first = client_of(alice), reverse("governance:charter-list")
    page = browser.get(first)
    older = f"{first}?after={page.context['next_place']}"
    make_revision(Charter.objects.create(session=make_session(alice)), 1, {}, alice)
    with django_assert_max_num_queries(12):
        rest = browser.get(older).content.decode()
    assert page.content.decode().count("row-title") == 25
    assert "Project 01" in rest and "Project 00" in rest and rest.count("row-title") == 2


@pytest.mark.parametrize("place", ["", "x", "0" * 36 + ".1", "9" * 40])
def test_a_place_that_nobody_knows_shows_the_latest(
    alice: User, client_of: ClientOf, place: str
) -> None:
    make_revision(Charter.objects.create(session=make_session(alice)), 1, {}, alice)
    page = client_of(alice).get(reverse("governance:charter-list"), {"after": place})
    assert page.content.decode().count("row-title") == 1


def test_looking_at_what_issuing_means_writes_the_charter_down_once(
    decision: Decision, alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = []
    write = revisions.draft_charter

    def counted(*given: object, **named: object) -> revisions.Draft:
        drafts.append(given)
        return write(*given, **named)

    monkeypatch.setattr(revisions, "draft_charter", counted)
    session = decision.revision.charter.session
    page = client_of(alice).get(reverse("governance:submit", args=[session.code]))
    assert "PROCEED WITH MONITORING" in page.content.decode()
    assert len(drafts) == 1
