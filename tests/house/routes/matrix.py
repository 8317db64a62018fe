"""Reads the tables of expected answers, and asks every address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.urls import URLPattern
from django.urls.converters import IntConverter

from tests.house import addresses
from tests.house.routes.admin_world import admin_row
from tests.house.routes.bodies import BODIES
from tests.house.routes.world import Caller, World

#: The order of the columns. "released" is the reviewer once more, at an interview whose charter
#: was issued; everybody else asks about the one that is under way.
COLUMNS = (
    "anonymous",
    "stranger",
    "commenter",
    "editor",
    "owner",
    "reviewer",
    "released",
    "admin",
    "superadmin",
    "operator",
    "deactivated",
    "robot",
    "narrow",
)
TABLES = Path(__file__).resolve().parent
#: The guide's addresses below /api/ are the operations of /api/v1/ once more.
ALIAS, VERSIONED = "api:", "api-v1:"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
#: Where even those who may do most find nothing, and why.
NOT_THERE = {
    "accounts/email/": "closed: an administrator changes an address",
    "account_email": "closed: an administrator changes an address",
    "accounts/password/set/": "closed: the first password comes with an invitation",
    "account_set_password": "closed: the first password comes with an invitation",
    "account_confirm_email": "the key of a mail that nobody got",
    "admin:view_on_site": "rows of the back office have no page on the site",
    "admin:admin/nothing-here": "every other address below /admin/",
    "api:review-ruling": "nobody has ruled on the case of these tables yet",
    "auth:register": "registration is closed unless the site opens it",
}
#: What whoever made it sees alone, so that others, whatever their role, find nothing there.
OWNERS_ALONE = ("governance:import-",)
#: (route, method) -> column -> status.
Rows = dict[tuple[str, str], dict[str, int]]


@dataclass(frozen=True)
class Asked:
    """One address with the methods to try there."""

    route: str
    address: str
    methods: tuple[str, ...]
    is_api: bool


def rows() -> Rows:
    """Every table: one line "route method status…" each; # begins a remark."""
    found: Rows = {}
    for path in sorted(TABLES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            parts = line.partition("#")[0].split()
            if not parts:
                continue
            route, method, *statuses = parts
            assert (route, method) not in found, f"{path.name}: {route} {method} stands there twice"
            assert len(statuses) == len(COLUMNS), f"{path.name}: {line}"
            found[route, method] = dict(zip(COLUMNS, map(int, statuses), strict=True))
    return found


def everything(values: dict[str, str]) -> list[Asked]:
    """Every address of the site, with these values in it; operations at /api/v1/ only."""

    def value(route: str, name: str, converter: object) -> str:
        if name == "object_id" or route.startswith("admin:"):
            return admin_row(route)
        plain = as_row(route)
        space = plain.partition(":")[0]
        for wanted in (f"{plain}.{name}", f"{space}:.{name}", name):
            if wanted in values:
                return values[wanted]
        return "1" if isinstance(converter, IntConverter) else "one"

    return [
        Asked(as_row(name), address, methods(entry), _is_api(entry))
        for name, address, entry in addresses.all_routes(value)
        if not name.startswith(ALIAS)
    ]


def as_row(route: str) -> str:
    """The name in the tables: operations without their version."""
    return ALIAS + route.removeprefix(VERSIONED) if route.startswith(VERSIONED) else route


def _is_api(entry: URLPattern) -> bool:
    return hasattr(entry.callback, "cls")


def methods(entry: URLPattern) -> tuple[str, ...]:
    """GET always; pages are posted to, an operation is asked with what it has."""
    if not _is_api(entry):
        return ("GET", "POST")
    return ("GET", *(one for one in UNSAFE if hasattr(entry.callback.cls, one.lower())))


def ask_all(world: World, column: str) -> Iterator[tuple[str, str, str, int]]:
    """(route, method, address, status) of every request; nothing of it stays."""
    caller = world.callers["reviewer" if column == "released" else column]
    values = world.released if column == "released" else world.begun
    for one in everything(values):
        for method in one.methods:
            body = _filled(BODIES.get((one.route, method), {}), values)
            yield one.route, method, one.address, _status(caller, one, method, body)


def _filled(body: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    return {
        name: part.format(**values) if isinstance(part, str) else part
        for name, part in body.items()
    }


def _status(caller: Caller, asked: Asked, method: str, body: dict[str, Any]) -> int:
    """Of one request whose deeds are undone. Operations are told the version that they gave."""
    cache.clear()
    client, options = caller.client(), {}
    if asked.is_api and method != "GET":
        options = {"content_type": "application/json"}
    with transaction.atomic():
        if method in ("PUT", "PATCH", "DELETE"):
            options["headers"] = {"If-Match": client.get(asked.address).get("ETag", "")}
        sent = None if method == "GET" else body
        response = getattr(client, method.lower())(asked.address, sent, **options)
        if response.streaming:
            _hang_up(response)
        transaction.set_rollback(True)
    return int(response.status_code)


def _hang_up(response: Any) -> None:
    """Gives a stream's place back unread, as the test client ends an answer: without closing
    the connection that holds the open transaction."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
