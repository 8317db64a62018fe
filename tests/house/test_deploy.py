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
OURS = ("uaip-app", "uaip-worker")
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")


def test_the_services_carry_the_agreed_names() -> None:
    assert sorted(SERVICES) == ["postgres", "redis", "redis-cache", "uaip-app", "uaip-worker"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_set_only_what_settings_reads(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= names_of_settings()


def test_what_the_operator_may_set_is_a_setting_too() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w+)", text)) <= names_of_settings()


def test_only_the_web_process_is_published() -> None:
    published = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    assert published == {"uaip-app": ["10000:10000"]}


def test_postgres_listens_where_the_settings_look() -> None:
    assert SERVICES["postgres"]["command"] == ["postgres", "-p", "60543"]
    assert SERVICES["uaip-app"]["environment"]["POSTGRES_PORT"] == "60543"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_says_whether_it_works(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_holds_a_secret(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    secret = re.compile(r"PASSWORD|SECRET|KEY|TOKEN")
    held = [one for one in environment if secret.search(one) and not one.endswith("_FILE")]
    assert held == []
    assert all(one in COMPOSE["secrets"] for one in SERVICES[name].get("secrets", []))


@pytest.mark.parametrize("name", ["postgres", "redis", "redis-cache"])
def test_images_are_pinned(name: str) -> None:
    assert re.fullmatch(r"[\w/]+:\d+\.\d+[\w.-]*", SERVICES[name]["image"])


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
