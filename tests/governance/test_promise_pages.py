"""Pages of what was promised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from charters.models import Charter
from governance.models import CaseIncident, Commitment, Reading
from governance.services import rulings
from governance.services.rulings import ConditionWish
from tests.builders.cases import REASON, council, decided, open_review_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def charter(alice: User, rita: User) -> Charter:
    """Alice's charter, approved with a condition."""
    council(chair=rita, quorum=1)
    made = decided(alice, "proceed_with_monitoring").revision.charter
    due = timezone.localdate() + timedelta(days=30)
    rulings.record_ruling(
        review=open_review_of(made),
        outcome="approve_with_conditions",
        reason=REASON,
        conditions=[ConditionWish("Test the <b>fallback</b>.", "Bob", due)],
        by=rita,
    )
    return made


def of_case(charter: Charter) -> str:
    return reverse("governance:charter-commitments", args=[charter.code])


def page_of(commitment: Commitment) -> str:
    return reverse("governance:commitment", args=[commitment.code])


def condition(charter: Charter) -> Commitment:
    return charter.commitments.get(kind="condition")


def test_alice_reads_what_she_promised(charter: Charter, alice: User, client_of: Browser) -> None:
    page = client_of(alice).get(reverse("governance:commitments")).content.decode()
    assert "Test the &lt;b&gt;fallback&lt;/b&gt;." in page
    assert charter.session.project_name in page


def test_mallory_sees_no_promise(charter: Charter, mallory: User, client_of: Browser) -> None:
    browser = client_of(mallory)
    assert "fallback" not in browser.get(reverse("governance:commitments")).content.decode()
    places = (of_case(charter), page_of(condition(charter)))
    assert {browser.get(place).status_code for place in places} == {404}


def test_alice_records_a_figure_and_sees_it_drawn(
    charter: Charter, alice: User, client_of: Browser
) -> None:
    kpi = charter.commitments.filter(kind="kpi")[0]
    browser = client_of(alice)
    today = timezone.localdate().isoformat()
    sent = {"measured_on": today, "value": str(kpi.target), "note": "From the log."}
    page = browser.post(page_of(kpi), sent, follow=True).content.decode()
    assert "<svg" in page and "From the log." in page and "Kept" in page


def test_what_cannot_be_taken_is_not_lost(
    charter: Charter, alice: User, client_of: Browser
) -> None:
    kpi = charter.commitments.filter(kind="kpi")[0]
    sent = {"measured_on": "2999-01-01", "value": "12", "note": "A long thought."}
    response = client_of(alice).post(page_of(kpi), sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert "A long thought." in page and "not in the future" in page
    assert not Reading.objects.exists()


def test_rita_reads_but_does_not_record(charter: Charter, rita: User, client_of: Browser) -> None:
    browser = client_of(rita)
    place = page_of(condition(charter))
    assert "Record a reading" not in browser.get(place).content.decode()
    sent = {"measured_on": timezone.localdate().isoformat(), "value": "yes"}
    assert browser.post(place, sent).status_code == 403
    assert not Reading.objects.exists()


def upload(browser: Client, charter: Charter, text: str) -> tuple[int, str]:
    file = SimpleUploadedFile("readings.csv", text.encode(), content_type="text/csv")
    response = browser.post(of_case(charter), {"file": file})
    return response.status_code, response.content.decode()


def test_alice_sends_the_filled_file_back(
    charter: Charter, alice: User, client_of: Browser
) -> None:
    browser = client_of(alice)
    place = reverse("governance:readings-file", args=[charter.code])
    lines = browser.get(place).content.decode().splitlines()
    code = str(condition(charter).code)
    mine = next(line for line in lines if line.startswith(code))
    filled = mine.replace(",,", ",yes,", 1)
    assert upload(browser, charter, f"{lines[0]}\n{filled}\n")[0] == 302
    assert Reading.objects.get().source == "file"
    assert condition(charter).state == "kept"


def test_a_bad_line_is_named_and_nothing_of_the_file_is_taken(
    charter: Charter, alice: User, client_of: Browser
) -> None:
    code = condition(charter).code
    text = f"commitment,measured_on,value,note\n{code},2026-01-01,yes,\n{code},soon,yes,\nx,2026-01-01,1,\n"
    status, page = upload(client_of(alice), charter, text)
    assert status == 422
    assert "Line 3" in page and "Line 4" in page and "Line 2" not in page
    assert not Reading.objects.exists()


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00\x01"])
def test_another_file_is_refused_in_words(
    charter: Charter, alice: User, client_of: Browser, text: str
) -> None:
    assert upload(client_of(alice), charter, text)[0] == 422


def test_an_incident_is_written_down_and_shown(
    charter: Charter, alice: User, client_of: Browser
) -> None:
    browser = client_of(alice)
    place = reverse("governance:incident-new", args=[charter.code])
    assert browser.get(place).status_code == 200
    sent = {"severity": "serious", "happened_on": "2026-01-02", "text": "It refused <i>two</i>."}
    page = browser.post(place, sent, follow=True).content.decode()
    assert "It refused &lt;i&gt;two&lt;/i&gt;." in page
    assert CaseIncident.objects.get().review is not None


def test_an_incident_without_words_keeps_the_rest(
    charter: Charter, alice: User, client_of: Browser
) -> None:
    place = reverse("governance:incident-new", args=[charter.code])
    response = client_of(alice).post(place, {"severity": "serious", "happened_on": "2026-01-02"})
    assert response.status_code == 422
    assert "2026-01-02" in response.content.decode()


def test_alice_retires_her_system(charter: Charter, alice: User, client_of: Browser) -> None:
    browser = client_of(alice)
    place = reverse("governance:retire", args=[charter.code])
    assert browser.post(place, {"reason": "Too short."}).status_code == 422
    browser.post(place, {"reason": REASON})
    assert not charter.commitments.live().exists()
    assert browser.get(place).status_code == 409


def test_a_reviewer_does_not_retire_it(charter: Charter, rita: User, client_of: Browser) -> None:
    place = reverse("governance:retire", args=[charter.code])
    assert client_of(rita).post(place, {"reason": REASON}).status_code == 403
    assert charter.commitments.live().exists()


def test_a_list_costs_the_same_for_many_promises(
    charter: Charter, alice: User, client_of: Browser
) -> None:
    browser = client_of(alice)
    place = reverse("governance:commitments")
    browser.get(place)
    with CaptureQueriesContext(connection) as few:
        browser.get(place)
    first = condition(charter)
    for number in range(20):
        first.pk, first.code, first.key = None, None, f"condition:{number}"
        first._state.adding = True
        first.code = Commitment._meta.get_field("code").get_default()
        first.save()
    with CaptureQueriesContext(connection) as many:
        browser.get(place)
    assert len(few) == len(many)
