"""Addresses and keys of providers, as far as they may be shown."""

from __future__ import annotations

import hashlib
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}


def split(address: str) -> SplitResult | None:
    """The parts of an address; None when it is none that can be asked."""
    try:
        parts = urlsplit(address.strip())
        return parts if parts.scheme in _PORTS and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def host_of(address: str) -> str:
    """host:port, without path and user."""
    parts = split(address)
    if parts is None:
        return ""
    name = str(parts.hostname)
    shown = f"[{name}]" if ":" in name else name
    return f"{shown}:{parts.port or _PORTS[parts.scheme]}"


def is_sendable(key: str) -> bool:
    """Whether a key can stand in a header: a line break or a curly quote was pasted by mistake."""
    return all("!" <= character <= "~" for character in key.strip())


def key_hash(*secrets: str) -> str:
    """Tells one key and address from another without holding them."""
    return hashlib.sha256("\n".join(secrets).encode("utf-8")).hexdigest()
