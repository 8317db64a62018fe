"""Codes in addresses: what is no UUID is said to be none."""

from __future__ import annotations

import uuid

from django.urls import register_converter
from django.urls.converters import UUIDConverter

from accounts.api_errors import Unreadable


class NoCode(str):
    """A word of an address where a UUID was wanted."""


class CodeConverter(UUIDConverter):
    """``<code:...>`` takes any word; ``require_codes`` refuses what is no UUID."""

    regex = "[^/]+"

    def to_python(self, value: str) -> uuid.UUID | NoCode:
        try:
            return uuid.UUID(value)
        except ValueError:
            return NoCode(value)

    def to_url(self, value: uuid.UUID | str) -> str:
        return str(value)


register_converter(CodeConverter, "code")


def require_codes(parameters: dict[str, object]) -> None:
    """Raises Unreadable (400 INVALID_UUID) for a code that is no UUID."""
    for name, value in parameters.items():
        if isinstance(value, NoCode):
            raise Unreadable(
                "The address holds an id that is no UUID.", {name: "no UUID"}, says="INVALID_UUID"
            )
