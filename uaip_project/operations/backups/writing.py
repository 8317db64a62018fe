"""Writes an archive: member after member, then what it says of itself, then the seal on that."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from uaip_project.operations.backups import archive, cipher, manifest, tarball
from uaip_project.operations.backups.manifest import Manifest, Member, Sealing


@dataclass
class ArchiveWriter:
    """An archive that is being written."""

    file: BinaryIO
    key: bytes | None
    sealing: Sealing | None
    members: list[Member] = field(default_factory=list)

    def add(self, name: str, source: BinaryIO) -> None:
        """Writes a member, sealed where there is a key."""
        key = (
            archive.member_key(self.key, self.sealing, name) if self.key and self.sealing else None
        )
        written: list[cipher.Written] = []

        def write(to: BinaryIO) -> int:
            written.append(cipher.copy(source, to, key))
            return written[0].stored

        tarball.append(self.file, name, write)
        one = written[0]
        self.members.append(Member(name, one.size, one.sha256, one.stored))

    def add_path(self, name: str, path: Path) -> None:
        """The same from a file."""
        with path.open("rb") as source:
            self.add(name, source)

    def close(self, said: Manifest) -> None:
        """The manifest, its seal, the end; then waits until the disk has all of it."""
        raw = said.to_bytes()
        for name, content in (
            (manifest.NAME, raw),
            (manifest.SEAL_NAME, manifest.seal_of(raw, self.sealing, self.key)),
        ):
            tarball.append(self.file, name, _writing(content))
        tarball.finish(self.file)
        self.file.flush()
        os.fsync(self.file.fileno())


def _writing(content: bytes) -> Callable[[BinaryIO], int]:
    return lambda to: to.write(content)
