"""The arithmetic of Canada's Algorithmic Impact Assessment, exact; and what answers tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import floor
from typing import Any

from governance.crosswalk.answers import Answers
from governance.crosswalk.rows import Level, State
from governance.crosswalk.showing import shows
from governance.rulepacks.schema import Points, Question, Scale


def _exactly(share: float) -> Fraction:
    """0.85 as the pack writes it, not as a float holds it."""
    return Fraction(str(share))


def current_score(scale: Scale, raw: int, mitigation: int) -> int:
    """The score that decides: lowered, all or nothing, from enough mitigation on."""
    needed = _exactly(scale.reduces_from) * sum(scale.mitigation.values())
    if mitigation < needed:
        return raw
    # As the official tool rounds: halves go up.
    return floor(_exactly(scale.reduces_to) * raw + Fraction(1, 2))


def level_of(scale: Scale, current: int) -> int:
    """Level 1 to n of a score; an end belongs to the lower level."""
    most = sum(scale.raw.values())
    ends = [_exactly(end) * most for end in scale.level_ends]
    return 1 + sum(current > end for end in ends)


def level_by_points(scale: Scale, raw: int, mitigation: int) -> Level:
    """The level by the points of the official tool."""
    current = current_score(scale, raw, mitigation)
    return Level(raw, raw, mitigation, mitigation, (level_of(scale, current),), current)


def estimated_level(scale: Scale, answers: Answers) -> Level:
    """The range that the answers leave: a question they do not tell has any of its points."""
    raw = _span(scale, scale.raw, answers)
    mitigation = _span(scale, scale.mitigation, answers)
    lowest = level_of(scale, current_score(scale, raw[0], mitigation[1]))
    highest = level_of(scale, current_score(scale, raw[1], mitigation[0]))
    levels = tuple(range(lowest, highest + 1))
    return Level(*raw, *mitigation, levels, None)


def level_from(scale: Scale, answers: Answers) -> Level:
    """By the official tool's points where somebody entered both, else the range."""
    raw, mitigation = (_points(answers.details, name) for name in ("aia_raw", "aia_mitigation"))
    if raw is None or mitigation is None:
        return estimated_level(scale, answers)
    return level_by_points(scale, raw, mitigation)


def _points(details: Mapping[str, Any], name: str) -> int | None:
    found = details.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _span(scale: Scale, areas: Mapping[str, int], answers: Answers) -> tuple[int, int]:
    asked = [one for one in scale.questions if one.area in areas]
    spans = [points_of(question, answers) for question in asked]
    untold = sum(areas.values()) - sum(question.most for question in asked)
    return sum(low for low, _ in spans), sum(high for _, high in spans) + untold


def points_of(question: Question, answers: Answers) -> tuple[int, int]:
    """Least and most points that the answers allow for a question."""
    for line in question.points:
        if _holds(line, answers):
            return line.points, line.points
    return 0, question.most


def _holds(line: Points, answers: Answers) -> bool:
    states = [shown.state if (shown := shows(one, answers)) else None for one in line.when]
    if line.absent:
        return all(state is State.GAP for state in states)
    return all(state is State.MET for state in states)


def items_of(scale: Scale) -> Iterable[str]:
    """The items that tell anything about the level."""
    return dict.fromkeys(
        check.item
        for question in scale.questions
        for line in question.points
        for check in line.when
    )
