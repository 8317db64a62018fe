"""Every format says all that a charter says, harmlessly and the same each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from docx import Document as open_docx
from pypdf import PdfReader

from charters.rendering import formats
from charters.rendering.appendices import Annex, Approval
from charters.rendering.formats import FORMATS, Material
from charters.rendering.look import Look
from charters.rendering.nodes import Layout, Part, Remark, Verdict, plain_grid
from tests.builders.answers import consistent_answers, unknown, with_value
from tests.builders.charters import make_content, make_finding
from tests.charters.reading_files import READERS, docx_parts, squeezed

AT = datetime(2026, 11, 21, 9, 12, 33, 123456, tzinfo=UTC)
HOSTILE = '#let x = 1 #import "a" $x^2$ @ref <label> *b* _i_ `c` \\ // no /* comment */ {{ charter }} <script>'
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
HEBREW, ARABIC, EMOJI, HAN = "שלום עולם", "مرحبا بالعالم", "Ship it 🚀 soon 😀", "漢字"
OUTCOME = {
    "decision": "SUBMIT_TO_COMMITTEE",
    "base": "REVISE",
    "headline": "F-5",
    "rules_fired": [
        {"rule": "F-5", "floor": "SUBMIT_TO_COMMITTEE", "detail": "R-01 rests on plans.", "sources": ["S5-09"]}
    ],
    "conditions": [
        {"text": "Test the control.", "owner": "Lena Okafor", "due_date": "2027-03-01", "source_rule": "F-5"}
    ],
    "engine_version": "uaip-engine/1",
    "as_of": "2026-11-21",
}  # fmt: skip
ANNEX = Annex(
    author="Alice Example",
    issued="21 November 2026, 09:12",
    status="In review",
    warning="Do not take this for an approved charter.",
    meaning="A committee must rule on it before anything is built.",
    reason="R-01 rests on plans.",
    approvals=(Approval("Requester", "Alice Example", "issued", "21 November 2026, 09:12"),),
    decision_nodes=(Verdict(label="Approve with conditions", tone="good", reason="Good enough."),),
    approval_nodes=(plain_grid("Votes", ("Who", "Vote"), [("Rita Reviewer", "Approve")]),),
    parts=(
        Part(
            key="comments",
            number="D",
            title="Comments",
            nodes=[Remark(text="Who reads the log at night?")],
        ),
    ),
)


def material(**changed: object) -> Material:
    made = Material(
        content=make_content(findings=[make_finding()]),
        content_hash="9f0c" * 16,
        issued_at=AT,
        governance=OUTCOME,
        watermark="in review",
        annex=ANNEX,
    )
    return replace(made, **changed)


def texts_of(document: Layout) -> Iterator[str]:
    """Every text of a document, wherever it stands."""

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name not in (
                    "svg",
                    "description",
                    "kind",
                    "key",
                    "tone",
                    "properties",
                    "number",
                ):
                    yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)
        elif isinstance(value, str):
            yield value

    held = document.model_dump(mode="json")
    for part in held["parts"]:
        for node in part["nodes"]:
            # A title that no format shows would be a title that nobody needs.
            node.pop("is_internal", None)
            for one in node.get("items", []) + node.get("rows", []):
                one["marks"] = [mark["label"] for mark in one["marks"]]
            node["marks"] = [mark["label"] for mark in node.get("marks", [])]
    for fact in held["facts"]:
        fact["marks"] = [mark["label"] for mark in fact["marks"]]
    held.pop("footer")
    held.pop("author")
    yield from (line for text in walk(held) for line in text.splitlines())


@pytest.mark.parametrize("name", sorted(READERS))
def test_everything_that_the_charter_says_is_in_every_format(name: str) -> None:
    given = material()
    said = READERS[name](formats.render(given, file_format=name)).lower()
    missing = [text for text in texts_of(given.document) if squeezed(text).lower() not in said]
    assert missing == []


@pytest.mark.parametrize("name", sorted(READERS))
def test_nothing_that_somebody_typed_is_markup_anywhere(name: str) -> None:
    answers = with_value(consistent_answers(), "S1-01", None, f"{HOSTILE}\n{HEBREW}\n{ARABIC}")
    answers = with_value(answers, "S5-04", (0, "risk"), f"{HOSTILE} {LONG}")
    content = make_content(answers, project_name=HOSTILE)
    said = READERS[name](formats.render(material(content=content), file_format=name))
    assert said.count(squeezed(HOSTILE)) >= 3
    assert squeezed(LONG) in said


def test_scripts_of_other_directions_and_unknown_letters_are_printed() -> None:
    answers = with_value(consistent_answers(), "S1-01", None, f"{EMOJI} {HAN} {LONG}\n{HEBREW}")
    made = formats.render(material(content=make_content(answers)), file_format="pdf")
    text = READERS["pdf"](made)
    assert "Shipit🚀soon😀" in text
    # No font of ours knows it, so it is named: a box would say nothing.
    assert "cjkunifiedideograph6f22" in text
    assert squeezed(HEBREW) in text or squeezed(HEBREW)[::-1] in text or "שלום" in text


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("profile", formats.PROFILES)
def test_the_same_input_gives_the_same_bytes(name: str, profile: formats.Profile) -> None:
    first = formats.render(material(), file_format=name, profile=profile)
    assert first == formats.render(material(), file_format=name, profile=profile)


def test_a_pdf_is_tagged_numbered_bookmarked_and_says_what_it_is() -> None:
    reader = PdfReader(io.BytesIO(formats.render(material(), file_format="pdf")))
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "pdfuaid" in root["/Metadata"].get_data().decode("utf-8", "replace")
    assert root["/Lang"] == "en-GB"
    assert reader.metadata.title.startswith("Safer tools at Heron Street")
    assert reader.metadata.author == "Alice Example"
    assert "20261121" in str(reader.metadata["/CreationDate"])
    headings = [one.title for one in reader.outline if not isinstance(one, list)]
    assert "2. Governance decision" in headings and "15. Approvals" in headings
    count = len(reader.pages)
    last = reader.pages[-1].extract_text()
    assert f"{count} of {count}" in last
    assert all("9f0c9f0c" in page.extract_text() for page in reader.pages)
    fonts = {str(font.get("/BaseFont")) for page in reader.pages for font in _fonts(page)}
    assert fonts and all(re.match(r"/[A-Z]{6}\+", font) for font in fonts)


def _fonts(page: object) -> list:
    found = page["/Resources"].get("/Font", {})
    return [one.get_object() for one in found.values()]


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_paper_is_what_was_asked_for(paper: str, width: int) -> None:
    reader = PdfReader(io.BytesIO(formats.render(material(paper=paper), file_format="pdf")))
    assert round(float(reader.pages[0].mediabox.width)) == width
    docx = open_docx(io.BytesIO(formats.render(material(paper=paper), file_format="docx")))
    assert round(docx.sections[0].page_width.pt) == width


def test_a_table_over_many_pages_repeats_its_head() -> None:
    rows = [
        [f"Risk {number}", "A sentence that is long enough to fill lines. " * 3]
        for number in range(60)
    ]
    part = Part(
        key="x",
        number="E",
        title="Many",
        nodes=[plain_grid("Many rows", ["Name of it", "What"], rows)],
    )
    made = formats.render(material(annex=replace(ANNEX, parts=(part,))), file_format="pdf")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    with_rows = [
        page for page in pages if re.search(r"Risk \d+\b", page) and "A sentence that" in page
    ]
    assert len(with_rows) > 2
    assert all("Name of it" in page for page in with_rows)


def test_a_word_file_has_real_headings_repeated_heads_pictures_and_no_way_out() -> None:
    made = formats.render(material(), file_format="docx")
    docx = open_docx(io.BytesIO(made))
    headings = [one.text for one in docx.paragraphs if one.style.name == "Heading 1"]
    assert headings[1] == "2. Governance decision"
    parts = docx_parts(made)
    body = parts["word/document.xml"].decode()
    assert body.count("<w:tblHeader/>") > 20
    assert sum(name.startswith("word/media/") for name in parts) == 3
    assert 'descr="Lowest counted rating' in body
    rels = parts["word/_rels/document.xml.rels"].decode()
    assert "External" not in rels
    assert "IN REVIEW" in parts["word/header1.xml"].decode()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_html_file_asks_nobody_for_anything() -> None:
    text = formats.render(material(), file_format="html").decode()
    assert "default-src 'none'" in text
    assert re.findall(r"""(?:src|href)=["'](?!#|data:image/png)[^"']*""", text) == []
    assert "url(" not in text and "@import" not in text and "<script" not in text


def test_a_charter_with_unanswered_sections_is_still_a_file() -> None:
    answers = consistent_answers()
    for key in [key for key in answers if key.startswith(("S3-", "S4-"))]:
        answers = unknown(answers, key)
    given = Material(content=make_content(answers), content_hash="", issued_at=AT)
    for name, read in READERS.items():
        found = read(formats.render(given, file_format=name)).lower()
        assert "notknownyet" in found
        # The mark before a text says it; the text need not say it again.
        assert not re.search(r"notknownyet\W*notknownyet", found)


def test_a_table_under_a_heading_of_the_same_words_has_no_title() -> None:
    made = formats.render(material(), file_format="markdown").decode()
    assert "## 15. Approvals" in made and "### Approvals" not in made
    assert "## Appendix B. Scores per answer" in made and "### Scores per answer" not in made


def test_no_reader_is_told_that_a_prohibited_practice_may_be_ruled_otherwise() -> None:
    stopped = OUTCOME | {
        "decision": "HALT",
        "headline": "F-1",
        "rules_fired": [{"rule": "F-1", "floor": "HALT", "detail": "Prohibited.", "sources": []}],
    }
    usual, halted = (
        formats.render(material(governance=one), file_format="markdown").decode()
        for one in (OUTCOME, stopped)
    )
    assert "A person may rule otherwise" in usual
    assert "A person may rule otherwise" not in halted and "cannot be approved" in halted


def test_a_sample_without_a_record_is_all_illustrative() -> None:
    content = make_content()
    identity = content.identity.model_copy(update={"provenance": {"S1-01": "illustrative"}})
    given = material(content=content.model_copy(update={"identity": identity}))
    assert "Everything is illustrative." in formats.render(given, file_format="markdown").decode()


def test_words_of_a_decision_are_not_parted_by_a_hyphen() -> None:
    rule = {
        "rule": "F-8",
        "floor": "PROCEED_WITH_MONITORING",
        "detail": "It is low.",
        "sources": [],
    }
    made = formats.render(material(governance=OUTCOME | {"rules_fired": [rule]}), file_format="pdf")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert any("MONITORING" in page for page in pages)
    assert not any(re.search(r"MONI\w*[-\u00ad\u2010]", page) for page in pages)


def test_a_word_table_of_many_columns_has_smaller_type_and_whole_ids() -> None:
    docx = open_docx(io.BytesIO(formats.render(material(), file_format="docx")))
    wide = [table for table in docx.tables if len(table.columns) > 6]
    assert wide and all(run.font.size.pt < 9 for run in wide[0].rows[1].cells[1].paragraphs[0].runs)
    assert "<w:noBreakHyphen/>" in docx.element.xml


def test_a_look_changes_files_but_not_what_they_say() -> None:
    look = Look(name="Heron Street Hospital", accent="#7a1f5c", stylesheet="h1{letter-spacing:1px}")
    for name in ("pdf", "docx", "html"):
        made = formats.render(material(look=look), file_format=name)
        assert "HeronStreetHospital" in READERS[name](made)
        assert made != formats.render(material(), file_format=name)
