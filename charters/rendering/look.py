"""An organisation's own look: name, colour and logo, checked before they get here."""

from __future__ import annotations

from typing import Literal

from charters.statements import CharterPart

DEFAULT_ACCENT = "#1d4f91"
Paper = Literal["a4", "letter"]


class Look(CharterPart):
    """How files look; the same charter with another look is another file."""

    name: str = ""
    accent: str = DEFAULT_ACCENT
    #: PNG as base64, with its size in pixels; "" for none.
    logo_png: str = ""
    logo_width: int = 0
    logo_height: int = 0
    #: A DOCX file with placeholders, base64; "" for our own.
    template_docx: str = ""
    #: Rules that are added to the style of the HTML file; checked: they load nothing.
    stylesheet: str = ""

    @property
    def logo_svg(self) -> str:
        """The logo for a typesetter that takes pictures as SVG; "" for none."""
        if not self.logo_png:
            return ""
        size = f'width="{self.logo_width}" height="{self.logo_height}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="0 0 {self.logo_width} {self.logo_height}" {size}>'
            f'<image {size} xlink:href="data:image/png;base64,{self.logo_png}"/></svg>'
        )


PLAIN = Look()
