"""`uaip run`: a whole interview from a file, with exit codes that machines can trust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from charters.models import Revision
from interviews.models import InterviewSession
from tests.operations.command import Outcome, run_file, sample, shell, uaip
from uaip_project.operations.demo import catalog

VAGUE = "We want to use AI to make our service more efficient and modern for everybody."
VAGUER = "Our processes should become a lot better and smarter with artificial intelligence."
OUTPUT_KEYS = {
    "schema",
    "content",
    "content_hash",
    "governance",
    "feasibility",
    "data_quality",
    "confidence",
    "findings",
    "answers",
}


def kept_run(folder: Path, content: Any, by: User, *more: str) -> Outcome:
    """A run whose session is kept in the test's database."""
    return uaip("run", "--answers", run_file(folder, content), "--save-for", by.email, *more)


def changed(name: str, **answers: Any) -> dict[str, Any]:
    """A sample in which some answers are others."""
    whole = sample(name)
    whole["answers"].update({key.replace("_", "-"): value for key, value in answers.items()})
    return whole


# --- A usable file -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("entry", catalog(), ids=lambda entry: entry["file"])
def test_each_sample_gets_its_documented_decision(
    entry: dict[str, Any], alice: User, tmp_path: Path
) -> None:
    done = kept_run(tmp_path, sample(entry["file"].removesuffix(".json")), alice)
    assert done.code == 0
    assert set(done.json) == OUTPUT_KEYS
    assert done.json["governance"]["decision"] == entry["expected_decision"]
    assert done.json["governance"]["rules_fired"]
    assert len(done.json["answers"]) == 58


def test_a_run_is_repeatable_and_leaves_the_database_alone(tmp_path: Path) -> None:
    path = run_file(tmp_path, sample("invented_halt"))
    first, second = (shell(tmp_path, "run", "--answers", path) for _ in range(2))
    assert (first.code, second.code) == (0, 0)
    assert first.out == second.out
    assert (first.err, second.err) == ("", "")
    assert first.json["content_hash"]
    assert not (tmp_path / "uaip.sqlite3").exists()


def test_the_next_run_copies_the_empty_tables_unless_they_are_damaged(tmp_path: Path) -> None:
    path = run_file(tmp_path, sample("invented_halt"))
    first = shell(tmp_path, "run", "--answers", path)
    (kept,) = tmp_path.glob("empty-*")
    made = kept.stat().st_ino
    assert shell(tmp_path, "run", "--answers", path).out == first.out
    assert kept.stat().st_ino == made
    kept.write_bytes(kept.read_bytes()[:5000])
    older = tmp_path / "empty-0000000000000000.sqlite3"
    older.touch()
    assert shell(tmp_path, "run", "--answers", path).out == first.out
    assert list(tmp_path.glob("empty-*")) == [kept]
    assert kept.stat().st_size > 100_000


def test_a_run_reads_standard_input_and_writes_markdown(tmp_path: Path) -> None:
    target = tmp_path / "charter.md"
    given = json.dumps(sample("invented_halt")).encode()
    done = shell(
        tmp_path,
        *("run", "--answers", "-", "--format", "markdown", "--output", str(target)),
        typed=given,
    )
    assert (done.code, done.out) == (0, "")
    assert "# Voice mood marks" in target.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.glob(".*.part")] == []


@pytest.mark.django_db(transaction=True)
def test_the_best_attempt_counts_when_the_file_has_no_more(alice: User, tmp_path: Path) -> None:
    better = f"{VAGUE} Tenants of 2,400 flats are hit."
    run = changed("invented_halt", S1_01={"attempts": [better, VAGUER]})
    answer = kept_run(tmp_path, run, alice).json["answers"]["S1-01"]
    assert answer["state"] == "escalated"
    assert answer["attempts"] == 2
    assert answer["value"] == better


