"""Reads the text out of exported files, so that tests can compare what they say."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

from docx import Document as open_docx
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from pypdf import PdfReader

_IGNORED = re.compile(r"[\s\u00ad\u200b\u2010\-\u2011]+")
_EDGES = re.compile(r"Charter\w*,revision\d+(?:,hash[0-9a-f]{16})?\d+of\d+")


def squeezed(text: str) -> str:
    """Without blanks, hyphens and line ends: what a layout may move about."""
    return _IGNORED.sub("", text)


def pdf_text(content: bytes) -> str:
    """All pages, without what stands at their head and foot."""
    reader = PdfReader(io.BytesIO(content))
    title = squeezed(str((reader.metadata or {}).get("/Title", "")).rpartition(":")[0])
    pages = []
    for number, page in enumerate(reader.pages):
        text = _EDGES.sub("", squeezed(page.extract_text()))
        head = title[:60]
        pages.append(text.removeprefix(head) if number else text)
    return "".join(pages)


def docx_text(content: bytes) -> str:
    """Paragraphs and cells in their order."""
    body = open_docx(io.BytesIO(content)).element.body
    return squeezed(
        "".join(node.text or "" for node in body.iter() if str(node.tag).endswith("}t"))
    )


def docx_parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def html_text(content: bytes) -> str:
    root = lxml_html.fromstring(content.decode("utf-8"))
    for style in root.xpath("//style"):
        style.drop_tree()
    return squeezed("".join(root.itertext()))


def markdown_text(content: bytes) -> str:
    """As a reader of the rendered file sees it, without the front matter."""
    body = content.decode("utf-8").split("---\n", 2)[2]
    shown = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    return squeezed(unescape("".join(lxml_html.fromstring(shown).itertext())))


READERS = {"pdf": pdf_text, "docx": docx_text, "html": html_text, "markdown": markdown_text}
