"""Whatever somebody with all rights on the database does to the record is found and named."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import AuditEvent, AuditHead, User
from accounts.services import audit, audit_anchors, audit_check, audit_rows
from accounts.services.audit_walk import Fault
from tests.audit.tampering import as_superuser, change, flipped, record, stored

pytestmark = pytest.mark.django_db

CONTENTS = ["type", "actor", "actor_role", "subject", "request_id", "address_hash"]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_DIR = tmp_path / "audit"
    return Path(settings.AUDIT_DIR)


@pytest.fixture(autouse=True)
def chain(alice: User) -> None:
    record(alice, 6)


def fault() -> Fault:
    found = audit_check.verify().fault
    assert found is not None
    return found


def place() -> tuple[int, str]:
    found = fault()
    return found.sequence, found.part


def test_an_untouched_record_is_whole() -> None:
    report = audit_check.verify()
    assert (report.fault, report.row_count, report.last_sequence) == (None, 6, 6)
    assert report.hash == AuditHead.objects.get().hash


def test_an_empty_record_is_whole_too() -> None:
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM audit_logs")
    AuditHead.objects.all().delete()
    assert audit_check.verify().is_whole


@pytest.mark.parametrize("sequence", [1, 3, 6])
@pytest.mark.parametrize("column", CONTENTS)
def test_a_flipped_bit_in_a_word_is_named(column: str, sequence: int) -> None:
    change(sequence, column, flipped(stored(sequence, column), 2))
    assert place() == (sequence, "contents")


@pytest.mark.parametrize("sequence", [1, 3, 6])
@pytest.mark.parametrize("column", ["address", "address_salt"])
def test_a_flipped_bit_in_an_address_is_named(column: str, sequence: int) -> None:
    change(sequence, column, flipped(stored(sequence, column), 1))
    assert place() == (sequence, "address")


@pytest.mark.parametrize("sequence", [1, 3, 6])
def test_a_flipped_bit_in_a_hash_is_told_from_one_in_the_row(sequence: int) -> None:
    change(sequence, "hash", flipped(stored(sequence, "hash"), 5))
    assert place() == (sequence, "hash")


@pytest.mark.parametrize("sequence", [2, 6])
def test_a_flipped_bit_in_a_link_is_named(sequence: int) -> None:
    change(sequence, "previous_hash", flipped(stored(sequence, "previous_hash"), 5))
    assert place() == (sequence, "previous_hash")


def test_a_first_row_that_pretends_to_follow_another_is_named() -> None:
    change(1, "previous_hash", "0" * 64)
    assert place() == (1, "previous_hash")


def test_a_moment_moved_by_a_microsecond_is_named() -> None:
    from_when = AuditEvent.objects.get(sequence=4).happened_at
    other = from_when.replace(microsecond=from_when.microsecond ^ 1)
    with as_superuser():
        AuditEvent.objects.filter(sequence=4).update(happened_at=other)
    assert place() == (4, "contents")


@pytest.mark.parametrize("said", [{"share": 2.5, "number": 4, "word": "ja"}, {"word": "nein"}, {}])
def test_another_detail_is_named(said: dict[str, Any]) -> None:
    with as_superuser():
        AuditEvent.objects.filter(sequence=4).update(detail=said)
    assert place() == (4, "contents")


def test_a_detail_that_only_reads_the_same_is_named() -> None:
    """2.50 is 2.5 to Python; on SQLite a blank more is the same JSON."""
    text = '{"share": 2.50, "number": 3, "word": "ja"}'
    cast = "%s::jsonb" if connection.vendor == "postgresql" else "%s"
    with as_superuser() as cursor:
        cursor.execute(f"UPDATE audit_logs SET detail = {cast} WHERE sequence = 4", [text])
    assert place() == (4, "encoding")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps text text")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("type", "CAST(X'74ff' AS TEXT)"),
        ("subject", "X'73657373696f6e2038'"),
        ("detail", "replace(detail, ': ', ':' || char(9))"),
        ("happened_at", "replace(happened_at, ' ', 'T')"),
    ],
)
def test_bytes_that_sqlite_lets_in_are_named(column: str, value: str) -> None:
    with as_superuser() as cursor:
        cursor.execute(f"UPDATE audit_logs SET {column} = {value} WHERE sequence = 3")
    found = fault()
    assert found.sequence == 3
    assert found.part in ("encoding", "contents")


@pytest.mark.parametrize("version", [0, 1, 3])
def test_another_version_of_the_hash_is_named(version: int) -> None:
    change(3, "hash_version", version)
    assert place() == (3, "contents")


def test_another_key_is_named() -> None:
    change(3, "id", 700)
    assert place() == (3, "id")


def test_another_sequence_is_named() -> None:
    with as_superuser() as cursor:
        cursor.execute("UPDATE audit_logs SET sequence = 700 WHERE sequence = 3")
    assert place() == (3, "sequence")


def test_any_bit_of_any_word_is_found() -> None:
    """A fixed draw of places over all text columns; each is put right again."""
    chance = random.Random(20261122)
    words = [*CONTENTS, "address", "address_salt", "previous_hash", "hash"]
    for _ in range(40):
        sequence, column = chance.randint(1, 6), chance.choice(words)
        whole = stored(sequence, column)
        if not whole:
            continue
        change(sequence, column, flipped(whole, chance.randrange(len(whole))))
        assert fault().sequence == sequence
        change(sequence, column, whole)
    assert audit_check.verify().is_whole


@pytest.mark.parametrize(("gone", "named"), [([1], 1), ([3], 3), ([2, 3, 4], 2)])
def test_a_deleted_row_is_named(gone: list[int], named: int) -> None:
    with as_superuser():
        AuditEvent.objects.filter(sequence__in=gone)._raw_delete("default")
    assert place() == (named, "sequence")


def test_a_cut_tail_is_named_by_the_head() -> None:
    with as_superuser():
        AuditEvent.objects.filter(sequence__gt=4)._raw_delete("default")
    assert place() == (5, "head")


def test_an_emptied_table_is_named_by_the_head() -> None:
    with as_superuser():
        AuditEvent.objects.all()._raw_delete("default")
    assert place() == (1, "head")


def test_an_inserted_row_is_named() -> None:
    last = AuditEvent.objects.get(sequence=6)
    last.pk, last.sequence, last.subject = 7, 7, "session 8"
    with as_superuser():
        last.save(force_insert=True)
    assert place() == (7, "contents")


def test_a_row_below_the_first_is_named() -> None:
    last = AuditEvent.objects.get(sequence=6)
    last.pk, last.sequence = 99, 0
    with as_superuser():
        last.save(force_insert=True)
        AuditHead.objects.update(sequence=6, hash=stored(6, "hash"))
    assert place() == (0, "sequence")


def test_swapped_rows_are_named() -> None:
    with as_superuser() as cursor:
        for old, new in ((3, 300), (4, 3), (300, 4)):
            words = "UPDATE audit_logs SET sequence = %s, id = %s WHERE sequence = %s"
            cursor.execute(words, [new, new, old])
    assert place() == (3, "contents")


@pytest.mark.parametrize(
    ("said", "part", "named"),
    [
        ({"sequence": 5}, "head", 5),
        ({"sequence": 9}, "head", 7),
        ({"hash": "0" * 64}, "head", 6),
        ({"sequence": 0, "hash": ""}, "head", 1),
    ],
)
def test_a_moved_head_is_named(said: dict[str, Any], part: str, named: int) -> None:
    AuditHead.objects.update(**said)
    assert place() == (named, part)


def test_a_head_that_was_moved_back_with_its_hash_is_named() -> None:
    AuditHead.objects.update(sequence=4, hash=stored(4, "hash"))
    assert place() == (5, "head")


def test_a_second_head_is_named() -> None:
    AuditHead.objects.create(pk=2, sequence=6, hash="")
    assert fault().part == "head"


def rewritten(from_row: int) -> None:
    """Changes a row and computes all hashes after it anew, the head too: a perfect forgery."""
    with as_superuser():
        previous = ""
        for event in AuditEvent.objects.order_by("sequence"):
            if event.sequence >= from_row:
                event.subject, event.previous_hash = "session 8", previous
                event.hash = audit.chain_hash(event)
                event.save(force_update=True)
            previous = event.hash
        AuditHead.objects.update(hash=previous)


def test_a_row_that_was_rewritten_with_its_hash_is_named() -> None:
    rewritten(3)
    with as_superuser():
        AuditEvent.objects.filter(sequence=3).update(subject="session 9")
        event = AuditEvent.objects.get(sequence=3)
        AuditEvent.objects.filter(sequence=3).update(hash=audit.chain_hash(event))
    assert place() == (3, "contents")


def test_a_chain_that_was_rewritten_to_its_end_is_caught_by_its_anchor(alice: User) -> None:
    audit_anchors.write_anchor()
    record(alice, 2)
    rewritten(4)
    assert place() == (6, "anchor")


def test_without_an_anchor_only_another_place_could_tell() -> None:
    rewritten(4)
    assert audit_check.verify().is_whole


def test_a_tail_that_was_cut_with_its_head_is_caught_by_its_anchor() -> None:
    audit_anchors.write_anchor()
    with as_superuser():
        AuditEvent.objects.filter(sequence__gt=4)._raw_delete("default")
    AuditHead.objects.update(sequence=4, hash=stored(4, "hash"))
    assert place() == (5, "anchor")


def test_anchors_add_up_and_are_compared(alice: User, folder: Path) -> None:
    audit_anchors.write_anchor()
    record(alice)
    audit_anchors.write_anchor()
    assert audit_check.verify().anchor_count == 2
    lines = [json.loads(one) for one in (folder / "audit.log").read_text().splitlines()]
    assert [one["sequence"] for one in lines] == [6, 7]


def test_a_changed_anchor_is_named_and_a_torn_line_is_only_noted(folder: Path) -> None:
    audit_anchors.write_anchor()
    log = folder / "audit.log"
    with log.open("a") as lines:
        lines.write('{"at": "2026-')
    audit_anchors.write_anchor()
    report = audit_check.verify()
    assert (report.fault, report.unreadable_anchors) == (None, (2,))
    text = log.read_text()
    log.write_text(text.replace(AuditHead.objects.get().hash, "0" * 64, 1))
    assert fault().part == "anchor"


def test_an_old_row_with_another_hash_version_keeps_its_hash(alice: User) -> None:
    """Rows from before requests were recorded: the hash covers less, and says so."""
    with as_superuser():
        AuditEvent.objects.all()._raw_delete("default")
    AuditHead.objects.update(sequence=0, hash="")
    old = AuditEvent(id=1, sequence=1, happened_at=timezone.now(), type="test.done")
    old.actor, old.subject, old.hash_version = "system", "session 7", 1
    old.hash = audit.chain_hash(old)
    old.save(force_insert=True)
    record(alice)
    assert audit_check.verify().is_whole
    change(1, "request_id", "smuggled")
    assert place() == (1, "contents")


def test_from_a_row_on_what_stands_before_it_is_believed() -> None:
    change(2, "subject", "session 8")
    assert not audit_check.verify().is_whole
    report = audit_check.verify(start=4)
    assert (report.fault, report.row_count) == (None, 3)
    change(5, "subject", "session 8")
    assert audit_check.verify(start=4).fault is not None


def test_a_start_after_the_end_is_named() -> None:
    found = audit_check.verify(start=40).fault
    assert found is not None
    assert found.part == "sequence"


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7])
def test_the_batch_does_not_matter(size: int) -> None:
    assert [row.sequence for row in audit_rows.rows(size=size)] == [1, 2, 3, 4, 5, 6]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    try:
        call_command("verify_audit", *arguments)
    except SystemExit as ending:
        return int(str(ending.code)), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_the_command_says_that_all_fits(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys)
    assert code == 0
    assert text.startswith("whole  6 rows")


def test_the_command_names_the_first_bad_row(capsys: pytest.CaptureFixture[str]) -> None:
    change(3, "subject", "session 8")
    change(5, "subject", "session 8")
    code, text = run(capsys)
    assert code == 1
    assert text.startswith("BROKEN at row 3, contents:")
    code, text = run(capsys, "--json")
    said = json.loads(text)
    assert (code, said["ok"], said["fault"]["sequence"]) == (1, False, 3)


def test_the_command_refuses_what_it_cannot_do() -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", "--from", "0")
    assert refusal.value.returncode == 2


def test_the_command_says_when_there_is_no_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_segments RENAME TO audit_segments_away")
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit")
    assert refusal.value.returncode == 2


def test_ids_are_the_sequence() -> None:
    assert not AuditEvent.objects.exclude(pk=F("sequence")).exists()
