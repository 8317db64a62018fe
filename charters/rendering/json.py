"""A charter as one JSON file, and back again without loss."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from charters.canonical import content_hash as hash_of
from charters.content import SCHEMA, CharterContent


class UnreadableExport(Exception):
    """The file is no charter export of this schema; says what is wrong with it."""


@dataclass(frozen=True)
class Export:
    content: CharterContent
    content_hash: str
    governance: Mapping[str, Any] | None

    @property
    def is_intact(self) -> bool:
        """Whether the content still has the hash that the file states."""
        return hash_of(self.content.model_dump(mode="json")) == self.content_hash


def render(
    content: CharterContent,
    *,
    content_hash: str,
    governance: Mapping[str, Any] | None = None,
    **around: Any,
) -> bytes:
    """UTF-8 JSON, indented for people; the hash is that of the canonical content.

    ``around`` is what else stands in the file under names of its own: annex, profile.
    """
    document = {
        "schema": SCHEMA,
        "content": content.model_dump(mode="json"),
        "content_hash": content_hash,
        "governance": None if governance is None else dict(governance),
        **around,
    }
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return f"{text}\n".encode()


def parse(data: bytes) -> Export:
    """The export that was written. Raises UnreadableExport."""
    try:
        document = json.loads(data)
    except ValueError as fault:
        raise UnreadableExport(f"This is not JSON: {fault}.") from fault
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise UnreadableExport(f"This is not a charter of schema {SCHEMA}.")
    try:
        content = CharterContent.model_validate(document.get("content"))
    except ValidationError as fault:
        raise UnreadableExport(f"The content does not fit {SCHEMA}: {fault}") from fault
    return Export(content, str(document.get("content_hash", "")), document.get("governance"))
