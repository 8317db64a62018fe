"""The JSON export comes back as it went out, and shows when someone touched it."""

from __future__ import annotations

import json

import pytest

from charters.canonical import content_hash
from charters.rendering.json import UnreadableExport, parse, render
from tests.builders.charters import make_content, make_finding


def exported(content, **more) -> bytes:
    return render(content, content_hash=content_hash(content.model_dump(mode="json")), **more)


def test_an_export_reads_back_equal():
    content = make_content(findings=[make_finding()])

    export = parse(exported(content, governance={"decision": "REVISE"}))

    assert export.content == content
    assert export.governance == {"decision": "REVISE"}
    assert export.is_intact


def test_an_export_has_the_four_parts_of_the_contract():
    document = json.loads(exported(make_content()))

    assert list(document) == ["schema", "content", "content_hash", "governance"]
    assert document["schema"] == "uaip-charter/1"
    assert document["governance"] is None


def test_governance_is_no_part_of_the_hash():
    one = json.loads(exported(make_content(), governance={"decision": "HALT"}))
    two = json.loads(exported(make_content()))

    assert one["content_hash"] == two["content_hash"]


def test_a_touched_export_is_not_intact():
    document = json.loads(exported(make_content()))
    document["content"]["identity"]["project_name"] = "Another"

    assert not parse(json.dumps(document).encode()).is_intact


@pytest.mark.parametrize(
    "data",
    [b"{", b"[]", b'{"schema": "uaip-charter/2"}', b'{"schema": "uaip-charter/1", "content": {}}'],
)
def test_another_file_is_refused_with_a_reason(data):
    with pytest.raises(UnreadableExport) as refusal:
        parse(data)

    assert str(refusal.value)


def test_dates_are_iso_and_text_stays_readable():
    text = exported(make_content(project_name="Łódź")).decode()

    assert '"as_of": "2026-11-21"' in text
    assert "Łódź" in text
