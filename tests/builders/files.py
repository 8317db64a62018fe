"""Makes files that people, and some who mean harm, upload."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from docx import Document
from pypdf import PdfReader, PdfWriter

#: Says something that answers S1-01, S1-03, S1-04, S2-03, S3-01 and S5-08.
PROPOSAL = """# Leak detection in the water network of Brookfield

## Background
Brookfield Water runs 1,140 km of mains. Last year 23 % of the water we put into the network was \
lost before it reached a customer (annual water balance 2025). A burst is found after 26 hours on \
average, because the control room only notices when customers call; each burst costs us about \
EUR 14,000 in water, repair overtime and road works.

## Goal
By 31 December 2027 the average time to find a burst falls from 26 to 4 hours, measured from the \
control room log, and losses fall from 23 % to 17 %.

## What we tried
In 2023 we bought acoustic loggers for two districts. They found 11 leaks in six months but \
listening to the recordings took a technician two days a week, so we stopped. In 2024 we set \
fixed alarm thresholds on night flow; 70 % of the alarms were false and the operators switched \
them off.

## Data
Flow and pressure come every 15 minutes from 312 district meters into the SCADA historian since \
January 2019, about 60 million records. The owner is Marta Olsen, head of network operations.

## Risks
The model may favour rich districts because they have more sensors, so that leaks in the old town \
are found later. We will check detection time by district every month.

## Costs
Building it costs EUR 240,000, running it EUR 60,000 a year. We expect savings of EUR 900,000 a \
year, at worst EUR 400,000.
"""


def docx(text: str = PROPOSAL) -> bytes:
    """A DOCX with headings, paragraphs and a table of two columns."""
    document = Document()
    for block in text.strip().split("\n\n"):
        first, _, rest = block.partition("\n")
        if first.startswith("#"):
            document.add_heading(first.lstrip("# "), level=1)
            first = rest
        if first.strip():
            document.add_paragraph(first)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "Crew on call"
    table.rows[0].cells[1].text = "Nine people in three shifts"
    return _saved(document)


def _saved(document: object) -> bytes:
    held = BytesIO()
    document.save(held)  # type: ignore[attr-defined]
    return held.getvalue()


def repacked(content: bytes, **members: bytes | None) -> bytes:
    """A DOCX with members added or replaced; "__" in a name stands for "/", None drops one."""
    changed = {name.replace("__", "/"): held for name, held in members.items()}
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            if member.filename not in changed:
                new.writestr(member.filename, old.read(member))
        for name, held in changed.items():
            if held is not None:
                new.writestr(name, held, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_member(content: bytes, name: str, held: bytes) -> bytes:
    """A DOCX with one more member of any name."""
    return repacked(content, **{name: held})


def bomb(megabytes: int = 80) -> bytes:
    """A small DOCX that unpacks to a large picture."""
    return with_member(docx("Short."), "word/media/picture.bmp", b"\0" * megabytes * 1024 * 1024)


def locked_zip(content: bytes) -> bytes:
    """The same archive with the mark of encryption on its members."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(mark, place + 4)
    return bytes(changed)


def pdf(pages: list[str] | None = None) -> bytes:
    """A PDF with a line of text for each line of each page."""
    pages = pages if pages is not None else [PROPOSAL]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(_stream(_drawn(text)))
    return _file(objects)


def _drawn(text: str) -> bytes:
    lines = [f"({line}) Tj T*" for line in _escaped(text).split("\n")]
    return ("BT /F1 9 Tf 11 TL 40 800 Td\n" + "\n".join(lines) + "\nET").encode("latin-1")


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, held in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + held + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    size = len(objects) + 1
    out += f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def pdf_bomb(megabytes: int = 200) -> bytes:
    """A small PDF whose one page unpacks to a great deal of nothing."""
    page = pdf(["x"])
    line = b"BT /F1 9 Tf (a) Tj ET " * 1000
    huge = _stream(line * (megabytes * 1024 * 1024 // len(line)))
    start, end = page.index(b"5 0 obj"), page.index(b"xref")
    return page[:start] + b"5 0 obj\n" + huge + b"\nendobj\n" + page[end:]


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    writer = PdfWriter()
    for page in PdfReader(BytesIO(pdf())).pages:
        writer.add_page(page)
    writer.encrypt("secret", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
