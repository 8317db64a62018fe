"""Fills U-AIP's pages in a real browser, from the same values that run files hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

import interviews
from interviews.protocol import catalogue
from interviews.protocol.types import Field, Question
from tests.builders.people import PASSWORD

SAMPLES = Path(interviews.__file__).parent / "samples"
YES_NO = {True: "yes", False: "no"}
#: A worker scores within a second or two; this is for a busy machine.
PATIENCE = 60_000


def sample(name: str) -> dict[str, Any]:
    """A shipped run file as plain JSON."""
    found: dict[str, Any] = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    return found


def attempts_of(raw: Any) -> list[Any]:
    """The attempts that a run file gives for one question."""
    if isinstance(raw, dict) and set(raw) == {"attempts"}:
        return list(raw["attempts"])
    return [raw]


class Browser:
    """One person at one page; each deed is what a hand would do."""

    def __init__(self, page: Page, address: str, *, has_scripts: bool = True) -> None:
        self.page = page
        self.has_scripts = has_scripts
        self.address = address
        self.session_path = ""

    # --- Getting in and around ---------------------------------------------------------------

    def sign_in(self, email: str) -> None:
        self.page.goto(f"{self.address}/")
        self.page.fill('[name="login"]', email)
        self.page.fill('[name="password"]', PASSWORD)
        self.page.click('main button[type="submit"]')
        expect(self.page.locator("h1")).to_be_visible()

    def start(self, project_name: str) -> None:
        self.page.goto(f"{self.address}/sessions/start/")
        self.page.fill('[name="project_name"]', project_name)
        self.page.click('main button[type="submit"]')
        self.page.wait_for_url("**/sessions/*-*/**")
        parts = self.page.url.split("/sessions/")[1].split("/")
        self.session_path = f"/sessions/{parts[0]}/"

    def open(self, path: str = "") -> None:
        """A page of the session."""
        self.page.goto(f"{self.address}{self.session_path}{path}")

    def ask(self, key: str) -> None:
        self.open(f"questions/{key}/")

    # --- Answering ---------------------------------------------------------------------------

    def answer(self, key: str, value: Any) -> None:
        """Fills the question and submits it."""
        self.ask(key)
        self.fill(catalogue.default_protocol().question(key), value)
        self.press("submit")

    def press(self, action: str) -> None:
        """A button of the answer's form, and the page that follows."""
        with self.page.expect_navigation():
            self.page.click(f'#answer-form button[name="action"][value="{action}"]:visible')

    def answer_and_wait(self, key: str, value: Any) -> str:
        """Submits and stays until the worker has scored it; the state that the page shows."""
        self.answer(key, value)
        self.ask(key)
        busy = self.page.locator("#attempt-status .notice.is-busy")
        for _ in range(0 if self.has_scripts else PATIENCE // 500):
            # Without scripts the page does not ask by itself: "Check again" does.
            if not busy.count():
                break
            self.page.wait_for_timeout(500)
            self.page.get_by_role("link", name="Check again").click()
        expect(busy).to_have_count(0, timeout=PATIENCE)
        return self.page.locator("#attempt-status").inner_text()

    def leave_unknown(self, key: str, entry: Mapping[str, str]) -> None:
        self.ask(key)
        self.open_details(self.page.locator('#answer-form [name="unknown-owner"]'))
        self.page.fill('#answer-form [name="unknown-owner"]', entry["owner"])
        self.page.fill('#answer-form [name="unknown-due"]', entry.get("due", ""))
        self.page.fill('#answer-form [name="unknown-note"]', entry.get("note", ""))
        self.press("unknown")

    def fill(self, question: Question, value: Any) -> None:
        if question.input == "screening":
            self._screening(question, value)
        elif question.input == "table":
            self._table(question.fields[0], value)
        elif question.input == "text":
            self._control(question.fields[0], f"f-{question.fields[0].name}", value)
        else:
            for field in question.fields:
                if isinstance(value, dict) and field.name in value:
                    self._field(field, value[field.name])

    def _field(self, field: Field, value: Any) -> None:
        if field.kind == "table":
            self._table(field, value)
        elif field.kind == "group":
            for part in field.columns:
                if part.name in value:
                    self._control(part, f"g-{field.name}-{part.name}", value[part.name])
        else:
            self._control(field, f"f-{field.name}", value)

    def _screening(self, question: Question, value: Mapping[str, Mapping[str, str]]) -> None:
        field = question.fields[0].name
        for code, given in value.items():
            self.page.check(f'[name="f-{field}-{code}"][value="{given["answer"]}"]')
            if given.get("comment"):
                self.page.fill(f'[name="f-{field}-{code}-comment"]', given["comment"])

    def _table(self, table: Field, value: Any) -> None:
        if isinstance(value, dict):
            reason = self.page.locator(f'[name="t-{table.name}-none"]')
            self.open_details(reason)
            reason.fill(value["none"])
            return
        self.make_rows(table, len(value))
        ids = self.row_ids(table)
        for row_id, row in zip(ids, value, strict=True):
            for column in table.columns:
                if column.name in row:
                    name = f"t-{table.name}-{row_id}-{column.name}"
                    self._control(column, name, row[column.name])

    def row_ids(self, table: Field) -> list[str]:
        hidden = self.page.locator(f'#t-{table.name} tbody [name="t-{table.name}-row"]')
        return [one.get_attribute("value") or "" for one in hidden.all()]

    def make_rows(self, table: Field, count: int) -> None:
        """Adds or removes rows by their buttons until there are ``count``."""
        rows = self.page.locator(f"#t-{table.name} tbody tr")
        add = self.page.locator(f'#t-{table.name} [name="row_action"][value="add:{table.name}:1"]')
        while rows.count() < count:
            add.click()
            self.page.wait_for_load_state()
        while rows.count() > count:
            rows.last.locator('[data-tool="remove"]').click()
            self.page.wait_for_load_state()

    def _control(self, field: Field, name: str, value: Any) -> None:
        if field.kind == "duration":
            self.page.fill(f'[name="{name}"]', str(value["value"]))
            self.page.select_option(f'[name="{name}-unit"]', value["unit"])
            return
        boxes = self.page.locator(
            f'[name="{name}"][type="radio"], [name="{name}"][type="checkbox"]'
        )
        if boxes.count():
            self._boxes(name, boxes, value)
            return
        one = self.page.locator(f'[name="{name}"]')
        text = as_typed(value)
        if one.evaluate("element => element.tagName") == "SELECT":
            one.select_option(text)
        else:
            one.fill(text)

    def _boxes(self, name: str, boxes: Locator, value: Any) -> None:
        wanted = value if isinstance(value, list) else [value]
        self.open_details(boxes.first)
        for token in wanted:
            self.page.check(f'[name="{name}"][value="{as_typed(token)}"]')

    def open_details(self, inside: Locator) -> None:
        """Opens the fold that something stands in, the way a person would."""
        fold = inside.locator("xpath=ancestor::details[1]")
        if fold.count() and fold.get_attribute("open") is None:
            fold.locator("summary").first.click()


def as_typed(value: Any) -> str:
    """A canonical value as a person types it."""
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, list):
        return "\n".join(as_typed(one) for one in value)
    return str(value)
