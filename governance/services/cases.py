"""The case of a charter: the row that every act locks, and what is said against what was issued."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from charters.models import Charter, Revision
from charters.services import revisions
from governance import material
from governance.models import Case, Decision
from governance.services.inventory_marks import outdate
from interviews.answerset import AnswerState
from interviews.models import Answer, Finding, InterviewSession
from interviews.protocol import catalogue
from interviews.services.reading import Reading


def subject(charter: Charter) -> str:
    """How the record of deeds names a case."""
    return f"charter {charter.code}"


def lock_case(charter: Charter) -> Case:
    """The case's row until the transaction ends, made when it is not there yet.

    Whoever acts on a charter's case comes through here, so that acts happen one after another.
    """
    outdate(charter.session_id)
    Case.objects.get_or_create(charter=charter)
    case = Case.objects.select_for_update(no_key=True).get(charter=charter)
    case.charter = charter
    return case


# --- What is said now, against what was issued ----------------------------------------------------


@dataclass(frozen=True)
class Bearing:
    """Where a session's words stand against its newest issued revision, by material hashes."""

    newest_hash: str = ""
    current_hash: str = ""
    #: The case that this was read from; None where the charter has none.
    case: Case | None = None

    @property
    def is_changed(self) -> bool:
        """Something material was edited since the newest revision was issued."""
        return bool(self.newest_hash) and self.newest_hash != self.current_hash


def hash_of(decision: Decision) -> str:
    """The material hash of the revision that a decision judged, by the rules it was judged by."""
    return material.material_hash(
        decision.revision.content,
        config=decision.facts["config"],
        engine_version=decision.engine_version,
    )


def note_issued(*, case: Case, decision: Decision) -> None:
    """A revision was issued: the session says, for the moment, just what it says."""
    session_id = case.charter.session_id
    case.newest_hash = case.checked_hash = hash_of(decision)
    case.checked_token = _tokens([session_id], {session_id: case.newest_hash})[session_id]
    case.save(update_fields=["newest_hash", "checked_hash", "checked_token"])


def bearing_of(charter: Charter) -> Bearing:
    """For one charter; see ``bearings_of``."""
    return bearings_of([charter])[charter.pk]


def bearings_of(charters: Sequence[Charter]) -> dict[int, Bearing]:
    """By charter's pk, in a fixed number of statements however many charters there are.

    What was worked out before counts while the session's answers and findings stand where they
    stood; the rest is worked out anew, together, and remembered.
    """
    cases = Case.objects.in_bulk([one.pk for one in charters], field_name="charter_id")
    sessions = {one.pk: one.session_id for one in charters if one.pk in cases}
    tokens = _tokens(
        list(sessions.values()), {sessions[pk]: cases[pk].newest_hash for pk in sessions}
    )
    moved = [
        cases[pk]
        for pk, session_id in sessions.items()
        if cases[pk].newest_hash and cases[pk].checked_token != tokens[session_id]
    ]
    _work_out(moved, {case.pk: tokens[sessions[case.charter_id]] for case in moved})
    return {
        one.pk: Bearing(cases[one.pk].newest_hash, cases[one.pk].checked_hash, cases[one.pk])
        if one.pk in cases
        else Bearing()
        for one in charters
    }


def _tokens(session_ids: Sequence[int], newest: dict[int, str]) -> dict[int, str]:
    """Session's pk -> a token that is another one whenever anything that could matter moved.

    Versions and assessments only ever grow, so their sums tell every move of theirs.
    """
    answers = (
        Answer.objects.filter(session__in=session_ids)
        .order_by()
        .values("session_id")
        .annotate(
            versions=Sum("version"),
            judged=Sum("current_assessment_id"),
            tried=Sum("current_attempt_id"),
            **{
                f"is_{state.value}": Count("pk", filter=Q(state=state.value))
                for state in AnswerState
            },
        )
    )
    parts: dict[int, list[Any]] = {pk: [newest.get(pk, "")] for pk in session_ids}
    for row in answers:
        figures: dict[str, Any] = dict(row)
        parts[row["session_id"]] += [figures[name] for name in sorted(figures)]
    standing = Finding.objects.filter(session__in=session_ids).standing()
    names = ("session_id", "rule_id", "severity")
    for session_id, *named in standing.order_by("rule_id").values_list(*names):
        parts[session_id].append(named)
    return {
        pk: hashlib.sha256(json.dumps(said, default=int).encode()).hexdigest()
        for pk, said in parts.items()
    }


def _work_out(moved: list[Case], tokens: dict[int, str]) -> None:
    """The material hash of what these cases' sessions say now; stored beside its token."""
    if not moved:
        return
    newest = _newest_decisions([case.charter_id for case in moved])
    readings = _readings([newest[case.charter_id].revision.charter.session for case in moved])
    for case in moved:
        decision = newest[case.charter_id]
        reading = readings.get(decision.revision.charter.session_id)
        case.checked_token = tokens[case.pk]
        # Where the question set is gone nothing can be answered, so nothing has changed.
        case.checked_hash = _current_hash(decision, *reading) if reading else case.newest_hash
    Case.objects.bulk_update(moved, ["checked_token", "checked_hash"])


def _current_hash(decision: Decision, reading: Reading, found: list[Finding]) -> str:
    """By the clock and the rules of the decision: only what people did since makes a difference."""
    content = content_now(reading, found, as_of=decision.revision.as_of_date)
    return material.material_hash(
        content, config=decision.facts["config"], engine_version=decision.engine_version
    )


def content_now(reading: Reading, found: list[Finding], *, as_of: date) -> dict[str, Any]:
    """The charter as the session's record tells it now, on another day's clock."""
    session = copy.copy(reading.session)
    session.as_of_date = as_of
    on_that_day = Reading(session, reading.answers)
    return revisions.record_content(on_that_day, found).model_dump(mode="json")


def reading_now(session: InterviewSession) -> tuple[Reading, list[Finding]] | None:
    """What the session says; None where its question set is not installed any more."""
    return _readings([session]).get(session.pk)


def _readings(sessions: Iterable[InterviewSession]) -> dict[int, tuple[Reading, list[Finding]]]:
    protocol = catalogue.default_protocol()
    readable = {one.pk: one for one in sessions if one.protocol_version == protocol.version}
    answers: dict[int, list[Answer]] = {pk: [] for pk in readable}
    for answer in Answer.objects.filter(session__in=readable).with_current().order_by("position"):
        answers[answer.session_id].append(answer)
    findings: dict[int, list[Finding]] = {pk: [] for pk in readable}
    for finding in Finding.objects.filter(session__in=readable):
        findings[finding.session_id].append(finding)
    expected = set(protocol.keys)
    return {
        pk: (Reading(session, answers[pk]), findings[pk])
        for pk, session in readable.items()
        if {one.question_key for one in answers[pk]} == expected
    }


def _newest_decisions(charter_ids: list[int]) -> dict[int, Decision]:
    newest = Revision.objects.filter(charter=OuterRef("revision__charter")).order_by("-number")
    decisions = (
        Decision.objects.filter(
            revision__charter__in=charter_ids, revision=Subquery(newest.values("pk")[:1])
        )
        .select_related("revision__charter__session__owner")
        .defer("revision__content", "outcome")
    )
    return {one.revision.charter_id: one for one in decisions}
