"""Old deeds leave the table for a file; what stays still proves every one of them."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts import kept_files
from accounts.models import AuditEvent, AuditSegment, Job, User
from accounts.permissions import Role
from accounts.services import (
    audit,
    audit_anchors,
    audit_check,
    audit_segments,
    audit_upkeep,
    jobs,
)
from accounts.services.audit_walk import ChainBroken, Fault
from tests.audit.tampering import ADDRESS, as_superuser, change, flipped, record
from tests.builders.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_DIR = tmp_path / "audit"
    return Path(settings.AUDIT_DIR)


@pytest.fixture
def old(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five deeds of a hundred days ago, then three of today."""
    now = timezone.now()
    with monkeypatch.context() as then:
        then.setattr(audit.timezone, "now", lambda: now - timedelta(days=100))
        record(alice, 5)
    record(alice, 3)


def fault() -> Fault:
    found = audit_check.verify().fault
    assert found is not None
    return found


def deeds(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


def test_only_what_is_old_enough_is_sealed(old: None, folder: Path) -> None:
    (segment,) = audit_segments.seal()
    assert (segment.first_sequence, segment.last_sequence, segment.row_count) == (1, 5, 5)
    left = list(AuditEvent.objects.order_by("sequence").values_list("sequence", "type"))
    assert left == [(6, "test.done"), (7, "test.done"), (8, "test.done"), (9, "audit.sealed")]
    assert [one["sequence"] for one in deeds(folder / segment.file_name)] == [1, 2, 3, 4, 5]
    report = audit_check.verify()
    assert (report.fault, report.row_count, report.segment_count) == (None, 9, 1)


def test_sealing_again_changes_nothing(old: None, folder: Path) -> None:
    audit_segments.seal()
    before = sorted(path.name for path in folder.iterdir())
    assert audit_segments.seal() == []
    assert sorted(path.name for path in folder.iterdir()) == before
    assert AuditEvent.objects.count() == 4


def test_the_deed_of_sealing_holds_the_hash_of_the_file(old: None, folder: Path) -> None:
    (segment,) = audit_segments.seal()
    deed = AuditEvent.objects.get(type="audit.sealed")
    assert deed.detail["file_hash"] == kept_files.file_hash(folder / segment.file_name)
    assert deed.detail["last_hash"] == segment.last_hash


def test_a_sealed_deed_keeps_no_address(old: None, folder: Path) -> None:
    (segment,) = audit_segments.seal()
    text = gzip.decompress((folder / segment.file_name).read_bytes()).decode()
    assert ADDRESS not in text
    assert all(one["address_hash"] for one in deeds(folder / segment.file_name))


def test_the_trigger_stands_again_after_sealing(old: None) -> None:
    audit_segments.seal()
    for words in ("DELETE FROM audit_logs", "UPDATE audit_logs SET type = type"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)


def test_many_old_rows_become_several_segments(old: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_segments, "MOST_ROWS", 3)
    made = audit_segments.seal(older_than_days=0)
    assert [(one.first_sequence, one.last_sequence) for one in made] == [(1, 3), (4, 6), (7, 8)]
    assert audit_check.verify().is_whole
    assert AuditEvent.objects.count() == 3


def test_a_clock_that_was_set_back_seals_nothing_early(old: None) -> None:
    young = timezone.now()
    with as_superuser():
        AuditEvent.objects.filter(sequence=2).update(happened_at=young)
    stretch = audit_segments.due()
    assert stretch is not None
    assert (stretch.first, stretch.last) == (1, 1)


def test_a_broken_chain_is_never_sealed(old: None, folder: Path) -> None:
    change(3, "subject", "session 8")
    with pytest.raises(ChainBroken):
        audit_segments.seal()
    assert AuditEvent.objects.count() == 8
    assert AuditSegment.objects.count() == 0


def test_a_crash_before_the_transaction_loses_nothing(
    old: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the killed process left behind is removed by the next run."""

    def die(*args: Any) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as killed:
        killed.setattr(audit_segments, "_drop_rows", die)
        with pytest.raises(DatabaseError):
            audit_segments.seal(older_than_days=50)
    (folder / "segment-000000000001-000000000099.jsonl.gz.part").write_bytes(b"torn")
    assert audit_check.verify().is_whole
    (segment,) = audit_segments.seal()
    files = sorted(path.name for path in folder.glob("segment-*"))
    assert files == [segment.file_name]
    assert audit_check.verify().is_whole


def test_a_transaction_that_fails_leaves_rows_and_trigger(
    old: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**facts: Any) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(audit, "record", fail)
        with pytest.raises(DatabaseError), transaction.atomic():
            audit_segments.seal()
    assert AuditEvent.objects.count() == 8
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_logs")
    assert audit_check.verify().is_whole


def test_one_process_seals_at_a_time(old: None) -> None:
    with audit_segments._alone(), pytest.raises(audit_segments.SealingUnderWay):
        audit_segments.seal()


def test_rows_that_another_machine_sealed_are_not_sealed_twice(old: None, folder: Path) -> None:
    stretch = audit_segments.due()
    assert stretch is not None
    audit_segments.seal()
    with pytest.raises(audit_segments.SealedMeanwhile):
        audit_segments._drop_rows(AuditSegment(first_sequence=1, last_sequence=5), None)


def test_a_sealed_file_that_is_elsewhere_is_noted(old: None, folder: Path) -> None:
    (segment,) = audit_segments.seal()
    (folder / segment.file_name).rename(folder.parent / "elsewhere.gz")
    report = audit_check.verify()
    assert (report.fault, report.missing_files) == (None, (segment.file_name,))


def test_a_changed_file_is_named(old: None, folder: Path) -> None:
    (segment,) = audit_segments.seal()
    path = folder / segment.file_name
    whole = path.read_bytes()
    for place in (0, 20, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert fault().part == "file"
    path.write_bytes(whole[:-30])
    assert fault().part == "file"


def test_a_file_that_was_written_anew_is_named_with_its_row(old: None, folder: Path) -> None:
    """Also when the table's hash of the file was brought up to date."""
    (segment,) = audit_segments.seal()
    path = folder / segment.file_name
    text = gzip.decompress(path.read_bytes()).decode().replace('"number": 2', '"number": 7')
    path.write_bytes(gzip.compress(text.encode()))
    AuditSegment.objects.update(file_hash=kept_files.file_hash(path))
    assert (fault().sequence, fault().part) == (3, "file")


@pytest.mark.parametrize(
    "column", ["last_hash", "first_previous_hash", "file_hash", "file_name", "sealed_at"]
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_changed_segment_row_is_named(
    old: None, folder: Path, column: str, is_there: bool
) -> None:
    (segment,) = audit_segments.seal()
    if not is_there:
        (folder / segment.file_name).unlink()
    value = getattr(segment, column)
    if column == "sealed_at":
        other: Any = value + timedelta(microseconds=1)
    else:
        other = flipped(value, 3) if value else "0" * 64
    AuditSegment.objects.update(**{column: other})
    assert fault().sequence <= 6


@pytest.mark.parametrize("said", [{"row_count": 4}, {"first_sequence": 2}, {"last_sequence": 4}])
def test_a_segment_with_other_numbers_is_named(old: None, said: dict[str, int]) -> None:
    audit_segments.seal()
    AuditSegment.objects.update(**said)
    assert fault().part in ("segment", "file")


def test_a_segment_that_is_gone_is_a_gap(old: None) -> None:
    audit_segments.seal()
    AuditSegment.objects.all().delete()
    assert (fault().sequence, fault().part) == (1, "sequence")


def test_an_anchor_of_a_sealed_row_still_counts(old: None, alice: User) -> None:
    audit_anchors.write_anchor()
    record(alice)
    audit_segments.seal(older_than_days=0)
    assert audit_check.verify().anchor_count == 1


def test_the_check_may_begin_after_sealed_rows(old: None) -> None:
    audit_segments.seal()
    for start in (1, 3, 5, 6, 7, 9):
        assert audit_check.verify(start=start).is_whole


# --- by the clock, and by hand -------------------------------------------------------------------


def test_every_worker_asks_and_one_job_a_period_is_made(work: Any) -> None:
    assert audit_upkeep.request_due() == 2
    assert audit_upkeep.request_due() == 0
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["audit_anchor", "audit_seal"]


def test_the_jobs_anchor_and_seal(old: None, folder: Path) -> None:
    audit_upkeep.request_due()
    for job in Job.objects.order_by("kind"):
        jobs.run_job(job.pk)
    assert set(Job.objects.values_list("status", flat=True)) == {"done"}
    assert (folder / "audit.log").read_text().count("\n") == 1
    assert AuditSegment.objects.count() == 1


def test_the_command_anchors_and_seals(old: None, capsys: pytest.CaptureFixture[str]) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    call_command("maintenance", "audit", "--dry-run")
    assert capsys.readouterr().out == "Rows 1 to 5 would be sealed next.\n"
    assert AuditSegment.objects.count() == 0
    call_command("maintenance", "audit", "--json", "--by", ada.email)
    said = json.loads(capsys.readouterr().out)
    assert said["anchor"]["sequence"] == 8
    assert [one["last_sequence"] for one in said["sealed"]] == [5]
    assert AuditEvent.objects.get(type="audit.sealed").actor == audit.person(ada)
    call_command("maintenance", "audit")
    assert "No deed is old enough" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("--older-than", "-1"), ("--by", "alice@example.org")])
def test_the_command_refuses_what_it_cannot_do(alice: User, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("maintenance", "audit", *arguments)
    assert refusal.value.returncode == 2


def test_the_command_says_that_the_chain_is_broken(old: None) -> None:
    change(2, "subject", "session 8")
    with pytest.raises(CommandError) as refusal:
        call_command("maintenance", "audit")
    assert refusal.value.returncode == 1
