"""Finds each rubric element in a text or in the fields of a form or table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from interviews.protocol.types import RubricElement
from interviews.scoring.answertext import AnswerText, Row
from interviews.scoring.evidence import Clause, Column, Columns, ElementSpec
from interviews.scoring.judgement import QUOTE_LENGTH, ElementVerdict, Verdict
from interviews.scoring.rubric import combine_rows
from interviews.scoring.signals import ANCHORS, SHAPES, Reading
from interviews.scoring.substance import is_placeholder
from interviews.scoring.words import plain

_RANK: Mapping[Verdict, int] = {"absent": 0, "partly": 1, "met": 2}
_DIGIT = re.compile(r"\d")
#: Whether a text points at nothing in particular.
IsLoose = Callable[[str], bool]


@dataclass(frozen=True)
class Finding:
    """One element's verdict and where it was seen."""

    verdict: Verdict
    quote: str = ""


ABSENT = Finding("absent")


def words_list(key: str, element_id: str) -> str:
    """The name under which an element's own words are matched."""
    return f"words:{key}.{element_id}"


def in_text(reading: Reading, spec: ElementSpec, own: str) -> Finding:
    """The verdict on an element from free text."""
    if not spec.all_of:
        return ABSENT
    hit = [_holds(reading, clause, own) for clause in spec.all_of]
    if all(hit):
        return Finding("met", quote(reading, spec.all_of, own))
    if spec.partly:
        if all(_holds(reading, clause, own) for clause in spec.partly):
            return Finding("partly", quote(reading, spec.partly, own))
    elif sum(hit) * 2 >= len(hit) and any(hit):
        return Finding("partly", quote(reading, spec.all_of, own))
    return ABSENT


def with_benefit_of_doubt(
    reading: Reading, spec: ElementSpec, own: str, found: Finding
) -> Finding | None:
    """One step better, where only words are missing that a word list cannot hold in full.

    What can be counted on to show (a figure, a date, a name) must still be there.
    """
    if found.verdict == "met":
        return None
    missing = [clause for clause in spec.all_of if not _holds(reading, clause, own)]
    if not missing or any(all(p.name in SHAPES for p in clause) for clause in missing):
        return None
    if found.verdict == "partly":
        return Finding("met", found.quote)
    place = reading.first(ANCHORS)
    if place is None:
        return None
    start, end = reading.spans[place[2]]
    return Finding("partly", _cut(reading.text, start, end, place[0]))


def _holds(reading: Reading, clause: Clause, own: str) -> bool:
    for part in clause:
        name = own if part.name == "words" else part.name
        found = reading.count(name) >= part.at_least if part.at_least > 1 else reading.has(name)
        if found != part.negated:
            return True
    return False


def quote(reading: Reading, clauses: tuple[Clause, ...], own: str) -> str:
    """The sentence that shows most of the clauses, cut around the first hit."""
    best: tuple[int, int] | None = None
    names = [
        [own if part.name == "words" else part.name for part in clause if not part.negated]
        for clause in clauses
    ]
    for number in range(len(reading.spans)):
        if number in reading.ignored:
            continue
        count = sum(any(reading.mask(n) >> number & 1 for n in clause) for clause in names)
        if count and (best is None or count > best[0]):
            best = (count, number)
    if best is None:
        return _cut(reading.text, 0, len(reading.text), 0)
    start, end = reading.spans[best[1]]
    first = reading.first(
        name for clause in names for name in clause if reading.mask(name) >> best[1] & 1
    )
    at = first[0] if first and start <= first[0] < end else start
    return _cut(reading.text, start, end, at)


def _cut(text: str, start: int, end: int, at: int) -> str:
    """At most QUOTE_LENGTH characters of a sentence, the place ``at`` among them."""
    if end - start > QUOTE_LENGTH:
        start = max(start, min(at - 40, end - QUOTE_LENGTH))
        end = min(end, start + QUOTE_LENGTH)
    return text[start:end].strip()


def in_fields(answer: AnswerText, spec: ElementSpec, is_loose: IsLoose) -> Finding:
    """The verdict on an element from the fields of a form or the columns of a table."""
    held = [row for row in answer.rows if row.table == spec.table]
    rows = [row for row in held if _is_meant(row, spec)]
    if held and not rows and spec.optional:
        return Finding("met", next((c for c in held[0].cells.values() if c), "")[:QUOTE_LENGTH])
    if not rows or not spec.columns:
        return ABSENT
    if spec.rows == "all" and len(rows) < spec.min_rows:
        return ABSENT
    found = [_row_verdict(row, spec, is_loose) for row in rows]
    verdict = _over_rows(found, spec)
    shown = max(found, key=lambda f: _RANK[f.verdict], default=ABSENT).quote
    return Finding(verdict, shown) if verdict != "absent" and shown else ABSENT


