"""While the database is away people are asked to come again, and nothing else is promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def fails(client: Client) -> Iterator[Callable[[DatabaseError], Client]]:
    """Every statement ends in a fault from then on."""
    client.raise_request_exception = False
    wrappers = connection.execute_wrappers

    def begin(fault: DatabaseError) -> Client:
        def wrapper(*_: Any) -> Any:
            raise fault

        wrappers.append(wrapper)
        return client

    yield begin
    wrappers.clear()


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("server closed the connection unexpectedly"),
        OperationalError("database or disk is full"),
        InterfaceError("connection already closed"),
    ],
    ids=["restarted", "full", "closed"],
)
def test_a_person_is_asked_to_come_again(
    fails: Callable[[DatabaseError], Client], fault: DatabaseError
) -> None:
    page = fails(fault).post("/accounts/login/", {"login": "a@example.org", "password": "x"})
    assert page.status_code == 503
    assert page["Retry-After"] == "5"
    words = page.content.decode()
    assert "still in the form" in words
    assert str(fault) not in words


def test_a_program_reads_when_to_come_again(fails: Callable[[DatabaseError], Client]) -> None:
    reply = fails(OperationalError("gone")).post(
        "/auth/login", {"email": "a@example.org", "password": "x"}, "application/json"
    )
    assert reply.status_code == 503
    assert reply.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert reply["Retry-After"] == "5"


@pytest.mark.parametrize(
    "fault",
    [OperationalError("no such table: sessions"), ProgrammingError("syntax error")],
    ids=["table", "syntax"],
)
def test_a_fault_of_ours_stays_one(
    fails: Callable[[DatabaseError], Client], fault: DatabaseError
) -> None:
    page = fails(fault).post("/accounts/login/", {"login": "a@example.org", "password": "x"})
    assert page.status_code == 500
