"""Brings one project back from an archive into the live database; all others stay as they are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import key_ring, sealing
from accounts.models import DataKey, User
from accounts.services import audit
from interviews.models import InterviewSession
from uaip_project.operations.backups.archive import Archive
from uaip_project.operations.incidents import containing
from uaip_project.operations.models import Containment
from uaip_project.operations.restoring import parts, session_rows
from uaip_project.operations.restoring.refusals import Allowed
from uaip_project.operations.restoring.session_people import People, read_people
from uaip_project.operations.restoring.session_rows import Rows
from uaip_project.operations.restoring.session_writing import Writing
from uaip_project.operations.runs import CouldNotRun, Outcome

RESTORED = "session.restored"


@dataclass(frozen=True)
class Wanted:
    """Which project, and whether it may stand beside the one that is there."""

    code: str
    as_copy: bool = False


def bring_back(
    name: str, wanted: Wanted, allowed: Allowed, *, by: User | None, is_rehearsal: bool
) -> Outcome:
    """The project with its answers, charter and reviews. Raises CouldNotRun."""
    key_ring.forget()
    with parts.reading(name, allowed) as archive:
        then = _read(wanted.code, archive)
        people = read_people()
    key_ring.forget()
    if then is None:
        raise CouldNotRun(f"{wanted.code} is not in {archive.path.name}.")
    now = _read(wanted.code, archive)
    data: dict[str, Any] = {
        "session": wanted.code,
        "archive": archive.path.name,
        "then": session_rows.counts(then),
        "now": session_rows.counts(now) if now else {},
        "is_rehearsal": is_rehearsal,
    }
    if is_rehearsal:
        return Outcome(data, _difference(data))
    if now and not wanted.as_copy:
        raise CouldNotRun(
            f"{wanted.code} is there. `--dry-run` shows how it differs; --as-copy brings the one of "
            "then back beside it, under a code of its own."
        )
    if containing.is_shut(Containment.Kind.PROJECT, wanted.code):
        raise CouldNotRun(f"{wanted.code} is shut off in an incident. `incident release` it first.")
    code, missing = _write(then, people, archive, by=by)
    return Outcome(data | {"restored_as": str(code)}, _said(data, code, missing))


def _read(code: str, archive: Archive) -> Rows | None:
    try:
        session = InterviewSession.objects.filter(code=code).first()
        return session_rows.read(session) if session else None
    except ValidationError:
        raise CouldNotRun(f"{code} is no code of a session.") from None
    except sealing.CannotOpen as fault:
        raise CouldNotRun(f"The project of {archive.path.name} cannot be read: {fault}") from fault


@transaction.atomic
def _write(
    then: Rows, people: People, archive: Archive, *, by: User | None
) -> tuple[uuid.UUID, list[str]]:
    """All of it or nothing; the deed comes last."""
    session = then["interviews.InterviewSession"][0]
    old = session.code
    _as_of_now(then)
    session.code = _free_code(old)
    writing = Writing(people)
    writing.write(then)
    audit.record(
        type=RESTORED,
        actor=by,
        subject=f"session {session.code}",
        detail={
            "archive_id": archive.manifest.archive_id,
            "code_then": str(old),
            "rows": session_rows.counts(then),
        },
    )
    return session.code, writing.made_people


def _as_of_now(then: Rows) -> None:
    """What an incident or a deletion meant for it then holds no more."""
    then["interviews.InterviewSession"][0].shut_off_at = None
    for row in then["interviews.ArchivedSession"]:
        row.marked_at = None


def _free_code(code: uuid.UUID) -> uuid.UUID:
    """Its own, unless somebody has it, or its data key was destroyed for good."""
    is_taken = InterviewSession.objects.filter(code=code).exists()
    is_erased = DataKey.objects.filter(code=code).exclude(destroyed_at=None).exists()
    return uuid.uuid4() if is_taken or is_erased else code


def _difference(data: dict[str, Any]) -> list[str]:
    then, now = data["then"], data["now"]
    if not now:
        first = f"Would bring {sum(then.values())} rows back; the project is not there now."
        return [first, *(f"- {table}: {count}" for table, count in then.items())]
    lines = [
        f"- {table}: {now.get(table, 0)} now, {then.get(table, 0)} then"
        for table in sorted(then.keys() | now.keys())
        if then.get(table, 0) != now.get(table, 0)
    ]
    words = "It is there and would only come back with --as-copy"
    return [
        f"{words}; these tables differ:" if lines else f"{words}; as many rows as then.",
        *lines,
    ]


def _said(data: dict[str, Any], code: uuid.UUID, missing: list[str]) -> list[str]:
    rows = sum(data["then"].values())
    lines = [f"Brought the project back as {code}: {rows} rows. No other project was touched."]
    if str(code) != data["session"]:
        lines.append("The code of then was taken, or its data key was destroyed for good.")
    if missing:
        lines.append(
            f"{len(missing)} people of then have no account any more; they stand there without a "
            "name and cannot sign in."
        )
    return lines
