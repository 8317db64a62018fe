"""The shipped sample interviews are usable, complete and true to their records."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import interviews
from interviews.protocol import catalogue, values

SAMPLES = Path(interviews.__file__).parent / "samples"
INDEX = json.loads((SAMPLES / "index.json").read_text(encoding="utf-8"))
RECORDS = json.loads((SAMPLES / "records.json").read_text(encoding="utf-8"))
FILES = [entry["file"] for entry in INDEX]
PROTOCOL = catalogue.default_protocol()

every_sample = pytest.mark.parametrize("file", FILES)


def run_file(name: str) -> dict[str, Any]:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def is_unknown(given: Any) -> bool:
    return isinstance(given, dict) and set(given) == {"unknown"}


def attempts(given: Any) -> list[Any]:
    if is_unknown(given):
        return []
    return given["attempts"] if isinstance(given, dict) and "attempts" in given else [given]


def last_values(sample: dict[str, Any]) -> dict[str, Any]:
    return {key: attempts(given)[-1] for key, given in sample["answers"].items() if attempts(given)}


def passages(value: Any) -> Iterator[str]:
    """What stands in curly quotation marks, anywhere in an answer."""
    if isinstance(value, str):
        yield from re.findall("“([^“”]+)”", value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from passages(part)


@every_sample
def test_every_answer_of_a_sample_is_clean(file: str) -> None:
    sample = run_file(file)
    known, as_of = last_values(sample), date.fromisoformat(sample["as_of"])
    for key, given in sample["answers"].items():
        for attempt in attempts(given):
            cleaned = values.clean(PROTOCOL.question(key), attempt, values=known, as_of=as_of)
            assert cleaned.is_complete, (key, cleaned.issues)


@every_sample
def test_a_sample_is_written_in_canonical_shapes(file: str) -> None:
    sample = run_file(file)
    known, as_of = last_values(sample), date.fromisoformat(sample["as_of"])
    for key, given in known.items():
        cleaned = values.clean(PROTOCOL.question(key), given, values=known, as_of=as_of)
        assert cleaned.value == given, key


@every_sample
def test_every_question_that_is_shown_has_an_answer(file: str) -> None:
    sample = run_file(file)
    shown = catalogue.visible_questions(PROTOCOL, last_values(sample))
    assert [question.key for question in shown] == list(sample["answers"])


@every_sample
def test_at_most_one_answer_of_a_stage_is_unknown(file: str) -> None:
    answers = run_file(file)["answers"]
    unknown = [key for key, given in answers.items() if is_unknown(given)]
    assert unknown
    assert all(PROTOCOL.question(key).unknown_allowed for key in unknown)
    assert max(Counter(key[:2] for key in unknown).values()) == 1


@every_sample
def test_every_sample_shows_an_answer_that_was_tried_again(file: str) -> None:
    assert any(len(attempts(given)) > 1 for given in run_file(file)["answers"].values())


@every_sample
def test_each_item_says_where_it_comes_from(file: str) -> None:
    sample = run_file(file)
    assert list(sample["provenance"]) == list(sample["answers"])
    for key, given in sample["answers"].items():
        origin = "record" if list(passages(given)) else "illustrative"
        assert sample["provenance"][key] == origin, key


@every_sample
def test_a_sample_quotes_its_record_word_for_word(file: str) -> None:
    record = "\n".join(RECORDS.get(file, {}).values())
    for key, given in run_file(file)["answers"].items():
        for passage in passages(given):
            assert passage in record, (key, passage)


def test_each_record_feeds_one_sample_and_is_named_as_its_source() -> None:
    sources = {entry["file"]: entry["source"] for entry in INDEX}
    for file, record in RECORDS.items():
        assert sources[file].startswith(f"{record['Use Case Name']}, {record['Agency']}")
        assert "public domain" in sources[file]
    assert set(FILES) - set(RECORDS) == {"invented_halt.json"}


def test_the_index_lists_every_run_file() -> None:
    run_files = {path.name for path in SAMPLES.glob("*.json")} - {"index.json", "records.json"}
    assert run_files == set(FILES)
