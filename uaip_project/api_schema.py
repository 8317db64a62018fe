"""What the OpenAPI schema shows: one address for each operation, and the ways in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

Endpoint = tuple[str, str, str, Callable[..., Any]]
SHOWN = ("/api/v1/", "/auth/")


def only_v1(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The guide's paths without a version answer, too; publishing them would double everything."""
    return [one for one in endpoints if one[0].startswith(SHOWN)]


def closed_bodies(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Bodies hold the named fields and no others: read_body refuses what it does not know."""
    shapes = result.get("components", {}).get("schemas", {})
    for operations in result["paths"].values():
        for operation in operations.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                name = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
                if name in shapes:
                    shapes[name]["additionalProperties"] = False
    return result


class TokenScheme(OpenApiAuthenticationExtension):
    """Access tokens of /auth/login."""

    target_class = "accounts.authentication.JwtAuthentication"
    name = "bearerAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        words = "The access_token that /auth/login gives; it lasts for an hour."
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": words}


class KeyScheme(OpenApiAuthenticationExtension):
    """Keys of service accounts and people."""

    target_class = "accounts.authentication.ApiKeyAuthentication"
    name = "apiKeyAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        words = "A key of a service account or a person; shown once, when it is made."
        return {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": words}


def operations_table(schema: dict[str, Any]) -> str:
    """Every operation as a row of docs/reference/api.md, by subject."""
    rows: dict[str, list[str]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            (tag,) = operation["tags"]
            shown = path.removeprefix("/api/v1")
            row = f"| `{method.upper()}` | `{shown}` | {operation['summary']} |"
            rows.setdefault(tag, []).append(row)
    head = "| Method | Path | What it does |\n|---|---|---|\n"
    parts = [f"### {tag}\n\n{head}" + "\n".join(found) for tag, found in sorted(rows.items())]
    return "\n\n".join(parts) + "\n"
