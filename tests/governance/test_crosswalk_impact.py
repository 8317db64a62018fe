"""Canada's level: the official arithmetic to the point, and a range where answers leave one."""

from __future__ import annotations

import pytest

from governance.crosswalk.impact import level_by_points
from governance.crosswalk.rows import State
from tests.builders.crosswalks import framework, given, project, shipped

#: raw, mitigation -> the score that counts, level; recomputed from the official tool.
VECTORS = (
    (41, 0, 41, 1),
    (42, 0, 42, 2),
    (49, 62, 42, 2),
    (50, 61, 50, 2),
    (83, 0, 83, 2),
    (84, 61, 84, 3),
    (84, 62, 71, 2),
    (98, 62, 83, 2),
    (99, 62, 84, 3),
    (125, 0, 125, 3),
    (126, 61, 126, 4),
    (126, 62, 107, 3),
    (147, 62, 125, 3),
    (148, 62, 126, 4),
    (167, 62, 142, 4),
)
FEDERAL = {"canada_federal": "yes"}


@pytest.mark.parametrize(("raw", "mitigation", "current", "level"), VECTORS)
def test_the_level_is_that_of_the_official_tool(
    raw: int, mitigation: int, current: int, level: int
) -> None:
    scale = shipped()["canada-aia"].scale
    assert scale is not None
    found = level_by_points(scale, raw, mitigation)
    assert (found.current, found.levels) == (current, (level,))


def test_the_maxima_are_those_of_the_official_tool() -> None:
    scale = shipped()["canada-aia"].scale
    assert scale is not None
    assert (sum(scale.raw.values()), sum(scale.mitigation.values())) == (167, 77)


def test_without_answers_any_level_is_possible() -> None:
    level = framework("canada-aia", {}).level
    assert level is not None
    assert (level.raw_low, level.raw_high, level.levels) == (0, 167, (1, 2, 3, 4))
    assert level.current is None


def test_an_answer_narrows_the_range_and_never_widens_it() -> None:
    before = framework("canada-aia", project(automation_level=3)).level
    after = framework("canada-aia", project(automation_level=5)).level
    assert before is not None
    assert after is not None
    assert (after.raw_low, after.raw_high) == (before.raw_low + 4, before.raw_high)


def test_points_of_the_official_tool_give_the_level_itself() -> None:
    details = FEDERAL | {"aia_raw": 84, "aia_mitigation": 62}
    found = framework("canada-aia", project(), details)
    assert found.level is not None
    assert found.level.levels == (2,)
    states = {row.id: row.state for row in found.rows}
    assert states["Human decision"] is State.OUT_OF_SCOPE
    assert states["Approval, I-II"] is State.UNKNOWN


def test_what_every_possible_level_asks_for_is_judged() -> None:
    answers = project(S4_05=given({"notice_given": True}))
    states = {row.id: row.state for row in framework("canada-aia", answers, FEDERAL).rows}
    assert states["Notice"] is State.MET
    assert states["Human decision"] is State.UNKNOWN


def test_elsewhere_the_directive_binds_nobody() -> None:
    found = framework("canada-aia", project(), {"canada_federal": "no"})
    assert {row.state for row in found.rows} == {State.OUT_OF_SCOPE}
    asked = framework("canada-aia", project())
    assert {row.state for row in asked.rows} == {State.UNKNOWN}
