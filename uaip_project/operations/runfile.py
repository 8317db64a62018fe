"""Reads a run file (uaip run) and names everything that is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from interviews.consistency.rules import BY_ID, JUDGED
from interviews.protocol import values
from interviews.protocol.catalogue import is_visible
from interviews.protocol.types import Protocol, Question
from interviews.services.reading import text_limit
from uaip_project.operations.jsonfile import Problem, UnusableRunFile, oddities

TOP_KEYS = ("protocol", "project_name", "as_of", "answers", "provenance", "findings")
ACTIONS = ("carry", "dispute", "fix")
PROVENANCE = ("record", "illustrative")
RULE_IDS = (*BY_ID, *JUDGED)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
UNSUPPLIED_OWNER = "not supplied"
#: Date rules add weeks and years to a date; nothing real lies outside.
YEARS = range(2000, 2200)


@dataclass(frozen=True)
class UnknownEntry:
    """ "I don't know yet" from the file."""

    owner: str
    due_date: date | None = None
    note: str = ""


@dataclass(frozen=True)
class RunFile:
    """What a run file says, cleaned: canonical values, in the order of the protocol."""

    project_name: str
    as_of: date
    attempts: dict[str, tuple[Any, ...]]
    unknowns: dict[str, UnknownEntry]
    provenance: dict[str, str]
    findings: dict[str, tuple[str, str]]
    warnings: tuple[str, ...] = ()


@dataclass
class _Reader:
    """Collects problems instead of stopping at the first one."""

    protocol: Protocol
    today: date
    problems: list[Problem] = field(default_factory=list)
    #: Paths that hold what JSON allows and nothing here can hold.
    odd: frozenset[str] = frozenset()
    warnings: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    attempts: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    unknowns: dict[str, UnknownEntry] = field(default_factory=dict)

    def complain(self, path: str, message: str) -> None:
        """One remark a place: what cannot be stored is not also called mistyped."""
        if path not in self.odd:
            self.problems.append(Problem(path, message))

    def warn(self, path: str, message: str) -> None:
        self.warnings.append(str(Problem(path, message)))

    def keys(self, raw: Mapping[str, Any], known: Iterable[str], prefix: str = "") -> None:
        known = tuple(known)
        for key in raw:
            if key not in known:
                near = difflib.get_close_matches(str(key), known, 1)
                hint = f" Did you mean {near[0]}?" if near else ""
                self.complain(f"{prefix}{key[:80]}", f"is not a known key.{hint}")

    def date(self, raw: Any, path: str) -> date | None:
        if isinstance(raw, str) and ISO_DATE.fullmatch(raw):
            try:
                found = date.fromisoformat(raw)
            except ValueError:
                found = date.min
            if found.year in YEARS:
                return found
        self.complain(path, "a date between 2000 and 2199, written YYYY-MM-DD, is expected.")
        return None

    def text(self, raw: Any, path: str, *, most: int, required: bool = True) -> str:
        if not isinstance(raw, str) or (required and not raw.strip()):
            self.complain(path, "a text is expected.")
            return ""
        if len(raw) > most:
            self.complain(path, f"at most {most} characters are allowed, this has {len(raw)}.")
        return raw.strip()


def read_run_file(raw: Any, *, protocol: Protocol, today: date) -> RunFile:
    """The cleaned run file. Raises UnusableRunFile naming every bad path."""
    if not isinstance(raw, dict):
        raise UnusableRunFile([Problem("(file)", "must be a JSON object.")])
    found = tuple(oddities(raw))
    reader = _Reader(protocol, today, list(found), frozenset(one.path for one in found))
    reader.keys(raw, TOP_KEYS)
    if raw.get("protocol") != protocol.version:
        reader.complain("protocol", f'must be "{protocol.version}".')
    name = reader.text(raw.get("project_name"), "project_name", most=200)
    as_of = today
    if "as_of" in raw:
        as_of = reader.date(raw["as_of"], "as_of") or today
    reader.today = as_of
    _read_answers(reader, raw.get("answers"))
    provenance = _read_provenance(reader, raw.get("provenance", {}))
    findings = _read_findings(reader, raw.get("findings", {}))
    if reader.problems:
        raise UnusableRunFile(reader.problems)
    return RunFile(
        project_name=name,
        as_of=as_of,
        attempts=reader.attempts,
        unknowns=reader.unknowns,
        provenance=provenance,
        findings=findings,
        warnings=tuple(reader.warnings),
    )


def _read_answers(reader: _Reader, raw: Any) -> None:
    if not isinstance(raw, dict):
        reader.complain("answers", "an object with question keys such as S1-01 is expected.")
        return
    reader.keys(raw, reader.protocol.keys, "answers.")
    for question in reader.protocol.questions:
        if question.key not in raw:
            continue
        if not is_visible(question, reader.values):
            reader.warn(f"answers.{question.key}", "is ignored: the question does not apply here.")
            continue
        _read_answer(reader, question, raw[question.key])


def _read_answer(reader: _Reader, question: Question, raw: Any) -> None:
    path = f"answers.{question.key}"
    if isinstance(raw, dict) and set(raw) == {"unknown"}:
        _read_unknown(reader, question, raw["unknown"], f"{path}.unknown")
        return
    if isinstance(raw, dict) and set(raw) == {"attempts"}:
        given = raw["attempts"]
        if not isinstance(given, list) or not given:
            reader.complain(f"{path}.attempts", "a list of at least one attempt is expected.")
            return
        places = [(f"{path}.attempts[{number}]", one) for number, one in enumerate(given)]
    else:
        places = [(path, raw)]
    cleaned = [_clean(reader, question, one, place) for place, one in places]
    given_values = tuple(value for value in cleaned if value is not None)
    if not given_values:
        reader.warn(path, "holds no answer, so it counts as absent.")
        return
    reader.attempts[question.key] = given_values
    reader.values[question.key] = given_values[-1]


def _clean(reader: _Reader, question: Question, raw: Any, path: str) -> Any:
    """The canonical value, None when there is none; what is merely missing is a warning."""
    if question.input == "text" and not _is_text(raw):
        reader.complain(path, "a text is expected.")
        return None
    cleaned = values.clean(
        question, raw, values=reader.values, as_of=reader.today, text_limit=text_limit()
    )
    for issue in cleaned.issues:
        joint = "" if not issue.path or issue.path.startswith("[") else "."
        tell = reader.complain if issue.level == "error" else reader.warn
        tell(f"{path}{joint}{issue.path}", issue.message)
    return cleaned.value


def _is_text(raw: Any) -> bool:
    inner = raw["text"] if isinstance(raw, dict) and set(raw) == {"text"} else raw
    return inner is None or isinstance(inner, str)


def _read_unknown(reader: _Reader, question: Question, raw: Any, path: str) -> None:
    if not question.unknown_allowed:
        reader.complain(path, "this question must be answered; unknown is not allowed here.")
        return
    if not isinstance(raw, dict):
        reader.complain(path, 'an object {"owner", "due", "note"} is expected.')
        return
    reader.keys(raw, ("owner", "due", "note"), f"{path}.")
    owner = reader.text(raw.get("owner", UNSUPPLIED_OWNER), f"{path}.owner", most=200)
    note = reader.text(raw.get("note", ""), f"{path}.note", most=2000, required=False)
    due = raw.get("due")
    due_date = None if due in (None, "") else reader.date(due, f"{path}.due")
    reader.unknowns[question.key] = UnknownEntry(owner, due_date, note)


def _read_provenance(reader: _Reader, raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict):
        reader.complain("provenance", "an object with question keys is expected.")
        return {}
    reader.keys(raw, reader.protocol.keys, "provenance.")
    for key, value in raw.items():
        if value not in PROVENANCE:
            reader.complain(f"provenance.{key}", 'must be "record" or "illustrative".')
    return {str(key): str(value) for key, value in raw.items()}


def _read_findings(reader: _Reader, raw: Any) -> dict[str, tuple[str, str]]:
    if not isinstance(raw, dict):
        reader.complain("findings", "an object with rule ids such as G3-7 is expected.")
        return {}
    found = {}
    for rule_id, entry in raw.items():
        path = f"findings.{rule_id[:80]}"
        if rule_id not in RULE_IDS:
            reader.complain(path, "is not a rule id such as G3-7 or X-12.")
            continue
        if not isinstance(entry, dict):
            reader.complain(path, 'an object {"action", "reason"} is expected.')
            continue
        reader.keys(entry, ("action", "reason"), f"{path}.")
        if entry.get("action") not in ACTIONS:
            reader.complain(f"{path}.action", "must be carry, dispute or fix.")
            continue
        needs_reason = entry["action"] != "fix"
        reason = reader.text(
            entry.get("reason", ""), f"{path}.reason", most=2000, required=needs_reason
        )
        found[rule_id] = (entry["action"], reason)
    return found
