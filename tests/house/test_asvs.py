"""The security checklist is whole, and what it names is there."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import yaml

from tests.house.tree import ROOT, functions

LIST = ROOT / "docs" / "reference" / "asvs.yml"
PAGE = ROOT / "docs" / "reference" / "asvs.md"
#: OWASP ASVS 5.0.0, each section with the levels of its requirements in their order: in section
#: 1.3 the third is of level 2.
SECTIONS = {
    **{"1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123"},
    **{"2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23"},
    **{"3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333"},
    **{"3.6": "3", "3.7": "22333"},
    **{"4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222"},
    **{"5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222"},
    **{"6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233"},
    **{"6.5": "22222333", "6.6": "2223", "6.7": "33", "6.8": "2222"},
    **{"7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22"},
    **{"8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23"},
    **{"9.1": "111", "9.2": "1222"},
    **{"10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333"},
    **{"10.5": "22222", "10.6": "22", "10.7": "222"},
    **{"11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23"},
    **{"11.6": "23", "11.7": "33"},
    **{"12.1": "12233", "12.2": "11", "12.3": "22223"},
    **{"13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233"},
    **{"14.1": "22", "14.2": "12223333", "14.3": "122"},
    **{"15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333"},
    **{"16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223"},
    **{"17.1": "23", "17.2": "22223333", "17.3": "22"},
}
LEVELS = {
    f"{section}.{number}": int(level)
    for section, levels in SECTIONS.items()
    for number, level in enumerate(levels, start=1)
    if level in "12"
}
OUTCOMES = ("by", "not_applicable", "gap")
#: Outcome -> the keys that go with it, beside ``level`` and ``means``.
BESIDE = {"by": {"by", "note"}, "not_applicable": {"not_applicable"}, "gap": {"gap", "closes"}}


@cache
def entries() -> dict[str, dict[str, Any]]:
    """The checklist by id."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return found


def outcome_of(entry: dict[str, Any]) -> str:
    """Which one of OUTCOMES it has. Raises ValueError for none or several."""
    (found,) = (one for one in OUTCOMES if one in entry)
    return found


def counted() -> Counter[tuple[str, int]]:
    """How many requirements have which outcome at which level."""
    return Counter((outcome_of(entry), entry["level"]) for entry in entries().values())


@cache
def sentences_of(name: str) -> frozenset[str]:
    """The test functions of a file."""
    names = (node.name for node in functions(ROOT / name))
    return frozenset(one for one in names if one.startswith("test_"))


def test_the_standard_has_so_many_requirements() -> None:
    assert Counter(LEVELS.values()) == {1: 70, 2: 183}


def test_every_requirement_is_there_exactly_once() -> None:
    written = re.findall(r"^\"?([\d.]+)\"?:", LIST.read_text(encoding="utf-8"), re.MULTILINE)
    assert [one for one, count in Counter(written).items() if count > 1] == []
    assert sorted(written) == sorted(LEVELS)
    assert {one: entry["level"] for one, entry in entries().items()} == LEVELS


def test_each_is_met_or_does_not_apply_or_is_missing() -> None:
    odd = []
    for number, entry in entries().items():
        outcomes = [one for one in OUTCOMES if one in entry]
        keys = {"level", "means"} | BESIDE.get("".join(outcomes), set())
        is_closed = "gap" not in entry or "closes" in entry
        if len(outcomes) != 1 or not set(entry) <= keys or not all(entry.values()) or not is_closed:
            odd.append(number)
    assert odd == []


def test_what_meets_a_requirement_is_there() -> None:
    named = [(one, place) for one, entry in entries().items() for place in entry.get("by", ())]
    gone = []
    for number, place in named:
        name, _, test = place.partition("::")
        path = ROOT / name
        is_there = path.exists() and path.resolve().is_relative_to(ROOT)
        if not is_there or (test and test not in sentences_of(name)):
            gone.append(f"{number}: {place}")
    assert gone == []


def test_the_page_counts_as_the_list_does() -> None:
    count = counted()
    rows = [
        f"| {level} | {count['by', level]} | {count['not_applicable', level]}"
        f" | {count['gap', level]} |"
        for level in (1, 2)
    ]
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if row not in page] == []


def test_the_page_lists_every_gap_and_no_other() -> None:
    wanted = [
        f"| {number} | {entry['level']} | {entry['gap']} | {entry['closes']} |"
        for number, entry in entries().items()
        if "gap" in entry
    ]
    page = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^\| \d+\.\d+\.\d+ \|.*$", page, re.MULTILINE) == wanted
