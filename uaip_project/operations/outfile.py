"""Writes what a command made into a file, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError

UNUSABLE = 2


def write_text(name: str, text: str) -> None:
    """UTF-8 text into the file of that name. Raises CommandError saying why not."""
    write_bytes(name, text.encode("utf-8"))


def write_bytes(name: str, body: bytes) -> None:
    """Bytes into the file of that name. Raises CommandError saying why not."""
    path = Path(name)
    beside = path.with_name(f".{path.name}.part")
    try:
        if path.exists() and not path.is_file():
            # A device or a pipe is written to as it is.
            path.write_bytes(body)
            return
        beside.write_bytes(body)
        beside.replace(path)
    except (OSError, ValueError) as fault:
        words = getattr(fault, "strerror", None) or str(fault)
        raise CommandError(f"{name} cannot be written: {words}.", returncode=UNUSABLE) from None
