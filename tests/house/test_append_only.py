"""What was written stays as it was written: the database itself refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.append_only import AppendOnly, lifted
from accounts.models import AuditEvent, User
from accounts.services import audit
from charters.models import Charter, Revision
from governance.models import (
    CaseIncident,
    Comment,
    CommentVersion,
    Commitment,
    Committee,
    Condition,
    CrosswalkDetails,
    Decision,
    Reading,
    Review,
    RuleProposal,
    RulePublication,
    RuleSet,
    Ruling,
    Seat,
    Thread,
    Vote,
)
from interviews.models import (
    DELIVERABLE_MODELS,
    Assessment,
    Attempt,
    Checkpoint,
    FollowUp,
    ModelCall,
)
from tests.builders.sessions import VAGUE_PROBLEM, make_session, submit
from uaip_project.operations.incidents import handling
from uaip_project.operations.models import IncidentEntry

pytestmark = pytest.mark.django_db

DELIVERABLE_TABLES = [model._meta.db_table for model in DELIVERABLE_MODELS.values()]
#: table -> the deeds that the database refuses. A session that was never released can be deleted
#: with all that hangs on it; what others rely on (charters, decisions, deeds) cannot.
REFUSED = {
    "answer_attempts": ("update",),
    "assessments": ("update",),
    "follow_ups": ("update",),
    "model_calls": ("update",),
    "checkpoints": ("update",),
    **dict.fromkeys(DELIVERABLE_TABLES, ("update",)),
    "ai_project_charters": ("update", "delete"),
    "decisions": ("update", "delete"),
    "votes": ("update", "delete"),
    "rulings": ("update", "delete"),
    "ruling_conditions": ("update", "delete"),
    "comment_versions": ("update", "delete"),
    "commitment_readings": ("update", "delete"),
    "case_incidents": ("update", "delete"),
    "rule_sets": ("update", "delete"),
    "rule_publications": ("update", "delete"),
    "crosswalk_details": ("update", "delete"),
    "ops_incident_entries": ("update", "delete"),
    "audit_logs": ("update", "delete"),
}
MODELS: dict[str, type[models.Model]] = {
    model._meta.db_table: model
    for model in (
        *(Attempt, Assessment, FollowUp, ModelCall, Checkpoint, Revision, Decision, AuditEvent),
        *(Vote, Ruling, Condition, CommentVersion),
        *(Reading, CaseIncident),
        *(RuleSet, RulePublication, CrosswalkDetails),
        IncidentEntry,
        *DELIVERABLE_MODELS.values(),
    )
}
#: Rows of a ruled case.
OF_A_CASE = (
    "votes",
    "rulings",
    "ruling_conditions",
    "comment_versions",
    "commitment_readings",
    "case_incidents",
)


@pytest.fixture
def row(alice: User) -> Callable[[str], models.Model]:
    """One row of each immutable table, made when asked for."""

    def make(table: str) -> models.Model:
        session = make_session(alice)
        submit(session, "S1-01", VAGUE_PROBLEM)
        if table == "checkpoints":
            Checkpoint.objects.create(session=session, stage_number=1, snapshot={}, passed_by=alice)
        if table == "model_calls":
            ModelCall.objects.create(session=session, purpose="score", outcome="ok")
        if table in DELIVERABLE_TABLES:
            MODELS[table].objects.create(session=session, version=1, content={}, created_by=alice)
        if table in ("ai_project_charters", "decisions"):
            _issue(session, alice)
        if table in OF_A_CASE:
            _rule(_issue(session, alice), alice)
        if table == "rule_sets":
            RuleSet.objects.create(content_hash="0" * 64, content={})
        if table == "rule_publications":
            _publish(alice)
        if table == "crosswalk_details":
            _detail(_issue(session, alice), alice)
        if table == "ops_incident_entries":
            handling.open_incident(title="The disk is full", severity="P2", by=alice)
        found = MODELS[table].objects.first()
        assert found is not None
        return found

    return make


def _publish(by: User) -> None:
    rules = {"kind": "thresholds", "key": "thresholds", "content": {}, "content_hash": "0" * 64}
    proposal = RuleProposal.objects.create(**rules, reason="Stricter.", proposed_by=by)
    RulePublication.objects.create(
        **rules, proposal=proposal, number=1, summary={}, published_by=by
    )


def _detail(revision: Revision, by: User) -> None:
    CrosswalkDetails.objects.create(
        charter=revision.charter, revision=revision, number=1, values={}, noted_by=by
    )


def _issue(session: models.Model, by: User) -> Revision:
    revision = Revision.objects.create(
        charter=Charter.objects.create(session=session),
        number=1,
        content={},
        content_hash="0" * 64,
        protocol_version="uaip/1",
        as_of_date=date(2026, 11, 21),
        issued_by=by,
    )
    Decision.objects.create(
        revision=revision, value="halt", content_hash="0" * 64, facts={}, outcome={}
    )
    return revision


def _rule(revision: Revision, by: User) -> None:
    """A review with a vote, a ruling with a condition, and a comment."""
    committee = Committee.objects.create(name="Council", created_by=by)
    seat = Seat.objects.create(
        committee=committee, user=by, from_date=date(2026, 1, 1), added_by=by
    )
    review = Review.objects.create(
        charter=revision.charter,
        revision=revision,
        lane="committee",
        committee=committee,
        due_date=date(2026, 12, 1),
    )
    said = {"outcome": "approve_with_conditions", "reason": "It is well thought out."}
    Vote.objects.create(review=review, seat=seat, cast_by=by, **said)
    ruling = Ruling.objects.create(review=review, computed="revise", ruled_by=by, **said)
    Condition.objects.create(
        ruling=ruling, position=1, text="Test it.", owner="Bob", due_date=date(2026, 12, 1)
    )
    thread = Thread.objects.create(charter=revision.charter, revision_number=1, opened_by=by)
    comment = Comment.objects.create(thread=thread, posted_by=by)
    CommentVersion.objects.create(comment=comment, text="Why?")
    _promise(ruling, by)


def _promise(ruling: Ruling, by: User) -> None:
    """A commitment that was read once, and an incident."""
    day = date(2026, 12, 1)
    commitment = Commitment.objects.create(
        charter=ruling.review.charter,
        ruling=ruling,
        key="condition:1",
        kind="condition",
        text="Test it.",
        owner="Bob",
        comparator="done",
        due_date=day,
        quiet_since=day,
    )
    Reading.objects.create(commitment=commitment, is_done=True, measured_on=day, recorded_by=by)
    CaseIncident.objects.create(
        charter=ruling.review.charter, severity="minor", happened_on=day, text="X", reported_by=by
    )


def _refuses(deed: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            deed()
    except IntegrityError as refusal:
        assert "never changed" in str(refusal)
        return True
    return False


def test_these_and_no_other_tables_are_append_only() -> None:
    graph = MigrationLoader(connection).graph
    promised = {
        operation.table: tuple(operation.deeds)
        for migration in graph.nodes.values()
        for operation in getattr(migration, "operations", ())
        if isinstance(operation, AppendOnly)
    }
    assert promised == REFUSED


@pytest.mark.parametrize("table", REFUSED)
def test_no_row_is_updated(row: Callable[[str], models.Model], table: str) -> None:
    kept = row(table)
    column = next(f.column for f in kept._meta.local_fields if not f.primary_key)
    assert _refuses(lambda: kept.save(force_update=True))
    assert _refuses(lambda: _raw("UPDATE", table, "SET", column, "=", column))


@pytest.mark.parametrize("table", [name for name, deeds in REFUSED.items() if "delete" in deeds])
def test_no_row_that_others_rely_on_is_deleted(
    row: Callable[[str], models.Model], table: str
) -> None:
    kept = row(table)
    assert _refuses(lambda: kept._meta.model.objects.filter(pk=kept.pk)._raw_delete("default"))
    assert _refuses(lambda: _raw("DELETE FROM", table))


def _raw(*words: str) -> None:
    """SQL past the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(" ".join(words))


