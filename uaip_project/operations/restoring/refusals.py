"""What an archive must be before anything is restored from it (reliability.md D14)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from uaip_project.operations.backups import backup_keys, folder, secret_checks, verifying
from uaip_project.operations.backups.archive import Archive, open_archive
from uaip_project.operations.backups.manifest import KeyCheck
from uaip_project.operations.backups.problems import ArchiveBroken
from uaip_project.operations.runs import CouldNotRun


@dataclass(frozen=True)
class Allowed:
    """What the operator has said yes to."""

    unverified: bool = False
    lost_secrets: bool = False
    ended_sessions: bool = False


def readable(name: str, allowed: Allowed) -> Archive:
    """The archive, which opens here. Raises CouldNotRun saying why not."""
    path = folder.named(name)
    try:
        return open_archive(path, backup_keys.configured(), accepts_unsealed=allowed.unverified)
    except (ArchiveBroken, ImproperlyConfigured) as fault:
        raise CouldNotRun(f"{path.name} cannot be read: {fault}") from fault


def opened(name: str, allowed: Allowed) -> Archive:
    """The archive, which may be restored from. Raises CouldNotRun saying why not."""
    archive = readable(name, allowed)
    verifying.require_same_kind(archive.manifest)
    newer = verifying.unknown_migrations(archive.manifest)
    if newer:
        raise CouldNotRun(f"{newer[0]} Install the release {archive.manifest.app_version} first.")
    _require_verified(archive.path, allowed)
    _require_secrets(archive, allowed)
    return archive


def _require_verified(path: Path, allowed: Allowed) -> None:
    if allowed.unverified or folder.mark_of(path):
        return
    raise CouldNotRun(
        f"{path.name} was never verified here. Run `verify_backup {path.name}` first; --force goes "
        "on without: everything is checked before it goes live all the same."
    )


def _require_secrets(archive: Archive, allowed: Allowed) -> None:
    missing = secret_checks.missing_here(archive.manifest.key_checks)
    if not missing or allowed.lost_secrets:
        return
    lost = "; ".join(f"{_named(one)}: {secret_checks.what_is_lost(one.name)}" for one in missing)
    raise CouldNotRun(
        f"This site has other secrets than the archive, and this would be lost: {lost}. Bring the "
        "secrets of then back (`restore --unpack` has them), or add --accept-lost-secrets."
    )


def _named(one: KeyCheck) -> str:
    return f"{one.name} {one.id}".strip()
