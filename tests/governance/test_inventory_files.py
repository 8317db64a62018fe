"""Files of any make are read as tables, and their lines become what they say."""

from __future__ import annotations

from typing import Any

import pytest

from governance.importing import targets as places
from governance.importing.csv_file import MOST_BYTES, NotATable, Table, read_table
from governance.importing.planning import Plan, Planned
from interviews.protocol import catalogue

PROTOCOL = catalogue.default_protocol()
KNOWN = places.targets(PROTOCOL)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encoding_and_delimiter_are_found_out(delimiter: str, encoding: str) -> None:
    lines = ["Name;Größe".replace(";", delimiter), "Straße;1".replace(";", delimiter)]
    table = read_table("\r\n".join(lines).encode(encoding))
    assert table.header == ("Name", "Größe")
    assert table.rows[0].cells == ("Straße", "1")
    assert table.delimiter == delimiter


def test_lines_of_an_old_mac_have_their_delimiter_found_too() -> None:
    table = read_table(b"Name;Text\rA;B\rC;D\r")
    assert (table.header, [row.cells for row in table.rows]) == (
        ("Name", "Text"),
        [("A", "B"), ("C", "D")],
    )


def test_a_line_is_named_by_where_it_begins() -> None:
    table = read_table(b'Name,Text\nA,"one\ntwo"\n\nB,three\n')
    assert [(row.line, row.cells[0]) for row in table.rows] == [(2, "A"), (5, "B")]


def test_headings_above_the_names_of_the_columns_are_passed_over() -> None:
    table = read_table(b"Section 1,,\nName,Problem,Department\nA,B,C\n")
    assert table.header == ("Name", "Problem", "Department")
    assert [row.line for row in table.rows] == [3]


def test_missing_cells_are_empty_and_cells_beyond_the_header_are_named() -> None:
    table = read_table(b"Name,Problem\nA\nB,b,,\nC,c,d\n")
    assert [row.problem for row in table.rows[:2]] == ["", ""]
    assert table.rows[0].cells == ("A", "")
    assert table.rows[2].problem == "It has 3 cells where the header has 2."


def test_a_cell_that_is_too_long_is_named() -> None:
    table = read_table(f"Name,Text\nA,{'x' * 10_001}\n".encode())
    assert table.rows[0].problem == "Cell 2 has 10,001 characters; 10,000 are the most."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"PK\x03\x04 and so on", "Save it as CSV"),
        (b"%PDF-1.7", "Save it as CSV"),
        (b"Name\x00,Text\nA,B\n", "This is no text"),
        (b"\xef\xbb\xbfName,Text\nA\x00,B\n", "This is no text"),
        ("Name,Text\nA,B\x00\n".encode("utf-16"), "This is no text"),
        ("Name,Text\nA,B\n".encode("utf-32"), "This is no text"),
        (b"\xef\xbb\xbf\xff\xfe,x\n", "but it is not"),
        (b"Name,Text\n", "there is no case"),
        (b"Name\n" + b"A\n" * 5_001, "5,000 are the most"),
        (b"x," * 300 + b"x\n" + b"y," * 300 + b"y\n", "columns"),
        (b"x" * (MOST_BYTES + 1), "larger than 10 MB"),
        (b'Name,Text\nA,"' + b"x" * 140_000 + b"\n", "quotation mark"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(NotATable, match=says) as refusal:
        read_table(content)
    assert str(refusal.value).endswith(".")


# --- Columns --------------------------------------------------------------------------------------

FEDERAL_2024 = (
    "Use Case Name",
    "Agency",
    "Bureau",
    "What is the intended purpose and expected benefits of the AI?",
    "Describe the AI system’s outputs.",
    "Is the AI use case rights-impacting, safety-impacting, both, or neither?",
    "If Other, please explain.",
    "If Other, please explain.",
)
FEDERAL_SHORT = ("2_use_case_name", "3_agency", "4_bureau", "11_purpose_benefits", "12_outputs")
FEDERAL_2025 = (
    "Use Case ID",
    "Use Case Name",
    "Bureau/Component",
    "AI Classification",
    "What problem is the AI intended to solve?",
    "Describe any data used to  train, fine-tune, and/or  evaluate performance of the  model(s).",
)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (
            FEDERAL_2024,
            ["title", "department_else", "department", "S1-03", "S1-08", "S4-07", "", ""],
        ),
        (FEDERAL_SHORT, ["title", "department_else", "department", "S1-03", "S1-08"]),
        (
            FEDERAL_2025,
            ["reference", "title", "department", "S1-09.archetype", "S1-01", "S3-02"],
        ),
    ],
)
def test_the_us_federal_inventories_are_known(header: tuple[str, ...], wanted: list[str]) -> None:
    kind = places.kind_of_file(header)
    assert kind is not None and kind.key == "us_federal"
    assert places.suggested(header, kind, KNOWN) == wanted