def test_a_lifted_promise_is_kept_again_afterwards(alice: User) -> None:
    audit.record(type="test.done", actor=alice, subject="a test")
    with lifted(connection, "audit_logs", "delete"):
        _raw("DELETE FROM audit_logs")
    assert AuditEvent.objects.count() == 0
    audit.record(type="test.done", actor=alice, subject="a test")
    assert _refuses(lambda: _raw("DELETE FROM audit_logs"))


@pytest.mark.parametrize("table", REFUSED)
def test_a_row_cannot_be_replaced_either(table: str, row: Callable[[str], models.Model]) -> None:
    """SQLite's INSERT OR REPLACE deletes and inserts; PostgreSQL has nothing like it."""
    found = row(table)
    if connection.vendor != "sqlite":
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "{table}" WHERE id = {found.pk}')
        return
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}" WHERE id = {found.pk}'
        )


@pytest.mark.parametrize("table", [name for name, deeds in REFUSED.items() if "delete" in deeds])
def test_a_table_cannot_be_emptied_at_once(table: str, row: Callable[[str], models.Model]) -> None:
    row(table)
    # What waits to be checked at the end of the transaction would stop TRUNCATE by itself.
    connection.check_constraints()
    empty = "TRUNCATE {} CASCADE" if connection.vendor == "postgresql" else "DELETE FROM {}"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(empty.format(f'"{table}"'))
