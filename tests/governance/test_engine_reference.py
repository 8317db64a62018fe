"""The engine's reference page says what the engine does."""

from __future__ import annotations

import json
import re
from pathlib import Path

from governance.engine.conditions import DUTIES
from governance.engine.floors import FLOORS
from tests.governance.engine_facts import decided

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "decision-engine.md"


def test_the_worked_example_is_what_the_engine_answers():
    text = PAGE.read_text(encoding="utf-8")
    facts, answer = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.S))
    assert decided(facts).to_json() == answer


def test_every_floor_and_every_action_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"| {floor.rule} | " in text for floor in FLOORS)
    assert all(duty.text in text for duty in DUTIES.values())
