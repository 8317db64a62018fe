"""The typesetter: layouts and data in, PDF or PNG out. It reads no file but ours and no network."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

LAYOUTS = Path(__file__).parent / "layouts"
FONTS = Path(__file__).parent / "fonts"
PICTURE = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: ("IBM Plex Sans", "IBM Plex Sans Arabic", "Noto Emoji", "DejaVu Sans Mono"))
#image(bytes(sys.inputs.svg), width: float(sys.inputs.width) * 1pt)
"""


class NotRendered(Exception):
    """The file could not be made; the words are the typesetter's."""


@lru_cache(maxsize=4)
def fonts(folders: tuple[str, ...]) -> Any:
    """Our fonts and a site's own, never those of the host: files do not differ by host."""
    paths: list[Any] = [str(FONTS), *folders]
    return typst.Fonts(include_system_fonts=False, font_paths=paths)


def pdf(
    layout: str, *, page: str, issued_at: datetime, font_folders: tuple[str, ...] = ()
) -> bytes:
    """A tagged PDF (PDF/UA-1) from one of our layouts and its data. Raises typst.TypstError."""
    compiler = typst.Compiler(
        (LAYOUTS / layout).read_bytes(),
        root=str(LAYOUTS),
        font_paths=fonts(font_folders),
        ignore_system_fonts=True,
        sys_inputs={"page": page},
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=issued_at)
    return _one(made)


def png(svg: str, *, width: float, ppi: float = 220) -> bytes:
    """A drawing as pixels, ``width`` points wide. Raises NotRendered."""
    compiler = typst.Compiler(
        PICTURE.encode(),
        root=str(LAYOUTS),
        font_paths=fonts(()),
        ignore_system_fonts=True,
        sys_inputs={"svg": svg, "width": f"{width:g}"},
    )
    try:
        return _one(compiler.compile(format="png", ppi=ppi))
    except typst.TypstError as fault:
        raise NotRendered(fault.message) from fault


def _one(made: Any) -> bytes:
    if not isinstance(made, bytes):
        raise NotRendered("The typesetter gave no single file.")
    return made
