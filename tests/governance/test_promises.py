"""What an approved charter promises, and what becomes of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import AuditEvent, Job, User
from accounts.services import jobs
from charters.models import Charter
from governance.models import Case, CaseIncident, Commitment, Reading, Review, Ruling
from governance.promises import is_met, promises_of
from governance.refusals import NotNow, NotYours, Unfit
from governance.services import (
    commitments,
    followup,
    incidents,
    openings,
    readings,
    reminders,
    retirement,
    rulings,
)
from governance.services.readings import Wish
from governance.services.rulings import ConditionWish
from tests.builders.cases import REASON, council, decided, edit, open_review_of, submit

pytestmark = pytest.mark.django_db
State = Commitment.State


@pytest.fixture
def charter(alice: User, rita: User) -> Charter:
    """Alice's charter, approved with one condition by Rita."""
    council(chair=rita, quorum=1)
    made = decided(alice, "proceed_with_monitoring").revision.charter
    approve(made, rita)
    return made


def approve(charter: Charter, by: User, *texts: str) -> Ruling:
    due = timezone.localdate() + timedelta(days=30)
    wishes = [ConditionWish(text, "Bob", due) for text in texts or ("Test the fallback.",)]
    return rulings.record_ruling(
        review=open_review_of(charter),
        outcome="approve_with_conditions",
        reason=REASON,
        conditions=wishes,
        by=by,
    )


def the(charter: Charter, kind: str) -> Commitment:
    return charter.commitments.filter(kind=kind).order_by("id")[0]


def figure(commitment: Commitment, value: str, on: date, by: User) -> Reading:
    wish = Wish(on, value=Decimal(value))
    return readings.record_reading(commitment=commitment, wish=wish, source="form", by=by)


def done(commitment: Commitment, by: User, *, is_done: bool = True) -> Reading:
    wish = Wish(timezone.localdate(), is_done=is_done)
    return readings.record_reading(commitment=commitment, wish=wish, source="form", by=by)


def reload(commitment: Commitment) -> Commitment:
    return Commitment.objects.get(pk=commitment.pk)


def look(days_later: int) -> None:
    """The daily look, so many days from now."""
    day = timezone.localdate() + timedelta(days=days_later)
    for pk in list(Commitment.objects.values_list("pk", flat=True)):
        followup.judge(pk, today=day)


# --- Made -----------------------------------------------------------------------------------------


def test_an_approval_makes_commitments_of_conditions_controls_and_figures(
    charter: Charter,
) -> None:
    kinds = set(charter.commitments.values_list("kind", flat=True))
    assert {"condition", "control", "kpi", "watch"} <= kinds
    condition = the(charter, "condition")
    assert (condition.text, condition.owner, condition.state) == (
        "Test the fallback.",
        "Bob",
        State.OPEN,
    )
    kpi = the(charter, "kpi")
    assert kpi.is_figure and kpi.target is not None and kpi.source_item == "S2-01"


def test_a_charter_that_is_sent_back_promises_nothing(alice: User, rita: User) -> None:
    council(chair=rita, quorum=1)
    made = decided(alice, "proceed_with_monitoring").revision.charter
    rulings.record_ruling(review=open_review_of(made), outcome="send_back", reason=REASON, by=rita)
    assert not made.commitments.exists()


def test_a_promise_that_is_made_again_keeps_its_readings(
    charter: Charter, alice: User, rita: User
) -> None:
    before = the(charter, "kpi")
    figure(before, "1", timezone.localdate(), alice)
    incidents.report_incident(
        charter=charter, severity="minor", happened_on=timezone.localdate(), text="x" * 9, by=alice
    )
    approve(charter, rita, "Another condition.")
    assert the(charter, "kpi").pk == before.pk
    assert before.readings.count() == 1
    gone = charter.commitments.get(kind="condition", state=State.WITHDRAWN)
    assert gone.text == "Test the fallback."


def test_the_same_promise_in_other_white_space_is_the_same(charter: Charter) -> None:
    content = charter.revisions.get().content
    again = {one.key for one in promises_of(content, [], cadence_days=90)}
    rows = content["deliverables"]["metric_alignment_matrix"]["business_kpis"]
    rows[0]["name"] = f"  {rows[0]['name'].upper()} "
    assert {one.key for one in promises_of(content, [], cadence_days=90)} == again


def test_whoever_is_named_by_name_answers_for_it(alice: User, rita: User, bob: User) -> None:
    council(chair=rita, quorum=1)
    made = decided(alice, "proceed_with_monitoring").revision.charter
    due = timezone.localdate() + timedelta(days=3)
    rulings.record_ruling(
        review=open_review_of(made),
        outcome="approve_with_conditions",
        reason=REASON,
        conditions=[ConditionWish("Write it down.", bob.email.upper(), due)],
        by=rita,
    )
    assert the(made, "condition").owner_user == bob


