"""What is sealed opens with its own key, in its own place, and nowhere else."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from pytest_django import Settings

from accounts import key_ring, sealing
from accounts.models import DataKey
from accounts.sealing import KeyAway, KeyDestroyed, SealBroken
from accounts.services import data_keys

PLACE = "letters.text"
pytestmark = pytest.mark.django_db


def seal(text: str, subject: uuid.UUID, place: str = PLACE) -> str:
    return key_ring.seal(text, subject=subject, context=place)


def opened(stored: str, place: str = PLACE) -> str:
    return key_ring.unseal(stored, context=place)


@pytest.fixture
def subject() -> uuid.UUID:
    return uuid.uuid4()


@pytest.mark.parametrize(
    "text", ["a", "Größe 3 µm, 東京, 🙂", "x" * 200_000, "sealed:1:not one of ours", "\ud800"]
)
def test_what_was_sealed_is_read_back(field_key: str, subject: uuid.UUID, text: str) -> None:
    stored = seal(text, subject)
    assert stored.startswith(f"sealed:1:{subject}:")
    assert opened(stored) == text
    assert stored.isascii()


def test_the_same_text_is_sealed_differently_each_time(field_key: str, subject: uuid.UUID) -> None:
    assert seal("yes", subject) != seal("yes", subject)


def test_an_empty_text_stays_empty(field_key: str, subject: uuid.UUID) -> None:
    assert seal("", subject) == ""
    assert not DataKey.objects.exists()


def test_without_a_key_texts_stay_as_they_were_typed(subject: uuid.UUID) -> None:
    assert seal("A plain sentence.", subject) == "A plain sentence."
    assert opened("A plain sentence.") == "A plain sentence."


@pytest.mark.parametrize("text", ["sealed:1:abc", "sealed:0:abc", "sealed:0:sealed:1:abc"])
def test_a_text_that_looks_sealed_is_kept_as_it_was_typed(subject: uuid.UUID, text: str) -> None:
    forged = f"sealed:1:{uuid.uuid4()}:AAAA"
    assert opened(seal(text, subject)) == text
    assert opened(seal(forged, subject)) == forged


def test_a_changed_text_is_refused(field_key: str, subject: uuid.UUID) -> None:
    stored = seal("Points are taken at night.", subject)
    for position in (len(stored) - 1, len(stored) // 2, len("sealed:1:") + 40):
        other = "A" if stored[position] != "A" else "B"
        with pytest.raises(SealBroken):
            opened(f"{stored[:position]}{other}{stored[position + 1 :]}")
    with pytest.raises(SealBroken):
        opened(stored[:70])


def test_a_sealed_text_opens_in_no_other_column(field_key: str, subject: uuid.UUID) -> None:
    with pytest.raises(SealBroken):
        opened(seal("secret", subject), "other.text")


def test_a_sealed_text_opens_with_no_other_key(field_key: str, subject: uuid.UUID) -> None:
    other = uuid.uuid4()
    seal("anything", other)
    with pytest.raises(SealBroken):
        opened(seal("secret", subject).replace(str(subject), str(other)))


def test_a_text_of_an_unknown_key_says_so(field_key: str) -> None:
    with pytest.raises(KeyAway):
        opened(f"sealed:1:{uuid.uuid4()}:{'A' * 60}")


def test_another_site_key_opens_nothing(
    field_key: str, subject: uuid.UUID, settings: Settings
) -> None:
    stored = seal("secret", subject)
    settings.FIELD_KEYS = sealing.new_field_key()
    key_ring.forget()
    with pytest.raises(KeyAway):
        opened(stored)
    settings.FIELD_KEYS = f"{field_key.split(':')[0]}:{sealing.new_field_key().split(':')[1]}"
    key_ring.forget()
    with pytest.raises(SealBroken):
        opened(stored)


@pytest.mark.parametrize("raw", [b"\x00\xff" * 50_000, b"sealed:0:x", b"sealed:1:x"])
def test_a_file_is_read_back_sealed_or_clear(
    field_key: str, subject: uuid.UUID, settings: Settings, raw: bytes
) -> None:
    sealed = key_ring.seal_bytes(raw, subject=subject, context=PLACE)
    settings.FIELD_KEYS, key = "", settings.FIELD_KEYS
    clear = key_ring.seal_bytes(raw, subject=subject, context=PLACE)
    settings.FIELD_KEYS = key
    assert raw not in sealed
    assert len(sealed) < len(raw) + 100
    for stored in (sealed, clear):
        assert key_ring.unseal_bytes(stored, context=PLACE) == raw
    with pytest.raises(SealBroken):
        key_ring.unseal_bytes(sealed[:-1] + b"\x00\x01", context=PLACE)


# --- The site's keys ------------------------------------------------------------------------------


def test_the_first_of_several_keys_is_the_newest(settings: Settings) -> None:
    keys = [sealing.new_field_key() for _ in range(3)]
    settings.FIELD_KEYS = " ".join(keys)
    assert list(sealing.field_keys()) == [one.split(":")[0] for one in keys]


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_either_alphabet_of_base64_is_read(
    settings: Settings, encode: Callable[[bytes], bytes]
) -> None:
    raw = bytes(range(224, 256))
    settings.FIELD_KEYS = f"2026a:{encode(raw).decode()}"
    assert sealing.field_keys() == {"2026a": raw}


@pytest.mark.parametrize(
    "text",
    ["nonsense", "a:short", f"a:{'A' * 43}=,a:{'B' * 43}=", f"an id:{'A' * 43}=", f":{'A' * 43}="],
)
def test_keys_that_cannot_be_read_are_named(settings: Settings, text: str) -> None:
    settings.FIELD_KEYS = text
    with pytest.raises(ImproperlyConfigured, match=r"FIELD_KEYS: entry \d"):
        sealing.field_keys()


def test_no_message_repeats_a_key(settings: Settings) -> None:
    settings.FIELD_KEYS = "2026a:tooshortbutstillsecret"
    with pytest.raises(ImproperlyConfigured) as refusal:
        sealing.field_keys()
    assert "secret" not in str(refusal.value)


# --- Data keys ------------------------------------------------------------------------------------


def test_each_subject_has_one_key_and_it_is_stored_wrapped(field_key: str) -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    for subject in (one, other, one):
        seal("text", subject)
    rows = list(DataKey.objects.order_by("pk"))
    assert [row.code for row in rows] == [one, other]
    assert rows[0].wrapped != rows[1].wrapped
    assert {row.wrapped_by for row in rows} == {field_key.split(":")[0]}


def test_a_key_of_another_row_opens_nothing(field_key: str, subject: uuid.UUID) -> None:
    other = uuid.uuid4()
    stored = seal("secret", subject)
    seal("text", other)
    moved = DataKey.objects.get(code=other)
    DataKey.objects.filter(code=subject).update(wrapped=moved.wrapped)
    key_ring.forget()
    with pytest.raises(SealBroken):
        opened(stored)


def test_the_newest_site_key_takes_over_and_the_old_one_can_go(
    field_key: str, subject: uuid.UUID, settings: Settings
) -> None:
    stored = seal("Written before the rotation.", subject)
    settings.FIELD_KEYS = f"{sealing.new_field_key()} {field_key}"
    done = data_keys.rewrap_all(by=None)
    assert (done.done, done.left) == (1, {})
    assert data_keys.rewrap_all(by=None).done == 0
    settings.FIELD_KEYS = settings.FIELD_KEYS.split()[0]
    key_ring.forget()
    assert opened(stored) == "Written before the rotation."


def test_a_key_whose_entry_is_away_is_left_and_counted(
    field_key: str, subject: uuid.UUID, settings: Settings
) -> None:
    seal("text", subject)
    settings.FIELD_KEYS = sealing.new_field_key()
    done = data_keys.rewrap_all(by=None)
    lost = {field_key.split(":")[0]: 1}
    assert (done.done, done.left, data_keys.ids_away()) == (0, lost, lost)


def test_what_was_sealed_with_a_destroyed_key_is_gone(field_key: str, subject: uuid.UUID) -> None:
    stored = seal("secret", subject)
    assert data_keys.destroy_data_key(subject=subject)
    assert not data_keys.destroy_data_key(subject=subject)
    with pytest.raises(KeyDestroyed):
        opened(stored)
    with pytest.raises(KeyDestroyed):
        seal("more", subject)
    row = DataKey.objects.get()
    assert (row.wrapped, row.wrapped_by) == ("", "")


def test_the_site_key_is_never_destroyed(field_key: str) -> None:
    stored = seal("seed", key_ring.SITE)
    with pytest.raises(ValueError, match="never destroyed"):
        data_keys.destroy_data_key(subject=key_ring.SITE)
    assert opened(stored) == "seed"


# --- What a process keeps -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_texts_of_one_interview_cost_one_look(field_key: str, subject: uuid.UUID) -> None:
    stored = [seal(f"text {number}", subject) for number in range(58)]
    key_ring.forget()
    before = len(connection.queries_log)
    connection.force_debug_cursor = True
    try:
        assert [opened(one) for one in stored] == [f"text {number}" for number in range(58)]
        looks = len(connection.queries_log) - before
    finally:
        connection.force_debug_cursor = False
    assert looks == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_that_was_rolled_back_seals_nothing_afterwards(
    field_key: str, subject: uuid.UUID
) -> None:
    """Else a text would be kept whose key nobody has."""

    class ChangedMyMind(Exception):
        pass

    with pytest.raises(ChangedMyMind), transaction.atomic():
        seal("never kept", subject)
        raise ChangedMyMind
    stored = seal("kept", subject)
    key_ring.forget()
    assert opened(stored) == "kept"


@pytest.mark.django_db(transaction=True)
def test_a_key_of_an_undone_part_seals_nothing_in_the_rest(
    field_key: str, subject: uuid.UUID
) -> None:
    with transaction.atomic():
        part = transaction.savepoint()
        seal("never kept", subject)
        transaction.savepoint_rollback(part)
        stored = seal("kept", subject)
    key_ring.forget()
    assert opened(stored) == "kept"


@pytest.mark.django_db(transaction=True)
def test_a_key_destroyed_elsewhere_is_not_used_once_its_minute_is_over(
    field_key: str, subject: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_ring, "KEPT_SECONDS", 0.0)
    stored = seal("secret", subject)
    assert opened(stored) == "secret"
    there = DataKey.objects.filter(code=subject)
    there.update(wrapped="", wrapped_by="", destroyed_at="2026-11-21T00:00:00Z")
    with pytest.raises(KeyDestroyed):
        opened(stored)