@pytest.mark.django_db(transaction=True)
def test_further_attempts_are_not_used_once_one_is_accepted(alice: User, tmp_path: Path) -> None:
    run = changed("invented_halt")
    good = run["answers"]["S1-01"]["attempts"][-1]
    run["answers"]["S1-01"] = {"attempts": [VAGUE, good, VAGUER]}
    answer = kept_run(tmp_path, run, alice).json["answers"]["S1-01"]
    assert (answer["state"], answer["attempts"], answer["value"]) == ("accepted", 2, good)


@pytest.mark.django_db(transaction=True)
def test_a_blocker_is_carried_with_the_reason_in_the_file(alice: User, tmp_path: Path) -> None:
    run = _with_blocker()
    run["findings"] = {"G2-6": {"action": "dispute", "reason": "Checked by hand in March."}}
    done = kept_run(tmp_path, run, alice)
    assert done.code == 0
    assert _blocker(done)["state"] == "disputed"
    assert _reason(alice) == "Checked by hand in March."


@pytest.mark.django_db(transaction=True)
def test_a_blocker_that_the_file_does_not_name_is_carried(alice: User, tmp_path: Path) -> None:
    done = kept_run(tmp_path, _with_blocker(), alice)
    assert done.code == 0
    assert _blocker(done)["state"] == "carried"
    assert _reason(alice) == "not addressed in the file"


@pytest.mark.django_db(transaction=True)
def test_a_fix_that_did_not_help_is_carried_and_says_so(alice: User, tmp_path: Path) -> None:
    run = _with_blocker()
    run["findings"] = {"G2-6": {"action": "fix"}}
    done = kept_run(tmp_path, run, alice)
    assert _blocker(done)["state"] == "carried"
    assert _reason(alice) == "The file says that this was fixed, but the rule still fires."


@pytest.mark.django_db(transaction=True)
def test_a_hidden_item_is_ignored_with_a_warning(alice: User, tmp_path: Path) -> None:
    run = changed("storm_opioid_risk", S3_07={"whatever": "this says"})
    done = kept_run(tmp_path, run, alice)
    assert done.code == 0
    assert "warning: answers.S3-07: is ignored" in done.err
    assert done.json["answers"]["S3-07"]["state"] == "skipped_by_condition"


def _with_blocker() -> dict[str, Any]:
    """Nothing can be done with the output in time, which is BLOCKER G2-6."""
    run = sample("invented_halt")
    run["answers"]["S2-09"]["action_window"] = {"value": 1, "unit": "h"}
    return run


def _blocker(done: Outcome) -> dict[str, Any]:
    return next(one for one in done.json["findings"] if one["rule_id"] == "G2-6")


def _reason(by: User) -> str:
    session = InterviewSession.objects.get(owner=by)
    return session.findings.get(rule_id="G2-6").reason


# --- What stands in the way ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_unanswered_risk_card_gives_no_decision(alice: User, tmp_path: Path) -> None:
    run = sample("invented_halt")
    del run["answers"]["S5-10"]
    done = kept_run(tmp_path, run, alice)
    assert done.code == 1
    assert done.json["decision"] is None
    assert done.json["governance"] is None
    assert "stage 5 cannot be closed: not answered: S5-10" in done.err
    assert not Revision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_completeness_blocker_gives_findings_and_no_decision(alice: User, tmp_path: Path) -> None:
    run = sample("invented_halt")
    for row in run["answers"]["S2-04"]:
        row["role"] = "secondary"
    run["findings"] = {"G2-4": {"action": "carry", "reason": "We would rather not."}}
    done = kept_run(tmp_path, run, alice)
    assert (done.code, done.json["decision"]) == (1, None)
    (blocker,) = [one for one in done.json["findings"] if one["severity"] == "BLOCKER"]
    assert (blocker["rule_id"], blocker["state"]) == ("G2-4", "open")
    assert set(blocker) == {"rule_id", "severity", "state", "answer_ids", "message"}


