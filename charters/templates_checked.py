"""Checks a DOCX template that somebody uploaded: no bomb, no macro, nothing that calls out."""

from __future__ import annotations

import io
import re
import zipfile

from docx import Document as open_docx
from lxml import etree

from charters.rendering import placeholders

LARGEST_FILE = 3 * 1024 * 1024
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_MEMBERS = 300
#: Read at once from a member whose own head may lie about its size.
PIECE = 64 * 1024
REFUSED_PARTS = re.compile(
    r"vbaProject|vbaData|macrosheet|activeX|/embeddings/|oleObject|/afchunk|\.(?:exe|dll|js|vbs|bin)$",
    re.IGNORECASE,
)
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
#: Fields that fetch or run something when the file is opened.
REFUSED_FIELDS = re.compile(
    r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON|AUTOTEXT)\b"
)
_FIELD_CODE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}instrText"
_SIMPLE_FIELD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}fldSimple"
_CHUNK = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}altChunk"


class Unusable(Exception):
    """A file that we do not take; the words say why and what to do."""


def check(content: bytes) -> None:
    """Raises Unusable unless the file is a harmless DOCX with our placeholders."""
    if len(content) > LARGEST_FILE:
        raise Unusable("The template is larger than 3 MB. Take pictures out of it.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive)
            _check_parts(archive)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as fault:
        raise Unusable("The template is no DOCX file. Save it as .docx.") from fault
    _check_placeholders(content)


def _check_members(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if len(names) > MOST_MEMBERS or len(set(names)) != len(names):
        raise Unusable("The template has too many parts. Start from an empty document.")
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        raise Unusable("The template is no DOCX file. Save it as .docx.")
    bad = [name for name in names if REFUSED_PARTS.search(name) or ".." in name]
    if bad:
        raise Unusable(
            f"The template holds macros or embedded files ({bad[0]}). Save it as .docx without them."
        )
    unpacked = 0
    for name in names:
        with archive.open(name) as member:
            while piece := member.read(PIECE):
                unpacked += len(piece)
                if unpacked > LARGEST_UNPACKED:
                    raise Unusable("The template is far too large when unpacked. Use another one.")


def _check_parts(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if not name.endswith((".xml", ".rels")):
            continue
        part = archive.read(name)
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise Unusable("The template declares entities. Save it again with Word.")
        if name == "[Content_Types].xml" and b"macroEnabled" in part:
            raise Unusable("The template may hold macros. Save it as .docx.")
        _check_xml(name, part)


def _check_xml(name: str, part: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as fault:
        raise Unusable("The template is damaged. Save it again with Word.") from fault
    if name.endswith(".rels"):
        for one in root:
            is_outside = one.get("TargetMode") == "External" and one.get("Type") != HYPERLINK
            if is_outside:
                raise Unusable(
                    "The template refers to a file or address outside (a linked picture or another "
                    "template). Put it into the file or take it out."
                )
        return
    codes = [one.text or "" for one in root.iter(_FIELD_CODE)]
    codes += [" ".join(map(str, one.attrib.values())) for one in root.iter(_SIMPLE_FIELD)]
    if (
        any(REFUSED_FIELDS.search(code) for code in codes)
        or next(root.iter(_CHUNK), None) is not None
    ):
        raise Unusable("The template has a field that loads or runs something. Take it out.")


def _check_placeholders(content: bytes) -> None:
    try:
        docx = open_docx(io.BytesIO(content))
        found = placeholders.named(docx)
        place = placeholders.body_place(docx)
    except (KeyError, ValueError, AttributeError, etree.LxmlError) as fault:
        raise Unusable("The template cannot be read. Save it again with Word.") from fault
    unknown = sorted({name for name in found if name not in placeholders.NAMES})
    if unknown:
        raise Unusable(
            f"Nothing is known that could stand for {{{{ {unknown[0]} }}}}. "
            f"Known are: {', '.join(placeholders.NAMES)}."
        )
    if place is None or found.count(placeholders.BODY) != 1:
        raise Unusable(
            "The template needs one paragraph with {{ charter }} and nothing else: the charter goes there."
        )
