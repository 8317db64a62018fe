"""What the schedule does every night: takes a backup, verifies it, copies it away, prunes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from accounts.models import User
from accounts.services import audit
from uaip_project.operations.backups import (
    backup_keys,
    catalog,
    offsite,
    taking,
    verifying,
)
from uaip_project.operations.backups.verifying import Verification
from uaip_project.operations.models import OpsRun
from uaip_project.operations.runs import Outcome

UNSEALED = "It is not encrypted: UAIP_BACKUP_KEY is not set."


def take_and_verify(run: OpsRun | None) -> Outcome:
    """One archive; a problem where it does not verify or cannot be copied away."""
    return take(by=run.started_by if run else None)


def take(*, by: User | None, is_verified: bool = True, is_uploaded: bool = True) -> Outcome:
    """The same for the command. Raises BackupImpossible."""
    taken = taking.take()
    detail = {"archive": taken.path.name, "size": taken.size}
    audit.record(type="backup.taken", actor=by, subject="backups", detail=detail)
    lines = [f"{taken.path.name}: {megabytes(taken.size)} MB."]
    data: dict[str, Any] = detail | {
        "path": str(taken.path),
        "taken_at": taken.manifest.taken_at.isoformat(),
        "seconds": round(taken.seconds, 2),
        "is_encrypted": taken.manifest.is_encrypted,
        "is_verified": False,
    }
    if not taken.manifest.is_encrypted:
        lines.append(UNSEALED)
    outcome = Outcome(data, lines)
    if is_verified:
        outcome = _verified(outcome, taken.path)
    if is_uploaded and not outcome.is_problem:
        outcome = _uploaded(outcome, taken.path)
    return outcome


def _verified(outcome: Outcome, path: Path) -> Outcome:
    found = verify(path)
    data = outcome.data | {
        "is_verified": found.is_good,
        "verify_seconds": round(found.seconds, 2),
        "rows": found.row_count,
        "problems": found.problems,
        "notes": found.notes,
    }
    first = f"{path.name}: taken" + (" and verified." if found.is_good else ", but it is NOT good.")
    return Outcome(data, [first, *outcome.lines, *lines_of(found)], not found.is_good)


def _uploaded(outcome: Outcome, path: Path) -> Outcome:
    if not offsite.is_configured():
        return outcome
    try:
        copy = offsite.upload(path)
    except offsite.UploadFailed as fault:
        words = f"{fault}. Run `backup --upload {path.name}` when it is back."
        return Outcome(outcome.data | {"uploaded": False}, [words, *outcome.lines], True)
    data = outcome.data | {"uploaded": copy.address}
    return Outcome(data, [*outcome.lines, f"Copied to {copy.address} and read back."])


def upload(path: Path) -> Outcome:
    """Copies an archive away once more."""
    return _uploaded(Outcome({"archive": path.name}, [f"{path.name}:"]), path)


def verify(path: Path, *, accepts_unsealed: bool = False, is_quick: bool = False) -> Verification:
    """All checks with the keys of this site."""
    keys = backup_keys.usable()
    return verifying.verify(path, keys, accepts_unsealed=accepts_unsealed, is_quick=is_quick)


def lines_of(found: Verification) -> list[str]:
    """For people: what is wrong, what is worth knowing, what was looked at."""
    said = [
        *[f"PROBLEM  {one}" for one in found.problems],
        *[f"note  {one}" for one in found.notes],
    ]
    if found.manifest is not None:
        tables = len(found.manifest.tables)
        said.append(f"{found.row_count} rows in {tables} tables, {found.seconds:.1f} s.")
    return said


def prune(run: OpsRun | None) -> Outcome:
    """Removes what no rule keeps."""
    return pruned(by=run.started_by if run else None)


def pruned(*, by: User | None, is_rehearsal: bool = False) -> Outcome:
    """The same for the command. Raises BackupImpossible."""
    done = catalog.prune(by=by, is_rehearsal=is_rehearsal)
    verb = "would go" if is_rehearsal else "removed"
    first = f"{len(done.kept)} archives stay, {len(done.gone)} {verb} ({megabytes(done.freed)} MB)."
    lines = [first, *[f"stays  {name}  {why}" for name, why in sorted(done.kept.items())]]
    lines += [f"{'would go' if is_rehearsal else 'gone'}  {name}" for name in sorted(done.gone)]
    return Outcome({"kept": done.kept, "gone": done.gone, "freed": done.freed}, lines)


def megabytes(size: int) -> str:
    """Such as 12.3."""
    return f"{size / 1e6:.1f}"
