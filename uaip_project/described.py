"""How the published description of the API is made (drf-spectacular's settings)."""

from __future__ import annotations

from typing import Any

ABOUT = (
    "Everything that the pages do, for programs. Refusals have one shape; lists go by skip and "
    "limit or by cursor; changes name the version they change (If-Match); a POST with an "
    "Idempotency-Key is done once."
)


def described(name: str, version: str) -> dict[str, Any]:
    """The settings for an installation of this name and release."""
    return {
        "TITLE": f"{name} API",
        "DESCRIPTION": ABOUT,
        "VERSION": version,
        "OAS_VERSION": "3.1.0",
        "SERVE_PERMISSIONS": ["accounts.api_permissions.SignedIn"],
        "SERVE_INCLUDE_SCHEMA": False,
        "SCHEMA_PATH_PREFIX": r"/api/v1|/auth",
        "PREPROCESSING_HOOKS": ["uaip_project.api_schema.only_v1"],
        # Choices stand where they are used: hoisting them needs a name for every set of words.
        "POSTPROCESSING_HOOKS": ["uaip_project.api_schema.closed_bodies"],
        # No field of a PATCH may be left out silently.
        "COMPONENT_SPLIT_PATCH": False,
        "PATH_CONVERTER_OVERRIDES": {"code": {"type": "string", "format": "uuid"}},
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
        # What is typed stays in the tab: a key is not kept in the browser's storage.
        "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
    }
