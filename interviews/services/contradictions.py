"""Has a model look for contradictions in meaning at each gate; what it cannot quote is dropped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import Job, User
from accounts.services import audit, jobs
from interviews.consistency import judging
from interviews.consistency.case import Case
from interviews.consistency.judged import GATES, Comparison, comparisons, is_due
from interviews.consistency.judging import ContradictionsReply, Pair
from interviews.llm import prompting, router
from interviews.llm.types import ModelFault, ModelRequest, Purpose
from interviews.models import Finding, InterviewSession
from interviews.refusals import ProtocolGone
from interviews.scoring import injection
from interviews.services import findings, judged_findings
from interviews.services.judging import is_shareable
from interviews.services.postponing import put_off
from interviews.services.reading import Reading, read, screen_patterns
from interviews.services.sessions import subject

KIND = "judge_rules"
PROMPT = "contradictions"
#: Room for a handful of contradictions; a call that finds none costs a few tokens.
MOST_TOKENS = 500

Status = Literal["checked", "waiting", "failed", "unasked", "kept"]


@dataclass(frozen=True)
class Plan:
    """What one gate asks a model, with the answers as they are."""

    session_id: int
    gate: int
    asked: tuple[Comparison, ...]
    #: Rules that needed an answer which must not be sent.
    left_out: tuple[str, ...]
    versions: tuple[tuple[str, int], ...]

    @property
    def unique_key(self) -> str:
        """The same answers at the same versions are judged once by one prompt."""
        seen = [
            prompting.prompt(PROMPT).version,
            [[one.rule.id, sorted(one.texts)] for one in self.asked],
            self.versions,
        ]
        digest = hashlib.sha256(json.dumps(seen).encode("utf-8")).hexdigest()[:32]
        return f"{KIND}:{self.session_id}:{self.gate}:{digest}"


@dataclass(frozen=True)
class Check:
    """How far a model is with the contradictions of one gate."""

    gate: int
    status: Status
    #: Why there is no reply yet, in the provider's case.
    why: str = ""
    left_out: tuple[str, ...] = ()


def plans(reading: Reading) -> list[Plan]:
    """One for each gate whose answers are all settled; no statement."""
    due = [gate for gate in GATES if is_due(gate, reading.answer_set, protocol=reading.protocol)]
    if not due:
        return []
    case = judged_findings.case_of(reading)
    protected = _protected(reading)
    return [_plan(gate, reading, case, protected) for gate in due]


def _plan(gate: int, reading: Reading, case: Case, protected: frozenset[str]) -> Plan:
    asked = comparisons(gate, case, left_out=protected)
    ids = {one.rule.id for one in asked}
    involved = sorted({key for one in asked for key in one.texts})
    return Plan(
        session_id=reading.session.pk,
        gate=gate,
        asked=tuple(asked),
        left_out=tuple(one.rule.id for one in comparisons(gate, case) if one.rule.id not in ids),
        versions=tuple((key, reading.versions[key]) for key in involved),
    )


def _protected(reading: Reading) -> frozenset[str]:
    """Answers that stay in the house: kept away by a person, or suspected of steering."""
    if reading.session.is_kept_from_model:
        return frozenset(reading.by_key)
    return frozenset(key for key, answer in reading.by_key.items() if not is_shareable(answer))


def request_checks(reading: Reading) -> int:
    """Asks for every check that is due and was not asked for; returns how many are new.

    Cheap when there is nothing to do, and without a configured model it does nothing.
    """
    if not router.is_configured():
        return 0
    wanted = {plan.unique_key for plan in plans(reading) if plan.asked}
    if not wanted:
        return 0
    return jobs.enqueue_missing(dict.fromkeys(wanted, (KIND, reading.session.pk)))


@transaction.atomic
def check_again(*, reading: Reading, by: User) -> int:
    """The same on a person's demand; checks that were given up are tried again."""
    keys = [plan.unique_key for plan in plans(reading) if plan.asked]
    given_up = Job.objects.filter(unique_key__in=keys, status=Job.Status.DEAD)
    revived = given_up.update(
        status=Job.Status.PENDING, attempts=0, next_attempt_at=Now(), finished_at=None
    )
    asked = revived + request_checks(reading)
    if asked:
        audit.record(
            type="contradictions.requested",
            actor=by,
            subject=subject(reading.session),
            detail={"checks": asked},
        )
    return asked


