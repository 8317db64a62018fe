"""What can be wrong with an archive, and what keeps one from being made."""

from __future__ import annotations

from uaip_project.operations.runs import CouldNotRun


class ArchiveBroken(Exception):
    """An archive is not what was written; ``member`` names the part of it, ``why`` says how."""

    def __init__(self, member: str, why: str) -> None:
        super().__init__(f"{member}: {why}")
        self.member = member
        self.why = why


class OtherKey(ArchiveBroken):
    """It is sealed by a key that is not configured here: nothing can be said of its contents."""


class BackupImpossible(CouldNotRun):
    """No archive can be made or read here; the words say what to do."""
