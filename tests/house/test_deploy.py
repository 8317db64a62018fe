"""The files for other machines fit the code."""

from __future__ import annotations

import re
import runpy
from typing import Any

import pytest
import yaml
from pytest_django.live_server_helper import LiveServer

from tests.house.test_docs import names_of_settings
from tests.house.tree import ROOMS, ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("uaip-app", "uaip-worker", "uaip-beat")
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")


def test_the_services_carry_the_agreed_names() -> None:
    agreed = {"uaip-app", "uaip-worker", "uaip-beat", "postgres", "redis", "redis-cache"}
    agreed |= {"prometheus", "alertmanager", "grafana", "loki"}
    assert agreed <= set(SERVICES)


@pytest.mark.parametrize("name", OURS)
def test_our_services_set_only_what_settings_reads(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= names_of_settings()


def test_postgres_listens_where_the_settings_look() -> None:
    assert SERVICES["postgres"]["command"][:3] == ["postgres", "-p", "60543"]
    assert SERVICES["uaip-app"]["environment"]["POSTGRES_PORT"] == "60543"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_says_whether_it_works(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    # What runs once and ends has no health.
    assert check.get("test") or SERVICES[name]["restart"] == "no"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_holds_a_secret(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    secret = re.compile(r"PASSWORD|SECRET|KEY|TOKEN")
    held = [one for one in environment if secret.search(one) and not one.endswith("_FILE")]
    assert held == []
    secrets = SERVICES[name].get("secrets", [])
    sources = {one["source"] if isinstance(one, dict) else one for one in secrets}
    assert sources <= set(COMPOSE["secrets"])


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(OURS)))
def test_images_are_pinned(name: str) -> None:
    assert re.fullmatch(r"[\w/-]+:v?\d+\.\d+[\w.-]*", SERVICES[name]["image"])


def test_the_image_is_pinned_and_does_not_run_as_root() -> None:
    assert all(
        re.match(r"python:3\.\d+\.\d+-slim", base)
        for base in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    )
    assert re.search(r"^USER 10001", DOCKERFILE, re.MULTILINE)


def test_the_image_holds_every_room_and_nothing_that_is_not_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)
    assert set(ROOMS) | {"templates", "static", "manage.py"} <= set(copied)
    assert [one for one in copied if not (ROOT / one).exists()] == []


@pytest.mark.django_db(transaction=True)
def test_the_health_check_asks_as_the_reverse_proxy_does(live_server: LiveServer) -> None:
    healthcheck = runpy.run_path(str(ROOT / "deploy" / "healthcheck.py"))
    assert healthcheck["is_ready"](live_server.thread.port) is True
    assert healthcheck["is_ready"](1) is False
