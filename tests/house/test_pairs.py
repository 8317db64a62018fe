"""Who and when travel together, states are words the database knows."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from tests.house.tree import ROOMS

pytestmark = pytest.mark.django_db

#: A moment without a person: an act of the system, or the person stands beside it under another
#: name. "table.field" -> why.
NO_PERSON = {
    "audit_logs.happened_at": "the actor is text beside it, so that the row outlives the person",
    "jobs.next_attempt_at": "the system plans its own work",
    "jobs.created_at": "the system's own work; who asked for it stands in the subject",
    "jobs.finished_at": "a worker is no person",
    "users.joined_at": "people join; who let them in stands in the audit log",
    "audit_segments.sealed_at": "the schedule seals; a person who did it stands in the chain",
    "api_keys.expires_at": "time does it",
    "api_keys.last_used_at": "its holder uses it",
    "token_families.started_at": "its user signs in",
    "token_families.ended_at": "why it ended stands beside it, by whom in the audit log",
    "refresh_tokens.issued_at": "issued to the family's user",
    "refresh_tokens.expires_at": "time does it",
    "refresh_tokens.used_at": "used by whoever holds it",
    "invitations.expires_at": "time does it",
    "promotions.expires_at": "time does it",
    "webhook_deliveries.announced_at": "announced with a deed that has its person",
    "webhook_deliveries.delivered_at": "a worker delivers",
    "webhook_attempts.tried_at": "a worker tries",
    "data_keys.created_at": "made with the first word that is sealed",
    "data_keys.destroyed_at": "destroyed with its interview, whose deed names the person",
    "idempotency_records.received_at": "received from the row's user",
    "colleague_requests.expires_at": "time does it",
    "colleague_requests.replied_at": "the holder of the link needs no account",
    "sessions.started_at": "the owner starts it",
    "sessions.last_updated_at": "any write moves it; each write has its own row with its person",
    "archived_sessions.archived_at": "the schedule archives; a person who does is in the audit log",
    "archived_sessions.marked_at": "the record of deeds names who chose it",
    "sessions.shut_off_at": "the containment in the record of deeds names who did",
    "sessions.completed_at": "completed by issuing; the revision says by whom",
    "sessions.released_at": "released by issuing; the revision says by whom",
    "assessments.assessed_at": "the scorer is named in scored_by as text",
    "escalations.opened_at": "opened by the system when attempts are exhausted",
    "findings.found_at": "found by a rule",
    "model_calls.called_at": "a worker asks; whose text it was stands in the session",
    "circuits.opened_at": "opened by faults; a person's deed is a line of its history",
    "circuit_events.happened_at": "the person, if there was one, stands beside it as caused_by",
    "conversation_history.happened_at": "a view over rows that have their person",
    "charters.created_at": "made with its first revision, which says by whom",
    "decisions.decided_at": "computed by the engine",
    "exports.made_at": "a worker makes it",
    "cases.opened_at": "opened by submitting; the revision says by whom",
    "reviews.reminded_at": "the schedule reminds",
    "comment_versions.written_at": "written by whoever posted the comment",
    "commitments.made_at": "made with a ruling, which says by whom",
    "rule_sets.made_at": "kept by the first decision that used them",
    "rule_proposals.tested_at": "a worker replays",
    "inventory.submitted_at": "copied from the revision, which says by whom",
    "inventory.decided_at": "copied from the decision, computed by the engine",
    "inventory.review_opened_at": "copied from the review, which says by whom",
    "inventory.ruled_at": "copied from the ruling, which says by whom",
    "inventory.session_updated_at": "copied from the session",
    "inventory.read_at": "read by the system",
    "share_links.expires_at": "time does it",
    "share_links.last_opened_at": "whoever holds the link needs no account",
    "portfolio_views.saved_at": "saved by the view's owner",
    "import_mappings.saved_at": "saved by the mapping's owner",
    "import_batches.finished_at": "a worker is no person",
    "import_rows.made_at": "copied from the session",
    "maintenance_mode.starts_at": "a plan of whoever set it, who stands beside set_at",
    "maintenance_mode.ends_at": "a plan of whoever set it, who stands beside set_at",
    "ops_runs.finished_at": "a process ends it; who started it stands beside started_at",
    "heartbeats.heard_at": "a process is no person",
    "worker_processes.started_at": "a process is no person",
    "worker_processes.heard_at": "a process is no person",
    "ops_incidents.opened_at": "an alert may open it; the timeline names who did",
    "ops_incidents.acknowledged_at": "the timeline names who took it on",
    "ops_incidents.resolved_at": "an alert that ended may resolve it; the timeline names who did",
    "ops_incidents.closed_at": "the timeline names who closed it",
    "ops_incident_entries.happened_at": "the author stands beside it; None is the system",
    "ops_incident_follow_ups.done_at": "the record of deeds names who did it",
    "ops_incident_messages.made_at": "made by the system for an entry that has its author",
    "ops_incident_messages.sent_at": "a worker sends",
    "ops_containments.released_at": "the record of deeds names who released it",
}
#: A moment that is always there beside a person who may be missing.
MAY_LACK_PERSON = {
    "ops_containments.placed_at": "a shell without a name may shut something off",
    "answers.updated_at": "the empty place for an answer is laid when the session starts",
    "held_kinds.held_at": "a command without a name, or a restore, may hold work back",
    "score_disputes.withdrawn_at": "it ends by itself when its score is replaced",
    "reviews.opened_at": "the system opens what was sampled or waited for a committee",
    "maintenance_mode.set_at": "a command without a name, or a backup, may set it",
    "ops_runs.started_at": "the schedule starts it",
    "reviews.closed_at": "the system closes what a newer revision, or a purge, took the place of",
}

#: A moment whose rule speaks of a third column, and a word that stands in it.
SAYS_HOW = {
    "escalations.resolved_at": {"resolution": "waive"},
    "promotions.closed_at": {"outcome": "refused"},
    "rule_proposals.closed_at": {"end": "withdrawn"},
}


def _models() -> list[type[models.Model]]:
    labels = {room.replace("uaip_project", "operations") for room in ROOMS}
    return [one for one in apps.get_models() if one._meta.app_label in labels]


def _fields(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.local_fields}


def _moments() -> list[tuple[type[models.Model], str]]:
    return [(model, name) for model in _models() for name in _fields(model) if name.endswith("_at")]


def _allows(model: type[models.Model], **row: Any) -> bool:
    """Whether the table's check constraints over these fields alone let the values in."""
    typed = {
        name: models.Value(value, output_field=_plain(_fields(model)[name]))
        for name, value in row.items()
    }
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.CheckConstraint):
            continue
        used = {one.split("__")[0] for one, _ in _leaves(constraint.condition)}
        if used <= set(row) and not constraint.condition.check(typed):
            return False
    return True


