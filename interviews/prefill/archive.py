"""Looks a DOCX over before anything in it is read: bombs, macros, odd parts, entities."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO

from interviews.prefill.refusing import (
    BROKEN,
    HIGHEST_RATIO,
    LARGEST_UNPACKED,
    LOCKED,
    MACROS,
    MEGABYTE,
    MOST_MEMBERS,
    ODD_PARTS,
    UNPACKS_TOO_LARGE,
    WRONG_TYPE,
    FileRefused,
)

_ENCRYPTED = 0x1
_MAIN = "word/document.xml"
_TYPES = "[Content_Types].xml"
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".jar", ".docx", ".docm")
_PROGRAMS = (".exe", ".dll", ".bat", ".cmd", ".vbs", ".js", ".ps1", ".sh", ".scr", ".lnk")
_MARKED_UP = (".xml", ".rels")
_MACROS = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
#: No part of a DOCX declares a document type; those who do define entities.
#: Its letters stand one to four bytes apart, whatever the encoding.
_DECLARED = re.compile(
    rb"<\x00{0,3}!\x00{0,3}(?:D\x00{0,3}O\x00{0,3}C\x00{0,3}T|E\x00{0,3}N\x00{0,3}T)",
    re.IGNORECASE,
)


def look_over(content: bytes) -> None:
    """Raises FileRefused for whatever an honest DOCX does not hold."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            _check_list(members, len(content))
            _check_parts(archive, members)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as fault:
        raise FileRefused(BROKEN) from fault


def _check_list(members: list[zipfile.ZipInfo], packed: int) -> None:
    """What the table of contents tells, before a byte is unpacked."""
    if len(members) > MOST_MEMBERS:
        raise FileRefused(UNPACKS_TOO_LARGE)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise FileRefused(LOCKED)
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED:
        raise FileRefused(UNPACKS_TOO_LARGE)
    if unpacked > MEGABYTE and unpacked > HIGHEST_RATIO * packed:
        raise FileRefused(UNPACKS_TOO_LARGE)
    names = [member.filename for member in members]
    if len(set(names)) < len(names) or any(map(_is_odd, names)):
        raise FileRefused(ODD_PARTS)
    if any("vbaproject" in name.lower() or "vbadata" in name.lower() for name in names):
        raise FileRefused(MACROS)
    if _MAIN not in names:
        raise FileRefused(WRONG_TYPE)


def _is_odd(name: str) -> bool:
    """Paths that lead out, archives within, programs."""
    parts = name.replace("\\", "/").split("/")
    leads_out = name.startswith("/") or "\\" in name or ":" in name or ".." in parts
    return leads_out or name.lower().endswith((*_ARCHIVES, *_PROGRAMS))


def _check_parts(archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo]) -> None:
    for member in members:
        if not member.filename.lower().endswith(_MARKED_UP):
            continue
        part = archive.read(member)
        if _DECLARED.search(part):
            raise FileRefused(ODD_PARTS)
        if member.filename == _TYPES and _MACROS.search(part):
            raise FileRefused(MACROS)
