"""Every column that could hold a person's words is sealed, or says why it is not (docs/adr/0016)."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from accounts.sealed_fields import SealedField

ROOMS = ("interviews", "charters")
OURS = "words of ours or of a provider, not of a person"
MACHINE = "codes, versions, hashes or numbers"
LOOK = "how the site's documents look, chosen by an administrator"
TITLE = "titles are what lists and searches show"
#: Columns of free text or JSON that stay readable -> why.
CLEAR = {
    "sessions.project_name": TITLE,
    "sessions.source_note": "where a shipped sample comes from",
    "sessions.provenance": MACHINE,
    "sessions.protocol_version": MACHINE,
    "answers.question_key": MACHINE,
    "answers.question_text": OURS,
    "answer_attempts.value_hash": MACHINE,
    "answer_attempts.based_on": MACHINE,
    "assessments.scored_by": OURS,
    "assessments.scorer_version": MACHINE,
    "assessments.model_name": OURS,
    "assessments.prompt_version": MACHINE,
    "assessments.dimensions": MACHINE,
    "follow_ups.element_id": MACHINE,
    "coachings.value_hash": MACHINE,
    "coachings.source": OURS,
    "coachings.model_name": OURS,
    "coachings.prompt_version": MACHINE,
    "coachings.fault": OURS,
    "findings.rule_id": MACHINE,
    "findings.kind": MACHINE,
    "findings.answer_ids": MACHINE,
    "findings.title": "the rule's own title",
    "findings.fingerprint": MACHINE,
    "model_calls.question_keys": MACHINE,
    "model_calls.purpose": MACHINE,
    "model_calls.provider": OURS,
    "model_calls.model": OURS,
    "model_calls.host": OURS,
    "model_calls.prompt_version": MACHINE,
    "model_calls.currency": MACHINE,
    "model_calls.outcome": MACHINE,
    "model_calls.sent_hash": MACHINE,
    "model_spend.provider": OURS,
    "circuits.provider": OURS,
    "circuits.model": OURS,
    "circuits.refused_key_hash": MACHINE,
    "circuits.reason": "a provider's fault, or an operator's word about it",
    "circuit_events.what": MACHINE,
    "circuit_events.reason": "a provider's fault, or an operator's word about it",
    "proposals.refusal": OURS,
    "proposals.source": OURS,
    "proposals.model_name": OURS,
    "proposals.prompt_version": MACHINE,
    "proposals.fault": OURS,
    "proposal_candidates.question_key": MACHINE,
    "colleague_requests.question_key": MACHINE,
    "colleague_requests.email": "erasure finds the person by it",
    "archived_sessions.status_before": MACHINE,
    "legal_holds.reason": "why an interview is kept, by an administrator; nothing of its answers",
    "charter_prose.left_out": MACHINE,
    "charter_prose.provider": OURS,
    "charter_prose.model_name": OURS,
    "charter_prose.prompt_version": MACHINE,
    "document_looks.name": LOOK,
    "document_looks.accent": LOOK,
    "document_looks.logo": LOOK,
    "document_looks.template_name": LOOK,
    "document_looks.template": LOOK,
    "document_looks.stylesheet": LOOK,
    "exports.file_format": MACHINE,
    "exports.profile": MACHINE,
    "exports.paper": MACHINE,
    "exports.annex_hash": MACHINE,
    "exports.cache_key": MACHINE,
    "ai_project_charters.content_hash": MACHINE,
    "ai_project_charters.deliverable_versions": MACHINE,
    "ai_project_charters.protocol_version": MACHINE,
}
KINDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)
#: The same in each of the five tables.
OF_DELIVERABLES = "source_answer_ids"


def readable() -> Iterator[str]:
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for field in model._meta.local_fields if model._meta.managed else ():
                is_free = isinstance(field, KINDS) and not field.choices
                if is_free and not isinstance(field, SealedField) and field.name != OF_DELIVERABLES:
                    yield f"{model._meta.db_table}.{field.column}"


def test_every_readable_column_says_why() -> None:
    assert sorted(readable()) == sorted(CLEAR)
