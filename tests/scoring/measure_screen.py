"""Measures the injection screen: ``python -m tests.scoring.measure_screen dev heldout``."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from interviews.scoring.injection import inspect

DATA = Path(__file__).parent / "data"
#: Real answers into which whole attacks are put.
HOSTS = DATA / "dev_prose.jsonl"


def lines(path: Path) -> Iterator[dict[str, str]]:
    """The entries of a file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def hosts() -> list[str]:
    """Answers of some length that nothing is found in."""
    texts = [one["answer"] for one in lines(HOSTS) if isinstance(one["answer"], str)]
    return [text for text in texts if len(text) > 150]


def embedded(attack: str, number: int, among: list[str]) -> str:
    """The attack before, within or behind a real answer, as a sentence of its own."""
    host = among[number % len(among)]
    middle = host.find(". ", len(host) // 3) + 2
    where = (0, middle, len(host))[number % 3]
    gap = "\n" if number % 2 else " "
    return f"{host[:where]}{gap}{attack}{gap}{host[where:]}".strip()


def rates(path: Path, *, is_attack: bool, show: bool) -> None:
    """Prints one row for each family of a file."""
    among = hosts()
    whole: dict[str, list[bool]] = defaultdict(list)
    inside: dict[str, list[bool]] = defaultdict(list)
    for number, one in enumerate(lines(path)):
        screening = inspect(one["text"])
        whole[one["family"]].append(screening.suspected)
        if is_attack:
            hidden = inspect(embedded(one["text"], number, among)).suspected
            inside[one["family"]].append(hidden)
        if show and screening.suspected != is_attack:
            told = f"{one['family']:11} {one['note']:14} {screening.kinds} "
            sys.stdout.write(f"  {told}{(screening.passages or (one['text'],))[0][:170]!r}\n")
        elif show and is_attack and not hidden:
            sys.stdout.write(
                f"  EMBEDDED {one['family']:11} {one['note']:14} {one['text'][:150]!r}\n"
            )
    for found, name in ((whole, "whole"), (inside, "embedded")):
        for family, seen in found.items():
            sys.stdout.write(f"{path.stem:18} {name:8} {family:12} {_share(seen)}\n")
        if found:
            everything = [one for seen in found.values() for one in seen]
            sys.stdout.write(f"{path.stem:18} {name:8} {'all':12} {_share(everything)}\n")


def _share(seen: list[bool]) -> str:
    return f"{sum(seen):4} of {len(seen):4}  {sum(seen) / len(seen):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="SET", help="dev, heldout or a file of lines")
    parser.add_argument("--show", action="store_true", help="print what came out wrong")
    given = parser.parse_args()
    for name in given.sets:
        if name.endswith(".jsonl"):
            rates(Path(name), is_attack="attacks" in name, show=given.show)
            continue
        for sort in ("attacks", "honest"):
            rates(DATA / f"{sort}_{name}.jsonl", is_attack=sort == "attacks", show=given.show)


if __name__ == "__main__":
    main()
