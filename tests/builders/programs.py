"""A program that asks the HTTP API as somebody."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.services import keys
from tests.house.tree import ROOT as TREE

ROOT = "/api/v1"


class Program:
    """Speaks JSON; ``at`` gives the address of a session's part."""

    def __init__(self, client: Client, root: str = ROOT) -> None:
        self.client, self.root = client, root

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(self._whole(path), headers=_named(headers))

    def send(self, method: str, path: str, sent: Any = None, **headers: str) -> Any:
        """``sent`` as JSON; text goes as it is."""
        text = sent if isinstance(sent, str) else json.dumps({} if sent is None else sent)
        return self.client.generic(
            method, self._whole(path), text, "application/json", headers=_named(headers)
        )

    def post(self, path: str, sent: Any = None, **headers: str) -> Any:
        return self.send("POST", path, sent, **headers)

    def put(self, path: str, sent: Any = None, **headers: str) -> Any:
        return self.send("PUT", path, sent, **headers)

    def patch(self, path: str, sent: Any = None, **headers: str) -> Any:
        return self.send("PATCH", path, sent, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.send("DELETE", path, "", **headers)

    def _whole(self, path: str) -> str:
        return path if path.startswith("/api") else f"{self.root}{path}"


#: How a test gets one: who asks, what they ask with.
Ask = Callable[[User], Program]


def _named(headers: dict[str, str]) -> dict[str, str]:
    """If_Match="x" is the header If-Match."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def error_of(reply: Any) -> Any:
    """The error of a refusal; every refusal has the one shape."""
    said = reply.json()["error"]
    assert set(said) == {"code", "message", "details", "request_id", "timestamp"}
    assert said["message"]
    assert said["request_id"] == reply["X-Request-ID"]
    return said


def at(session: Any, *parts: object) -> str:
    """The address of a session or a part of it."""
    return "/".join(["/sessions", str(session.code), *map(str, parts)])


def with_key(person: User, *scopes: str) -> Program:
    """A program with a key of this person that allows just these permissions."""
    made = keys.issue_key(user=person, name="A program", scopes=scopes, by=person)
    return Program(Client(headers={"X-API-Key": made.secret}))


def example_client() -> ModuleType:
    """docs/examples/uaip_client.py as somebody runs it who copied it."""
    place = TREE / "docs" / "examples" / "uaip_client.py"
    spec = importlib.util.spec_from_file_location("uaip_client", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
