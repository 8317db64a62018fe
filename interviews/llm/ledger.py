"""Writes every call into the ledger and adds its cost to the day's spend."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from accounts import sealing
from interviews import metrics
from interviews.llm import prices
from interviews.llm.types import MOST_TOKENS, ModelRequest, Usage
from interviews.models import InterviewSession, ModelCall

log = logging.getLogger(__name__)

OK = "ok"
CACHED = "cached"
DETAIL_LENGTH = 300
#: Where a call belongs to no question.
NO_STAGE = "none"
#: The first call of a day makes the row, all others add to it, in one statement that cannot meet
#: itself; Django's upsert can only overwrite.
SPEND = """
    INSERT INTO model_spend (day, provider, cost, tokens, call_count)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (day, provider) DO UPDATE SET
        cost = model_spend.cost + excluded.cost,
        tokens = model_spend.tokens + excluded.tokens,
        call_count = model_spend.call_count + excluded.call_count
"""


@dataclass(frozen=True)
class Called:
    """Who was asked and what came of it; ``host`` is empty when nothing left the house."""

    provider: str
    model: str
    host: str = ""
    outcome: str = OK
    detail: str = ""
    usage: Usage = field(default_factory=Usage)
    milliseconds: int = 0


def record(request: ModelRequest[Any], called: Called) -> ModelCall | None:
    """One row of the ledger and the day's spend, in one short transaction.

    None when the database refused: a reply that was paid for is not thrown away because its
    row could not be written.
    """
    row = _row(request, called)
    _count(row)
    try:
        return _write(row)
    except (IntegrityError, InterviewSession.DoesNotExist, sealing.KeyDestroyed):
        # Its session was deleted while the model was thinking; the money was spent all the same.
        row.session, row.question_keys, row.sent_text = None, [], ""
    except (Error, sealing.CannotOpen):
        log.exception("A call to %s could not be written into the ledger.", called.provider)
        return None
    try:
        return _write(row)
    except (Error, sealing.CannotOpen):
        log.exception("A call to %s could not be written into the ledger.", called.provider)
        return None


def _row(request: ModelRequest[Any], called: Called) -> ModelCall:
    usage = called.usage
    left_the_house = called.outcome != CACHED
    return ModelCall(
        session_id=request.session_id,
        question_keys=list(request.question_keys),
        purpose=request.purpose,
        provider=called.provider,
        model=called.model,
        host=called.host,
        prompt_version=request.prompt_version,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        tokens_cached=usage.cached_in,
        cost=prices.cost(called.provider, called.model, usage, timezone.localdate()),
        currency=prices.currency(),
        milliseconds=called.milliseconds,
        outcome=called.outcome,
        detail=called.detail[:DETAIL_LENGTH],
        sent_hash=request.sent_hash,
        sent_text=request.user_text if left_the_house else "",
    )


def _count(row: ModelCall) -> None:
    """What leaves the house is counted for the stage and the purpose it was asked for."""
    if row.outcome == CACHED:
        metrics.llm_looked_up(found=True)
        return
    stage = str(row.question_keys[0])[1:2] if row.question_keys else NO_STAGE
    usage = Usage(row.tokens_in, row.tokens_out, row.tokens_cached)
    outcome = row.outcome if row.outcome == OK else "failed"
    metrics.agent_called(stage, str(row.purpose), outcome, row.milliseconds / 1000, usage)
    metrics.llm_paid(row.provider, row.model, row.currency, float(row.cost))


def plausible(usage: Usage) -> Usage:
    """The usage with figures that a row can hold: a wrong count must not lose the line."""

    def within(tokens: int) -> int:
        return min(max(tokens, 0), MOST_TOKENS)

    return Usage(within(usage.tokens_in), within(usage.tokens_out), within(usage.cached_in))


@transaction.atomic
def _write(row: ModelCall) -> ModelCall:
    row.pk = None
    row.save(force_insert=True)
    if row.outcome != CACHED:
        # Last, because every call of the day waits for this one row's lock.
        _spend(row, timezone.localdate())
    return row


def _spend(row: ModelCall, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SPEND, (day, row.provider, row.cost, row.tokens_in + row.tokens_out, 1))
