"""What operators are told in words: recipes with names that exist, timeouts in their order."""

from __future__ import annotations

import re

import pytest
from django.core.management import get_commands, load_command_class
from pytest_django import Settings

from tests.house.tree import ROOT
from uaip_project.operations import schedule, timeout_checks

HOW_TO = ROOT / "docs" / "how-to"
PAGES = ("schedule-maintenance", "archive-and-delete", "maintain-the-database")


def _text(name: str) -> str:
    return (HOW_TO / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_deed_that_a_page_names_is_there(page: str) -> None:
    commands = get_commands()
    named = set(re.findall(r"`(?:manage\.py )?(db|maintenance) ([a-z]+)", _text(page)))
    for command, deed in named:
        parser = load_command_class(commands[command], command).create_parser("x", command)
        (deeds,) = [one for one in parser._actions if one.dest == "deed"]
        assert deed in deeds.choices, f"{page}: {command} {deed}"
    assert named


def test_the_page_about_the_schedule_names_every_task() -> None:
    named = set(re.findall(r"`([a-z_]+)`", _text("schedule-maintenance")))
    assert {one.name for one in schedule.TABLE} <= named


def test_an_index_is_made_beside_the_writers() -> None:
    text = _text("maintain-the-database")
    assert "AddIndexConcurrently" in text
    assert "CREATE INDEX CONCURRENTLY" in text


def test_the_figures_of_one_statement_can_be_forgotten() -> None:
    assert "pg_stat_statements_reset(0, 0, queryid)" in _text("maintain-the-database")


def test_timeouts_stand_in_their_order(settings: Settings) -> None:
    gunicorn = (ROOT / "deploy" / "gunicorn.conf.py").read_text(encoding="utf-8")
    nginx = (ROOT / "deploy" / "nginx" / "uaip.conf").read_text(encoding="utf-8")
    assert re.findall(r"^timeout = (\d+)", gunicorn, re.MULTILINE) == [
        f"{timeout_checks.REQUEST_SECONDS:.0f}"
    ]
    waits = {int(one) for one in re.findall(r"proxy_read_timeout (\d+)s", nginx)}
    assert min(waits) >= timeout_checks.PROXY_SECONDS
    assert timeout_checks.timeouts_end_in_their_order(None) == []


def test_a_lease_that_ends_before_its_heartbeat_stops_the_start(settings: Settings) -> None:
    settings.JOB_LEASE_SECONDS = settings.JOB_HEARTBEAT_SECONDS
    (found,) = timeout_checks.timeouts_end_in_their_order(None)
    assert found.id == "uaip.E030"
    assert "UAIP_JOB_LEASE_SECONDS" in found.msg
