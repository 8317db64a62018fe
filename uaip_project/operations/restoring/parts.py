"""Brings settings back from an archive, by the verbs that change them by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts import runtime_settings
from accounts.models import User
from accounts.runtime_settings import Value
from accounts.services import audit, setting_changes
from governance.models import ImportMapping, SavedView
from governance.services import reminders
from interviews.llm import circuit
from interviews.models import Circuit
from uaip_project.operations.backups import scratch, verifying
from uaip_project.operations.backups.archive import Archive
from uaip_project.operations.backups.problems import ArchiveBroken
from uaip_project.operations.restoring import refusals
from uaip_project.operations.restoring.refusals import Allowed
from uaip_project.operations.runs import CouldNotRun, Outcome

#: Settings of language models have keys that begin so.
OF_MODELS = "llm."
FIGURES = ("failure_limit", "window_seconds", "open_seconds")
NAMELESS = "Add --by with your address: changes of settings are noted with a name."
REMINDERS = "reminders by mail"


@dataclass(frozen=True)
class Change:
    """One thing that is otherwise in the archive; None = it is not set there, or here."""

    what: str
    now: Any
    then: Any

    def line(self) -> str:
        return f"- {self.what}: {_said(self.now)} -> {_said(self.then)}"


def _said(value: Any) -> str:
    return "not set" if value is None else str(value)


@contextmanager
def reading(name: str, allowed: Allowed) -> Iterator[Archive]:
    """In here, models read from the archive, restored into a scratch database."""
    archive = refusals.opened(name, allowed)
    try:
        with verifying.restored(archive) as (connection, _), scratch.as_default(connection):
            yield archive
    except ArchiveBroken as broken:
        raise CouldNotRun(f"{archive.path.name} cannot be read: {broken}") from broken


def bring_back(
    name: str, kind: str, allowed: Allowed, *, by: User | None, is_rehearsal: bool
) -> Outcome:
    """Run-time settings ("run_time": all of them; "providers": those of models, and circuits)."""
    prefix = OF_MODELS if kind == "providers" else ""
    with reading(name, allowed) as archive:
        then, figures_then = _settings(prefix), _figures()
    now, figures = _settings(prefix), _figures()
    changes = _differences(now, then)
    of_circuits = _differences(figures, figures_then) if kind == "providers" else []
    if not is_rehearsal and (changes or of_circuits):
        if by is None:
            raise CouldNotRun(NAMELESS)
        _apply(changes, of_circuits, f"From the backup {archive.path.name}", by=by)
    return _outcome([*changes, *of_circuits], is_rehearsal=is_rehearsal)


def _settings(prefix: str) -> dict[str, Value]:
    return {key: one for key, one in runtime_settings.stored().items() if key.startswith(prefix)}


def _figures() -> dict[str, Any]:
    """What an administrator set for single circuits; whether one is open now is no setting."""
    rows = Circuit.objects.values("provider", "model", *FIGURES)
    return {
        f"{row['provider']} {row['model']}": {one: row[one] for one in FIGURES}
        for row in rows
        if any(row[one] is not None for one in FIGURES)
    }


def _differences(now: dict[str, Any], then: dict[str, Any]) -> list[Change]:
    keys = sorted(now.keys() | then.keys())
    found = [Change(key, now.get(key), then.get(key)) for key in keys]
    return [one for one in found if one.now != one.then]


@transaction.atomic
def _apply(changes: list[Change], of_circuits: list[Change], why: str, *, by: User) -> None:
    for one in changes:
        version, _ = setting_changes.standing(one.what)
        setting_changes.change_setting(
            key=one.what, value=one.then, version=version, reason=why, confirmed=one.what, by=by
        )
    for one in of_circuits:
        provider, _, model = one.what.partition(" ")
        row, _ = Circuit.objects.get_or_create(provider=provider, model=model)
        circuit.configure(row, by=by, **(one.then or {}))


def _outcome(changes: list[Change], *, is_rehearsal: bool) -> Outcome:
    data = {
        "is_rehearsal": is_rehearsal,
        "changes": [{"what": one.what, "now": one.now, "then": one.then} for one in changes],
    }
    if not changes:
        return Outcome(data, ["Nothing differs from the backup."])
    verb = "Would bring" if is_rehearsal else "Brought"
    lines = [f"{verb} {len(changes)} value{'s' if len(changes) > 1 else ''} back:"]
    return Outcome(data, [*lines, *(one.line() for one in changes)])


def bring_preferences_back(
    name: str, address: str, allowed: Allowed, *, by: User | None, is_rehearsal: bool
) -> Outcome:
    """What one person has chosen: reminders, kept views of the portfolio, kept column choices."""
    person = User.objects.filter(email=address.strip().lower()).first()
    if person is None:
        raise CouldNotRun(f"{address}: there is nobody with this address.")
    with reading(name, allowed) as archive:
        then = _preferences(person)
    if then is None:
        raise CouldNotRun(f"{address} is not in {archive.path.name}.")
    now = _preferences(person) or {}
    changes = [one for one in _differences(now, then) if one.then is not None]
    if changes and not is_rehearsal:
        _apply_preferences(person, changes, archive, by=by)
    return _outcome(changes, is_rehearsal=is_rehearsal)


def _preferences(person: User) -> dict[str, Any] | None:
    """By what it is called; a person is the same one by the code. None: not there."""
    row = User.objects.filter(code=person.code).first()
    if row is None:
        return None
    views = SavedView.objects.filter(owner=row)
    mappings = ImportMapping.objects.filter(owner=row)
    found: dict[str, Any] = {REMINDERS: row.wants_reminders}
    found |= {f"view {one.name}": [one.query, one.is_shared] for one in views}
    found |= {f"columns {one.name}": one.columns for one in mappings}
    return found


@transaction.atomic
def _apply_preferences(
    person: User, changes: list[Change], archive: Archive, *, by: User | None
) -> None:
    for one in changes:
        kind, _, name = one.what.partition(" ")
        if one.what == REMINDERS:
            reminders.switch(user=person, is_on=one.then)
        elif kind == "view":
            values = {"query": one.then[0], "is_shared": one.then[1]}
            SavedView.objects.update_or_create(owner=person, name=name, defaults=values)
        else:
            values = {"columns": one.then}
            ImportMapping.objects.update_or_create(owner=person, name=name, defaults=values)
    audit.record(
        type="person.preferences_restored",
        actor=by,
        subject=audit.person(person),
        detail={"archive_id": archive.manifest.archive_id, "count": len(changes)},
    )