# --- Read -----------------------------------------------------------------------------------------


def test_a_good_figure_keeps_a_promise_and_a_later_bad_one_opens_it(
    charter: Charter, alice: User
) -> None:
    kpi = the(charter, "kpi")
    today = timezone.localdate()
    good = str(kpi.target)
    bad = str(kpi.target + (100 if kpi.comparator == "at_most" else -100))
    figure(kpi, good, today - timedelta(days=2), alice)
    assert reload(kpi).state == State.KEPT
    figure(kpi, bad, today - timedelta(days=9), alice)
    assert reload(kpi).state == State.KEPT, "an older figure that comes late changes nothing"
    figure(kpi, bad, today, alice)
    assert reload(kpi).state == State.OPEN


def test_a_deed_that_is_done_is_kept(charter: Charter, alice: User) -> None:
    condition = the(charter, "condition")
    done(condition, alice)
    assert reload(condition).state == State.KEPT


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(date(2999, 1, 1), value=Decimal(1)), "measured_on"),
        (Wish(date(2026, 1, 1), is_done=True), "value"),
        (Wish(date(2026, 1, 1), value=Decimal("NaN")), "value"),
        (Wish(date(2026, 1, 1), value=Decimal("1e30")), "value"),
        (Wish(date(2026, 1, 1), value=Decimal(1), note="x" * 2001), "note"),
    ],
)
def test_a_reading_that_makes_no_sense_is_refused(
    charter: Charter, alice: User, wish: Wish, field: str
) -> None:
    with pytest.raises(Unfit) as refused:
        readings.record_reading(commitment=the(charter, "kpi"), wish=wish, source="form", by=alice)
    assert field in refused.value.fields
    assert not Reading.objects.exists()


def test_a_stranger_and_a_reviewer_record_nothing(
    charter: Charter, mallory: User, rita: User
) -> None:
    for person in (mallory, rita):
        with pytest.raises(NotYours):
            done(the(charter, "condition"), person)


# --- Broken ---------------------------------------------------------------------------------------


def test_a_deed_that_is_not_done_after_its_grace_opens_the_case_once(charter: Charter) -> None:
    condition = the(charter, "condition")
    today = timezone.localdate()
    assert followup.judge(condition.pk, today=today + timedelta(days=30 + 14)) == ""
    assert followup.judge(condition.pk, today=today + timedelta(days=30 + 15)) == "breached"
    assert reload(condition).state == State.BROKEN
    review = open_review_of(charter)
    assert review.cause == Review.Cause.BREACHED
    assert review.cause_reference == f"commitment {condition.code}"
    look(30 + 16)
    assert Review.objects.open().count() == 1
    broken = AuditEvent.objects.filter(
        type="commitment.broken", subject=f"commitment {condition.code}"
    )
    assert broken.count() == 1


def test_silence_opens_the_case(charter: Charter) -> None:
    watched = the(charter, "watch")
    assert watched.cadence_days is not None
    followup.judge(watched.pk, today=timezone.localdate() + timedelta(watched.cadence_days + 14))
    assert reload(watched).state == State.OPEN
    followup.judge(watched.pk, today=timezone.localdate() + timedelta(watched.cadence_days + 15))
    assert reload(watched).state == State.BROKEN
    assert open_review_of(charter).cause == Review.Cause.SILENT


def test_a_watched_figure_on_the_wrong_side_breaks_after_grace_not_before(
    charter: Charter, alice: User
) -> None:
    watched = Commitment.objects.filter(kind="watch", target__isnull=False)[0]
    today = timezone.localdate()
    bad = str(watched.target + (100 if watched.comparator in ("at_most", "below") else -100))
    figure(watched, bad, today, alice)
    assert followup.judge(watched.pk, today=today + timedelta(days=14)) == ""
    assert followup.judge(watched.pk, today=today + timedelta(days=15)) == "breached"


def test_a_measure_of_success_is_not_owed_before_its_date(charter: Charter, alice: User) -> None:
    kpi = the(charter, "kpi")
    Commitment.objects.filter(pk=kpi.pk).update(
        due_date=timezone.localdate() + timedelta(days=60), cadence_days=365
    )
    bad = str(kpi.target + (100 if kpi.comparator == "at_most" else -100))
    figure(kpi, bad, timezone.localdate(), alice)
    assert followup.judge(kpi.pk, today=timezone.localdate() + timedelta(days=40)) == ""
    late = timezone.localdate() + timedelta(days=75)
    assert followup.judge(kpi.pk, today=late) == "breached"