def checks(reading: Reading) -> list[Check]:
    """Where each due gate stands, for pages; one statement, none without a model."""
    if not router.is_configured():
        return []
    due = [plan for plan in plans(reading) if plan.asked or plan.left_out]
    rows = {
        job.unique_key: job
        for job in Job.objects.filter(
            unique_key__in=[plan.unique_key for plan in due if plan.asked]
        )
    }
    return [_check(plan, rows.get(plan.unique_key)) for plan in due]


def _check(plan: Plan, job: Job | None) -> Check:
    if not plan.asked:
        return Check(plan.gate, "kept", left_out=plan.left_out)
    if job is None:
        return Check(plan.gate, "unasked", left_out=plan.left_out)
    statuses: dict[str, Status] = {Job.Status.DONE: "checked", Job.Status.DEAD: "failed"}
    status = statuses.get(job.status, "waiting")
    why = "" if status == "checked" else job.last_fault
    return Check(plan.gate, status, why, plan.left_out)


# -- the worker's part -------------------------------------------------------------------------


def judge_rules(job: Job) -> None:
    """One call for one gate; what it found is kept only if the answers are still the same."""
    plan = _plan_of(job)
    asked = _sendable(plan) if plan is not None else []
    if not asked:
        # Gone, changed meanwhile (another job looks at what stands now), or nothing may be sent.
        jobs.finish(job)
        return
    try:
        reply = router.ask(_request(job, asked))
    except ModelFault as fault:
        put_off(job, fault)
        return
    found = judging.contradictions(reply.content, asked, patterns=screen_patterns())
    with transaction.atomic():
        _stand_in_line(job)
        jobs.finish(job)
        reading = _reading_of(job)
        if reading is not None and _plan_of(job, reading) is not None:
            _keep(reading, asked, found)


def _stand_in_line(job: Job) -> None:
    """Makes checks of other gates wait: one rule is asked at several and has one finding.

    On the session's first check, not on the session: whoever saves an answer writes findings
    first and the session last, and must not meet us the other way round.
    """
    first = Job.objects.filter(kind=KIND, subject_id=job.subject_id).order_by("pk").first() or job
    Job.objects.filter(pk=first.pk).update(subject_id=F("subject_id"))


def _reading_of(job: Job) -> Reading | None:
    session = InterviewSession.objects.filter(pk=job.subject_id).first()
    try:
        return read(session) if session is not None else None
    except ProtocolGone:
        return None


def _plan_of(job: Job, reading: Reading | None = None) -> Plan | None:
    """The plan that the job was made for; None when the answers have moved on."""
    reading = reading or _reading_of(job)
    found = plans(reading) if reading is not None else []
    return next((plan for plan in found if plan.unique_key == job.unique_key), None)


def _sendable(plan: Plan) -> list[Comparison]:
    """Screened once more on the way out: a screen learns, and old answers were read by an old one."""
    texts = {key: text for one in plan.asked for key, text in one.texts.items()}
    steering = {key for key, text in texts.items() if injection.screen(text, screen_patterns())}
    return [left for one in plan.asked if (left := one.without(steering)) is not None]


def _request(job: Job, asked: Sequence[Comparison]) -> ModelRequest[ContradictionsReply]:
    prompt = prompting.prompt(PROMPT)
    return ModelRequest(
        purpose=Purpose.CONTRADICTIONS,
        prompt_version=prompt.version,
        system=prompt.text,
        user=judging.question_text(asked),
        reply_type=ContradictionsReply,
        max_tokens=MOST_TOKENS,
        session_id=job.subject_id,
        question_keys=tuple(sorted({key for one in asked for key in one.texts})),
    )


def _keep(
    reading: Reading, asked: Iterable[Comparison], found: dict[str, tuple[Pair, ...]]
) -> None:
    """Writes what the model found, and fixes what it no longer reports."""
    rows = Finding.objects.filter(session=reading.session, kind=judged_findings.KIND)
    by_rule = {row.rule_id: row for row in rows}
    changed = [
        judged_findings.judged_row(
            one.rule,
            by_rule.get(one.rule.id),
            found.get(one.rule.id, ()),
            reading=reading,
            compared=one.texts.keys(),
        )
        for one in asked
    ]
    findings.store([row for row in changed if row is not None])
