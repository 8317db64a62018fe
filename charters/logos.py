"""Reads a logo that somebody uploaded, and gives back a picture of our own making."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from charters.rendering import typesetting

LARGEST_FILE = 512 * 1024
#: Pixels on the longer side.
LARGEST_SIDE = 2400
#: An SVG is redrawn so wide, in points at two pixels each.
SVG_WIDTH = 480.0
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: What a picture is made of; texts, times and profiles are left out.
KEPT_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"sRGB", b"gAMA", b"IDAT", b"IEND"})
COLOUR_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
REFUSED_ELEMENTS = frozenset(
    {"script", "foreignObject", "image", "iframe", "object", "embed", "audio", "video", "use", "a",
     "animate", "animateMotion", "animateTransform", "set", "handler", "listener"}
)  # fmt: skip
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(|javascript:|data:", re.IGNORECASE)


class Unusable(Exception):
    """A file that we do not take; the words say why and what to do."""


@dataclass(frozen=True)
class Logo:
    """PNG bytes with their size in pixels."""

    png: bytes
    width: int
    height: int


def read(content: bytes) -> Logo:
    """A PNG or SVG as a PNG with nothing in it but the picture. Raises Unusable."""
    if len(content) > LARGEST_FILE:
        raise Unusable("The logo is larger than 512 KB. Use a smaller one.")
    if content.startswith(PNG_SIGNATURE):
        return _png(content)
    if b"<svg" in content[:4096]:
        return _svg(content)
    raise Unusable("The logo is neither PNG nor SVG. Save it as one of them.")


def _png(content: bytes) -> Logo:
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        raise Unusable("The PNG file is damaged. Save the logo again.")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise Unusable(
            f"The logo has more than {LARGEST_SIDE} pixels on a side. Use a smaller one."
        )
    if colour not in COLOUR_CHANNELS or interlaced not in (0, 1):
        raise Unusable("The PNG file is of an unknown kind. Save the logo again as a plain PNG.")
    rows = height * (1 + (width * depth * COLOUR_CHANNELS[colour] + 7) // 8)
    _check_pixels(b"".join(data for kind, data in chunks if kind == b"IDAT"), rows * 2 + 4096)
    kept = b"".join(_chunk(kind, data) for kind, data in chunks if kind in KEPT_CHUNKS)
    return Logo(PNG_SIGNATURE + kept, width, height)


def _check_pixels(packed: bytes, most: int) -> None:
    """That the pixels unpack to what the head says, not to a gigabyte."""
    unpacker = zlib.decompressobj()
    try:
        found = len(unpacker.decompress(packed, most))
    except zlib.error as fault:
        raise Unusable("The PNG file is damaged. Save the logo again.") from fault
    if found == 0 or found >= most or unpacker.unconsumed_tail:
        raise Unusable("The PNG file is damaged. Save the logo again.")


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG_SIGNATURE)
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length
        if len(data) != length:
            return
        yield kind, data
        if kind == b"IEND":
            return


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _svg(content: bytes) -> Logo:
    """Redrawn as pixels: nothing that a browser could run is kept."""
    _check_svg(content)
    try:
        drawn = typesetting.png(content.decode("utf-8"), width=SVG_WIDTH, ppi=144)
    except (typesetting.NotRendered, UnicodeDecodeError) as fault:
        raise Unusable("The SVG file cannot be drawn. Save the logo as PNG.") from fault
    return _png(drawn)


def _check_svg(content: bytes) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unusable("The SVG file declares entities. Save it as plain SVG or as PNG.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unusable("The SVG file is damaged. Save the logo again.") from fault
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        texts = [element.text or "", *map(str, element.attrib.values())]
        hears = any(etree.QName(key).localname.lower().startswith("on") for key in element.attrib)
        links = any(
            etree.QName(key).localname == "href" and not str(value).startswith("#")
            for key, value in element.attrib.items()
        )
        if name in REFUSED_ELEMENTS or hears or links or any(map(_OUTSIDE.search, texts)):
            raise Unusable(
                f"The SVG file has a part that we do not take ({name}): scripts, links, pictures "
                "and animations are refused. Save it as plain SVG or as PNG."
            )
