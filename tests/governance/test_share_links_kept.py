"""A file behind a link is made once; links to one charter are counted one at a time."""

from __future__ import annotations

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.sealed_fields import sealed_changes
from charters.models import Export
from governance.models import Decision, ShareLink
from governance.refusals import NotNow
from governance.services import sharing
from tests.accounts.together import at_once
from tests.builders import cases

pytestmark = pytest.mark.django_db
MARK = b"%PDF- put there by hand, to tell what is kept from what is made"


@pytest.fixture
def decision(alice: User) -> Decision:
    return cases.decided(alice)


def share(decision: Decision, by: User) -> sharing.Made:
    return sharing.share_revision(revision=decision.revision, profile="external", by=by)


def taken(made: sharing.Made, file_format: str = "pdf") -> bytes:
    """What a stranger takes away."""
    reply = Client().get(reverse("governance:shared-file", args=[made.secret, file_format]))
    assert reply.status_code == 200
    return reply.content


@pytest.mark.parametrize("file_format", ["pdf", "docx"])
def test_a_second_opening_takes_what_the_first_one_made(
    decision: Decision, alice: User, file_format: str
) -> None:
    made, another = share(decision, alice), share(decision, alice)
    first = taken(made, file_format)
    kept = Export.objects.get()
    assert (bytes(kept.file or b""), kept.asked_by, kept.profile) == (first, alice, "external")
    assert taken(made, file_format) == taken(another, file_format) == first
    _mark(kept)
    assert taken(another, file_format) == MARK
    assert AuditEvent.objects.filter(type="share_link.opened").count() == 4


def test_what_a_newer_revision_changes_is_in_the_file(decision: Decision, alice: User) -> None:
    made = share(decision, alice)
    taken(made)
    _mark(Export.objects.get())
    session = decision.revision.charter.session
    cases.edit(session, "S1-02", text="The regulator fines us from 2027 on; the board knows.")
    cases.submit(session)
    assert taken(made) != MARK
    assert Export.objects.count() == 2


def _mark(export: Export) -> None:
    Export.objects.filter(pk=export.pk).update(
        size=len(MARK), made_at=Now(), **sealed_changes(export, file=MARK)
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_last_place_for_a_link_one_is_told(
    decision: Decision, alice: User
) -> None:
    for _ in range(sharing.MOST_OPEN - 1):
        share(decision, alice)

    def last() -> object:
        try:
            return share(decision, alice)
        except NotNow as refusal:
            return refusal

    outcomes = at_once(last, last)
    assert [str(one) for one in outcomes if isinstance(one, NotNow)] == [sharing.TOO_MANY]
    assert ShareLink.objects.open().count() == sharing.MOST_OPEN


@pytest.mark.parametrize("file_format", ["pdf", "html"])
def test_the_name_of_a_file_for_outsiders_names_nobody(
    decision: Decision, alice: User, file_format: str
) -> None:
    session = decision.revision.charter.session
    type(session).objects.filter(pk=session.pk).update(project_name="Repairs by Alice for 12 EUR")
    address = reverse("governance:shared-file", args=[share(decision, alice).secret, file_format])
    name = Client().get(address)["Content-Disposition"]
    assert "repairs" in name and "external" in name
    assert "alice" not in name and "12-eur" not in name
