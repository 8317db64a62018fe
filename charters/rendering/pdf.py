"""A charter as PDF, tagged for screen readers; the same input gives the same bytes.

The layout stands in layouts/charter.typ. What people wrote reaches it as JSON strings and is
never read as markup, so nothing has to be escaped.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typst

from charters.rendering import typesetting
from charters.rendering.look import PLAIN, Look, Paper
from charters.rendering.measures import (
    LONG_VALUE,
    SOFT_HYPHEN,
    breakable,
    fitted,
    is_first_bold,
    is_records,
    is_rtl,
    longest_words,
    may_break,
    printable,
    type_size,
    widths,
)
from charters.rendering.nodes import Grid, Layout, Mark, Node, Part
from charters.rendering.palette import coloured
from charters.rendering.typesetting import NotRendered

LAYOUT = "charter.typ"
PAPERS: Mapping[Paper, str] = {"a4": "a4", "letter": "us-letter"}
HASH_LABEL = "Content hash"
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
#: What the compiler says about a letter that none of the fonts has.
_NO_GLYPH = re.compile(r'the text `("(?:[^"\\]|\\.)*")` could not be displayed')
_UNICODE_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
#: No line ends between a figure and its sign.
_PERCENT = re.compile(r"(?<=\d) (?=%)")
#: Points between the margins of the narrower paper, at the sides of a cell, and of a letter.
COLUMN, PADDING, LETTER_EM = 476.0, 7.5, 0.58
#: A name of more letters is a sentence, and set like one.
LONG_TITLE = 70
#: A text of so many pages that this is not enough has been made to break us.
MOST_ROUNDS = 4


def render(
    document: Layout,
    *,
    issued_at: datetime,
    paper: Paper = "a4",
    look: Look = PLAIN,
    font_folders: tuple[str, ...] = (),
) -> bytes:
    """PDF/UA-1. ``issued_at`` is the date of the file. Raises NotRendered."""
    issued_at = issued_at.replace(microsecond=0)
    data = json.dumps(_page(document, issued_at, paper, look), ensure_ascii=False)
    for _ in range(MOST_ROUNDS):
        try:
            return typesetting.pdf(
                LAYOUT, page=data, issued_at=issued_at, font_folders=font_folders
            )
        except typst.TypstError as fault:
            missing = _missing_glyphs(fault.diagnostic)
            if not missing:
                raise NotRendered(fault.message) from fault
            for letter in missing:
                data = data.replace(letter, _named(letter))
    raise NotRendered("Too many characters have no glyph.")


def _missing_glyphs(diagnostic: str) -> set[str]:
    """The letters that stand in no font, longest first handled by the caller's replace."""
    found: set[str] = set()
    for quoted in _NO_GLYPH.findall(diagnostic):
        text = _UNICODE_ESCAPE.sub(lambda at: chr(int(at[1], 16)), quoted[1:-1])
        found |= {letter for letter in text if ord(letter) > 0x7E}
    return found


def _named(letter: str) -> str:
    """What is printed for a letter that cannot be: its name; nothing for marks that join."""
    if unicodedata.category(letter) in ("Cf", "Mn", "Me", "Cc", "Cn", "Co"):
        return ""
    return f"[{unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}]"


