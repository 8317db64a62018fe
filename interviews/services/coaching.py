""" "Show me what a strong answer looks like": works a person's words over, by a model or without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Job, User
from accounts.services import audit, jobs
from interviews.fields.parsing import FREE_TEXT
from interviews.fields.raw import is_blank
from interviews.llm import prompting, router
from interviews.llm.coaching import coach_request
from interviews.llm.types import ModelFault
from interviews.models import Answer, Coaching, Draft
from interviews.protocol.types import Question
from interviews.refusals import SessionNotOpen
from interviews.scoring import coaching, offline
from interviews.scoring.coaching import Coached, Material
from interviews.scoring.judgement import Judgement
from interviews.services import drafts
from interviews.services.attempts import value_hash
from interviews.services.judging import EMBEDDED, is_model_wanted, is_shareable
from interviews.services.reading import Reading, read, screen_patterns
from interviews.services.sessions import subject

KIND = "coach"
PROMPT = "coach"
Status = Coaching.Status


@dataclass(frozen=True)
class _Worked:
    """A worked text and who made it."""

    coached: Coached
    source: str = EMBEDDED
    model_name: str = ""
    prompt_version: str = ""
    #: Why no model did, although one is configured.
    fault: str = ""


def ask_coaching(*, reading: Reading, question_key: str, value: Any, by: User) -> Coaching:
    """The coaching of these very words: an earlier one, one made at once, or one being made.

    ``value`` is what stands in the page, as typed. Nothing of the answer changes. Raises
    SessionNotOpen, Unstorable.
    """
    answer = reading.by_key[question_key]
    answer.session = reading.session
    if not reading.session.is_open:
        raise SessionNotOpen
    drafts.require_storable(value)
    found = _of_these_words(answer, value)
    if found is not None and not _may_do_better(found, answer):
        return found
    question = reading.protocol.question(question_key)
    judgement = _judged(question, value, reading)
    if is_model_wanted(answer) and not judgement.injection_suspected and not is_blank(value):
        return _ask_model(found, answer, value, by)
    worked = _Worked(_from_rubric(question, value, judgement))
    return _keep(found or _new(answer, value, by), worked)


def _of_these_words(answer: Answer, value: Any) -> Coaching | None:
    return Coaching.objects.filter(answer=answer, value_hash=value_hash(value)).first()


def _may_do_better(found: Coaching, answer: Answer) -> bool:
    """Whether a model can now do what the rubric alone did."""
    return found.is_ready and found.source == EMBEDDED and is_model_wanted(answer)


def _new(answer: Answer, value: Any, by: User) -> Coaching:
    return Coaching(answer=answer, value=value, value_hash=value_hash(value), asked_by=by)


def _ask_model(found: Coaching | None, answer: Answer, value: Any, by: User) -> Coaching:
    try:
        with transaction.atomic():
            asked = found or _new(answer, value, by)
            if found is not None:
                found.asked_count += 1
                found.status = Status.ASKED
            asked.save()
            jobs.enqueue(
                kind=KIND,
                subject_id=asked.pk,
                unique_key=f"{KIND}:{asked.pk}:{asked.asked_count}",
            )
    except IntegrityError:
        # Two clicks at once: the other one asks already.
        return Coaching.objects.get(answer=answer, value_hash=value_hash(value))
    return asked


def _keep(made: Coaching, worked: _Worked) -> Coaching:
    _fill(made, worked)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        return Coaching.objects.get(answer=made.answer_id, value_hash=made.value_hash)
    return made


def _fill(made: Coaching, worked: _Worked) -> None:
    made.status = Status.READY
    made.text = worked.coached.text
    made.dropped_count = worked.coached.dropped_count
    made.source = worked.source
    made.model_name = worked.model_name
    made.prompt_version = worked.prompt_version
    made.fault = worked.fault


def _judged(question: Question, value: Any, reading: Reading) -> Judgement:
    return offline.judge(
        question,
        value,
        values=reading.values,
        screen_patterns=screen_patterns(),
        detect_copies=False,
    )


def _from_rubric(question: Question, value: Any, judgement: Judgement) -> Coached:
    return coaching.from_rubric(question, value, judgement, screen_patterns())


# --- In the worker --------------------------------------------------------------------------------


def coach(job: Job) -> None:
    """Has a model work the words over, checks what it says, and stores it once.

    Without a reply the rubric alone does it at once: nobody waits for a provider to come back.
    """
    asked = Coaching.objects.select_related("answer__session").filter(pk=job.subject_id).first()
    if asked is None or asked.is_ready:
        jobs.finish(job)
        return
    worked = _work_over(asked)
    _fill(asked, worked)
    with transaction.atomic():
        jobs.finish(job)
        if Coaching.objects.filter(pk=asked.pk).exists():
            # Else its session was deleted meanwhile.
            asked.save()


def _work_over(asked: Coaching) -> _Worked:
    answer = asked.answer
    reading = read(answer.session)
    question = reading.protocol.question(answer.question_key)
    judgement = _judged(question, asked.value, reading)
    without = _from_rubric(question, asked.value, judgement)
    # Somebody may have kept it away since it was asked for.
    if judgement.injection_suspected or not is_model_wanted(answer):
        return _Worked(without)
    material = _material(question, asked.value, reading)
    prompt = prompting.prompt(PROMPT)
    try:
        reply = router.ask(coach_request(material, session_id=answer.session_id, prompt=prompt))
    except ModelFault as fault:
        return _Worked(without, fault=fault.kind.value)
    checked = coaching.checked(reply.content, material.sources, screen_patterns())
    if not checked.text:
        # Nothing that it said was the person's own.
        return _Worked(Coached(without.text, checked.dropped_count))
    return _Worked(checked, reply.provider, reply.model, prompt.version)


def _material(question: Question, value: Any, reading: Reading) -> Material:
    related = [
        (reading.protocol.question(key), answer.value)
        for key in question.depends_on
        if (answer := reading.by_key[key]).value is not None and is_shareable(answer)
    ]
    return coaching.material(question, value, related)


def leave_uncoached(job: Job) -> None:
    """A coaching that was given up: the person sees that there is none, and can ask again."""
    Coaching.objects.filter(pk=job.subject_id, status=Status.ASKED).update(
        status=Status.READY, text="", source=EMBEDDED, fault="given_up"
    )


# --- Taking it over -------------------------------------------------------------------------------


def can_be_taken(question: Question, made: Coaching) -> bool:
    """Whether there is one free text that the worked text can stand in for."""
    is_text = any(field.name == FREE_TEXT for field in question.fields)
    return made.is_ready and bool(made.text) and is_text


@transaction.atomic
def take_coaching(
    *,
    made: Coaching,
    question: Question,
    before: Any,
    draft_version: int,
    answer_version: int,
    by: User,
) -> Draft:
    """Makes the worked text the draft; ``before`` is what stands there now, and is kept.

    Raises AnswerChanged or DraftChanged when something newer stands there than the person saw;
    SessionNotOpen.
    """
    value = with_text(question, before, made.text)
    draft = drafts.save_draft(
        answer=made.answer,
        value=value,
        draft_version=draft_version,
        answer_version=answer_version,
        by=by,
    )
    if made.taken_at is None or before != value:
        # Taken over once more: what stood there before the first time is still what to go back to.
        made.replaced = before
    made.taken_at, made.taken_by = timezone.now(), by
    made.save(update_fields=["replaced", "taken_at", "taken_by"])
    _record("coaching.taken", made, by)
    return draft


@transaction.atomic
def undo_coaching(*, made: Coaching, draft_version: int, answer_version: int, by: User) -> Draft:
    """Puts back what stood in the draft before. Raises as take_coaching does."""
    draft = drafts.save_draft(
        answer=made.answer,
        value=made.replaced if made.replaced is not None else made.value,
        draft_version=draft_version,
        answer_version=answer_version,
        by=by,
    )
    made.taken_at = made.taken_by = made.replaced = None
    made.save(update_fields=["replaced", "taken_at", "taken_by"])
    _record("coaching.undone", made, by)
    return draft


def with_text(question: Question, raw: Any, text: str) -> Any:
    """A raw answer with another free text."""
    if question.input == "text":
        return text
    return {**(raw if isinstance(raw, dict) else {}), FREE_TEXT: text}


def _record(deed: str, made: Coaching, by: User) -> None:
    answer = made.answer
    audit.record(type=deed, actor=by, subject=f"{subject(answer.session)} {answer.question_key}")
