"""What tests of tokens and keys share: a program at the door."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from tests.builders.people import PASSWORD

WHO = "/api/who-am-i"


def post(path: str, body: Any, **headers: str) -> Any:
    """A program's JSON to an address, without any cookie."""
    return Client().post(path, body, content_type="application/json", headers=headers)


def sign_in(person: User, password: str = PASSWORD, **more: str) -> Any:
    return post("/auth/login", {"email": person.email, "password": password, **more})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def ask(path: str = WHO, method: str = "get", **headers: str) -> Any:
    """A request with these headers and nothing else."""
    return getattr(Client(), method)(path, headers=headers)


def ask_with_key(secret: str, path: str = WHO, method: str = "get") -> Any:
    return getattr(Client(), method)(path, headers={"X-API-Key": secret})


def refusal(reply: Any) -> tuple[int, str, str]:
    """Status, code and sentence of a refusal."""
    said = reply.json()["error"]
    return reply.status_code, said["code"], said["message"]