def _plain(field: Any) -> models.Field:
    """The type of a column; a key into another table is a number."""
    return models.BigIntegerField() if field.is_relation else field


def _leaves(condition: models.Q) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for child in condition.children:
        found += _leaves(child) if isinstance(child, models.Q) else [child]
    return found


def test_every_moment_has_its_person_or_a_reason() -> None:
    alone = {
        f"{model._meta.db_table}.{name}"
        for model, name in _moments()
        if f"{name[:-3]}_by" not in _fields(model)
    }
    assert sorted(alone) == sorted(NO_PERSON)


def test_who_and_when_are_both_there_or_both_missing() -> None:
    broken = []
    for model, name in _moments():
        moment, person = _fields(model)[name], _fields(model).get(f"{name[:-3]}_by")
        if person is None or f"{model._meta.db_table}.{name}" in MAY_LACK_PERSON:
            continue
        if not moment.null and not person.null:
            continue
        extra = SAYS_HOW.get(f"{model._meta.db_table}.{name}", {})
        half = {name: timezone.now(), person.name: None, **extra}
        other_half = {name: None, person.name: 1, **extra}
        if _allows(model, **half) or _allows(model, **other_half):
            broken.append(f"{model._meta.db_table}.{name}")
    assert broken == []


def test_a_resolved_escalation_says_how() -> None:
    model = apps.get_model("interviews", "Escalation")
    row = {"resolved_at": timezone.now(), "resolved_by": 1}
    assert _allows(model, **row, resolution="waive")
    assert not _allows(model, **row, resolution="")


def test_a_state_is_one_of_the_words_the_database_knows() -> None:
    broken = []
    for model in _models():
        for field in model._meta.local_fields:
            if not field.name.endswith(("status", "state")) or not model._meta.managed:
                continue
            knows_all = all(_allows(model, **{field.name: word}) for word, _ in field.choices)
            if not knows_all or _allows(model, **{field.name: "nonsense"}):
                broken.append(f"{model._meta.db_table}.{field.name}")
    assert broken == []
