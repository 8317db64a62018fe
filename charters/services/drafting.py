"""Has a model draft the charter's prose in one call, and keeps only what the record holds."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import Job
from accounts.sealed_fields import sealed_changes
from accounts.services import jobs
from charters.content import CharterContent
from charters.models import Prose
from charters.prose import facts as telling
from charters.prose.facts import Fact
from charters.prose.verify import ProseReply, check_all
from charters.services import prose, revisions
from interviews.llm import prompting, router
from interviews.llm.types import ModelFault, ModelReply, ModelRequest, Purpose
from interviews.refusals import ProtocolGone
from interviews.scoring import injection
from interviews.services import findings
from interviews.services.judging import is_shareable
from interviews.services.postponing import put_off
from interviews.services.reading import Reading, read, screen_patterns

PROMPT = "prose"
MOST_TOKENS = 1_200


def draft_prose(job: Job) -> None:
    """Drafts the prose that the job asks for; ends the job or puts it back."""
    asked = Prose.objects.select_related("session").filter(pk=job.subject_id).first()
    if asked is None:
        jobs.finish(job)
        return
    try:
        reading = read(asked.session)
    except ProtocolGone:
        # Its questions are not installed: nothing can be told.
        jobs.finish(job)
        return
    content = revisions.record_content(reading, findings.look(reading=reading))
    _write_draft(job, asked, reading, content)


def _write_draft(job: Job, asked: Prose, reading: Reading, content: CharterContent) -> None:
    told = _sendable(reading, content)
    if prose.unique_key(asked) != job.unique_key or not prose.may_ask(reading.session) or not told:
        # A newer wish, kept away meanwhile, or nothing to tell: the record's own text stands.
        jobs.finish(job)
        return
    try:
        reply = router.ask(_request(reading, told))
    except ModelFault as fault:
        put_off(job, fault)
        return
    with transaction.atomic():
        jobs.finish(job)
        _store(asked, reply, told, content.identity.project_name)


def _sendable(reading: Reading, content: CharterContent) -> list[Fact]:
    """Nothing of an answer that is kept away, suspected of steering, or not judged yet."""
    suspected = {
        key
        for key, answer in reading.by_key.items()
        if answer.current_assessment and answer.current_assessment.injection_suspected
    }
    kept = suspected | {key for key, one in reading.by_key.items() if one.is_kept_from_model}
    unread = {key for key, answer in reading.by_key.items() if not is_shareable(answer)}
    told = telling.facts_of(content, kept=kept, unread=unread)
    return [fact for fact in told if not injection.screen(fact.text, screen_patterns())]


def _request(reading: Reading, told: list[Fact]) -> ModelRequest[ProseReply]:
    prompt = prompting.prompt(PROMPT)
    return ModelRequest(
        purpose=Purpose.PROSE,
        prompt_version=prompt.version,
        system=prompt.text,
        user=request_text(told),
        reply_type=ProseReply,
        max_tokens=min(MOST_TOKENS, settings.LLM_MAX_TOKENS),
        temperature=settings.LLM_TEMPERATURE,
        session_id=reading.session.pk,
        question_keys=tuple(sorted({item for fact in told for item in fact.items})),
    )


def request_text(told: list[Fact]) -> str:
    """The facts by passage, as JSON data."""
    by_passage: dict[str, list[str]] = {}
    for fact in told:
        by_passage.setdefault(fact.passage, []).append(fact.text)
    return f"Facts:\n{json.dumps(by_passage, ensure_ascii=False, separators=(',', ':'))}"


def _store(asked: Prose, reply: ModelReply[Any], told: list[Fact], project_name: str) -> None:
    checked = check_all(reply.content, told, project_name=project_name, patterns=screen_patterns())
    drafted = sealed_changes(
        asked,
        drafts={key: one.text for key, one in checked.items() if one.sentences},
        left_out={key: one.dropped for key, one in checked.items() if one.dropped},
        provider=reply.provider,
        model_name=reply.model,
        prompt_version=prompting.prompt(PROMPT).version,
        # Whoever has the page open with the old draft must not save it over the new one.
        version=F("version") + 1,
    )
    Prose.objects.filter(pk=asked.pk).update(**drafted)
