"""Shuts off a person, a key, a model, a project or all writing in an incident, and lets go again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiKey, User
from accounts.permissions import Role
from accounts.services import audit, members
from interviews.llm import circuit, providers
from interviews.models import Circuit, InterviewSession
from interviews.services import shutting
from uaip_project.operations import language_models, maintenance_mode
from uaip_project.operations.incidents import projects, timeline
from uaip_project.operations.models import (
    Containment,
    IncidentEntry,
    MaintenanceMode,
    OperationalIncident,
)

Kind = Containment.Kind
#: A network from which nobody ever comes: a key that is bound to it opens no door.
NOWHERE = ["255.255.255.255/32"]
READ_ONLY = "Changes are paused while we look into a problem. You can read everything."


class CannotContain(Exception):
    """There is nothing of that name, or it is shut off already."""


@dataclass(frozen=True)
class Contained:
    """What was shut off, and what it was like before."""

    row: Containment
    sentence: str


@transaction.atomic
def place_containment(
    *,
    kind: str,
    target: str,
    reason: str,
    by: User | None,
    incident: OperationalIncident | None = None,
) -> Contained:
    """Holds from the next request on. Raises CannotContain."""
    name = _name(kind, target)
    now = timezone.now()
    try:
        with transaction.atomic():
            # The row first: of two at once the second waits here, and the database refuses it.
            row = Containment.objects.create(
                kind=kind,
                target=name,
                reason=reason[:300],
                incident=incident,
                placed_at=now,
                placed_by=by,
                # Whoever was signed out signs in again: there is nothing to let go.
                released_at=now if kind == Kind.SESSIONS else None,
            )
    except IntegrityError:
        raise CannotContain(f"{kind} {name} is shut off already.".replace("  ", " ")) from None
    row.before, sentence = PLACE[kind](name, reason, by)
    row.save(update_fields=["before"])
    if incident is not None:
        timeline.add(incident, IncidentEntry.What.DEED, f"Shut off: {sentence}", author=by)
    audit.record(
        type="containment.placed", actor=by, subject=_subject(row), detail={"reason": reason[:200]}
    )
    return Contained(row, sentence)


@transaction.atomic
def release_containment(*, kind: str, target: str, by: User | None) -> Contained:
    """As it was before. Raises CannotContain."""
    name = _name(kind, target)
    rows = Containment.objects.in_force().select_for_update()
    row = rows.filter(kind=kind, target=name).first()
    # Looked at behind the row's lock: a lockdown that was under way holds it until it stands.
    if maintenance_mode.read().is_locked and (by is None or by.role != Role.SUPERADMIN):
        raise CannotContain(maintenance_mode.LOCKED_SHUT)
    if row is None:
        raise CannotContain(f"{kind} {name} is not shut off.".replace("  ", " "))
    sentence = RELEASE[kind](row, by)
    Containment.objects.filter(pk=row.pk).update(released_at=timezone.now())
    if row.incident is not None:
        timeline.add(row.incident, IncidentEntry.What.DEED, f"Let go: {sentence}", author=by)
    audit.record(type="containment.released", actor=by, subject=_subject(row))
    return Contained(row, sentence)


def hold_shut(*, kind: str, target: str, reason: str, by: User | None) -> None:
    """Shuts once more what somebody opened by another door since; how it was before stays noted.

    Raises CannotContain.
    """
    rows = Containment.objects.in_force().select_for_update()
    row = rows.get(kind=kind, target=target)
    again, _ = PLACE[kind](target, reason, by)
    if kind == Kind.PROVIDER:
        circuits = sorted({*row.before["circuits"], *again["circuits"]})
        Containment.objects.filter(pk=row.pk).update(before={"circuits": circuits})


def is_shut(kind: str, target: str) -> bool:
    """Whether it is shut off now."""
    return Containment.objects.in_force().filter(kind=kind, target=target).exists()


def standing() -> list[Containment]:
    """What is shut off now."""
    return list(Containment.objects.in_force().select_related("placed_by"))


def _name(kind: str, target: str) -> str:
    """What it is known by; a project by the code of its interview, whichever code was given."""
    if kind == Kind.PROJECT:
        return str(_project(target.strip()).code)
    return target.strip().lower() if kind in (Kind.USER, Kind.SESSIONS) else target.strip()


def _subject(row: Containment) -> str:
    """A person by code and a project by its interview, as everywhere in the record of deeds."""
    if row.kind == Kind.PROJECT:
        return f"session {row.target}"
    if row.kind in (Kind.USER, Kind.SESSIONS):
        return audit.person(_person(row.target))
    return f"{row.kind} {row.target}".strip()


def _person(address: str) -> User:
    found = User.objects.filter(email=address).first()
    if found is None:
        raise CannotContain(f"Nobody has the address {address}.")
    return found


def _project(code: str) -> InterviewSession:
    try:
        return projects.find(code)
    except projects.NoSuchProject as refusal:
        raise CannotContain(str(refusal)) from None


# --- Each kind ------------------------------------------------------------------------------------

Before = tuple[dict[str, Any], str]


def _shut_person(target: str, reason: str, by: User | None) -> Before:
    try:
        is_new = members.deactivate_member(user=_person(target), by=by, why=reason)
    except members.CannotDo as refusal:
        raise CannotContain(str(refusal)) from None
    if not is_new:
        raise CannotContain(f"{target} was deactivated before.")
    return {}, f"{target} is deactivated; sessions, tokens and keys ended."


def _let_person(row: Containment, by: User | None) -> str:
    try:
        members.reactivate_member(user=_person(row.target), by=by)
    except members.CannotDo as refusal:
        raise CannotContain(str(refusal)) from None
    return f"{row.target} may sign in again; keys that ended stay ended."


def _end_sessions(target: str, reason: str, by: User | None) -> Before:
    try:
        members.sign_out_everywhere(user=_person(target), by=by)
    except members.CannotDo as refusal:
        raise CannotContain(str(refusal)) from None
    return {}, f"{target} is signed out everywhere and may sign in again."


def _nothing_to_let_go(row: Containment, by: User | None) -> str:
    return f"{row.target} may sign in."


def _shut_key(target: str, reason: str, by: User | None) -> Before:
    prefix = target.removeprefix("uaip_")
    key = ApiKey.objects.usable().select_for_update(of=("self",)).filter(prefix=prefix).first()
    if key is None:
        raise CannotContain(f"There is no usable key {target}; give its prefix.")
    ApiKey.objects.filter(pk=key.pk).update(networks=NOWHERE)
    return {"networks": key.networks}, f"The key uaip_{prefix} opens no door."


def _let_key(row: Containment, by: User | None) -> str:
    prefix = row.target.removeprefix("uaip_")
    ApiKey.objects.filter(prefix=prefix).update(networks=row.before["networks"])
    return f"The key uaip_{prefix} works as before."


def _stop_provider(target: str, reason: str, by: User | None) -> Before:
    try:
        rows = language_models.chosen(target)
    except language_models.NoSuchCircuit as refusal:
        # Nobody asked it yet, and nobody shall.
        if target not in providers.names():
            raise CannotContain(f"{refusal} There are {', '.join(providers.names())}.") from None
        rows = []
    running = [row for row in rows if not row.needs_person and row.model]
    for row in running:
        circuit.force_open(row, by=by, reason=reason)
    for name in [target] if target else sorted({row.provider for row in rows}):
        running.append(circuit.force_all_open(name, by=by, reason=reason))
    said = f"{target} is not asked." if target else "No model is asked."
    return {"circuits": [row.pk for row in running]}, said


def _ask_again(row: Containment, by: User | None) -> str:
    for found in Circuit.objects.filter(pk__in=row.before["circuits"]):
        circuit.reset(found, by=by, reason="Containment released.")
    return f"{row.target} is asked again."


def _shut_project(target: str, reason: str, by: User | None) -> Before:
    shutting.shut_off(session=_project(target), by=by)
    return {}, f"Session {target} and its charter exist for SuperAdmins alone."


def _let_project(row: Containment, by: User | None) -> str:
    shutting.let_go(session=_project(row.target), by=by)
    return f"Session {row.target} and its charter are there for whoever saw them before."


def _stop_writes(target: str, reason: str, by: User | None) -> Before:
    now = timezone.now()
    row, _ = MaintenanceMode.objects.select_for_update().get_or_create(
        pk=1, defaults={"set_at": now}
    )
    before = {
        "mode": row.mode,
        "message": row.message,
        "starts_at": row.starts_at and row.starts_at.isoformat(),
        "ends_at": row.ends_at and row.ends_at.isoformat(),
    }
    maintenance_mode.shut(message=READ_ONLY, by=by)
    return before, "Nobody but SuperAdmins changes anything."


def _allow_writes(row: Containment, by: User | None) -> str:
    before = row.before
    _set_mode(before["mode"], before["message"], before["starts_at"], before["ends_at"], by)
    return "People may change things again."


def _set_mode(
    mode: str, message: str, starts_at: str | None, ends_at: str | None, by: User | None
) -> None:
    row = MaintenanceMode.objects.get(pk=1)
    row.mode, row.message, row.set_by, row.set_at = mode, message, by, timezone.now()
    row.version += 1
    MaintenanceMode.objects.filter(pk=1).update(
        mode=mode,
        message=message,
        starts_at=starts_at,
        ends_at=ends_at,
        set_by=by,
        set_at=row.set_at,
        version=row.version,
    )
    maintenance_mode.KEPT.forget()


PLACE: dict[str, Callable[[str, str, User | None], Before]] = {
    Kind.USER: _shut_person,
    Kind.SESSIONS: _end_sessions,
    Kind.KEY: _shut_key,
    Kind.PROVIDER: _stop_provider,
    Kind.PROJECT: _shut_project,
    Kind.WRITES: _stop_writes,
}
RELEASE: dict[str, Callable[[Containment, User | None], str]] = {
    Kind.USER: _let_person,
    Kind.SESSIONS: _nothing_to_let_go,
    Kind.KEY: _let_key,
    Kind.PROVIDER: _ask_again,
    Kind.PROJECT: _let_project,
    Kind.WRITES: _allow_writes,
}
