"""What the tests of backups have in common: a key, commands, and how archives are spoiled."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests.operations.command import Outcome
from tests.operations.test_circuit_command import run
from uaip_project.operations.backups import archive, cipher, manifest, tarball
from uaip_project.operations.backups.manifest import Manifest, Sealing
from uaip_project.operations.backups.writing import ArchiveWriter

KEY = hashlib.sha256(b"the backup key of the tests").digest()
OTHER_KEY = hashlib.sha256(b"another one").digest()


def backup(*arguments: str) -> Outcome:
    """`manage.py backup`, its outcome as JSON."""
    return run("--json", *arguments, name="backup")


def verify(*arguments: str) -> Outcome:
    """`manage.py verify_backup`."""
    return run("--json", *arguments, name="verify_backup")


def rewritten(path: Path, to: Path, **changes: Any) -> Path:
    """The archive again with another dump or manifest, rightly sealed: only a restore can tell.

    ``dump`` is the file to put in; everything else replaces a field of the manifest.
    """
    dump: Path | None = changes.pop("dump", None)
    there = archive.open_archive(path, [KEY])
    sealing = Sealing(cipher.key_id(KEY))
    with to.open("xb") as file:
        writer = ArchiveWriter(file, KEY, sealing)
        for name in there.member_names:
            member = to.with_name("member")
            there.extract(name, member)
            writer.add_path(name, dump if dump and name == manifest.DUMP else member)
        said: Manifest = replace(there.manifest, sealing=sealing, members=writer.members, **changes)
        writer.close(said)
    return to


def entries(path: Path) -> list[tarball.Entry]:
    """Where the members of an archive lie."""
    return tarball.entries(path)


def small_archive(path: Path, contents: dict[str, bytes], key: bytes | None) -> Path:
    """An archive of these members, without a database."""
    sealing = Sealing(cipher.key_id(key)) if key else None
    with path.open("xb") as file:
        writer = ArchiveWriter(file, key, sealing)
        for name, content in contents.items():
            writer.add(name, BytesIO(content))
        writer.close(_said(writer))
    return path


def _said(writer: ArchiveWriter) -> Manifest:
    return Manifest(
        *("0" * 16, timezone.now(), "1.0.0", {"kind": "sqlite", "version": "3"}, {}, {}),
        {"sequence": 0, "hash": ""},
        [],
        writer.sealing,
        writer.members,
    )
