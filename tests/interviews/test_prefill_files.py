"""What is read of uploaded files, and which files are refused with what to do next."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from interviews.prefill.kinds import clean_name, kind_of
from interviews.prefill.refusing import LARGEST_FILE, FileRefused
from interviews.services import file_reading
from interviews.services.file_reading import read_file
from tests.builders import files

ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"""
OUTSIDE = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""
)


def text_of(name: str, content: bytes) -> str:
    """The whole text as the reading process hands it back."""
    return "\n".join(part.text for part in read_file(kind_of(name, content), content).parts)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("idea.docx", files.docx()),
        ("idea.pdf", files.pdf()),
        ("idea.md", files.PROPOSAL.encode()),
        ("IDEA.TXT", files.PROPOSAL.encode("utf-16")),
        ("idea.txt", files.PROPOSAL.encode("cp1252")),
    ],
)
def test_the_four_kinds_of_files_are_read(name: str, content: bytes) -> None:
    assert "1,140 km of mains" in text_of(name, content)


def test_places_are_named_as_people_find_them() -> None:
    docx = read_file("docx", files.docx()).parts
    assert "under Costs" in [part.place for part in docx]
    assert "Crew on call | Nine people in three shifts" in docx[-1].text
    assert [part.place for part in read_file("pdf", files.pdf(["One.", "Two."])).parts] == [
        "page 1",
        "page 2",
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.docx", b"", "The file is empty"),
        ("idea.docm", files.docx(), "holds macros"),
        ("idea.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old format"),
        ("idea.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "with a password"),
        ("idea.pdf", files.docx(), "says PDF, but it holds something else"),
        ("idea.txt", files.pdf(), "says TXT, but it holds something else"),
        ("idea.docx", b"just words", "says DOCX, but it holds something else"),
        ("idea.exe", b"MZ", "no DOCX, PDF, Markdown or text file"),
        ("idea", b"words", "no DOCX, PDF, Markdown or text file"),
        ("large.txt", b"a" * (LARGEST_FILE + 1), "larger than 10 MB"),
    ],
)
def test_the_wrong_file_is_refused_at_the_door(name: str, content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        kind_of(name, content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (files.bomb(), "Unpacked, the file is far larger"),
        (files.with_member(files.docx(), "word/vbaProject.bin", b"Sub AutoOpen"), "holds macros"),
        (
            files.with_member(files.docx(), "[Content_Types].xml", b"<Types>macroEnabled</Types>"),
            "holds macros",
        ),
        (files.with_member(files.docx(), "word/inner.zip", b"PK\x03\x04"), "do not belong"),
        (files.with_member(files.docx(), "../../etc/cron.d/evil", b"x"), "do not belong"),
        (files.with_member(files.docx(), "C:\\evil.xml", b"x"), "do not belong"),
        (files.with_member(files.docx(), "word/document.xml", ENTITIES), "do not belong"),
        (files.with_member(files.docx(), "word/styles.xml", OUTSIDE), "do not belong"),
        (
            files.with_member(files.docx(), "word/document.xml", ENTITIES.decode().encode("utf-16")),
            "do not belong",
        ),
        (
            files.with_member(files.docx(), "word/document.xml", ENTITIES.decode().encode("utf-32")),
            "do not belong",
        ),
        (files.locked_zip(files.docx()), "protected by a password"),
        (files.docx()[:700], "damaged"),
        (files.with_member(files.docx(), "word/document.xml", b"<broken"), "damaged"),
        (b"PK\x03\x04" + b"\0" * 500, "damaged"),
        (files.repacked(files.docx(), word__document_xml=None).replace(b"word/document.xml", b"xl/workbooks.xml."), "no DOCX"),
    ],
)  # fmt: skip
def test_a_hostile_docx_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read_file("docx", content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (files.locked_pdf(), "protected by a password"),
        (files.pdf(["Page."] * 501), "more than 500 pages"),
        (files.pdf([""]), "There is no text in the file"),
        (b"%PDF-1.7 and then nothing", "damaged"),
        (files.pdf_bomb(), "damaged|20 seconds|far larger"),
    ],
)
def test_a_hostile_pdf_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read_file("pdf", content)


def test_five_hundred_pages_are_read() -> None:
    assert len(read_file("pdf", files.pdf(["A line on this page."] * 500)).parts) == 500


@pytest.mark.parametrize("content", [b"words\0words", b"\x89PNG\r\n\x1a\n\0\0\0", b"\x1b[2J\x01"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused, match="characters that no text has"):
        read_file("text", content)


def test_blank_text_is_refused() -> None:
    with pytest.raises(FileRefused, match="There is no text"):
        read_file("markdown", b" \n\n \n")


def test_a_long_text_is_used_up_to_its_limit() -> None:
    read = read_file("text", b"A line of text.\n" * 20_000)
    assert read.is_cut
    assert sum(len(part.text) for part in read.parts) == 200_000


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_reading, "SECONDS", 0.01)
    with pytest.raises(FileRefused, match="20 seconds"):
        read_file("text", b"words")


def test_the_reader_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setattr(
        file_reading.subprocess,
        "run",
        lambda *args, **kwargs: seen.update(kwargs) or SimpleNamespace(returncode=1),
    )
    with pytest.raises(FileRefused):
        read_file("text", b"words")
    assert set(seen["env"]) == {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\idea.docx", "idea.docx"),
        ("a\0b\n<script>.md", "ab<script>.md"),
        ("‮fdp.docx", "fdp.docx"),
        ("\u2066fdp\u2069.\ufeffdocx", "fdp.docx"),
        ("///", "proposal"),
        ("x" * 400 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_a_label_and_never_a_path(name: str, label: str) -> None:
    assert clean_name(name) == label


def test_a_very_long_name_keeps_its_kind() -> None:
    assert kind_of("x" * 400 + ".txt", b"words") == "text"


def test_the_web_process_never_loads_the_readers() -> None:
    source = (Path(file_reading.__file__)).read_text(encoding="utf-8")
    assert "pypdf" not in source
    assert "docx import" not in source


def test_a_line_of_blanks_costs_no_time() -> None:
    line = b"# Costs" + b" " * 100_000 + b"of water ###\nWe pay EUR 14,000 for each burst.\n"
    (part,) = read_file("markdown", line).parts
    assert part.place == "under Costs of water"
