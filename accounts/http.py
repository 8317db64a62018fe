"""What a request is, asked in one way by the views of all rooms."""

from __future__ import annotations

from django.http import HttpRequest


def is_fragment(request: HttpRequest) -> bool:
    """Whether a script asks for one moving part of a page instead of the page."""
    return bool(request.headers.get("HX-Request"))