@pytest.mark.django_db(transaction=True)
def test_too_many_unknowns_give_no_decision(alice: User, tmp_path: Path) -> None:
    run = sample("invented_halt")
    for key in ("S1-03", "S1-04", "S1-06", "S1-10", "S1-11"):
        run["answers"].pop(key)
    done = kept_run(tmp_path, run, alice)
    assert done.code == 1
    assert done.json["answers"]["S1-03"]["state"] == "unknown"
    assert "stage 1 cannot be closed: 42% of its questions are not known yet." in done.err
    assert not Revision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_without_answers_gives_findings_and_no_decision(alice: User, tmp_path: Path) -> None:
    empty = {"protocol": "uaip/1", "project_name": "Nothing yet", "answers": {}}
    done = kept_run(tmp_path, empty, alice, "--format", "markdown")
    assert done.code == 1
    assert done.json["decision"] is None
    assert done.json["findings"]


# --- Unusable files ------------------------------------------------------------------------------

HOSTILE = {
    "truncated": (b'{"protocol": "uaip/1", "answers": {"S1-01', ["(file)"]),
    "not UTF-8": (b'{"protocol": "uaip/1\xff"}', ["(file)"]),
    "deep": (b'{"answers":' + b"[" * 10_000 + b"]" * 10_000 + b"}", ["(file)"]),
    "large": (b'{"a":"' + b"x" * 6_000_000 + b'"}', ["(file)"]),
    "no object": (b"[]", ["(file)"]),
    "twice": (b'{"answers": {"S1-01": "a", "S1-01": "b"}}', ["answers.S1-01", "protocol"]),
    "infinite": (b'{"answers": {"S2-03": {"benefit_low": 1e400}}}', ["answers.S2-03.benefit_low"]),
    "not a number": (b'{"answers": {"S2-03": {"benefit_low": NaN}}}', ["answers.S2-03.benefit_low"]),
    "NUL": (b'{"project_name": "a\\u0000b"}', ["project_name"]),
    "surrogate": (b'{"answers": {"S1-01": "\\ud800"}}', ["answers.S1-01"]),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_path(name: str, tmp_path: Path) -> None:
    content, paths = HOSTILE[name]
    done = uaip("run", "--answers", run_file(tmp_path, content))
    assert (done.code, done.out) == (2, "")
    named = [line.partition(": ")[0] for line in done.err.splitlines()]
    assert set(paths) <= set(named)


def test_every_mistyped_path_is_named_with_a_hint(tmp_path: Path) -> None:
    run = changed("invented_halt", S1_02={"drivr": "cost"}, S5_04={"unknown": {"owner": "Ann"}})
    run |= {"protocol": "uaip/9", "projectname": "x"}
    run["answers"]["S2-1"] = []
    done = uaip("run", "--answers", run_file(tmp_path, run))
    assert done.code == 2
    for words in (
        "protocol: ",
        "projectname: is not a known key. Did you mean project_name?",
        'answers.S1-02.drivr: There is no field "drivr" here. Did you mean "driver"?',
        "answers.S2-1: is not a known key.",
        "answers.S5-04.unknown: ",
    ):
        assert words in done.err


@pytest.mark.parametrize(
    "content", [b'{"answers": {"S1-01', b'{"answers":' + b"[" * 10_000], ids=["cut", "deep"]
)
def test_a_real_process_ends_with_2_and_without_a_traceback(content: bytes, tmp_path: Path) -> None:
    done = shell(tmp_path, "run", "--answers", run_file(tmp_path, content))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("(file): ")
    assert "Traceback" not in done.err


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    done = uaip("run", "--answers", str(tmp_path / "missing.json"))
    assert done.code == 2
    assert "cannot be read" in done.err


@pytest.mark.django_db(transaction=True)
def test_an_output_that_cannot_be_written_ends_with_2(alice: User, tmp_path: Path) -> None:
    target = tmp_path / "no" / "folder" / "charter.json"
    done = kept_run(tmp_path, sample("invented_halt"), alice, "--output", str(target))
    assert done.code == 2
    assert "cannot be written" in done.err


@pytest.mark.django_db
def test_a_run_is_kept_only_for_somebody_who_is_here(tmp_path: Path) -> None:
    path = run_file(tmp_path, sample("invented_halt"))
    done = uaip("run", "--answers", path, "--save-for", "nobody@example.org")
    assert done.code == 2
    assert "There is no active person nobody@example.org." in done.err
