"""Who gets which answer at every address: tests/house/routes holds the tables.

A state that surprises is decided by contract and permissions, not by what the code does: what is
not visible is 404, what is visible but forbidden 403, who is nobody is sent to sign in (302) or
asked for a token (401).
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator

import pytest
from django.test import TestCase
from django.urls import URLPattern

from tests.house import addresses
from tests.house.routes import matrix, world

ROWS = matrix.rows()


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals, each of which would be a line of the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class TestEveryAddress(TestCase):
    """One world, asked by each of the cast in turn; every deed is undone before the next."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world.build()
        # What stands now stays: looking through it again and again would take a tenth of the time.
        gc.freeze()
        cls.addClassCleanup(gc.unfreeze)

    def answers_as_the_tables_say(self, column: str) -> None:
        faults = []
        for route, method, address, status in matrix.ask_all(self.world, column):
            wanted = ROWS.get((route, method), {}).get(column)
            if wanted is not None and status != wanted:
                faults.append(f"{route} {method} {address}: {status}, not {wanted}")
        assert faults == []

    def test_nobody_comes_in_without_signing_in(self) -> None:
        self.answers_as_the_tables_say("anonymous")

    def test_a_stranger_sees_nothing_of_other_people(self) -> None:
        self.answers_as_the_tables_say("stranger")

    def test_a_colleague_who_may_comment_changes_nothing(self) -> None:
        self.answers_as_the_tables_say("commenter")

    def test_a_colleague_who_may_edit_answers_and_gives_nothing_away(self) -> None:
        self.answers_as_the_tables_say("editor")

    def test_the_owner_does_everything_with_an_own_interview(self) -> None:
        self.answers_as_the_tables_say("owner")

    def test_a_reviewer_sees_charters_and_no_unfinished_interview(self) -> None:
        self.answers_as_the_tables_say("reviewer")

    def test_a_reviewer_reads_the_interview_behind_a_charter(self) -> None:
        self.answers_as_the_tables_say("released")

    def test_an_admin_sees_every_interview_and_answers_in_none(self) -> None:
        self.answers_as_the_tables_say("admin")

    def test_a_superadmin_does_what_an_admin_does_and_the_rest(self) -> None:
        self.answers_as_the_tables_say("superadmin")

    def test_an_operator_sees_no_project(self) -> None:
        self.answers_as_the_tables_say("operator")

    def test_a_deactivated_person_is_a_stranger_to_an_old_session(self) -> None:
        self.answers_as_the_tables_say("deactivated")

    def test_a_program_with_every_scope_is_no_person(self) -> None:
        self.answers_as_the_tables_say("robot")

    def test_a_key_with_one_scope_does_that_one_thing(self) -> None:
        self.answers_as_the_tables_say("narrow")

    def test_every_address_has_its_row_and_every_row_its_address(self) -> None:
        there = {
            (one.route, method)
            for one in matrix.everything(self.world.begun)
            for method in one.methods
        }
        assert sorted(there - set(ROWS)) == [], "without a row in tests/house/routes/*.txt"
        assert sorted(set(ROWS) - there) == [], "rows without an address"

    def test_the_addresses_are_those_of_real_things(self) -> None:
        """Else a 404 would say nothing: whoever may do most gets one only where there is none."""
        nowhere = {
            route
            for (route, _), row in ROWS.items()
            if row["superadmin"] == 404 and row["owner"] in (302, 403, 404)
        }
        without_factors = {route for route in nowhere if route.startswith("mfa_")}
        others = {route for route in nowhere if route.startswith(matrix.OWNERS_ALONE)}
        assert nowhere - without_factors - others == set(matrix.NOT_THERE)


def test_the_guides_addresses_are_the_same_operations() -> None:
    """Asked at /api/v1/ only: below /api/ are the same views in the same order."""
    found = {matrix.ALIAS: [], matrix.VERSIONED: []}
    for name, address, entry in addresses.all_routes(lambda route, part, converter: part):
        for space, rows in found.items():
            if name.startswith(space):
                rows.append((name.removeprefix(space), address.split("/api/")[1], _view(entry)))
    plain = [(name, f"v1/{address}", view) for name, address, view in found[matrix.ALIAS]]
    assert plain == found[matrix.VERSIONED] != []


def _view(entry: URLPattern) -> type:
    view: type = entry.callback.cls
    return view
