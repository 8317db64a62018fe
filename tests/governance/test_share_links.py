"""People outside read a charter by a link, and whoever shared it keeps the upper hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.services import members
from governance.models import Decision, ShareLink
from governance.refusals import NotYours, Unfit
from governance.services import sharing
from tests.builders import cases

ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(alice: User) -> Decision:
    return cases.decided(alice)


def place(decision: Decision) -> str:
    revision = decision.revision
    return reverse("governance:share", args=[revision.charter.code, revision.number])


def share(decision: Decision, by: User, **wish: object) -> sharing.Made:
    return sharing.share_revision(
        revision=decision.revision, by=by, **{"profile": "external", **wish}
    )


def opened(secret: str) -> tuple[int, str]:
    """What a stranger gets."""
    reply = Client().get(reverse("governance:shared", args=[secret]))
    return reply.status_code, reply.content.decode()


def make_by_page(browser: Client, page: str, **wish: str) -> str:
    """The address that the page shows."""
    once = re.search(r'name="once" value="([^"]+)"', browser.get(page).content.decode())[1]
    sent = {"profile": "external", "hours": "24", "once": once, **wish}
    shown = browser.post(page, sent).content.decode()
    found = re.search(r"http://testserver(/shared/[^<]+)", shown)
    return found[1] if found else ""


def test_an_author_makes_a_link_and_a_stranger_reads_the_charter(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    address = make_by_page(client_of(alice), place(decision), purpose="The auditor")
    reply = Client().get(address)
    said = reply.content.decode()
    assert reply.status_code == 200
    assert decision.revision.charter.session.project_name in said
    assert "External copy." in said and "The auditor" not in said and alice.name not in said
    assert "site-nav" not in said and "Sign out" not in said


def test_nobody_keeps_or_finds_or_frames_what_was_shared(decision: Decision, alice: User) -> None:
    secret = share(decision, alice).secret
    for name in ("", "html"):
        path = reverse("governance:shared", args=[secret]) + name
        reply = Client().get(path)
        assert reply["Cache-Control"] == "private, no-store"
        assert "noindex" in reply["X-Robots-Tag"]
        assert reply["Referrer-Policy"] == "no-referrer"
    policy = Client().get(reverse("governance:shared", args=[secret]))["Content-Security-Policy"]
    assert "unsafe" not in policy and "sha256-" in policy and "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("name", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!doctype")]
)
def test_a_stranger_takes_the_external_copy_away(
    decision: Decision, alice: User, name: str, start: bytes
) -> None:
    made = share(decision, alice)
    reply = Client().get(reverse("governance:shared-file", args=[made.secret, name]))
    assert reply.content.startswith(start)
    assert "external" in reply["Content-Disposition"]


def test_other_formats_are_not_handed_out(decision: Decision, alice: User) -> None:
    secret = share(decision, alice).secret
    path = reverse("governance:shared-file", args=[secret, "json"])
    assert Client().get(path).status_code == 404


def test_each_opening_is_a_deed_of_the_link_and_is_counted(decision: Decision, alice: User) -> None:
    made = share(decision, alice)
    opened(made.secret)
    Client().get(reverse("governance:shared-file", args=[made.secret, "html"]))
    made.link.refresh_from_db()
    deeds = AuditEvent.objects.filter(type="share_link.opened").order_by("sequence")
    assert [one.detail["format"] for one in deeds] == ["page", "html"]
    assert {one.actor for one in deeds} == {f"link {made.link.code}"}
    assert all(one.address_hash for one in deeds)
    assert made.link.open_count == 2 and made.link.last_opened_at is not None


def test_whoever_shared_sees_how_often_it_was_opened(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    made = share(decision, alice, purpose="The auditor")
    opened(made.secret)
    said = client_of(alice).get(place(decision)).content.decode()
    assert "The auditor" in said and "Opened 1 time, last on" in said
    assert made.secret not in said


def test_a_revoked_link_tells_to_ask_the_sender(
    decision: Decision, alice: User, client_of: ClientOf
) -> None:
    made = share(decision, alice)
    path = place(decision) + f"{made.link.code}/revoke/"
    assert client_of(alice).post(path).status_code == 302
    assert client_of(alice).post(path).status_code == 409
    status, said = opened(made.secret)
    assert status == 410 and "Ask whoever sent it to you" in said
    assert decision.revision.charter.session.project_name not in said
    assert AuditEvent.objects.filter(type="share_link.revoked").count() == 1


def test_an_expired_link_and_a_guess_open_nothing(decision: Decision, alice: User) -> None:
    made = share(decision, alice)
    ShareLink.objects.filter(pk=made.link.pk).update(
        created_at=timezone.now() - timedelta(days=2),
        expires_at=timezone.now() - timedelta(seconds=1),
    )
    assert opened(made.secret)[0] == 410
    assert opened("a" * 43)[0] == 404
    assert opened(made.link.secret_hash)[0] == 404
    assert not AuditEvent.objects.filter(type="share_link.opened").exists()


def test_a_link_dies_with_its_makers_account(decision: Decision, alice: User, ada: User) -> None:
    made = share(decision, alice)
    members.deactivate_member(user=alice, by=ada)
    assert opened(made.secret)[0] == 410


def test_the_secret_is_stored_nowhere(decision: Decision, alice: User) -> None:
    made = share(decision, alice)
    assert len(made.secret) == 43
    row = ShareLink.objects.filter(pk=made.link.pk).values().get()
    assert made.secret not in str(row)
    assert made.secret not in str(list(AuditEvent.objects.values("subject", "detail")))


def test_only_an_administrator_shares_money_and_names(
    decision: Decision, alice: User, ada: User, client_of: ClientOf
) -> None:
    with pytest.raises(NotYours):
        share(decision, alice, profile="full")
    assert make_by_page(client_of(alice), place(decision), profile="full") == ""
    said = opened(share(decision, ada, profile="full").secret)[1]
    assert "External copy." not in said and alice.name in said


def test_a_reviewer_reads_and_does_not_share(
    decision: Decision, rita: User, mallory: User, client_of: ClientOf
) -> None:
    assert client_of(rita).get(place(decision)).status_code == 403
    assert client_of(mallory).get(place(decision)).status_code == 404
    with pytest.raises(NotYours):
        share(decision, rita)


@pytest.mark.parametrize("lasts", [timedelta(minutes=59), timedelta(days=90, seconds=1)])
def test_a_link_lasts_from_an_hour_to_ninety_days(
    decision: Decision, alice: User, lasts: timedelta
) -> None:
    with pytest.raises(Unfit):
        share(decision, alice, lasts=lasts)


def test_a_shared_charter_gives_away_no_vote_and_says_how_it_stands(
    alice: User, ada: User, rita: User
) -> None:
    cases.council(chair=rita, quorum=1)
    decision = cases.decided(alice)
    review = cases.open_review_of(decision.revision.charter)
    cases.vote_all(review, "reject", rita)
    said = opened(share(decision, ada, profile="full").secret)[1]
    assert cases.REASON not in said and rita.name not in said
    assert "In review" in said


def test_the_shared_page_says_that_a_newer_revision_replaces_it(alice: User) -> None:
    decision = cases.decided(alice)
    secret = share(decision, alice).secret
    session = decision.revision.charter.session
    cases.edit(session, "S1-02", text="The regulator fines us from 2027 on; the board knows.")
    cases.submit(session)
    assert "Revision 2 replaces this one" in opened(secret)[1]
