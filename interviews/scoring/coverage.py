"""How much of every question's elements one text shows, worked out for the whole bank at once.

A bank asks some four hundred clauses of each answer. What they ask for is numbered here once, so
that a clause is one number with the bits of its parts and asking it is one "and".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interviews.scoring.evidence import Clause, ElementSpec
from interviews.scoring.signals import Reading


@dataclass(frozen=True, slots=True)
class _Element:
    """One element: its question, its share of the whole, and the bits of its clauses."""

    key: str
    weight: float
    all_of: tuple[int, ...]
    partly: tuple[int, ...]

    def share(self, shown: int) -> float:
        """1, 0.5 or 0, as ``elements.in_text`` would find it met, partly met or absent."""
        # Asked of two hundred elements for each answer: plain loops cost half of generators.
        hit = 0
        for clause in self.all_of:
            if clause & shown:
                hit += 1
        if hit and hit == len(self.all_of):
            return 1.0
        if self.partly:
            for clause in self.partly:
                if not clause & shown:
                    return 0.0
            return 0.5
        return 0.5 if hit and hit * 2 >= len(self.all_of) else 0.0


class Coverage:
    """The elements of all questions of a bank, made ready for being asked together."""

    def __init__(self, elements: Iterable[tuple[str, ElementSpec, str, float]]) -> None:
        """Each element: question key, specification, name of its own words, share of the whole."""
        self._bits: dict[tuple[str, int], int] = {}
        self._negated: dict[tuple[str, int], int] = {}
        self._elements = [
            _Element(key, weight, self._clauses(spec.all_of, own), self._clauses(spec.partly, own))
            for key, spec, own, weight in elements
        ]
        self._once: dict[str, int] = {}
        self._often: dict[str, list[tuple[int, int]]] = {}
        for (name, times), bit in self._bits.items():
            if times == 1:
                self._once[name] = bit
            else:
                self._often.setdefault(name, []).append((times, bit))

    def _clauses(self, clauses: Sequence[Clause], own: str) -> tuple[int, ...]:
        return tuple(self._clause(clause, own) for clause in clauses)

    def _clause(self, clause: Clause, own: str) -> int:
        bits = 0
        for part in clause:
            what = (own if part.name == "words" else part.name, max(1, part.at_least))
            known = self._negated if part.negated else self._bits
            if what not in known:
                known[what] = 1 << (len(self._bits) + len(self._negated))
            if part.negated:
                # Its opposite is looked for, whether or not any clause asks for that.
                self._bits.setdefault(what, 1 << (len(self._bits) + len(self._negated)))
            bits |= known[what]
        return bits

    def _shown(self, reading: Reading) -> int:
        """What the text shows, and what it shows not, as bits."""
        shown = 0
        for name in reading.hits:
            bit = self._once.get(name)
            if bit is not None and reading.mask(name):
                shown |= bit
            often = self._often.get(name)
            if often is not None:
                count = reading.count(name)
                for times, more in often:
                    if count >= times:
                        shown |= more
        for what, bit in self._negated.items():
            if not shown & self._bits[what]:
                shown |= bit
        return shown

    def of(self, reading: Reading, keys: Iterable[str]) -> dict[str, float]:
        """The share of each question's elements that the text shows, by weight."""
        shown = self._shown(reading)
        found = dict.fromkeys(keys, 0.0)
        for element in self._elements:
            share = element.share(shown)
            if share:
                found[element.key] += share * element.weight
        return found
