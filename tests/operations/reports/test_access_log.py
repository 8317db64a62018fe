"""An access log with twelve odd things has twelve findings; one of people at work has none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.operations.command import run
from uaip_project.operations.reports import access_log

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


def line(address: str, second: float, path: str = "/", status: int = 200, *,
         method: str = "GET", agent: str = "Mozilla/5.0") -> str:  # fmt: skip
    at = START + timedelta(seconds=second)
    when = at.strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'{address} - - [{when}] "{method} {path} HTTP/1.1" {status} 512 "-" "{agent}"'


def people_at_work() -> Iterator[str]:
    """Forty people, an hour, an occasional slip."""
    for number in range(1200):
        address = f"10.0.0.{number % 40 + 1}"
        yield line(address, 3 * number, f"/sessions/{number % 7}/", 200 if number % 50 else 302)
    yield line("10.0.0.3", 4000, "/accounts/login/", 200, method="POST")
    yield line("10.0.0.4", 4001, "/nothing", 404)
    yield line("10.0.0.5", 4002, "/api/v1/sessions", 401)


ODD = {
    "SQL injection": [line("6.6.6.1", 1, "/?q=1%27%20OR%201=1", 400)],
    "script injection": [line("6.6.6.2", 1, "/?q=%3Cscript%3Ealert(1)", 400)],
    "path traversal": [line("6.6.6.3", 1, "/static/..%252f..%252f/etc/passwd", 404)],
    "command injection": [line("6.6.6.4", 1, "/", 200, agent="${jndi:ldap://x}")],
    "search for foreign files": [line("6.6.6.5", 1, "/.env", 404)],
    "scanner": [line("6.6.6.6", 1, "/", 200, agent="sqlmap/1.8")],
    "odd method": [line("6.6.6.7", 1, "/", 405, method="TRACE")],
    "high frequency": [line("6.6.6.8", n / 5, "/") for n in range(130)],
    "rate limit": [line("6.6.6.9", 30 * n, "/api/v1/sessions", 429) for n in range(10)],
    "sign-in tries": [
        line("6.6.6.10", 30 * n, "/accounts/login/", 200, method="POST") for n in range(10)
    ],
    "sweep": [line("6.6.6.11", 10 * n, f"/page-{n}", 404) for n in range(20)],
    "server faults": [line(f"10.0.0.{n}", 60 * n, "/charters/", 500) for n in range(1, 11)],
}


def test_twelve_odd_things_are_twelve_findings(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    odd = [one for lines in ODD.values() for one in lines]
    log.write_text("\n".join([*people_at_work(), *odd]))
    found = access_log.findings(list(access_log.hits(log.read_text().splitlines())))
    assert sorted(one.kind for one in found) == sorted(ODD)
    assert len(found) == 12


@pytest.mark.parametrize("kind", ODD)
def test_each_odd_thing_is_found_alone_and_with_its_address(kind: str) -> None:
    found = access_log.findings(list(access_log.hits(ODD[kind])))
    assert [one.kind for one in found] == [kind]
    expected = "" if kind == "server faults" else ODD[kind][0].split()[0]
    assert found[0].who == expected


def test_people_at_work_are_no_finding() -> None:
    assert access_log.findings(list(access_log.hits(people_at_work()))) == []


def test_one_address_with_most_of_the_requests_is_named() -> None:
    lines = [*people_at_work(), *(line("10.0.0.1", 3 * n, "/") for n in range(1500))]
    found = access_log.findings(list(access_log.hits(lines)))
    assert [(one.kind, one.who) for one in found] == [("top address", "10.0.0.1")]


def test_our_own_json_lines_are_read_too() -> None:
    said = {"timestamp": START.isoformat(), "method": "GET", "route": "/x", "status": 500, "ms": 3}
    lines = [json.dumps(said)] * 10 + ["no line of ours", "{broken"]
    found = list(access_log.hits(lines))
    assert len(found) == 10
    assert [one.kind for one in access_log.findings(found)] == ["server faults"]


@pytest.mark.django_db
def test_the_command_ends_with_1_where_something_is_odd(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text("\n".join(people_at_work()))
    assert run("report", "access-log", str(log)).code == 0
    log.write_text(ODD["scanner"][0])
    done = run("report", "access-log", str(log), "--json")
    assert (done.code, done.json["figures"]["findings"]) == (1, 1)
    assert run("report", "access-log", str(tmp_path / "none.log")).code == 2
