"""Configuration and secrets of an archive as files: what a new machine needs before its database."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from typing import Any

from uaip_project.operations.backups import manifest
from uaip_project.operations.backups.archive import Archive
from uaip_project.operations.backups.problems import ArchiveBroken
from uaip_project.operations.restoring import refusals
from uaip_project.operations.restoring.refusals import Allowed
from uaip_project.operations.runs import CouldNotRun, Outcome

FOLDERS = ("config", "protocol", "fonts", "include")
NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def unpack(name: str, to: str, allowed: Allowed) -> Outcome:
    """Writes them into a folder that is new or empty; no database is touched. Raises CouldNotRun."""
    archive = refusals.readable(name, allowed)
    target = Path(to).resolve()
    _require_empty(target)
    try:
        found = [str(one) for part in FOLDERS for one in _unpacked(archive, part, target)]
        secrets = _write_secrets(archive, target)
    except ArchiveBroken as broken:
        raise CouldNotRun(f"{archive.path.name} cannot be unpacked: {broken}") from broken
    except OSError as fault:
        raise CouldNotRun(f"{target}: {fault.strerror}.") from fault
    lines = [f"Unpacked {len(found)} files of configuration into {target}."]
    lines.append(_about_secrets(archive, secrets, target))
    return Outcome({"target": str(target), "files": found, "secrets": secrets}, lines)


def _require_empty(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CouldNotRun(f"{target} is not empty. Name a folder that is new.")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)


def _unpacked(archive: Archive, part: str, target: Path) -> list[Path]:
    return archive.extract_folder(part, target / part)


def _write_secrets(archive: Archive, target: Path) -> list[str]:
    """Each secret in a file of its own, and a file of environment that names them."""
    if manifest.SECRETS not in archive.member_names:
        return []
    said: dict[str, Any] = json.loads(archive.read(manifest.SECRETS))
    _require_names({**said["environment"], **said["secrets"]})
    folder = target / "secrets"
    folder.mkdir(mode=0o700)
    lines = [f"{name}={shlex.quote(str(value))}" for name, value in said["environment"].items()]
    for name, value in said["secrets"].items():
        _write(folder / name, value)
        lines.append(f"{name}_FILE={shlex.quote(str(folder / name))}")
    _write(target / "environment", "\n".join(lines) + "\n")
    return sorted(said["secrets"])


def _require_names(said: dict[str, Any]) -> None:
    """A name becomes a file's and a line's: one that is no setting's could become another's."""
    for name in said:
        if not NAME.fullmatch(name):
            raise ArchiveBroken(manifest.SECRETS, "it names something that is no setting")


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _about_secrets(archive: Archive, secrets: list[str], target: Path) -> str:
    if secrets:
        return (
            f"{len(secrets)} secrets lie in {target}/secrets; {target}/environment names them and "
            "the settings of then. Look through it: addresses of the old machine stand in it too."
        )
    return "It holds no secrets, because it is not encrypted: bring them from where you keep them."
