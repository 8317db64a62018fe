"""Changes settings at run time, each change kept, and takes changes back."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import JSONField
from django.db.models import Value as Literal

from accounts import runtime_settings
from accounts.models import RuntimeSetting, SettingChange, User
from accounts.runtime_settings import Value
from accounts.services import audit


class SomebodyWasFaster(Exception):
    """It is at another version by now; both values, None = that of the file."""

    def __init__(self, *, yours: Value | None, theirs: Value | None, version: int) -> None:
        super().__init__(
            f"Somebody changed this setting meanwhile: it is at version {version} by now."
        )
        self.yours, self.theirs, self.version = yours, theirs, version


class NotConfirmed(Exception):
    """The value is dangerous, and its key was not typed again; the words say what would happen."""


class NothingToUndo(Exception):
    """Nobody has changed this setting at run time."""


def standing(key: str) -> tuple[int, Value | None]:
    """Version and value chosen at run time (None = that of the file); version 0 = never changed."""
    row = RuntimeSetting.objects.filter(key=key).first()
    return (row.version, row.value) if row else (0, None)


@transaction.atomic
def change_setting(
    *,
    key: str,
    value: object,
    version: int,
    reason: str = "",
    confirmed: str = "",
    by: User,
) -> bool:
    """Sets a setting at its ``version``; None takes the file's value again. Whether it is new.

    Raises NoSuchSetting, ValueRefused, SomebodyWasFaster, or NotConfirmed unless the key of a
    dangerous change was typed again as ``confirmed``.
    """
    declared = runtime_settings.find(key)
    wanted = None if value is None else declared.checked(value)
    now, before = standing(key)
    if version != now:
        raise SomebodyWasFaster(yours=wanted, theirs=before, version=now)
    if wanted == before:
        return False
    danger = declared.danger(declared.file_value() if wanted is None else wanted)
    if danger and confirmed.strip() != key:
        raise NotConfirmed(danger)
    _move(key, wanted, version)
    SettingChange.objects.create(
        key=key, version=version + 1, before=before, after=wanted, reason=reason, changed_by=by
    )
    audit.record(
        type="setting.changed",
        actor=by,
        subject=f"setting {key}",
        detail={
            "before": before,
            "after": wanted,
            "version": version + 1,
            "is_dangerous": bool(danger),
        },
    )
    runtime_settings.KEPT.forget()
    transaction.on_commit(runtime_settings.KEPT.forget)
    return True


def undo_change(*, key: str, version: int, reason: str = "", confirmed: str = "", by: User) -> None:
    """Takes the latest change back: a change of its own, to the value before.

    Raises NothingToUndo beside what ``change_setting`` raises.
    """
    runtime_settings.find(key)
    latest = SettingChange.objects.filter(key=key).first()
    if latest is None:
        raise NothingToUndo("Nobody has changed this setting at run time.")
    change_setting(
        key=key, value=latest.before, version=version, reason=reason, confirmed=confirmed, by=by
    )


def _move(key: str, wanted: Value | None, version: int) -> None:
    """Of two at once one moves the row. Raises SomebodyWasFaster for the other."""
    # None as a value of JSON: the column itself is never empty.
    value = Literal(None, JSONField()) if wanted is None else wanted
    if version:
        rows = RuntimeSetting.objects.filter(key=key, version=version)
        is_moved = bool(rows.update(value=value, version=version + 1))
    else:
        is_moved = _is_first(key, wanted)
    if not is_moved:
        now, theirs = standing(key)
        raise SomebodyWasFaster(yours=wanted, theirs=theirs, version=now)


def _is_first(key: str, wanted: Value | None) -> bool:
    try:
        with transaction.atomic():
            RuntimeSetting.objects.create(key=key, value=wanted)
    except IntegrityError:
        return False
    return True
