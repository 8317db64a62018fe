"""Keeps findings of kind J in step with the answers and with what a model reported."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from interviews.consistency import judging
from interviews.consistency.case import Case
from interviews.consistency.judged import JUDGED_BY_ID, JudgedRule, text_of
from interviews.consistency.judging import Pair
from interviews.models import Finding
from interviews.protocol.types import Protocol
from interviews.services.reading import Reading, rules_config

KIND = "J"
State = Finding.State


def case_of(reading: Reading) -> Case:
    """The answers as judged rules read them."""
    return Case(reading.answer_set, reading.protocol, reading.session.today, rules_config())


def outdate(rows: Collection[Finding], reading: Reading) -> list[Finding]:
    """Drops passages that are gone from the answers; returns the rows that changed.

    Plain code and at once: what nobody says any more contradicts nothing.
    """
    standing = [row for row in rows if row.kind == KIND and row.state != State.FIXED]
    if not standing:
        return []
    case = case_of(reading)
    return [row for row in standing if _outdate(row, case)]


def _outdate(row: Finding, case: Case) -> bool:
    rule = JUDGED_BY_ID.get(row.rule_id)
    before = judging.pairs_of(row.quotes)
    after = judging.still_standing(before, _texts(rule, case)) if rule else ()
    if rule is None or not after:
        row.state = State.FIXED
        return True
    if after == before:
        return False
    _say(row, rule, after, case.protocol)
    return True


def _texts(rule: JudgedRule, case: Case) -> dict[str, str]:
    return {key: text_of(case, key) for key in rule.reads}


def judged_row(
    rule: JudgedRule,
    row: Finding | None,
    found: Sequence[Pair],
    *,
    reading: Reading,
    compared: Collection[str],
) -> Finding | None:
    """The row of one rule after a model looked at it; None when nothing is to be written.

    ``compared`` are the answers that it saw: passages from elsewhere, found at another gate,
    stand as long as they occur.
    """
    elsewhere: tuple[Pair, ...] = ()
    if row is not None and row.state != State.FIXED:
        kept = judging.still_standing(judging.pairs_of(row.quotes), _texts(rule, case_of(reading)))
        elsewhere = tuple(pair for pair in kept if not pair.keys <= set(compared))
    pairs = (*elsewhere, *found)
    if not pairs:
        return _fixed(row)
    print_now = judging.fingerprint(rule, pairs, reading.versions)
    if row is not None and row.state != State.FIXED and row.fingerprint == print_now:
        # Judged before on the very same answers: what a person did about it holds.
        return None
    row = row or Finding(session=reading.session, rule_id=rule.id, kind=KIND)
    _say(row, rule, pairs, reading.protocol)
    row.fingerprint = print_now
    row.state, row.reason, row.handled_at, row.handled_by = State.OPEN, "", None, None
    return row


def _fixed(row: Finding | None) -> Finding | None:
    if row is None or row.state == State.FIXED:
        return None
    row.state = State.FIXED
    return row


def _say(row: Finding, rule: JudgedRule, pairs: Sequence[Pair], protocol: Protocol) -> None:
    keys = sorted({key for pair in pairs for key in pair.keys})
    stages = sorted(protocol.question(key).stage_number for key in keys)
    row.kind = KIND
    row.severity = rule.severity.value
    row.is_completeness = False
    # The gate is that of the later answer quoted: X-38 meets the KPIs only in stage 2.
    row.stage_a, row.stage_b = stages[0], stages[-1]
    row.answer_ids = keys
    row.title = rule.title
    row.message = judging.message(rule, pairs)
    row.how_to_fix = rule.how_to_fix
    row.quotes = judging.stored(pairs)