@pytest.mark.parametrize("kind", places.shipped(), ids=lambda one: one.key)
def test_every_shipped_column_goes_somewhere(kind: places.Shipped) -> None:
    assert [rule.target for rule in kind.rules if rule.target not in KNOWN] == []
    for rule in kind.rules:
        given = KNOWN[rule.target].field
        tokens = {option.value for option in given.options} if given else set()
        assert set(rule.values.values()) <= tokens


def test_a_mapping_is_found_again_by_the_names_of_the_columns() -> None:
    header = ("Thing", "If Other", "Words", "If Other")
    chosen = ["title", "", "S1-01", "S4-10"]
    kept = places.to_remember(header, chosen)
    moved = ("words", "THING", "if other", "New", "If  other")
    assert places.remembered(moved, kept, KNOWN) == ["S1-01", "title", "", "", "S4-10"]


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        (["", "S1-01"], "names of the cases"),
        (["title", "title"], "Two columns"),
        (["title", "S1-09.archetype", "S1-09.archetype"], "Two columns"),
        (["title", "S9-99"], "not offered"),
    ],
)
def test_a_choice_that_cannot_work_is_said(chosen: list[str], says: str) -> None:
    assert says in places.fault_of(chosen, KNOWN)
    assert places.fault_of(["title", "S1-01", "S1-01", ""], KNOWN) == ""


# --- Lines ----------------------------------------------------------------------------------------


def planned(row: dict[str, Any], columns: dict[str, str]) -> Planned:
    """What a line becomes, given (column -> target)."""
    table = read_table(
        "\n".join(
            "\t".join(f'"{cell}"' for cell in part) for part in (columns, row.values())
        ).encode()
    )
    assert isinstance(table, Table)
    kind = places.kind_of_file(table.header)
    (case,) = Plan(table, list(columns.values()), KNOWN, PROTOCOL, kind).cases()
    return case


def test_sentences_go_where_the_question_takes_them() -> None:
    case = planned(
        {"Name": "A", "Problem": "Tenants wait.", "Data": "Repair log since 2019."},
        {"Name": "title", "Problem": "S1-01", "Data": "S3-01"},
    )
    assert case.drafts["S1-01"] == "Problem: Tenants wait."
    assert case.drafts["S3-01"] == [{"name": "Repair log since 2019."}]


def test_a_long_text_stands_alone_and_two_columns_stand_below_each_other() -> None:
    long = "Tenants of our flats wait nineteen days for a repair of their heating."
    alone = planned({"Name": "A", "Why": long}, {"Name": "title", "Why": "S1-01"})
    assert alone.drafts["S1-01"] == long
    both = planned(
        {"Name": "A", "Why?": long, "How": long}, {"Name": "title", "Why?": "S1-01", "How": "S1-01"}
    )
    assert both.drafts["S1-01"] == f"Why? {long}\n\nHow: {long}"


@pytest.mark.parametrize(
    ("cell", "draft"),
    [
        ("Computer vision", {"archetype": "computer_vision"}),
        ("a) Computer Vision", {"archetype": "computer_vision"}),
        ("time_series_forecasting", {"archetype": "time_series_forecasting"}),
        ("Deep magic", {"text": "Kind: Deep magic"}),
    ],
)
def test_a_choice_is_found_by_its_words_and_the_rest_is_kept_as_text(
    cell: str, draft: dict[str, str]
) -> None:
    case = planned({"Name": "A", "Kind": cell}, {"Name": "title", "Kind": "S1-09.archetype"})
    assert case.drafts["S1-09"] == draft
    assert bool(case.notes) == ("text" in draft)


def test_several_words_of_a_list_are_taken_one_by_one() -> None:
    case = planned(
        {"Name": "A", "Areas": "Education; hiring;Magic"}, {"Name": "title", "Areas": "S5-02.areas"}
    )
    assert case.drafts["S5-02"] == {"areas": ["education", "hiring"], "text": "Areas: Magic"}


def test_words_that_say_nothing_are_left_out_of_a_known_inventory() -> None:
    case = planned(
        {"Use Case Name": "A", "Agency": "X", "Bureau": "N/A", "12_outputs": "None"},
        {
            "Use Case Name": "title",
            "Agency": "department_else",
            "Bureau": "department",
            "12_outputs": "S1-08",
        },
    )
    assert case.drafts == {}
    assert case.department == "X"


def test_a_name_that_is_too_long_is_cut_and_said() -> None:
    case = planned({"Name": "x" * 250, "B": "y"}, {"Name": "title", "B": ""})
    assert len(case.title) == 200 and case.title.endswith("…")
    assert case.notes == ["The name has 250 characters and is cut at 200."]


def test_the_apostrophe_of_a_spreadsheet_is_taken_off() -> None:
    case = planned({"Name": "'=1+1", "B": "'tis so"}, {"Name": "title", "B": "S1-01"})
    assert case.title == "=1+1"
    assert case.drafts["S1-01"] == "B: 'tis so"
