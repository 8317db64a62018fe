"""An organisation's own look: who chooses it, and what nobody can smuggle into it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document as open_docx

from accounts.models import AuditEvent, User
from charters import logos, style_sheets, templates_checked
from charters.models import DocumentLook
from charters.rendering import docx, placeholders
from charters.services import looks
from tests.charters.reading_files import docx_text, squeezed
from tests.charters.test_formats import material

ClientOf = Callable[[User], Client]
URL = "charters:look"


def png(
    width: int = 4, height: int = 2, *, pixels: bytes | None = None, extra: bytes = b""
) -> bytes:
    """A grey PNG, with whatever chunk before its pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    raw = b"".join(b"\0" + b"\x80" * width for _ in range(height)) if pixels is None else pixels
    return (
        logos.PNG_SIGNATURE
        + logos._chunk(b"IHDR", head)
        + extra
        + logos._chunk(b"IDAT", zlib.compress(raw))
        + logos._chunk(b"IEND", b"")
    )


def svg(inner: str, *, attributes: str = "") -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 20 10" {attributes}>{inner}</svg>'
    ).encode()


def template(*paragraphs: str) -> bytes:
    made = open_docx()
    for text in paragraphs:
        made.add_paragraph(text)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def with_member(content: bytes, name: str, data: bytes) -> bytes:
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


GOOD = template("{{ project }} for {{organisation}}", "{{ charter }}")


def test_a_logo_loses_everything_but_its_picture() -> None:
    smuggled = logos._chunk(b"tEXt", b"Comment\0who made it")
    found = logos.read(png(extra=smuggled))
    assert (found.width, found.height) == (4, 2)
    assert b"who made it" not in found.png
    drawn = logos.read(svg('<rect width="20" height="10" fill="#c00"/>'))
    assert drawn.png.startswith(logos.PNG_SIGNATURE) and drawn.width == 2 * drawn.height


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a",
        b"",
        png()[:40],
        png(5000, 2),
        png(pixels=b"\0" * 10_000_000),
        svg("<script>alert(1)</script>"),
        svg('<rect onload="alert(1)"/>'),
        svg('<image xlink:href="https://evil.example/x.png"/>'),
        svg('<image href="file:///etc/passwd"/>'),
        svg('<style>@import url("https://evil.example")</style>'),
        svg('<rect fill="url(https://evil.example#a)"/>'),
        svg("<foreignObject><b>x</b></foreignObject>"),
        b'<!DOCTYPE svg [<!ENTITY a "x">]>' + svg("&a;"),
        b"<svg " + b"x" * 600_000,
    ],
)
def test_a_logo_that_could_do_harm_is_refused(content: bytes) -> None:
    with pytest.raises(logos.Unusable):
        logos.read(content)


@pytest.mark.parametrize(
    "text",
    [
        "body{background:url(https://evil.example)}",
        "@import 'x.css';",
        "</style><script>alert(1)</script>",
        "h1{color:red",
        "a{b:\\75rl(x)}",
        "x" * 30_000,
    ],
)
def test_a_style_that_loads_or_ends_something_is_refused(text: str) -> None:
    with pytest.raises(style_sheets.Unusable):
        style_sheets.checked(text)


def _rels(kind: str) -> bytes:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="https://evil.example/x" TargetMode="External"/></Relationships>'
    ).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"no zip",
        template("no place for it"),
        template("{{ charter }}", "{{ charter }}"),
        template("{{ charter }}", "{{ settings.SECRET_KEY }}"),
        template("{{ charter }}", "{{ author.__class__ }}"),
        with_member(GOOD, "word/vbaProject.bin", b"x"),
        with_member(GOOD, "word/embeddings/oleObject1.bin", b"x"),
        with_member(GOOD, "word/activeX/activeX1.xml", b"<a/>"),
        with_member(GOOD, "word/_rels/settings.xml.rels", _rels("attachedTemplate")),
        with_member(GOOD, "word/_rels/footer9.xml.rels", _rels("image")),
        with_member(GOOD, "word/bomb.xml", b"<a>" + b" " * (45 * 1024 * 1024) + b"</a>"),
        with_member(GOOD, "word/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        with_member(
            GOOD,
            "word/footer9.xml",
            b'<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:r>'
            b'<w:instrText>INCLUDEPICTURE "https://evil.example"</w:instrText></w:r></w:p>',
        ),
    ],
)
def test_a_template_that_could_do_harm_is_refused(content: bytes) -> None:
    with pytest.raises(templates_checked.Unusable):
        templates_checked.check(content)


def test_our_example_is_a_template_and_a_template_is_filled_in_one_go() -> None:
    example = docx.example(placeholders.NAMES, accent="#1d4f91")
    templates_checked.check(example)
    given = material(look=looks.Look(template_docx=_encoded(GOOD), name="{{ charter }} Ltd"))
    made = docx.render(given.document, issued_at=datetime(2026, 1, 1, tzinfo=UTC), look=given.look)
    text = docx_text(made)
    assert text.startswith(squeezed("Safer tools at Heron Street for {{ charter }} Ltd"))
    assert squeezed("2. Governance decision") in text
    assert text.count("{{charter}}") == 1


def _encoded(content: bytes) -> str:
    return looks.base64.b64encode(content).decode()


def wish(**more: object) -> dict[str, object]:
    return {"name": "Heron Street Hospital", "accent": "#7A1F5C", "stylesheet": ""} | more


def test_ada_gives_files_a_name_a_colour_and_a_logo(ada: User, client_of: ClientOf) -> None:
    browser = client_of(ada)
    logo = SimpleUploadedFile("logo.png", png(), content_type="image/png")
    reply = browser.post(reverse(URL), wish(logo=logo))
    assert reply.status_code == 302
    found = looks.look_of(looks.in_force())
    assert (found.name, found.accent) == ("Heron Street Hospital", "#7a1f5c")
    assert found.logo_png
    assert browser.get(reverse("charters:look-logo"))["Content-Type"] == "image/png"
    browser.post(reverse(URL), wish(name="Another name"))
    assert looks.look_of(looks.in_force()).logo_png == found.logo_png
    browser.post(reverse(URL), wish(drop_logo="on"))
    assert looks.look_of(looks.in_force()).logo_png == ""
    assert AuditEvent.objects.filter(type="look.changed").count() == 3


def test_nothing_typed_is_lost_when_something_is_refused(ada: User, client_of: ClientOf) -> None:
    bad = SimpleUploadedFile("logo.svg", svg("<script/>"), content_type="image/svg+xml")
    reply = client_of(ada).post(reverse(URL), wish(logo=bad, accent="#ffffff"))
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "too pale" in page and 'value="Heron Street Hospital"' in page
    assert not DocumentLook.objects.exists()
    bad.seek(0)
    page = client_of(ada).post(reverse(URL), wish(logo=bad)).content.decode()
    assert "scripts, links" in page and 'value="Heron Street Hospital"' in page


def test_nobody_else_chooses_it(alice: User, rita: User, olga: User, client_of: ClientOf) -> None:
    for person in (alice, rita, olga):
        browser = client_of(person)
        assert browser.get(reverse(URL)).status_code == 403
        assert browser.post(reverse(URL), wish()).status_code == 403
    assert not DocumentLook.objects.exists()
