"""The shape of a reply as a JSON schema that every provider's structured output accepts."""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

#: What strict structured output understands everywhere; limits are checked by us afterwards, and
#: titles and defaults would only cost tokens.
_UNDERSTOOD = frozenset(
    {"type", "enum", "const", "properties", "items", "anyOf", "$ref", "$defs", "description"}
)


def strict_schema(reply_type: type[BaseModel]) -> dict[str, Any]:
    """The schema of a reply: every field required, no others allowed.

    Raises TypeError for a type that has fields without names (a dict).
    """
    return copy.deepcopy(_schema(reply_type))


def schema_note(reply_type: type[BaseModel]) -> str:
    """The shape in words, for a provider or model without structured output of its own."""
    schema = json.dumps(_schema(reply_type), ensure_ascii=False, separators=(",", ":"))
    return f"Reply with one JSON object and nothing else. Its JSON schema:\n{schema}"


@lru_cache(maxsize=64)
def _schema(reply_type: type[BaseModel]) -> dict[str, Any]:
    made: dict[str, Any] = _strict(reply_type.model_json_schema())
    return made


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key in _UNDERSTOOD}
    if "oneOf" in schema:
        kept["anyOf"] = schema["oneOf"]
    for key in ("properties", "$defs"):
        if key in kept:
            kept[key] = {name: _strict(one) for name, one in kept[key].items()}
    if "items" in kept:
        kept["items"] = _strict(kept["items"])
    if "anyOf" in kept:
        kept["anyOf"] = [_strict(one) for one in kept["anyOf"]]
    if kept.get("type") == "object":
        if "properties" not in kept:
            raise TypeError("a reply type has named fields only")
        # A class's docstring is for its reader, not for the model; a field's description is.
        kept.pop("description", None)
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept
