"""What an approval is bound to: one hash over all that a decision rests on, and nothing else.

Pure. Covered are the facts that the engine reads, every material field of every answer, and the
rules by which it was decided. Wording that changes nothing keeps the hash: white space, case and
punctuation of a text, and the fields that ``material_fields.yaml`` calls cosmetic (docs/adr/0017).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from charters.canonical import content_hash
from governance.facts import facts_from

SCHEMA = "uaip-material/1"
FIELDS_FILE = Path(__file__).with_name("material_fields.yaml")
COSMETIC, MATERIAL = "cosmetic", "material"
#: Facts that are no fact of the system: the clock, and the rules, which stand beside.
NOT_FACTS = frozenset({"as_of", "config", "stage5_confidence"})
#: A mark between two of these says something: 0.5, 2026-11-21, 12:30, 1/4.
_IN_NUMBERS = re.compile(r"(?<=\d)[.,:/\-](?=\d)")
#: A sign in front of a number: -5.
_SIGN = re.compile(r"(?<![\w-])-(?=\d)")
#: Punctuation by Unicode's book, and yet a unit, an amount or a name's part.
_SPEAKING = frozenset("%‰#&@*")

Json = Mapping[str, Any]


@functools.cache
def declared() -> dict[str, dict[str, str]]:
    """Question key -> field (or field.column) -> material | cosmetic."""
    content: dict[str, dict[str, str]] = yaml.safe_load(FIELDS_FILE.read_text(encoding="utf-8"))
    return content


def is_material(question_key: str, path: str) -> bool:
    """Whether a field counts; one that nobody declared does."""
    return declared().get(question_key, {}).get(path, MATERIAL) != COSMETIC


def material_hash(content: Json, *, config: Json, engine_version: str) -> str:
    """SHA-256 over the canonical JSON of what the content says materially.

    ``content`` is a charter's content, ``config`` the thresholds that it was decided by.
    """
    return content_hash(material_of(content, config=config, engine_version=engine_version))


def material_of(content: Json, *, config: Json, engine_version: str) -> dict[str, Any]:
    """What is hashed."""
    return {
        "schema": SCHEMA,
        "answers": material_answers(content),
        "facts": _facts(content, config),
        "rules": {
            "config": dict(config),
            "engine": engine_version,
            "protocol": content["identity"]["protocol"],
        },
    }


def material_answers(content: Json) -> dict[str, Any]:
    """Each answer without what is cosmetic in it; items that say nothing are left out."""
    found = {
        key: material_value(key, answer["value"]) for key, answer in content["answers"].items()
    }
    return {key: value for key, value in found.items() if not _is_nothing(value)}


def changed_items(before: Json, after: Json) -> tuple[str, ...]:
    """The items that differ materially between two contents, in the order of their keys."""
    old, new = material_answers(before), material_answers(after)
    keys = sorted(old.keys() | new.keys())
    return tuple(key for key in keys if old.get(key) != new.get(key))


def _facts(content: Json, config: Json) -> dict[str, Any] | None:
    facts = facts_from(content, config=config)
    if facts is None:
        return None
    kept = {name: _plain(value) for name, value in facts.items() if name not in NOT_FACTS}
    level = confidence_level(facts["stage5_confidence"], config)
    return {name: value for name, value in kept.items() if not _is_nothing(value)} | {
        "confidence": level
    }


def confidence_level(confidence: float | None, config: Json) -> str:
    """What the figure means to F-12: a score that moves within its level changes nothing."""
    if confidence is None:
        return "unknown"
    if confidence < config.get("confidence_revise_below", 0.5):
        return "revise"
    return "monitor" if confidence < config.get("confidence_monitor_below", 0.7) else "fine"


def material_value(question_key: str, value: Any) -> Any:
    """An answer's value as it is hashed."""
    if isinstance(value, Mapping) and value and all(_is_screened(one) for one in value.values()):
        return _cleared(
            {code: _form(question_key, row, "practices") for code, row in value.items()}
        )
    if isinstance(value, Mapping):
        return _form(question_key, value, "")
    if isinstance(value, list):
        return _rows(question_key, value, "rows")
    return _plain(value) if is_material(question_key, "text") else None


def _is_screened(row: Any) -> bool:
    """A screening answer holds one {answer, comment} for each practice."""
    return isinstance(row, Mapping) and "answer" in row


def _form(question_key: str, value: Json, above: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, inner in value.items():
        path = f"{above}.{name}" if above else name
        if isinstance(inner, list) and any(isinstance(row, Mapping) for row in inner):
            found[name] = _rows(question_key, inner, path)
        elif isinstance(inner, Mapping) and not above and not _is_amount(inner):
            found[name] = _form(question_key, inner, path)
        elif is_material(question_key, path):
            found[name] = _plain(inner)
    return _cleared(found)


def _rows(question_key: str, rows: list[Any], path: str) -> list[Any]:
    return [
        _form(question_key, row, path) if isinstance(row, Mapping) else _plain(row) for row in rows
    ]


def _is_amount(value: Json) -> bool:
    """{"value", "unit"}: one thing, not a group of fields."""
    return set(value) <= {"value", "unit"}


def _cleared(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if not _is_nothing(value)}


def _is_nothing(value: Any) -> bool:
    """Not said, said to be empty: the same."""
    return value is None or value in ("", [], {})


def _plain(value: Any) -> Any:
    """A value without what makes no difference to its meaning."""
    if isinstance(value, str):
        return folded(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return _cleared({str(name): _plain(inner) for name, inner in value.items()})
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def folded(text: str) -> str:
    """A text without case, white space and punctuation; figures and signs keep theirs.

    "0.5" stays another figure than "5", "-5" than "5", "<5" than ">5".
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    kept = {match.start() for match in (*_IN_NUMBERS.finditer(text), *_SIGN.finditer(text))}
    letters = (
        letter if index in kept or _speaks(letter) else " " for index, letter in enumerate(text)
    )
    return " ".join("".join(letters).split())


def _speaks(letter: str) -> bool:
    """Letters, figures, their marks, and signs such as < + € %; no punctuation, no blank."""
    kind = unicodedata.category(letter)
    return letter in _SPEAKING or kind[0] in "LNM" or (kind[0] == "S" and kind != "Sk")
