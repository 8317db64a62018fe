"""Who takes a charter away, in which forms, and what happens while the file is being made."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from lxml import html as lxml_html

from accounts import sealing
from accounts.models import AuditEvent, Job, User
from accounts.services import jobs
from charters.models import Export
from governance import files
from governance.models import (
    Comment,
    CommentVersion,
    Committee,
    Condition,
    Decision,
    Review,
    Ruling,
    Seat,
    Thread,
    Vote,
)
from tests.builders.issued import issue
from tests.charters.reading_files import READERS, squeezed

ClientOf = Callable[[User], Client]
Work = Callable[[], int]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def decision(alice: User) -> Decision:
    return issue("energy_wizard.json", by=alice)


def address(decision: Decision, file_format: str, **query: str) -> str:
    revision = decision.revision
    path = reverse(
        "governance:charter-download", args=[revision.charter.code, revision.number, file_format]
    )
    return path + (
        "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    )


def review_of(decision: Decision) -> Review:
    """The open review of the charter, as it came about or made here."""
    revision = decision.revision
    found = Review.objects.filter(charter=revision.charter).first()
    return found or Review.objects.create(
        charter=revision.charter, revision=revision, lane="one_reviewer", due_date="2026-12-01"
    )


def seat_of(person: User) -> Seat:
    committee = Committee.objects.create(name="AI board", created_by=person)
    return Seat.objects.create(
        committee=committee, user=person, from_date="2026-01-01", added_by=person
    )


def review_with_ruling(decision: Decision, alice: User, rita: User) -> Ruling:
    """A closed review with a vote, a ruling with a condition, and a comment."""
    revision, seat, review = decision.revision, seat_of(rita), review_of(decision)
    review.closed_at, review.closed_by, review.end = "2026-11-22T10:00:00Z", rita, "ruled"
    review.save()
    Vote.objects.create(
        review=review, seat=seat, outcome="approve", reason="The curators read each week.",
        salt="s", cast_by=rita,
    )  # fmt: skip
    ruling = Ruling.objects.create(
        review=review, outcome="approve_with_conditions", reason="It helps more than it harms by far.",
        computed=decision.value, material_hash="0" * 64, content_hash=decision.content_hash,
        ruled_by=rita,
    )  # fmt: skip
    Condition.objects.create(
        ruling=ruling, position=1, text="Read fifty answers a week.", owner="Curator Quill",
        due_date="2027-03-01",
    )  # fmt: skip
    thread = Thread.objects.create(
        charter=revision.charter,
        revision_number=1,
        anchor="item",
        anchor_key="S1-01",
        opened_by=rita,
    )
    comment = Comment.objects.create(thread=thread, posted_by=rita)
    CommentVersion.objects.create(comment=comment, text="Where do the nineteen minutes come from?")
    return ruling


def taken(browser: Client, url: str, work: Work) -> bytes:
    """The file, made by the worker where it has to be."""
    reply = browser.get(url)
    if reply.status_code == 202:
        work()
        reply = browser.get(url)
    assert reply.status_code == 200
    return reply.content


def page_texts(browser: Client, decision: Decision) -> list[str]:
    """What the charter page shows of the charter: no navigation, no links to other pages."""
    revision = decision.revision
    page = browser.get(reverse("governance:charter", args=[revision.charter.code, revision.number]))
    article = lxml_html.fromstring(page.content.decode()).find_class("charter")[0]
    for css in ("charter-contents", "charter-takeaway", "case", "visually-hidden", "outlook-later"):
        for element in article.find_class(css):
            element.drop_tree()
    for element in article.xpath(".//*[@hx-get] | ./p[@class='meta'] | .//svg/title | .//svg/desc"):
        element.drop_tree()
    texts = [text.strip(" ·\n") for text in article.itertext() if text.strip(" ·\n")]
    return [text for text in texts if len(squeezed(text)) > 2]


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_text_of_the_charter_page_is_in_every_file(
    decision: Decision, alice: User, rita: User, client_of: ClientOf, work: Work, name: str
) -> None:
    review_with_ruling(decision, alice, rita)
    browser = client_of(alice)
    said = READERS[name](taken(browser, address(decision, name), work)).lower()
    shown = {text for text in page_texts(browser, decision) if squeezed(text).lower() not in said}
    # Labels and pictures' own lettering; the table beside a picture says the same in words.
    assert {text for text in shown if not _is_lettering(text)} == set()


def _is_lettering(text: str) -> bool:
    return text in {
        "Severity ↑", "Likelihood →", "Before controls", "After controls", "Too late from here",
        "headline", "Votes and comments", "Superseded.", "Draft.",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(READERS))
def test_what_people_said_is_in_every_file(
    decision: Decision, alice: User, rita: User, client_of: ClientOf, work: Work, name: str
) -> None:
    review_with_ruling(decision, alice, rita)
    said = READERS[name](taken(client_of(alice), address(decision, name), work))
    for text in (
        "Approved with conditions", "It helps more than it harms by far.", "Read fifty answers a week.",
        "The curators read each week.", "Where do the nineteen minutes come from?", str(rita),
    ):  # fmt: skip
        assert squeezed(text) in said, text


def test_votes_of_an_open_review_are_in_no_file(
    decision: Decision, alice: User, rita: User, client_of: ClientOf
) -> None:
    Vote.objects.create(
        review=review_of(decision),
        seat=seat_of(rita),
        outcome="approve",
        reason="The curators read each week.",
        salt="s",
        cast_by=rita,
    )
    for name in ("markdown", "json", "html"):
        body = client_of(alice).get(address(decision, name)).content.decode()
        assert "The curators read each week." not in body


def test_for_outsiders_nobody_is_named(
    decision: Decision, alice: User, rita: User, client_of: ClientOf
) -> None:
    review_with_ruling(decision, alice, rita)
    body = client_of(alice).get(address(decision, "html", profile="external")).content.decode()
    for text in (str(rita), str(alice), "Curator Quill", "nineteen minutes", "The curators read"):
        assert text not in body
    assert "Read fifty answers a week." in body


def test_alice_waits_on_a_page_and_then_has_the_file(
    decision: Decision, alice: User, client_of: ClientOf, work: Work
) -> None:
    browser, url = client_of(alice), address(decision, "pdf", paper="letter")
    waiting = browser.get(url)
    assert waiting.status_code == 202
    assert "is being made" in waiting.content.decode()
    status = waiting.context["status_url"]
    assert "hx-get" in browser.get(status).content.decode()
    browser.get(url)
    assert Job.objects.filter(kind="export").count() == 1
    assert not AuditEvent.objects.filter(type="charter.exported").exists()
    work()
    ready = browser.get(status).content.decode()
    assert "is ready" in ready and "hx-get" not in ready
    made = browser.get(url)
    assert made.content.startswith(b"%PDF-")
    assert made["Content-Disposition"].endswith('energy-wizard_charter_v1_20261121.pdf"')
    deed = AuditEvent.objects.get(type="charter.exported")
    assert deed.detail["format"] == "pdf"


def test_a_file_is_made_once_until_something_changes(
    decision: Decision, alice: User, rita: User, client_of: ClientOf, work: Work
) -> None:
    url = address(decision, "docx")
    first = taken(client_of(alice), url, work)
    assert taken(client_of(alice), url, work) == first
    assert Export.objects.count() == 1
    review_with_ruling(decision, alice, rita)
    assert taken(client_of(alice), url, work) != first
    assert Export.objects.count() == 2


def test_a_file_that_failed_is_tried_again_on_request(
    decision: Decision, alice: User, client_of: ClientOf, work: Work
) -> None:
    browser, url = client_of(alice), address(decision, "pdf")
    status = browser.get(url).context["status_url"]
    job = Job.objects.get(kind="export")
    claimed = Job.objects.claim(job.pk, lease=jobs.LONGEST_WAIT)
    assert claimed is not None
    jobs.give_up(claimed, "The typesetter stumbled.")
    assert "could not be made" in browser.get(status).content.decode()
    assert browser.get(url).status_code == 202
    work()
    assert browser.get(url).status_code == 200


@pytest.mark.parametrize("name", files.FORMATS)
def test_for_mallory_there_is_nothing_to_take(
    decision: Decision, mallory: User, olga: User, client_of: ClientOf, name: str
) -> None:
    for stranger in (mallory, olga):
        assert client_of(stranger).get(address(decision, name)).status_code == 404
    assert not Export.objects.exists()


def test_nor_may_she_watch_one_being_made(
    decision: Decision, alice: User, mallory: User, client_of: ClientOf
) -> None:
    status = client_of(alice).get(address(decision, "pdf")).context["status_url"]
    assert client_of(mallory).get(status).status_code == 404


@pytest.mark.parametrize("query", [{"profile": "secret"}, {"paper": "napkin"}])
def test_what_there_is_not_is_not_found(
    decision: Decision, alice: User, client_of: ClientOf, query: dict[str, str]
) -> None:
    assert client_of(alice).get(address(decision, "pdf", **query)).status_code == 404


def test_the_json_file_holds_what_surrounds_the_charter(
    decision: Decision, alice: User, rita: User, client_of: ClientOf
) -> None:
    review_with_ruling(decision, alice, rita)
    held: dict[str, Any] = json.loads(client_of(alice).get(address(decision, "json")).content)
    assert held["profile"] == "full"
    assert "Read fifty answers a week." in json.dumps(held["annex"])


def test_a_file_is_sealed_with_its_interview_where_answers_are(
    alice: User, client_of: ClientOf, work: Work, settings: Any
) -> None:
    settings.FIELD_KEYS = sealing.new_field_key()
    decision = issue("energy_wizard.json", by=alice)
    made = taken(client_of(alice), address(decision, "docx"), work)
    with connection.cursor() as cursor:
        cursor.execute("SELECT file, around FROM exports")
        file, around = cursor.fetchone()
    assert bytes(file).startswith(b"sealed:1:") and "sealed:1:" in str(around)
    assert taken(client_of(alice), address(decision, "docx"), work) == made