def _page(document: Layout, issued_at: datetime, paper: Paper, look: Look) -> dict[str, Any]:
    """What the layout reads."""
    fingerprint = next((one for one in document.entries if one.label == HASH_LABEL), None)
    stamp = issued_at.timetuple()[:6]
    title = printable(document.title)
    return {
        "file_title": f"{title}: {document.kicker}",
        "short_title": _said(title if len(title) <= 70 else f"{title[:69]}…"),
        "author": printable(document.author) or "U-AIP",
        "keywords": [f"{name}: {value}" for name, value in document.properties.items() if value],
        "issued": list(stamp),
        "paper": PAPERS[paper],
        "watermark": _said(document.watermark) if document.watermark else None,
        "watermark_size": min(96, 620 // max(len(document.watermark), 6)),
        "footer": _said(document.footer),
        "kicker": _said(document.kicker),
        "title": _said(title),
        "title_size": 32 if len(title) <= LONG_TITLE else 22,
        "banners": [_entry(one.label, one.value) for one in document.banners],
        "entries": [
            _entry(one.label, one.value) for one in document.entries if one is not fingerprint
        ],
        "hash": _entry(fingerprint.label, fingerprint.value) if fingerprint else None,
        "facts": [
            _entry(one.label, one.value) | {"note": one.note, "marks": _marks(one.marks)}
            for one in document.facts
        ],
        "parts": [_part(part) for part in document.parts],
        "look": {
            "name": _said(look.name),
            "accent": look.accent,
            "logo": look.logo_svg,
            "alt": look.name or "Logo",
        },
    }


def _said(text: str) -> dict[str, Any]:
    lines = breakable(printable(text), within=SOFT_HYPHEN).split("\n")
    spoken = [_PERCENT.sub("\u00a0", " ".join(line.split())) for line in lines]
    return {"lines": spoken, "rtl": is_rtl(text)}


def _said_or_none(text: str) -> dict[str, Any] | None:
    return _said(text) if text else None


def _entry(label: str, value: str) -> dict[str, Any]:
    return {"label": _said(label), "value": _said(value)}


def _marks(marks: list[Mark]) -> list[dict[str, str]]:
    return [{"label": mark.label, "url": mark.url} for mark in marks]


def _part(part: Part) -> dict[str, Any]:
    return {"heading": _said(part.heading), "nodes": [_node(node) for node in part.nodes]}


def _node(node: Node) -> dict[str, Any]:
    match node.kind:
        case "heading":
            return {"kind": node.kind, "text": _said(node.text)}
        case "prose" | "bullets":
            items = [
                {"text": _said(one.text), "note": one.note, "marks": _marks(one.marks)}
                for one in node.items
            ]
            origin = node.origin if node.kind == "prose" else ""
            return {"kind": node.kind, "items": items, "origin": _said_or_none(origin)}
        case "grid":
            return _grid(node)
        case "drawing":
            return {
                "kind": node.kind,
                "svg": coloured(node.svg),
                "title": _said(node.title),
                "description": printable(node.description),
                "width": _width(node.svg),
            }
        case "verdict":
            words = (node.label, node.meaning, node.reason)
            label, meaning, reason = (_said_or_none(text) for text in words)
            return {"kind": node.kind, "tone": node.tone, "label": label or _said("—")} | {
                "meaning": meaning,
                "reason": reason,
            }
        case "remark":
            return {"kind": node.kind, "text": _said(node.text), "url": node.url}
        case "signatures":
            return {"kind": node.kind, "roles": [_said(role) for role in node.roles]}


def _width(svg: str) -> float:
    """Points: as drawn, no wider than the column."""
    found = _VIEW_BOX.search(svg)
    return min(float(found[1]) * 0.86, 470) if found else 400


def _grid(node: Grid) -> dict[str, Any]:
    return {
        "kind": node.kind,
        "title": _said_or_none(node.title),
        "columns": [_said(column) for column in node.columns],
        "rows": [
            {
                "cells": [_cell(cell) for cell in _filled(row.cells, len(node.columns))],
                "note": row.note,
                "marks": _marks(row.marks),
                "is_long": may_break(row.cells),
            }
            for row in node.rows
        ],
        "marks": _marks(node.marks),
        "has_sources": node.has_sources,
        "widths": _widths(node),
        "size": type_size(node),
        "is_records": is_records(node),
        "is_first_bold": is_first_bold(node),
    }


def _widths(node: Grid) -> list[float]:
    """Points in which no word runs into the next column, where the paper has room for it."""
    shares, size = widths(node), type_size(node)
    whole = sum(shares)
    least = [size * LETTER_EM * count + PADDING for count in longest_words(node)]
    return fitted([COLUMN * share / whole for share in shares], least)


def _cell(text: str) -> dict[str, Any]:
    return _said(text) | {"is_long": len(text) > LONG_VALUE}


def _filled(cells: list[str], count: int) -> list[str]:
    """A row of exactly so many cells."""
    return (cells + [""] * count)[:count]