def test_a_case_that_is_open_already_takes_the_cause_on_record(
    charter: Charter, alice: User
) -> None:
    incidents.report_incident(
        charter=charter,
        severity="serious",
        happened_on=timezone.localdate(),
        text="Wrong.",
        by=alice,
    )
    look(60)
    assert Review.objects.open().count() == 1
    assert AuditEvent.objects.filter(type="review.cause_added").exists()


def test_the_date_of_the_next_look_opens_the_case(charter: Charter) -> None:
    case = Case.objects.get(charter=charter)
    assert case.next_review_date == timezone.localdate() + timedelta(days=90)
    assert followup.open_due(case.pk, today=timezone.localdate() + timedelta(days=89)) is None
    opened = followup.open_due(case.pk, today=timezone.localdate() + timedelta(days=90))
    assert opened is not None and opened.cause == Review.Cause.DUE
    assert followup.open_due(case.pk, today=timezone.localdate() + timedelta(days=91)) is None


def test_the_worker_looks_once_a_day(charter: Charter, work: Any) -> None:
    assert openings.request_due() is True
    assert openings.request_due() is False
    assert set(openings.DAILY) <= set(Job.objects.values_list("kind", flat=True))
    work()
    assert not Job.objects.filter(kind=followup.KIND).exclude(status="done").exists()


# --- Incidents and the end ------------------------------------------------------------------------


def test_an_incident_opens_the_case(charter: Charter, alice: User) -> None:
    made = incidents.report_incident(
        charter=charter,
        severity="critical",
        happened_on=timezone.localdate(),
        text="Two people were refused by mistake.",
        by=alice,
    )
    assert made.review == open_review_of(charter)
    event = AuditEvent.objects.get(type="incident.reported")
    assert "refused" not in str(event.detail)


def test_mallory_reports_nothing(charter: Charter, mallory: User) -> None:
    with pytest.raises(NotYours):
        incidents.report_incident(
            charter=charter,
            severity="minor",
            happened_on=timezone.localdate(),
            text="Nothing.",
            by=mallory,
        )
    assert not CaseIncident.objects.exists()


def test_a_retired_system_promises_nothing_any_more(charter: Charter, alice: User) -> None:
    retirement.retire_case(charter=charter, reason=REASON, by=alice)
    assert not charter.commitments.live().exists()
    with pytest.raises(NotNow):
        done(the(charter, "condition"), alice)
    look(500)
    assert not Review.objects.open().exists()


# --- Reminders ------------------------------------------------------------------------------------


def remind() -> None:
    job = jobs.enqueue(kind="reminders", subject_id=0, unique_key="reminders test")
    jobs.run_job(job.pk)
    for one in Job.objects.filter(kind="reminder_mail", status="pending"):
        jobs.run_job(one.pk)


def test_whoever_answers_for_it_gets_one_mail_a_day(charter: Charter, alice: User) -> None:
    mail.outbox.clear()
    soon = timezone.localdate() + timedelta(days=3)
    charter.commitments.update(due_date=soon)
    remind()
    assert [one.to for one in mail.outbox] == [[alice.email]]
    assert "Test the fallback" not in mail.outbox[0].body
    Job.objects.filter(kind="reminders").delete()
    remind()
    assert len(mail.outbox) == 1


def test_nobody_is_mailed_who_does_not_want_it(charter: Charter, alice: User) -> None:
    reminders.switch(user=alice, is_on=False)
    mail.outbox.clear()
    charter.commitments.update(due_date=timezone.localdate() + timedelta(days=3))
    remind()
    assert mail.outbox == []


def test_an_edit_and_a_new_ruling_leave_no_promise_twice(
    charter: Charter, alice: User, rita: User
) -> None:
    count = charter.commitments.live().count()
    edit(charter.session, "S5-10", privacy=2, text="Changed in its substance.")
    submitted = submit(charter.session)
    if Review.objects.open().filter(revision=submitted.revision).exists():
        approve(charter, rita)
    assert charter.commitments.live().count() == count
    assert commitments.of_person(alice).count() == count


@pytest.mark.parametrize(
    ("act_when", "value", "is_good"),
    [("<", "1", True), ("<=", "1", False), (">", "1", True), (">=", "1", False)],
)
def test_a_watched_figure_promises_that_nobody_needs_to_act(
    charter: Charter, act_when: str, value: str, is_good: bool
) -> None:
    content = charter.revisions.get().content
    row = content["deliverables"]["ethical_risk_report"]["monitoring_metrics"][0]
    row |= {"comparator": act_when, "threshold": "1 of 100"}
    found = promises_of(content, [], cadence_days=90)
    promise = next(one for one in found if one.text == row["metric"])
    assert (promise.target, promise.unit) == (Decimal(1), "of 100")
    assert is_met(promise.comparator, promise.target, Decimal(value)) is is_good
