"""Reads a table out of a file whose encoding and delimiter nobody names."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 200
MOST_CHARACTERS = 10_000
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
#: Among so many lines at the top the one with the names of the columns is looked for.
HEADER_WITHIN = 5
#: It has at least this share of the cells that a usual line of the beginning has.
HEADER_SHARE = 0.8
BEGINNING = 50
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "a spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet"),
    (b"%PDF", "a PDF"),
)


class NotATable(Exception):
    """The file cannot be imported; the message tells the person what to do."""


@dataclass(frozen=True)
class Row:
    """One case of the file. ``line`` is where it begins, ``cells`` has one for each column."""

    line: int
    cells: tuple[str, ...]
    #: Why it cannot be read as it stands; "" when it can.
    problem: str = ""


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str

    @property
    def delimiter_words(self) -> str:
        return DELIMITERS[self.delimiter]

    def examples(self, column: int, *, most: int = 3, length: int = 120) -> list[str]:
        """What stands in a column, each text once, the first ones, not too long."""
        found: list[str] = []
        for row in self.rows:
            words = " ".join(row.cells[column].split()) if column < len(row.cells) else ""
            shown = words if len(words) <= length else f"{words[: length - 1].rstrip()}…"
            if shown and shown not in found:
                found.append(shown)
                if len(found) == most:
                    break
        return found


def read_table(content: bytes) -> Table:
    """Header and rows of a CSV file. Raises NotATable."""
    if not content.strip():
        raise NotATable("The file is empty. Choose the file that holds your inventory.")
    if len(content) > MOST_BYTES:
        raise NotATable("The file is larger than 10 MB. Split it and import the parts.")
    text, encoding = _decoded(content)
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    place = _header_place([cells for _, cells in records[:BEGINNING]])
    header = _trimmed(records[place][1])
    if len(header) > MOST_COLUMNS:
        raise NotATable(f"The file has {len(header)} columns; {MOST_COLUMNS} are the most.")
    rows = [_row(line, cells, len(header)) for line, cells in records[place + 1 :]]
    if not rows:
        raise NotATable("Below the names of the columns there is no case. Add the rows first.")
    if len(rows) > MOST_ROWS:
        raise NotATable(
            f"The file has {len(rows):,} cases; {MOST_ROWS:,} are the most at once. Split it."
        )
    return Table(header, tuple(rows), encoding, delimiter)


def _decoded(content: bytes) -> tuple[str, str]:
    for start, kind in _NOT_TEXT:
        if content.startswith(start):
            raise NotATable(f"This is {kind}. Save it as CSV, then choose that file.")
    text, encoding = _as_text(content)
    # Whatever it says of itself: the database stores no such character, nor has any text one.
    if "\x00" in text:
        raise NotATable("This is no text. Save your inventory as CSV, then choose that file.")
    return text, encoding


def _as_text(content: bytes) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(codec), name
            except UnicodeDecodeError:
                raise NotATable(f"The file says that it is {name}, but it is not.") from None
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "Latin-1"


def _delimiter(text: str) -> str:
    """The mark that splits most lines of the beginning into the same number of several cells."""
    best, most = ",", (0, 0)
    for mark in DELIMITERS:
        widths = []
        try:
            for cells in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
                if any(cell.strip() for cell in cells):
                    widths.append(len(cells))
                if len(widths) == BEGINNING:
                    break
        except csv.Error:
            continue
        width, count = Counter(widths).most_common(1)[0] if widths else (1, 0)
        if width > 1 and (count, width) > most:
            best, most = mark, (count, width)
    return best


def _records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """(line, cells) of every record that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((before + 1, cells))
            before = reader.line_num
            if len(found) > MOST_ROWS + HEADER_WITHIN + 1:
                raise NotATable(f"The file has more than {MOST_ROWS:,} cases. Split it.")
    except csv.Error as fault:
        raise NotATable(
            f"From line {before + 1} on the file cannot be read as a table ({fault}). Look for a "
            "quotation mark that is not closed."
        ) from None
    if not found:
        raise NotATable("The file has no text. Choose the file that holds your inventory.")
    return found


def _header_place(records: Sequence[Sequence[str]]) -> int:
    """Where the names of the columns stand: some files have a line of headings above."""
    filled = [sum(bool(cell.strip()) for cell in cells) for cells in records]
    wanted = HEADER_SHARE * median(filled)
    near = (place for place, count in enumerate(filled[:HEADER_WITHIN]) if count >= wanted)
    return next(near, 0)


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """The names on one line each, without empty columns at the end."""
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _row(line: int, cells: Sequence[str], width: int) -> Row:
    values = [unquoted(cell.strip()) for cell in cells]
    beyond = [cell for cell in values[width:] if cell]
    padded = (*values[:width], *[""] * (width - len(values)))
    if beyond:
        return Row(line, padded, f"It has {len(values)} cells where the header has {width}.")
    for number, cell in enumerate(padded, start=1):
        if len(cell) > MOST_CHARACTERS:
            said = f"Cell {number} has {len(cell):,} characters; {MOST_CHARACTERS:,} are the most."
            return Row(line, padded, said)
    return Row(line, padded)


def unquoted(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from computing the cell."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell
