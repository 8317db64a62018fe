"""A site of one file for the deploy scripts: its health and its version come from its environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

VERSION = os.environ.get("VERSION", "none")
#: A version whose name says so never gets ready.
IS_WELL = "broken" not in VERSION
#: One whose name says so falls ill once people ask it for something.
FALLS_ILL = "ill" in VERSION
asked = 0


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI: /ready and the others of their kind, and a page that tells the version."""
    global asked
    is_probe = environ["PATH_INFO"] in ("/live", "/ready", "/health")
    asked += not is_probe
    is_well = IS_WELL and not (FALLS_ILL and asked)
    start_response("200 OK" if is_well else "503 Ill", [("Content-Type", "text/plain")])
    return [VERSION.encode()]
