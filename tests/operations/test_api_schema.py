"""The published description of the API says what there is, and the page to try it on works."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from accounts.models import User
from tests.house.tree import ROOT
from uaip_project.api_pages import whole_schema
from uaip_project.api_schema import operations_table

METHODS = ("get", "post", "put", "patch", "delete")
#: Routes that describe the others.
ABOUT = {"/api/schema/"}


def _routes(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        pattern = entry.pattern
        if not isinstance(pattern, RoutePattern):
            continue
        whole = prefix + str(pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, whole)
        else:
            yield whole, entry


def _api() -> dict[str, set[str]]:
    """Every address below /api/ and /auth/ with its methods; parameters as {name}."""
    found = {}
    for route, entry in _routes(get_resolver()):
        if route.startswith(("/api/", "/auth/")) and route not in ABOUT:
            address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
            face = entry.callback.cls
            found[address] = {one for one in METHODS if hasattr(face, one)}
    return found


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in whole_schema()["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_route_is_in_the_schema_once() -> None:
    routes = _api()
    published = {path for path in routes if path.startswith(("/api/v1/", "/auth/"))}
    described: dict[str, set[str]] = {}
    for path, method, _ in _operations():
        described.setdefault(path, set()).add(method)
    assert described == {path: routes[path] for path in published}
    assert len(published) > 30


def test_the_guides_paths_answer_like_those_of_version_1() -> None:
    routes = _api()
    twins = {path.replace("/api/v1/", "/api/") for path in routes if path.startswith("/api/v1/")}
    unversioned = {path for path in routes if re.match(r"/api/(?!v1/)", path)}
    assert unversioned == twins


def test_the_schema_is_valid_and_without_a_warning(tmp_path: Path) -> None:
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml")
    )
    written = yaml.safe_load((tmp_path / "schema.yml").read_text("utf-8"))
    assert written["openapi"].startswith("3.1")


def test_every_operation_says_what_it_does_and_what_it_answers() -> None:
    faults = []
    for path, method, operation in _operations():
        codes = set(operation["responses"])
        wanted = {"429", "500"}
        is_open = not operation.get("security")
        wanted |= set() if is_open else {"401", "403"}
        if "requestBody" in operation:
            wanted |= {"400", "413", "415", "422"}
        if "{" in path:
            wanted |= {"404"}
        if method in ("put", "patch", "delete") and path.startswith("/api/v1/sessions"):
            wanted |= {"412", "428"}
        if not operation.get("summary") or not operation.get("tags") or not wanted <= codes:
            faults.append((method, path, sorted(wanted - codes)))
        if not any(code.startswith(("2", "410")) for code in codes):
            faults.append((method, path, ["2xx"]))
    assert faults == []


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, operation in _operations()]
    assert len(names) == len(set(names))


def test_the_ways_in_are_named() -> None:
    schemes = whole_schema()["components"]["securitySchemes"]
    assert schemes["bearerAuth"]["scheme"] == "bearer"
    assert schemes["apiKeyAuth"]["name"] == "X-API-Key"
    main = whole_schema()["paths"]["/api/v1/sessions"]["get"]
    assert {"bearerAuth": []} in main["security"]
    assert {"apiKeyAuth": []} in main["security"]
    assert main["responses"]["200"]["content"]["application/json"]["examples"]


@pytest.mark.django_db
def test_the_schema_is_for_those_who_are_known_here(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    assert Client().get("/api/schema/").status_code == 401
    assert Client().get("/docs").status_code == 302
    browser = client_of(alice)
    shown = browser.get("/api/schema/")
    assert shown["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert shown.json()["paths"]
    as_yaml = browser.get("/api/schema/?format=yaml")
    assert yaml.safe_load(as_yaml.content)["paths"].keys() == shown.json()["paths"].keys()


def test_the_reference_lists_every_operation() -> None:
    """Where it does not: put what operations_table() gives below the heading."""
    page = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    assert page.split("## Operations\n\n")[1].split("\n\n", 1)[1] == operations_table(
        whole_schema()
    )
