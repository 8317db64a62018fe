"""A notice in plain words for the people whom a system affects, written from a charter. Pure.

Fixed sentences around what was answered; what nobody answered is said to be not stated yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NOT_STATED = "Not stated yet."
#: Above this grade (years of school, Flesch-Kincaid) a notice is hard for many people.
HIGHEST_GRADE = 9.0
DECIDES = {
    1: "The system only gives advice. A person decides.",
    2: "A person approves each case before anything happens.",
    3: "The system settles usual cases. A person checks the exceptions.",
    4: "The system settles cases alone. People check some of them afterwards.",
    5: "The system settles cases alone. Nobody checks them.",
}
CATEGORIES = {
    "personal": "data about people",
    "special_category": "specially protected data about people",
    "children": "data about children",
    "location": "data on where people are",
    "financial": "data about money",
}
HIDDEN_NAMES = {
    "anonymised": "The project says that nobody can be recognised in it.",
    "pseudonymised": "Names are replaced by codes.",
}
_SENTENCE_END = re.compile(r"[.!?]+(?:\s+|$)|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôû]+")


@dataclass(frozen=True)
class Part:
    """A heading and its sentences."""

    title: str
    lines: tuple[str, ...]

    @property
    def is_stated(self) -> bool:
        return self.lines != (NOT_STATED,)


@dataclass(frozen=True)
class Notice:
    """The whole notice, and how hard it is to read."""

    project: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """What the grade is measured on: every sentence that says something."""
        return "\n".join(line for part in self.parts if part.is_stated for line in part.lines)

    @property
    def grade(self) -> float:
        return grade_of(self.text)

    @property
    def is_plain(self) -> bool:
        return self.grade <= HIGHEST_GRADE

    @property
    def hardest(self) -> str:
        """The line to rewrite first; "" where there is none."""
        return max(self.text.splitlines(), key=grade_of, default="")

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(part.title for part in self.parts if not part.is_stated)


def notice_of(content: Mapping[str, Any]) -> Notice:
    """From a revision's content."""
    answers = content.get("answers", {})
    given = {key: answer.get("value") for key, answer in answers.items()}
    project = str(content.get("identity", {}).get("project_name", ""))
    parts = (
        ("What the system does", _does(_form(given, "S1-08"))),
        ("Whom it affects", _affects(_rows(given, "S4-02"))),
        ("What data it uses", _uses(given)),
        ("What people decide", _decides(given)),
        ("How to object", _objects(_form(given, "S4-05"))),
        # No question of the interview asks for it.
        ("Whom to ask", iter(())),
    )
    return Notice(
        project, tuple(Part(title, tuple(lines) or (NOT_STATED,)) for title, lines in parts)
    )


def as_markdown(notice: Notice) -> str:
    """The notice as a text that may be put on a page of one's own."""
    lines = [f"# About {_plain(notice.project)}", ""]
    for part in notice.parts:
        lines += [f"## {part.title}", "", *(f"- {_plain(line)}" for line in part.lines), ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Typed text on one line, with nothing that Markdown or HTML would take for a mark."""
    return re.sub(r"([\\`*_\[\]<>#|!&])", r"\\\1", " ".join(text.split()))


# --- From answers to sentences --------------------------------------------------------------------


def _form(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = given.get(key)
    return value if isinstance(value, Mapping) else {}


def _rows(given: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = given.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _sentence(text: Any) -> str:
    """With a full stop; "" for nothing."""
    said = " ".join(str(text or "").split())
    return said if not said or said[-1] in ".!?" else f"{said}."


def _does(output: Mapping[str, Any]) -> Iterator[str]:
    if meaning := _sentence(output.get("meaning")):
        yield f"It gives this: {meaning}"
    if unit := _sentence(output.get("unit_of_prediction")):
        yield f"It does so for: {unit}"


def _affects(groups: list[Mapping[str, Any]]) -> Iterator[str]:
    for one in groups:
        if one.get("group"):
            yield f"{one['group']}: {_sentence(one.get('effect')) or NOT_STATED}"


def _uses(given: Mapping[str, Any]) -> Iterator[str]:
    for one in _rows(given, "S3-10"):
        if one.get("data"):
            yield " ".join([_kind(one, _meanings(given)), *_care(one)])


def _meanings(given: Mapping[str, Any]) -> dict[str, str]:
    """What each input means, by its name: nobody outside knows the names of columns."""
    rows = _rows(given, "S1-07")
    found = ((str(row.get("name", "")), str(row.get("meaning") or "").strip()) for row in rows)
    return {name: meaning.rstrip(".") for name, meaning in found if meaning}


def _kind(row: Mapping[str, Any], meanings: Mapping[str, str]) -> str:
    names = (part.strip() for part in str(row["data"]).split(","))
    data = ", ".join(meanings.get(name, name) for name in names)
    kind = CATEGORIES.get(str(row.get("category")))
    return f"{data} ({kind})." if kind else f"{data}."


def _care(row: Mapping[str, Any]) -> Iterator[str]:
    if row.get("deidentified") in HIDDEN_NAMES:
        yield HIDDEN_NAMES[row["deidentified"]]
    if row.get("retention_days"):
        yield f"It is kept for {_time(row['retention_days'])}."


def _time(days: int) -> str:
    """Whole years are said as years: nobody reads 27375 days."""
    years, rest = divmod(days, 365)
    return f"{years} years" if years > 1 and not rest else f"{days} days"


def _decides(given: Mapping[str, Any]) -> Iterator[str]:
    work, override = _form(given, "S4-04"), _form(given, "S4-05")
    if work.get("automation_level") in DECIDES:
        yield DECIDES[work["automation_level"]]
    if work.get("reviewed_share_pct") is not None:
        yield f"People look at {_share(work['reviewed_share_pct'])} cases."
    if override.get("override_roles"):
        yield f"These people can overrule it: {', '.join(map(str, override['override_roles']))}."


def _share(percent: float) -> str:
    """A share as a count of whole cases: 3 of 10,000 for 0.03 %."""
    for of in (100, 1_000, 10_000):
        count = round(percent * of / 100, 6)
        if count == int(count):
            return f"{int(count):,} of {of:,}"
    return f"{percent} of 100"


def _objects(override: Mapping[str, Any]) -> Iterator[str]:
    if channel := _sentence(override.get("appeal_channel")):
        yield channel
        if override.get("appeal_days"):
            yield f"You get an answer within {override['appeal_days']} days."
    elif reason := _sentence(override.get("appeal_none_reason")):
        yield f"You cannot object. The reason given: {reason}"


# --- How hard it is to read -----------------------------------------------------------------------


def grade_of(text: str) -> float:
    """Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59, never below 0.

    A group of vowels is a syllable, a silent e at the end is none. 0 for a text without words.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part)) or 1
    syllables = sum(_syllables(word.lower()) for word in words)
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return round(max(0.0, grade), 1)


def _syllables(word: str) -> int:
    found = len(_VOWELS.findall(word))
    is_silent = word.endswith("e") and not word.endswith("le") and found > 1
    return max(1, found - is_silent)
