"""Who may read metrics: whoever has the token, and who asks directly from an allowed network."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare

#: Set by a proxy: then the address is the proxy's, and says nothing about who asks.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")
REFUSAL = "Metrics are read with the token, or from an allowed address.\n"


def may_read(environ: Mapping[str, Any]) -> bool:
    """Judges a request by its WSGI environment, which web and worker have alike."""
    return _has_token(environ) or _is_near(environ)


def _has_token(environ: Mapping[str, Any]) -> bool:
    token = settings.METRICS_TOKEN
    given = str(environ.get("HTTP_AUTHORIZATION", ""))
    return bool(token) and constant_time_compare(given, f"Bearer {token}")


def _is_near(environ: Mapping[str, Any]) -> bool:
    """Whether the asker itself, not a proxy before it, stands in an allowed network."""
    if any(name in environ for name in FORWARDED):
        return False
    try:
        asker = ip_address(environ.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    asker = getattr(asker, "ipv4_mapped", None) or asker
    return any(asker in ip_network(one, strict=False) for one in settings.METRICS_ALLOWED_CIDRS)
