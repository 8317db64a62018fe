"""Where the columns of an inventory can go, and the shipped files that say so for known columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from interviews.prefill.placing import can_be_placed, target_label
from interviews.protocol.types import Field, Protocol

FOLDER = Path(__file__).resolve().parent / "mappings"
TITLE, DEPARTMENT, DEPARTMENT_ELSE, REFERENCE, OWNER = (
    "title",
    "department",
    "department_else",
    "reference",
    "owner",
)
#: What a case itself has, beside answers; one column each.
OF_CASE = {
    TITLE: "Name of the case",
    DEPARTMENT: "Department",
    DEPARTMENT_ELSE: "Department, where the other column is empty",
    REFERENCE: "Number elsewhere",
    OWNER: "Owner, by e-mail address",
}
#: Fields that take one or several words of a list.
CHOSEN = ("choice", "multi")
#: A column whose name goes on after a known one of at least so many letters is meant, too.
LONG_ENOUGH = 12
#: So many known columns make a file one of a kind, if no other kind knows more.
KNOWN_ENOUGH = 1


@dataclass(frozen=True)
class Target:
    """A place for the cells of a column: ``key`` is "title", "S1-01" or "S1-09.archetype"."""

    key: str
    label: str
    #: The question, "" for what the case itself has.
    question: str = ""
    #: A field that takes words of a list; None = sentences, wherever the question takes them.
    field: Field | None = None


@dataclass(frozen=True)
class Rule:
    """One known column."""

    target: str
    names: tuple[str, ...]
    #: Folded cell -> the word of the list that it stands for.
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shipped:
    """The known columns of one kind of inventory."""

    key: str
    title: str
    rules: tuple[Rule, ...]
    #: Folded cells that say nothing.
    blank: frozenset[str]

    def rule_for(self, header: str) -> Rule | None:
        """The rule of a column."""
        wanted = folded(header)
        for exact in (True, False):
            for rule in self.rules:
                if any(_fits(wanted, folded(name), exact) for name in rule.names):
                    return rule
        return None


def _fits(header: str, name: str, exact: bool) -> bool:
    if exact:
        return header == name
    return len(name) >= LONG_ENOUGH and header.startswith(name)


def folded(text: str) -> str:
    """Letters and digits alone, in lower case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w]|_", "", plain)


def targets(protocol: Protocol) -> dict[str, Target]:
    """Every place by its key, in the order of the questions."""
    found = {key: Target(key, label) for key, label in OF_CASE.items()}
    for question in protocol.questions:
        name = f"{question.key} {question.title}"
        if can_be_placed(question):
            where = target_label(question)
            label = f"{name}: {where}" if where else name
            found[question.key] = Target(question.key, label, question.key)
        for one in question.fields:
            if one.kind in CHOSEN and one.options and question.input == "form":
                key = f"{question.key}.{one.name}"
                found[key] = Target(key, f"{name}: {one.label}", question.key, one)
    return found


@cache
def shipped() -> tuple[Shipped, ...]:
    """The mappings that come with the product."""
    return tuple(
        _shipped(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.yaml"))
    )


def _shipped(key: str, content: Mapping[str, Any]) -> Shipped:
    rules = tuple(
        Rule(
            target=one["target"],
            names=tuple(map(str, one["names"])),
            values={folded(cell): token for cell, token in one.get("values", {}).items()},
        )
        for one in content["columns"]
    )
    return Shipped(key, content["title"], rules, frozenset(map(folded, content["blank"])))


def kind_of_file(header: Sequence[str]) -> Shipped | None:
    """The shipped mapping that knows most of these columns; None where none knows enough."""
    known = {one.key: sum(one.rule_for(name) is not None for name in header) for one in shipped()}
    best = max(shipped(), key=lambda one: known[one.key])
    return best if known[best.key] >= KNOWN_ENOUGH else None


def suggested(
    header: Sequence[str], kind: Shipped | None, known: Mapping[str, Target]
) -> list[str]:
    """A target for each column, "" = left out; what can be given once goes to the first column."""
    found: list[str] = []
    for name in header:
        rule = kind.rule_for(name) if kind and name else None
        target = rule.target if rule and rule.target in known else ""
        is_taken = target in found and (target in OF_CASE or "." in target)
        found.append("" if is_taken else target)
    return found


def remembered(
    header: Sequence[str], columns: Sequence[Mapping[str, Any]], known: Mapping[str, Target]
) -> list[str]:
    """The targets that a saved mapping gives to these columns."""
    given = {(folded(one["column"]), one["occurrence"]): one["target"] for one in columns}
    seen: dict[str, int] = {}
    found = []
    for name in map(folded, header):
        seen[name] = seen.get(name, 0) + 1
        target = given.get((name, seen[name]), "")
        found.append(target if target in known else "")
    return found


def to_remember(header: Sequence[str], chosen: Sequence[str]) -> list[dict[str, Any]]:
    """A mapping as it is saved."""
    seen: dict[str, int] = {}
    found: list[dict[str, Any]] = []
    for name, target in zip(header, chosen, strict=True):
        key = folded(name)
        seen[key] = seen.get(key, 0) + 1
        if target:
            found.append({"column": name, "occurrence": seen[key], "target": target})
    return found


def fault_of(chosen: Sequence[str], known: Mapping[str, Target]) -> str:
    """What is wrong with a choice of targets, as a sentence; "" if nothing is."""
    if any(one and one not in known for one in chosen):
        return "One of the choices is not offered. Choose again."
    if TITLE not in chosen:
        return "Choose the column with the names of the cases: each case needs one."
    for key in (*OF_CASE, *(key for key, target in known.items() if target.field)):
        if chosen.count(key) > 1:
            return f"Two columns go to “{known[key].label}”. Choose one of them."
    return ""
