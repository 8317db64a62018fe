"""What the embedded scorer looks for, element by element, read from a question set's folder.

Every ``evidence*.yaml`` beside the stage files maps question keys to::

    S1-01:
      topic: words that answers to this question use, whatever the domain
      strong: the tell-tale ones (count double); "@limit" = the signal is a tell-tale
      elements:
        current_size:
          words: the element's own word list, named "words" in clauses
          all_of: [count | money, period >= 2]   # clauses; all hit = met
          partly: [number]                       # else; default: half of the clauses
          columns: [baseline_value:number]       # or: fields of a form or table; all = met
          columns_partly: [baseline_value]       # or: these alone = partly
          rows: each                             # each (default) | any | all (and enough of them)
          where: {kind: [budget]}                # only rows with these values
          table: cases                           # the form's table field whose rows count
          min_rows: 2
          optional: true                         # met when ``where`` leaves no row
          only_if: {areas: [none], S4-07.criticality: [high]}   # else met by the fields

A clause is "a | b": either. A part is a signal (``signals.signal_names``), ``words``, ``x>=n``
(n different passages) or ``!x`` (not there). A column is a field name, ``a|b`` (either), with
``:number`` (holds a figure), ``:text`` (a figure, or a phrase of three words that points at
something), ``=t/u`` (one of
these tokens) or ``!=t``. An element without a specification is looked for by the words of its
``means`` and ``ask``. Word lists are written as in ``lexicons.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from interviews.protocol.faults import Place, ProtocolFault, did_you_mean
from interviews.protocol.stage_file import read_stage_file
from interviews.scoring.lexicon import entries
from interviews.scoring.signals import signal_names

_SHIPPED = Path(__file__).parent.parent / "protocol" / "v1"
_PART = re.compile(r"(!?)\s*([a-z_]+)\s*(?:>=\s*(\d+))?$")
_COLUMN = re.compile(r"([\w.]+)(?::(number|text)|(!?=)([\w/]+))?$")
_ELEMENT_KEYS = frozenset(
    [
        "words",
        "all_of",
        "partly",
        "columns",
        "columns_partly",
        "rows",
        "where",
        "table",
        "min_rows",
        "optional",
        "only_if",
    ]
)
_ROWS = ("each", "any", "all")


@dataclass(frozen=True)
class Part:
    """One way to satisfy a clause: a signal seen often enough, or not at all."""

    name: str
    at_least: int = 1
    negated: bool = False


@dataclass(frozen=True)
class Column:
    """What a field must hold: anything, a figure, a phrase, or one of some tokens."""

    name: str
    holds: str = ""
    tokens: tuple[str, ...] = ()


Clause = tuple[Part, ...]
Columns = tuple[tuple[Column, ...], ...]


@dataclass(frozen=True)
class ElementSpec:
    """How one rubric element is recognised."""

    words: tuple[str, ...] = ()
    all_of: tuple[Clause, ...] = ()
    partly: tuple[Clause, ...] = ()
    columns: Columns = ()
    columns_partly: Columns = ()
    rows: str = "each"
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    table: str = ""
    min_rows: int = 1
    optional: bool = False
    only_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionSpec:
    """What tells answers to one question from answers to others, and its elements."""

    topic: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    elements: Mapping[str, ElementSpec] = field(default_factory=dict)


Evidence = Mapping[str, QuestionSpec]


@cache
def load(folder: Path) -> Evidence:
    """Every specification of a folder; none is fine. Raises ProtocolFault."""
    found: dict[str, QuestionSpec] = {}
    for path in sorted(folder.glob("evidence*.yaml")):
        for key, raw in read_stage_file(path).items():
            place = Place(path.name, str(key))
            if key in found:
                raise place.fault("stands in two files.")
            found[str(key)] = _question(_mapping(raw, place), place)
    return found


class _Site:
    """Which folder this installation scores by."""

    folder: Path = _SHIPPED


def configure(folder: Path | None) -> None:
    """Score by another folder from now on; None goes back to the shipped set."""
    _Site.folder = folder or _SHIPPED


def site_folder() -> Path:
    """The folder scored by at present."""
    return _Site.folder


def _question(raw: Mapping[str, Any], place: Place) -> QuestionSpec:
    _only(raw, frozenset({"topic", "strong", "elements"}), place)
    for name in ("topic", "strong"):
        _known_signals(entries(raw.get(name, "")), place.at(name))
    elements = _mapping(raw.get("elements") or {}, place.at("elements"))
    return QuestionSpec(
        topic=entries(raw.get("topic", "")),
        strong=entries(raw.get("strong", "")),
        elements={
            str(name): _element(_mapping(spec, place.at(str(name))), place.at(str(name)))
            for name, spec in elements.items()
        },
    )


def _known_signals(words: tuple[str, ...], place: Place) -> None:
    for word in words:
        if word.startswith("@"):
            _require_signal(word[1:], place)


def _element(raw: Mapping[str, Any], place: Place) -> ElementSpec:
    _only(raw, _ELEMENT_KEYS, place)
    rows = raw.get("rows", "each")
    if rows not in _ROWS:
        raise place.at("rows").fault(f"must be one of {', '.join(_ROWS)}.")
    return ElementSpec(
        words=entries(raw.get("words", "")),
        all_of=_clauses(raw, "all_of", place),
        partly=_clauses(raw, "partly", place),
        columns=_columns(raw, "columns", place),
        columns_partly=_columns(raw, "columns_partly", place),
        rows=rows,
        where=_tokens(raw, "where", place),
        table=str(raw.get("table", "")),
        min_rows=_count(raw.get("min_rows", 1), place.at("min_rows")),
        optional=raw.get("optional") is True,
        only_if=_tokens(raw, "only_if", place),
    )


def _tokens(raw: Mapping[str, Any], key: str, place: Place) -> dict[str, tuple[str, ...]]:
    place = place.at(key)
    held = _mapping(raw.get(key) or {}, place)
    return {str(n): tuple(map(str, _list(tokens, place.at(str(n))))) for n, tokens in held.items()}


def _count(raw: Any, place: Place) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 1:
        raise place.fault("must be a whole number from 1.")
    return raw


def _clauses(raw: Mapping[str, Any], key: str, place: Place) -> tuple[Clause, ...]:
    place = place.at(key)
    return tuple(
        tuple(_part(part.strip(), bool(raw.get("words")), place) for part in str(clause).split("|"))
        for clause in _list(raw.get(key), place)
    )


def _part(text: str, has_words: bool, place: Place) -> Part:
    match = _PART.match(text)
    if match is None:
        raise place.fault(f'"{text}" is not a signal, "x>=2" or "!x".')
    name = match.group(2)
    if name == "words":
        if not has_words:
            raise place.fault('names "words", but the element has no list of words.')
    else:
        _require_signal(name, place)
    return Part(name, int(match.group(3) or 1), bool(match.group(1)))


def _require_signal(name: str, place: Place) -> None:
    if name not in signal_names():
        raise place.fault(f'"{name}" is not a known signal.{did_you_mean(name, signal_names())}')


def _columns(raw: Mapping[str, Any], key: str, place: Place) -> Columns:
    place = place.at(key)
    return tuple(
        tuple(_column(part.strip(), place) for part in str(group).split("|"))
        for group in _list(raw.get(key), place)
    )


def _column(text: str, place: Place) -> Column:
    match = _COLUMN.match(text)
    if match is None:
        raise place.fault(f'"{text}" is not a column, "x:number", "x:text", "x=a/b" or "x!=a".')
    name, kind, sign, tokens = match.groups()
    return Column(name, kind or sign or "", tuple((tokens or "").split("/")) if tokens else ())


def _mapping(raw: Any, place: Place) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise place.fault("must be a mapping.")
    return raw


def _list(raw: Any, place: Place) -> list[Any]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise place.fault("must be a list.")
    return raw


def _only(raw: Mapping[str, Any], known: frozenset[str], place: Place) -> None:
    for key in raw:
        if key not in known:
            raise place.at(str(key)).fault(f"is not a known key.{did_you_mean(str(key), known)}")


__all__ = ["Column", "ElementSpec", "Evidence", "Part", "ProtocolFault", "QuestionSpec", "load"]
