"""Tables: what is typed comes back, rows move, and spreadsheets can be pasted."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.urls import reverse

from interviews.fields import forms, names, rows
from interviews.fields.parsing import read_post
from interviews.fields.raw import is_blank, without_blank_rows
from interviews.fields.sheet import Sheet
from interviews.models import Attempt, Draft
from interviews.protocol.catalogue import default_protocol
from interviews.protocol.issues import Issue
from tests.builders.answers import consistent_values
from tests.builders.sessions import make_session

ALTERNATIVES = default_protocol().question("S1-04")
FEATURES = default_protocol().question("S1-07")


def sheet(question, raw, issues=()):
    return Sheet(
        protocol=default_protocol(),
        question=question,
        raw=raw,
        values=consistent_values(),
        today=date(2026, 11, 21),
        issues=issues,
    )


def posted(pairs) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in pairs:
        found.appendlist(name, value)
    return found


def two_rows(*order: str) -> QueryDict:
    cells = {"7": "Checklist", "3": "More staff"}
    pairs = [(names.cell_name("rows", one, "approach"), cells[one]) for one in cells]
    return posted(pairs + [(names.rows_name("rows"), one) for one in order])


def test_rows_come_in_the_order_of_the_page() -> None:
    found = read_post(ALTERNATIVES, two_rows("7", "3"))
    assert [row["approach"] for row in found] == ["Checklist", "More staff"]
    found = read_post(ALTERNATIVES, two_rows("3", "7"))
    assert [row["approach"] for row in found] == ["More staff", "Checklist"]


def test_a_row_whose_number_is_gone_is_gone() -> None:
    assert read_post(ALTERNATIVES, two_rows("3")) == [{"approach": "More staff"}]


def test_blank_rows_are_kept_in_a_draft_but_not_submitted() -> None:
    raw = read_post(ALTERNATIVES, two_rows("7", "9", "3"))
    assert len(raw) == 3
    assert len(without_blank_rows(raw, ALTERNATIVES)) == 2


def test_an_error_stands_beside_its_cell() -> None:
    issue = Issue("[1].kind", "Choose a kind.", "incomplete")
    page = sheet(ALTERNATIVES, [{"approach": "A"}, {"approach": "B"}], [issue])
    html = forms.draw(page)
    assert page.remarks[0].label == "Row 2, Kind"
    cell = html[html.index('id="t-rows-1-kind"') :]
    assert cell.index("Choose a kind.") < cell.index("</td>")


def test_every_cell_of_sixty_rows_is_labelled() -> None:
    html = forms.draw(sheet(FEATURES, [{"name": f"f{n}"} for n in range(60)]))
    assert html.count("<tr data-row=") == 61
    assert 'aria-label="Row 60, Source"' in html
    assert 'aria-label="Row 60, Name"' in html


def test_a_label_or_a_token_choose_the_same_option() -> None:
    for typed in ("db_query", "DB query", "DB QUERY"):
        html = forms.draw(sheet(FEATURES, [{"access_method": typed}]))
        assert '<option value="db_query" selected>DB query</option>' in html


def test_a_value_that_is_not_on_the_list_stays_visible() -> None:
    html = forms.draw(sheet(FEATURES, [{"access_method": "carrier pigeon"}]))
    assert "carrier pigeon (not on the list)" in html


def test_typed_text_is_escaped() -> None:
    html = forms.draw(sheet(ALTERNATIVES, [{"approach": '"><script>x</script>', "kind": "<i>"}]))
    assert "<script>" not in html
    assert "<i>" not in html


@pytest.mark.parametrize(
    "text",
    [
        "Checklist\trules\ttried\nMore staff\tmore_staff\tpiloted",
        "Status\tApproach\tKind\ntried\tChecklist\trules\npiloted\tMore staff\tmore_staff",
        "approach;kind;status\r\nChecklist;rules;tried\r\nMore staff;more_staff;piloted\r\n",
        'Approach,Kind,Status\n"Checklist",rules,tried\n\nMore staff,more_staff,piloted',
    ],
    ids=["tabs", "header in another order", "semicolons", "commas and quotes"],
)
def test_rows_are_pasted_from_a_spreadsheet(text) -> None:
    assert rows.parse_pasted(ALTERNATIVES.table, text) == [
        {"approach": "Checklist", "kind": "rules", "status": "tried"},
        {"approach": "More staff", "kind": "more_staff", "status": "piloted"},
    ]


@pytest.mark.parametrize("text", ["", "\n\n", '"unclosed\tquote\nnext', "\t\t\t", "\x00\t\x01"])
def test_odd_pastes_break_nothing(text) -> None:
    assert isinstance(rows.parse_pasted(ALTERNATIVES.table, text), list)


def test_more_columns_than_the_table_has_are_left_out() -> None:
    line = "\t".join(str(number) for number in range(40))
    (row,) = rows.parse_pasted(ALTERNATIVES.table, line)
    assert len(row) == len(ALTERNATIVES.table.columns)


@pytest.mark.parametrize("text", ["", "remove", "fly:rows:1", "remove:rows:-1", "up:rows:99999999"])
def test_odd_buttons_break_nothing(text) -> None:
    action = rows.RowAction.parse(text)
    assert action is None or action.number == 0


@pytest.fixture
def session(alice):
    return make_session(alice)


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def press(client, session, button, pairs, key="S1-04"):
    url = reverse("interviews:question", args=[session.code, key])
    data = dict(pairs) | {"row_action": button, "answer_version": 0}
    live = Draft.objects.filter(answer__session=session).first()
    return client.post(url, data | {"draft_version": live.version if live else 0})


def cells(*approaches):
    pairs = {f"t-rows-{n}-approach": text for n, text in enumerate(approaches)}
    return pairs | {"t-rows-row": [str(n) for n in range(len(approaches))]}


def drafted():
    return [row.get("approach") for row in Draft.objects.get().value]


@pytest.mark.parametrize(
    ("button", "left"),
    [
        ("add:rows:1", ["A", "B", "C", None]),
        ("add:rows:5", ["A", "B", "C", None, None, None, None, None]),
        ("remove:rows:1", ["A", "C"]),
        ("up:rows:2", ["A", "C", "B"]),
        ("down:rows:0", ["B", "A", "C"]),
        ("up:rows:0", ["A", "B", "C"]),
        ("down:rows:2", ["A", "B", "C"]),
        ("remove:rows:40", ["A", "B", "C"]),
    ],
)
def test_row_buttons_work_without_a_script(client, session, button, left) -> None:
    reply = press(client, session, button, cells("A", "B", "C"))
    assert reply.status_code == 302
    assert reply.url.endswith("#t-rows")
    assert drafted() == left
    assert not Attempt.objects.exists()


def test_pasting_works_without_a_script(client, session) -> None:
    pairs = cells("A", "") | {"p-rows": "Checklist\trules\nMore staff\tmore_staff"}
    press(client, session, "paste:rows", pairs)
    assert drafted() == ["A", "Checklist", "More staff"]


def test_a_button_of_no_table_only_saves(client, session) -> None:
    assert press(client, session, "add:nothing:1", cells("A")).status_code == 302
    assert drafted() == ["A"]


def test_sixty_rows_of_twelve_columns_are_one_honest_form(client, session) -> None:
    row = {
        "name": "speed",
        "meaning": "km/h",
        "data_type": "number",
        "source_system": "GPS",
        "available_at_prediction": "yes",
        "essential": "yes",
        "access_latency_ms": "400",
        "max_age_hours": "0.02",
        "access_method": "api",
        "personal_data": "none",
        "protected_or_proxy": "no",
    }
    data = {names.rows_name("rows"): [str(n) for n in range(60)]}
    for number in range(60):
        cells_ = row | {"name": f"speed_{number}"}
        data |= {names.cell_name("rows", number, key): text for key, text in cells_.items()}
    url = reverse("interviews:question", args=[session.code, "S1-07"])
    reply = client.post(url, data | {"action": "submit", "answer_version": 0})
    assert reply.status_code == 302
    assert len(Attempt.objects.get().value) == 60


def test_a_reason_for_an_empty_table_is_an_answer(client, session) -> None:
    url = reverse("interviews:question", args=[session.code, "S3-05"])
    reason = "All sensors report every minute and the archive has no hole since 2019."
    client.post(url, {"action": "submit", "answer_version": 0, "t-rows-none": reason})
    assert Attempt.objects.get().value == {"none": reason}


def test_rows_and_a_reason_for_none_contradict_each_other(client, session) -> None:
    url = reverse("interviews:question", args=[session.code, "S3-05"])
    data = {"t-rows-row": "0", "t-rows-0-gap": "No sensors", "t-rows-none": "Nothing is missing."}
    reply = client.post(url, data | {"action": "submit", "answer_version": 0})
    text = reply.content.decode()
    assert reply.status_code == 422
    assert "Clear one of the two" in text
    assert "No sensors" in text
    assert "Nothing is missing." in text


@pytest.mark.parametrize("key", default_protocol().keys)
def test_what_is_shown_is_what_comes_back(key) -> None:
    """Drawing a canonical answer and reading the same inputs gives nothing less."""
    question = default_protocol().question(key)
    value = consistent_values()[key]
    assert not is_blank(value)
    html = forms.draw(sheet(question, value))
    assert same(read_post(question, posted(PageInputs(html).pairs)), value)


class PageInputs(HTMLParser):
    """Every name and value that a browser would send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.area: list[str] = []
        self.choice = ""
        self.depth = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        held = dict(attrs)
        self.depth += tag == "template"
        if self.depth:
            return
        if tag == "textarea":
            self.area = [held["name"], ""]
        elif tag == "select":
            self.choice = held["name"]
        elif (tag == "option" and "selected" in held) or (tag == "input" and is_sent(held)):
            self.pairs.append((held.get("name", self.choice), held.get("value", "")))

    def handle_endtag(self, tag) -> None:
        self.depth -= tag == "template"
        if tag == "textarea" and self.area:
            self.pairs.append((self.area[0], self.area[1].removeprefix("\n")))
            self.area = []

    def handle_data(self, data) -> None:
        if self.area:
            self.area[1] += data


def is_sent(held) -> bool:
    return held.get("type") not in ("radio", "checkbox") or "checked" in held


def same(raw, value) -> bool:
    """Equal once everything is text, blanks aside; what is ticked has no order."""
    if isinstance(value, dict):
        held = raw if isinstance(raw, dict) else {}
        return all(same(held.get(name), part) for name, part in value.items() if not is_blank(part))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return sorted(raw or []) == sorted(value)
    if isinstance(value, list):
        return len(raw or []) == len(value) and all(map(same, raw, value))
    if isinstance(value, bool):
        return raw == ("yes" if value else "no")
    if isinstance(value, int | float):
        return float(raw) == float(value)
    return raw == value
