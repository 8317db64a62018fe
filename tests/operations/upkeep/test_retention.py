"""Old interviews: put away, taken out, held, and deleted for good when their time is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from accounts.append_only import is_refused
from accounts.models import AuditEvent, User
from accounts.permissions import Role
from accounts.services import audit
from charters.models import Revision
from governance.models import Decision, Review
from governance.services import reviews
from interviews.models import Answer, ArchivedSession, InterviewSession, LegalHold
from interviews.refusals import SessionHeld
from interviews.services import archiving, sessions, shutting
from tests.builders.cases import council, decided, open_review_of, reviewers, vote_all
from tests.builders.people import make_person
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit
from tests.operations.command import run
from uaip_project.operations import personal_data, purging, retention
from uaip_project.operations.relations import relations

pytestmark = pytest.mark.django_db
Status = InterviewSession.Status


def _aged(session: InterviewSession, days: int) -> InterviewSession:
    then = timezone.now() - timedelta(days=days)
    InterviewSession.objects.filter(pk=session.pk).update(last_updated_at=then)
    return session


def _archived(session: InterviewSession, days: int) -> InterviewSession:
    archiving.archive_session(session=session, by=None)
    then = timezone.now() - timedelta(days=days)
    ArchivedSession.objects.filter(session=session).update(archived_at=then)
    return session


def _an_hour_passes() -> None:
    """For what is marked."""
    marked = ArchivedSession.objects.exclude(marked_at=None)
    marked.update(marked_at=F("marked_at") - timedelta(hours=1))


def _deleted_for_good() -> dict[str, int]:
    """Marks what may go, waits the hour, and has the schedule do it; table -> rows."""
    run("delete_archived", "--yes")
    _an_hour_passes()
    return dict(retention.delete_marked().rows)


@pytest.fixture
def chief(db: None) -> User:
    return make_person("carla", role=Role.SUPERADMIN)


def test_the_command_says_what_it_would_put_away_and_does_nothing(alice: User) -> None:
    _aged(make_session(alice), 400)
    told = run("archive_sessions", "--older-than", "365", "--json")
    assert (told.json["chosen"], told.json["done"]) == (1, 0)
    assert not ArchivedSession.objects.exists()


def test_an_old_interview_is_put_away_and_a_young_one_stays(alice: User) -> None:
    old, young = _aged(make_session(alice), 366), _aged(make_session(alice), 364)
    assert run("archive_sessions", "--older-than", "365", "--yes", "--json").json["done"] == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, young.status) == (Status.ARCHIVED, Status.IN_PROGRESS)
    assert AuditEvent.objects.get(type="session.archived").subject == f"session {old.code}"


def test_what_was_put_away_is_read_and_taken_out_as_it_was(alice: User, client_of) -> None:
    session = make_session(alice)
    submit(session, "S1-01", VAGUE_PROBLEM)
    sessions.pause_session(session=session, by=alice)
    archiving.archive_session(session=session, by=None)
    page = client_of(alice).get(f"/sessions/{session.code}/")
    assert "This interview is archived" in page.content.decode()
    assert run("archive_sessions", "--restore", str(session.code)).code == 0
    session.refresh_from_db()
    assert session.status == Status.PAUSED
    assert session.answers.get(question_key="S1-01").attempts.count() == 1


def test_a_run_puts_away_no_more_than_its_limit(alice: User) -> None:
    for _ in range(3):
        _aged(make_session(alice), 400)
    told = run("archive_sessions", "--yes", "--limit", "2", "--json").json
    assert (told["found"], told["done"]) == (3, 2)


def test_a_case_that_is_reviewed_or_at_work_is_not_put_away(alice: User) -> None:
    council(*reviewers("rita", "ravi"))
    decision = decided(alice, "submit_to_committee")
    _aged(decision.revision.charter.session, 400)
    told = run("archive_sessions", "--yes", "--json").json
    assert (told["in_use"], told["done"]) == (1, 0)


def test_what_an_incident_has_shut_off_is_not_put_away(alice: User, chief: User) -> None:
    shut = _aged(make_session(alice), 400)
    shutting.shut_off(session=shut, by=chief)
    assert run("archive_sessions", "--yes", "--json").json["done"] == 0
    shutting.let_go(session=shut, by=chief)
    assert run("archive_sessions", "--yes", "--json").json["done"] == 1


def test_only_what_lay_in_the_archive_for_long_is_deleted(alice: User) -> None:
    long_ago, lately = _archived(make_session(alice), 1096), _archived(make_session(alice), 1094)
    never = _aged(make_session(alice), 4000)
    assert run("delete_archived", "--older-than", "1095", "--json").json["chosen"] == 1
    assert InterviewSession.objects.count() == 3
    assert run("delete_archived", "--older-than", "1095", "--yes", "--json").json["done"] == 1
    assert InterviewSession.objects.count() == 3
    _an_hour_passes()
    assert run("maintenance", "schedule", "run", "delete_marked").code == 0
    left = set(InterviewSession.objects.values_list("pk", flat=True))
    assert left == {lately.pk, never.pk}
    assert AuditEvent.objects.get(type="session.purged").subject == f"session {long_ago.code}"


def test_an_issued_charter_goes_with_all_that_hangs_on_it(alice: User, bob: User) -> None:
    people = reviewers("rita", "ravi")
    council(*people)
    charter = decided(alice).revision.charter
    review = open_review_of(charter)
    vote_all(review, "send_back", *people)
    reviews.withdraw(review=review, by=alice)
    kept = decided(bob, "revise").revision.charter.session
    _archived(charter.session, 2000)
    counted = _deleted_for_good()
    assert counted["sessions"] == counted["ai_project_charters"] == counted["decisions"] == 1
    assert (counted["votes"], counted["cases"]) == (2, 1)
    assert counted["answer_attempts"] > 20
    connection.check_constraints()
    assert list(Revision.objects.values_list("charter__session", flat=True)) == [kept.pk]
    assert Decision.objects.count() == 1


def test_after_deleting_the_database_refuses_again(alice: User) -> None:
    decision = decided(alice, "revise")
    _archived(decided(alice, "revise").revision.charter.session, 2000)
    _deleted_for_good()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk)._raw_delete("default")
    assert is_refused(connection, "ai_project_charters", "delete")


def test_nothing_deletes_what_is_under_a_hold(alice: User, chief: User) -> None:
    session = _archived(make_session(alice), 2000)
    code = str(session.code)
    assert run("maintenance", "hold", code, "--reason", "Claim 12", "--by", chief.email).code == 0
    told = run("delete_archived", "--yes", "--json").json
    assert (told["held"], told["done"]) == (1, 0)
    with pytest.raises(purging.NotDeletable):
        purging.purge([session], by=None)
    with pytest.raises(SessionHeld):
        sessions.delete_session(session=session, by=alice)
    assert personal_data.erase_person(user=alice, by=chief).kept == 1
    assert run("maintenance", "lift", code, "--by", chief.email).code == 0
    assert _deleted_for_good()["sessions"] == 1
    assert not LegalHold.objects.exists()


def test_within_the_hour_all_or_one_can_be_taken_back(alice: User, chief: User) -> None:
    first, second = (_archived(make_session(alice), 2000) for _ in range(2))
    third = make_session(alice)
    submit(third, "S1-01", VAGUE_PROBLEM)
    _archived(third, 2000)
    told = run("delete_archived", "--yes", "--by", chief.email)
    assert "an hour from now" in told.out
    assert retention.delete_marked().rows == {}
    code = str(first.code)
    assert run("delete_archived", "--undo", code, "--json").json == {"undone": [code]}
    assert run("delete_archived", "--undo", code).code == 2
    rest = run("delete_archived", "--undo", "--json").json["undone"]
    assert rest == [str(second.code), str(third.code)]
    _an_hour_passes()
    assert retention.delete_marked().rows == {}
    third.refresh_from_db()
    assert third.status == Status.ARCHIVED
    assert third.answers.get(question_key="S1-01").attempts.count() == 1
    marked = AuditEvent.objects.filter(type="session.deletion_marked")
    assert marked.count() == AuditEvent.objects.filter(type="session.deletion_undone").count() == 3
    assert set(marked.values_list("actor", flat=True)) == {audit.person(chief)}


@pytest.mark.parametrize("is_chosen_anew", [False, True])
def test_a_mark_taken_back_while_others_are_deleted_keeps_the_interview(
    alice: User, is_chosen_anew: bool
) -> None:
    session, _ = (_archived(make_session(alice), 2000) for _ in range(2))
    run("delete_archived", "--yes")
    _an_hour_passes()
    before = timezone.now() - retention.GRACE
    chosen = list(archiving.marked(before=before))
    assert archiving.undo_deletion(session=session, by=None)
    if is_chosen_anew:
        assert archiving.mark_for_deletion(session=session, at=timezone.now(), by=None)
    with pytest.raises(purging.NotDeletable, match="taken back"):
        purging.purge(chosen, by=None, marked_before=before)
    assert InterviewSession.objects.count() == 2
    done = retention.delete_marked()
    assert (done.rows["sessions"], done.spared) == (1, [])
    assert list(InterviewSession.objects.all()) == [session]
    assert archiving.marked().exists() is is_chosen_anew


@pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 0)])
def test_the_hour_is_an_hour(alice: User, seconds: int, left: int) -> None:
    session = _archived(make_session(alice), 2000)
    at = timezone.now()
    assert archiving.mark_for_deletion(session=session, at=at, by=None)
    retention.delete_marked(at=at + timedelta(hours=1, seconds=seconds))
    assert InterviewSession.objects.count() == left


def test_after_the_hour_nothing_of_it_remains(alice: User, bob: User) -> None:
    """Every table that hangs on a session, asked one by one."""
    gone = decided(alice, "revise").revision.charter.session
    decided(bob, "revise")
    before = {one.model: one.model._base_manager.count() for one in relations()}
    submit(make_session(alice), "S1-01", VAGUE_PROBLEM)
    _archived(gone, 2000)
    rows = _deleted_for_good()
    assert not InterviewSession.objects.filter(pk=gone.pk).exists()
    assert rows["answers"] == Answer.objects.filter(session__owner=bob).count() > 20
    assert before[Revision] - Revision.objects.count() == rows["ai_project_charters"] == 1
    for one in relations():
        if one.target is InterviewSession and one.model._meta.managed:
            assert not one.model._base_manager.filter(**{f"{one.name}_id": gone.pk}).exists()
    connection.check_constraints()


def test_what_was_marked_and_taken_out_or_held_stays(alice: User, chief: User) -> None:
    taken_out, held, free = (_archived(make_session(alice), 2000) for _ in range(3))
    run("delete_archived", "--yes")
    assert run("archive_sessions", "--restore", str(taken_out.code)).code == 0
    archiving.place_hold(session=held, reason="Claim 12", by=chief)
    _an_hour_passes()
    assert retention.delete_marked().rows["sessions"] == 1
    assert set(InterviewSession.objects.values_list("pk", flat=True)) == {taken_out.pk, held.pk}
    archiving.lift_hold(session=held, by=chief)
    assert retention.delete_marked().rows == {}
    assert not InterviewSession.objects.filter(pk=free.pk).exists()


def test_a_review_that_was_opened_since_spares_its_project_alone(alice: User) -> None:
    people = reviewers("rita", "ravi")
    council(*people)
    charter = decided(alice).revision.charter
    review = open_review_of(charter)
    vote_all(review, "send_back", *people)
    reviews.withdraw(review=review, by=alice)
    other = _archived(make_session(alice), 2000)
    _archived(charter.session, 2000)
    assert run("delete_archived", "--yes", "--json").json["done"] == 2
    wish = {"lane": Review.Lane.ONE_REVIEWER, "cause": Review.Cause.REQUESTED}
    reviews.open_review(revision=review.revision, by=alice, **wish)
    _an_hour_passes()
    done = retention.delete_marked()
    assert (done.rows["sessions"], done.spared) == (1, [str(charter.session.code)])
    assert not InterviewSession.objects.filter(pk=other.pk).exists()
    undone = AuditEvent.objects.get(type="session.deletion_undone")
    assert "under review" in undone.detail["why"]
    with pytest.raises(purging.NotDeletable):
        purging.purge([charter.session], by=None)


def test_a_hold_has_a_person_who_may_and_a_session_that_is_there(alice: User, chief: User) -> None:
    code = str(make_session(alice).code)
    words = ("maintenance", "hold", code, "--reason", "Claim 12")
    assert run(*words).code == 2
    assert run(*words, "--by", alice.email).code == 2
    assert run("maintenance", "hold", "nothing", "--reason", "x", "--by", chief.email).code == 2
    assert run("maintenance", "lift", code, "--by", chief.email).code == 2
    assert not LegalHold.objects.exists()


def test_what_is_not_archived_is_never_purged(alice: User) -> None:
    session = _aged(make_session(alice), 4000)
    with pytest.raises(purging.NotDeletable):
        purging.purge([session], by=None)
    assert InterviewSession.objects.filter(pk=session.pk).exists()


def test_the_schedule_counts_and_archives_only_where_the_site_says_so(
    alice: User, settings: Settings
) -> None:
    _aged(make_session(alice), 400)
    run("maintenance", "schedule", "run", "look_at_retention")
    assert not ArchivedSession.objects.exists()
    chosen = settings.OPERATIONS["retention"] | {"archives": True}
    settings.OPERATIONS = settings.OPERATIONS | {"retention": chosen}
    run("maintenance", "schedule", "run", "look_at_retention")
    assert ArchivedSession.objects.count() == 1


DAYS = [1, 28, 29, 30, 365, 366, 1095, 1096, 1461, 4000]
FROM_2024_TO_2033 = [datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(3653)]


@pytest.mark.parametrize("days", DAYS)
def test_so_many_days_ago_is_so_many_times_24_hours(days: int) -> None:
    for at in FROM_2024_TO_2033:
        assert (at - retention.days_before(days, at=at)) / timedelta(hours=24) == days


@pytest.mark.parametrize("seconds", [-1, 0, 1])
@pytest.mark.parametrize(
    "at", [datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 3, 1, tzinfo=UTC)]
)
def test_an_interview_is_old_when_more_than_its_days_are_over(
    alice: User, at: datetime, seconds: int
) -> None:
    session = make_session(alice)
    touched = at - timedelta(days=365) + timedelta(seconds=seconds)
    InterviewSession.objects.filter(pk=session.pk).update(last_updated_at=touched)
    chosen = retention.plan_archiving(days=365, at=at).chosen
    assert bool(chosen) == (seconds < 0)


def test_every_table_that_hangs_on_a_session_is_found() -> None:
    """A key that neither goes nor is emptied with its session would stop the purge."""
    found = {one.model._meta.db_table for one in relations()}
    assert {"answers", "decisions", "votes", "comment_versions", "exports", "legal_holds"} <= found
