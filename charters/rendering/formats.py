"""Every format that a charter can be taken away in, and how each is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from charters.content import CharterContent
from charters.rendering import docx, external, html, markdown, pdf, tables
from charters.rendering import json as json_export
from charters.rendering.appendices import Annex
from charters.rendering.document import Link, charter_document
from charters.rendering.external import Private
from charters.rendering.look import PLAIN, Look, Paper
from charters.rendering.nodes import Layout
from interviews.protocol.types import Protocol

#: Changes with every change of a layout, so that no file of an older one is served again.
VERSION = "uaip-files/5"
Profile = Literal["full", "external"]
PROFILES: tuple[Profile, ...] = ("full", "external")
PAPERS: tuple[Paper, ...] = ("a4", "letter")
ANNEX = TypeAdapter(Annex)


@dataclass(frozen=True)
class Material:
    """All that a file of one revision is made from."""

    content: CharterContent
    content_hash: str
    issued_at: datetime
    governance: Mapping[str, Any] | None = None
    watermark: str = ""
    annex: Annex = field(default_factory=Annex)
    look: Look = PLAIN
    paper: Paper = "a4"
    #: The questions as they were asked, where they are still installed; they know more fields.
    protocol: Protocol | None = None
    font_folders: tuple[str, ...] = ()
    link: Link | None = None

    @property
    def document(self) -> Layout:
        return charter_document(
            self.content,
            content_hash=self.content_hash,
            governance=self.governance,
            watermark=self.watermark,
            annex=self.annex,
            link=self.link,
        )


@dataclass(frozen=True)
class Format:
    """One way to take a charter away; ``is_slow`` ones are made by the worker."""

    label: str
    ending: str
    content_type: str
    make: Callable[[Material, Profile], bytes]
    is_slow: bool = False
    has_paper: bool = False


def private_of(material: Material) -> Private:
    """What an external file of this must not hold."""
    people = [material.annex.author, *material.annex.people]
    return external.private_of(
        material.content, protocol=material.protocol, people=[one for one in people if one]
    )


def document_of(material: Material, profile: Profile) -> Layout:
    """The charter laid out for whoever it goes to."""
    if profile == "full":
        return material.document
    return external.external_document(material.document, private_of(material))


def _pdf(material: Material, profile: Profile) -> bytes:
    return pdf.render(
        document_of(material, profile),
        issued_at=material.issued_at,
        paper=material.paper,
        look=material.look,
        font_folders=material.font_folders,
    )


def _docx(material: Material, profile: Profile) -> bytes:
    return docx.render(
        document_of(material, profile),
        issued_at=material.issued_at,
        paper=material.paper,
        look=material.look,
    )


def _html(material: Material, profile: Profile) -> bytes:
    return html.render(document_of(material, profile), look=material.look).encode()


def _markdown(material: Material, profile: Profile) -> bytes:
    return markdown.write(document_of(material, profile)).encode()


def _json(material: Material, profile: Profile) -> bytes:
    if profile == "full":
        annex = ANNEX.dump_python(material.annex, mode="json", exclude_defaults=True)
        return json_export.render(
            material.content,
            content_hash=material.content_hash,
            governance=material.governance,
            profile=profile,
            watermark=material.watermark,
            annex=annex,
        )
    private = private_of(material)
    document = external.external_document(material.document, private)
    return json_export.render(
        external.external_content(material.content, private),
        content_hash=material.content_hash,
        governance=external.external_outcome(material.governance, private),
        profile=profile,
        watermark=material.watermark,
        annex={
            "parts": [
                part.model_dump(mode="json", exclude_defaults=True)
                for part in document.parts
                if part.key == "approvals"
            ]
        },
    )


def _content(material: Material, profile: Profile) -> CharterContent:
    if profile == "full":
        return material.content
    return external.external_content(material.content, private_of(material))


def _risks(material: Material, profile: Profile) -> bytes:
    return tables.risks_csv(_content(material, profile)).encode()


def _kpis(material: Material, profile: Profile) -> bytes:
    return tables.kpis_csv(_content(material, profile)).encode()


DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV_TYPE = "text/csv; charset=utf-8"
FORMATS: dict[str, Format] = {
    "pdf": Format("PDF", "pdf", "application/pdf", _pdf, is_slow=True, has_paper=True),
    "docx": Format("Word", "docx", DOCX_TYPE, _docx, is_slow=True, has_paper=True),
    "html": Format("HTML", "html", "text/html; charset=utf-8", _html),
    "markdown": Format("Markdown", "md", "text/markdown; charset=utf-8", _markdown),
    "json": Format("JSON", "json", "application/json", _json),
    "risks": Format("Risk register (CSV)", "risks.csv", CSV_TYPE, _risks),
    "kpis": Format("Business figures (CSV)", "kpis.csv", CSV_TYPE, _kpis),
}


def render(material: Material, *, file_format: str, profile: Profile = "full") -> bytes:
    """The file. Raises KeyError for a format that there is not, and NotRendered."""
    return FORMATS[file_format].make(material, profile)