def _over_rows(found: list[Finding], spec: ElementSpec) -> Verdict:
    verdicts = [finding.verdict for finding in found]
    if spec.rows == "any":
        best: Verdict = max(verdicts, key=lambda v: _RANK[v], default="absent")
        is_enough = verdicts.count("met") >= spec.min_rows
        return best if best != "met" or is_enough else "partly"
    return verdicts[0] if len(verdicts) == 1 else combine_rows(verdicts)


def is_asked(spec: ElementSpec, answer: AnswerText, values: Mapping[str, Any]) -> bool:
    """Whether this answer and earlier ones (``S4-07.criticality``) call for the element."""
    return all(
        not tokens or bool(set(tokens) & set(_tokens_of(name, answer, values)))
        for name, tokens in spec.only_if.items()
    )


def _tokens_of(name: str, answer: AnswerText, values: Mapping[str, Any]) -> list[str]:
    key, _, field = name.rpartition(".")
    if not key:
        return [t for row in answer.rows for t in row.cells.get(name, "").split(", ")]
    held = values.get(key)
    held = held.get(field) if isinstance(held, Mapping) else None
    return [str(token) for token in held] if isinstance(held, list) else [str(held)]


def by_fields(answer: AnswerText) -> Finding:
    """Met because the fields are filled; nothing more is asked."""
    cells = (cell for row in answer.rows for cell in row.cells.values() if cell)
    shown = next(cells, "")[:QUOTE_LENGTH].strip()
    return Finding("met", shown) if shown else ABSENT


def _is_meant(row: Row, spec: ElementSpec) -> bool:
    return all(row.cells.get(name, "") in tokens for name, tokens in spec.where.items())


def _row_verdict(row: Row, spec: ElementSpec, is_loose: IsLoose) -> Finding:
    shown = _filled(row, spec.columns, is_loose)
    if shown is not None:
        return Finding("met", shown)
    if spec.columns_partly:
        shown = _filled(row, spec.columns_partly, is_loose)
        return Finding("partly", shown) if shown is not None else ABSENT
    hit = [_filled(row, (group,), is_loose) for group in spec.columns]
    good = [shown for shown in hit if shown is not None]
    if len(hit) > 1 and len(good) * 2 >= len(hit):
        return Finding("partly", good[0])
    return ABSENT


def _filled(row: Row, columns: Columns, is_loose: IsLoose) -> str | None:
    """What the fields say when every group of columns is satisfied, else None: the first
    field in the person's own words, or the first field."""
    found: list[tuple[bool, str]] = []
    for group in columns:
        fitting = (c.name for c in group if _fits(row, c, is_loose))
        name = next(fitting, None)
        if name is None:
            return None
        found.append((name not in row.free, row.cells[name]))
    return min(found, key=lambda shown: shown[0])[1][:QUOTE_LENGTH].strip()


def _fits(row: Row, column: Column, is_loose: IsLoose) -> bool:
    """Whether a row's field holds what the column must hold."""
    cell = row.cells.get(column.name, "").strip()
    if not cell:
        return False
    if column.holds == "=":
        return bool(set(cell.split(", ")) & set(column.tokens))
    if column.holds == "!=":
        return not set(cell.split(", ")) & set(column.tokens)
    if column.name not in row.free:
        return column.holds != "number" or _DIGIT.search(cell) is not None
    if _DIGIT.search(cell):
        return True
    if column.holds == "number" or is_placeholder(cell):
        return False
    return column.holds != "text" or (len(plain(cell)) >= 3 and not is_loose(cell))


def better(one: Finding, other: Finding) -> Finding:
    """The stronger of two findings; the first when equal."""
    return other if _RANK[other.verdict] > _RANK[one.verdict] else one


def lowered(finding: Finding) -> Finding:
    """One step weaker: met to partly, partly to absent."""
    return Finding("partly", finding.quote) if finding.verdict == "met" else ABSENT


_COMMENT: Mapping[Verdict, str] = {
    "met": "Found: {means}",
    "partly": "Half there: {means}",
    "absent": "Missing: {means}",
}


def as_verdict(element: RubricElement, finding: Finding) -> ElementVerdict:
    """The verdict as stored and shown."""
    means = element.means or element.id.replace("_", " ")
    return ElementVerdict(
        element.id, finding.verdict, finding.quote, _COMMENT[finding.verdict].format(means=means)
    )
