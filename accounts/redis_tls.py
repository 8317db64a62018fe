"""Whose certificate a Redis server must show; pure, so that the settings can ask it."""

from __future__ import annotations

import ssl
from typing import Any


def redis_trust(url: str, ca_file: str) -> dict[str, Any]:
    """Options of the client for a ``rediss://`` address: name and certificate are always checked.

    Empty for ``redis://``, which knows no certificate.
    """
    if not url.startswith("rediss://"):
        return {}
    trust: dict[str, Any] = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
    return trust | ({"ssl_ca_certs": ca_file} if ca_file else {})
