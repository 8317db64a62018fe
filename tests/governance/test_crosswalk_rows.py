"""Rows of the crosswalk: state, evidence and gap by answers; packs that hold what they promise."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from governance.crosswalk.answers import Answers
from governance.crosswalk.rows import State
from governance.crosswalk.showing import shows
from governance.rulepacks.checks import Check, read_check
from governance.rulepacks.reading import UnusablePack, as_json, read_pack, read_packs, read_text
from interviews.protocol.catalogue import default_protocol
from tests.builders.answers import AS_OF, consistent_values
from tests.builders.crosswalks import framework, given, shipped

DETAILS = "DETAILS"


def state(line: str, answers: dict[str, Any]) -> State | None:
    found = shows(read_check(line), Answers(answers))
    return found.state if found else None


ROWS = [{"owner": "Ada", "kind": "prevent"}, {"owner": "", "kind": "detect"}]


@pytest.mark.parametrize(
    ("line", "value", "expected"),
    [
        ("S5-09", ROWS, State.MET),
        ("S5-09.kind", ROWS, State.MET),
        ("S5-09.owner", ROWS, State.PARTLY),
        ("S5-09.approver", ROWS, State.GAP),
        ("S5-09.kind=prevent|detect", ROWS, State.MET),
        ("S5-09.kind=prevent", ROWS, State.PARTLY),
        ("S5-09[kind=prevent].owner", ROWS, State.MET),
        ("S5-09[kind=detect].owner", ROWS, State.GAP),
        ("S5-09[kind=transfer]", ROWS, State.GAP),
        ("S5-09>=2", ROWS, State.MET),
        ("S5-09>=3", ROWS, State.GAP),
        ("S5-09", {"none": "Nothing to control."}, State.MET),
        ("S5-09.owner", {"none": "Nothing to control."}, None),
        ("S4-05.override_logged=true", {"override_logged": True}, State.MET),
        ("S4-05.override_logged=true", {"override_logged": False}, State.GAP),
        ("S4-05.appeal_channel", {"appeal_channel": "none"}, State.GAP),
        ("S4-04.automation_level=1|2", {"automation_level": 2}, State.MET),
        ("S1-01", "Letters are late.", State.MET),
    ],
)
def test_a_check_reads_the_structure_of_an_answer(
    line: str, value: Any, expected: State | None
) -> None:
    assert state(line, {read_check(line).item: given(value)}) is expected


def test_what_nobody_knows_is_unknown_and_not_a_gap() -> None:
    assert state("S4-05.override_roles", {"S4-05": given(None, "unknown")}) is State.UNKNOWN


def test_what_was_never_accepted_is_there_in_part() -> None:
    answers = {"S4-05": given({"override_roles": ["Clerk"]}, "escalated")}
    assert state("S4-05.override_roles", answers) is State.PARTLY


def test_a_question_that_was_not_asked_says_nothing() -> None:
    assert state("S3-07.weeks", {"S1-01": given("Letters are late.")}) is None


@pytest.mark.parametrize("line", ["S6-01", "S1-1", "S1-01.", "S1-01=yes", "S1-01[a]", 7, None])
def test_a_line_that_is_no_check_is_refused(line: object) -> None:
    with pytest.raises(ValueError, match="is no check"):
        read_check(line)


def settled() -> dict[str, Any]:
    return {key: given(value) for key, value in consistent_values().items()}


def test_every_row_says_where_it_comes_from() -> None:
    for pack_id in shipped():
        for row in framework(pack_id, settled()).rows:
            assert row.citation
            assert row.source
            assert row.pack_version
            assert row.status in ("in_force", "adopted", "voluntary", "unsettled")
            assert row.state is State.MET or row.gap, row.id
            assert set(row.evidence) <= {*settled(), DETAILS}


def test_the_same_input_gives_the_same_bytes() -> None:
    def written() -> bytes:
        found = [framework(pack_id, settled(), as_of=AS_OF).to_json() for pack_id in shipped()]
        return json.dumps(found, sort_keys=True).encode()

    assert written() == written()


def test_the_order_of_answers_changes_nothing() -> None:
    turned = dict(reversed(settled().items()))
    for pack_id in shipped():
        assert framework(pack_id, turned) == framework(pack_id, settled())


def test_nothing_answered_shows_nothing_met() -> None:
    for pack_id in shipped():
        states = {row.state for row in framework(pack_id, {}).rows}
        assert states <= {State.UNKNOWN, State.OUT_OF_SCOPE}
        assert State.UNKNOWN in states


# --- Packs ----------------------------------------------------------------------------------------


def test_the_frameworks_are_whole() -> None:
    nist = Counter(one.id.split()[0] for one in shipped()["nist-ai-rmf"].requirements)
    assert nist == {"GOVERN": 19, "MAP": 18, "MEASURE": 22, "MANAGE": 13}
    assert len(shipped()["iso-42001"].requirements) == 38
    triage = shipped()["eu-ai-act"].triage
    assert triage is not None
    assert [one.number for one in triage.areas] == [1, 2, 3, 4, 5, 6, 7, 8]
    points = {one.point[4:] for one in triage.practices}
    assert points == {"(a)", "(b)", "(ba)", "(bb)", "(c)", "(d)", "(e)", "(f)", "(g)", "(h)"}


def _checks() -> list[Check]:
    packs = shipped().values()
    found = [check for pack in packs for one in pack.requirements for check in one.shown_by]
    scales = [pack.scale for pack in packs if pack.scale]
    points = [line for scale in scales for one in scale.questions for line in one.points]
    return found + [check for line in points for check in line.when]


def test_checks_name_fields_and_tokens_of_the_interview() -> None:
    protocol = default_protocol()
    for check in _checks():
        if check.item == DETAILS:
            continue
        tokens = _tokens(protocol.question(check.item))
        for name, wanted in ((check.field, check.values), (check.column, check.wanted)):
            assert not name or name in tokens, str(check)
            allowed = tokens.get(name, set())
            assert not allowed or set(wanted) <= allowed, str(check)


def _tokens(question: Any) -> dict[str, set[str]]:
    """Field or column -> the tokens that it takes; empty where it takes anything."""
    found: dict[str, set[str]] = {}
    for field in question.fields:
        for one in (field, *field.columns):
            options = {option.value for option in one.options}
            found[one.name] = {"true", "false"} if one.kind == "yes_no" else options
    return found


def test_practices_and_areas_are_those_that_people_are_asked() -> None:
    triage = shipped()["eu-ai-act"].triage
    assert triage is not None
    protocol = default_protocol()
    asked = {one.value: one.from_date for one in protocol.question("S5-01").fields[0].options}
    assert {one.code for one in triage.practices} == set(asked)
    for practice in triage.practices:
        assert asked[practice.code] in (None, practice.applies_from)
    areas = {one.value for one in protocol.question("S5-02").fields[0].options}
    assert {one.code for one in triage.areas} | {triage.product_area} <= areas


def test_a_pack_comes_back_from_json_as_it_was() -> None:
    for pack in shipped().values():
        assert read_pack(json.loads(json.dumps(as_json(pack))), name=pack.id) == pack


PACK = {
    "id": "own",
    "title": "Our rules",
    "version": "1",
    "about": "What we ask for.",
    "as_of": "2026-11-01",
    "source": "Board",
    "applies_from": "2026-11-01",
    "status": "voluntary",
    "themes": {"one": "One"},
    "requirements": [
        {"id": "1", "theme": "one", "citation": "1", "text": "A.", "shown_by": ["S1-01"]}
    ],
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": ""}, "title"),
        ({"sauce": "x"}, "sauce"),
        ({"source": None}, "source"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"status": "maybe"}, "status"),
        ({"themes": {}}, "these themes have no title: one"),
        ({"requirements": PACK["requirements"] * 2}, "these ids stand there twice: 1"),
        ({"requirements": [{**PACK["requirements"][0], "shown_by": ["S9-01"]}]}, "is no check"),
        ({"requirements": [{**PACK["requirements"][0], "outside": "No."}]}, "either shown_by or"),
    ],
)
def test_a_pack_with_a_fault_is_refused_by_its_place(change: dict[str, Any], named: str) -> None:
    with pytest.raises(UnusablePack, match="own.yaml") as refusal:
        read_pack(PACK | change, name="own.yaml")
    assert named in str(refusal.value)


def test_a_site_adds_a_pack_and_replaces_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(json.dumps(PACK), encoding="utf-8")
    replaced = json.dumps(PACK | {"id": "iso-42001"})
    (tmp_path / "iso.yaml").write_text(replaced, encoding="utf-8")
    found = read_packs(tmp_path)
    assert list(found) == ["eu-ai-act", "nist-ai-rmf", "iso-42001", "canada-aia", "own"]
    assert len(found["iso-42001"].requirements) == 1


def test_references_that_unfold_are_not_taken() -> None:
    bomb = "a: &a [x, x]\nb: [*a, *a]\n"
    with pytest.raises(UnusablePack, match="references"):
        read_text(bomb, name="bomb")
    with pytest.raises(UnusablePack, match="not YAML"):
        read_text("a: [", name="broken")
