"""Columns are as wide as their words."""

from __future__ import annotations

import pytest

from charters.rendering.measures import fitted, longest_words
from charters.rendering.nodes import plain_grid


def test_a_narrow_column_gets_what_its_longest_word_needs() -> None:
    grid = plain_grid("Risks", ("Ref", "What happens"), [("R-01", "Somebody is turned away")])
    assert longest_words(grid) == [4, 9]
    assert fitted([5.0, 95.0], [11.0, 20.0]) == [11.0, 89.0]


@pytest.mark.parametrize("least", [[1.0, 1.0], [30.0, 30.0], [90.0, 90.0], [5.0, 200.0]])
def test_what_one_column_gets_another_gives(least: list[float]) -> None:
    made = fitted([40.0, 60.0], least)
    assert sum(made) == pytest.approx(100) and min(made) > 0


def test_wide_enough_columns_stay_as_they_are() -> None:
    assert fitted([40.0, 60.0], [10.0, 20.0]) == [40.0, 60.0]


def test_dates_and_short_figures_stay_on_one_line_where_there_is_room() -> None:
    grid = plain_grid("Risks", ("After", "Due"), [("3 medium", "19 Feb 2027"), ("4 high", "—")])
    assert longest_words(grid) == [9, 11]


def test_wide_letters_count_for_more_than_narrow_ones() -> None:
    wide, narrow = plain_grid("", ("MMMM",), []), plain_grid("", ("illi",), [])
    assert longest_words(wide)[0] > longest_words(narrow)[0]


def test_the_parts_of_an_id_stay_together_and_those_of_a_compound_need_not() -> None:
    grid = plain_grid("", ("Id", "What"), [("S1-0123456", "well-known")])
    assert longest_words(grid) == [10, 6]
