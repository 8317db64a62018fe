"""The files of a site that stand beside its database.

Nothing that people upload or that is generated for them lies on a disk: all of it is rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from accounts.services import audit_anchors, audit_files
from uaip_project.operations.backups import tarball
from uaip_project.operations.backups.problems import BackupImpossible


def every() -> Iterator[tuple[str, Path]]:
    """Members and their files: sealed deeds, configuration, questions, fonts, what the site adds.

    The file of anchors is taken on its own (``audit_log_head``).
    """
    for folder, path in (
        ("audit", Path(settings.AUDIT_DIR)),
        ("config", Path(settings.CONFIG_DIR)),
        ("protocol", Path(settings.PROTOCOL_DIR) if settings.PROTOCOL_DIR else None),
        ("fonts", Path(settings.FONTS_DIR) if settings.FONTS_DIR else None),
    ):
        if path is not None:
            yield from _under(folder, path)
    yield from _included()


def _included() -> Iterator[tuple[str, Path]]:
    """UAIP_BACKUP_INCLUDE, numbered: two files of one name may come from two folders."""
    for number, text in enumerate(settings.BACKUP_INCLUDE, start=1):
        path = Path(text)
        if not path.exists():
            raise BackupImpossible(f"UAIP_BACKUP_INCLUDE={text}: there is no such file or folder.")
        folder = f"include/{number}/{path.name}"
        yield from _under(folder, path) if path.is_dir() else [(folder, path)]


def _under(folder: str, path: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(path.rglob("*")) if path.is_dir() else []:
        within = file.relative_to(path)
        if file.is_file() and not _is_passing(file) and not _is_hidden(within):
            name = f"{folder}/{within.as_posix()}"
            if not tarball.is_safe(name):
                raise BackupImpossible(
                    f"{file}: a file of this name cannot be backed up; rename it."
                )
            yield name, file


def _is_hidden(within: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in within.parts)


def _is_passing(file: Path) -> bool:
    """Files that are being written, and the one of anchors, which grows meanwhile."""
    return file.suffix == ".part" or file == audit_files.path_of(audit_anchors.FILE_NAME)


def audit_log_size() -> int:
    """How long the file of anchors is now: what comes later knows deeds that a dump lacks."""
    path = audit_files.path_of(audit_anchors.FILE_NAME)
    return path.stat().st_size if path.is_file() else 0


def audit_log_head(size: int) -> bytes:
    """The first ``size`` bytes of it."""
    with audit_files.path_of(audit_anchors.FILE_NAME).open("rb") as file:
        return file.read(size)
