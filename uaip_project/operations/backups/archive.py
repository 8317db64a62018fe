"""Reads an archive: nothing of it is believed before its seal and its hashes fit."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from uaip_project.operations.backups import cipher, manifest, tarball
from uaip_project.operations.backups.manifest import Manifest, Member
from uaip_project.operations.backups.problems import ArchiveBroken, OtherKey
from uaip_project.operations.backups.tarball import Entry

#: A manifest has a line for each table and each file; more than this is none.
_MOST_MANIFEST = 64 * 1024 * 1024

__all__ = ["Archive", "ArchiveBroken", "Manifest", "OtherKey", "open_archive", "read_manifest"]


@dataclass(frozen=True)
class Archive:
    """An archive whose structure and manifest fit; members are checked as they are read."""

    path: Path
    manifest: Manifest
    _entries: dict[str, Entry]
    _key: bytes | None

    @property
    def member_names(self) -> list[str]:
        """In their order; the manifest itself is none of them."""
        return [one.name for one in self.manifest.members]

    def names_under(self, folder: str) -> list[str]:
        """The members of one folder, such as "config"."""
        return [name for name in self.member_names if name.startswith(f"{folder}/")]

    def extract(self, name: str, to: Path) -> None:
        """Writes a member to the file ``to``, whole or not at all. Raises ArchiveBroken."""
        to.parent.mkdir(parents=True, exist_ok=True)
        begun = to.with_name(f"{to.name}.part")
        try:
            descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                for chunk in self._checked(name):
                    file.write(chunk)
            begun.replace(to)
        finally:
            begun.unlink(missing_ok=True)

    def extract_folder(self, folder: str, to: Path) -> list[Path]:
        """Writes all members of one folder into ``to``, without the folder's name."""
        found = []
        for name in self.names_under(folder):
            # Names that lead out of a folder do not come past tarball.entries.
            found.append(to / name.removeprefix(f"{folder}/"))
            self.extract(name, found[-1])
        return found

    def read(self, name: str) -> bytes:
        """A small member. Raises ArchiveBroken."""
        return b"".join(self._checked(name))

    def require_bytes(self) -> None:
        """Decodes every byte of every member. Raises ArchiveBroken, which names the first."""
        for name in self.member_names:
            for _ in self._checked(name):
                pass

    def _checked(self, name: str) -> Iterator[bytes]:
        member = self.manifest.member(name)
        digest, size = hashlib.sha256(), 0
        try:
            for chunk in self._chunks(member):
                digest.update(chunk)
                size += len(chunk)
                yield chunk
        except ValueError as fault:
            raise ArchiveBroken(name, str(fault)) from None
        if (size, digest.hexdigest()) != (member.size, member.sha256):
            raise ArchiveBroken(name, "it is not what the manifest says: its SHA-256 is another")

    def _chunks(self, member: Member) -> Iterator[bytes]:
        sealing = self.manifest.sealing
        key = None
        if sealing is not None and self._key is not None:
            key = member_key(self._key, sealing, member.name)
        with self.path.open("rb") as file:
            file.seek(self._entries[member.name].offset)
            yield from cipher.opened(file, member.stored, key)


def member_key(key: bytes, sealing: manifest.Sealing, name: str) -> bytes:
    """The key of one member of one archive."""
    return cipher.derived(key, bytes.fromhex(sealing.salt), f"uaip backup member {name}")


def read_manifest(path: Path) -> Manifest:
    """What the archive says of itself, not yet checked by a key. Raises ArchiveBroken."""
    return manifest.from_bytes(_raw(path, _by_name(path), manifest.NAME))


def open_archive(
    path: Path, keys: Sequence[bytes] = (), *, accepts_unsealed: bool = False
) -> Archive:
    """Opens an archive with one of ``keys`` (backup_keys.configured()).

    Raises OtherKey where none of them is the one, and ArchiveBroken. With keys at hand an archive
    that is not sealed is refused, because anybody could have written it, unless it is accepted.
    """
    found = _by_name(path)
    raw = _raw(path, found, manifest.NAME)
    said = manifest.from_bytes(raw)
    key = _key_of(said, keys, accepts_unsealed=accepts_unsealed)
    manifest.require_seal(raw, _raw(path, found, manifest.SEAL_NAME), said.sealing, key)
    expected = [(one.name, one.stored) for one in said.members]
    others = {manifest.NAME, manifest.SEAL_NAME}
    there = [(one.name, one.size) for one in found.values() if one.name not in others]
    for wanted, entry in zip(expected, there, strict=False):
        if wanted != entry:
            raise ArchiveBroken(entry[0], "the manifest has another member in its place")
    if len(expected) != len(there):
        raise ArchiveBroken(manifest.NAME, "it names more or fewer members than there are")
    return Archive(path, said, found, key)


def _key_of(said: Manifest, keys: Sequence[bytes], *, accepts_unsealed: bool) -> bytes | None:
    if said.sealing is None:
        if keys and not accepts_unsealed:
            why = "it is not sealed, although this site has a backup key: anybody could have written it"
            raise ArchiveBroken(manifest.SEAL_NAME, why)
        return None
    for key in keys:
        if cipher.key_id(key) == said.sealing.key_id:
            return key
    has = ", ".join(cipher.key_id(key) for key in keys) or "no key"
    why = f"the archive is sealed by the backup key {said.sealing.key_id[:16]}; here is {has}"
    raise OtherKey(manifest.SEAL_NAME, why)


def _by_name(path: Path) -> dict[str, Entry]:
    try:
        entries = tarball.entries(path)
    except OSError as fault:
        raise ArchiveBroken(path.name, f"it cannot be read: {fault.strerror}") from None
    names = [one.name for one in entries]
    if len(set(names)) != len(names):
        raise ArchiveBroken(path.name, "a member stands in it twice")
    if names[-2:] != [manifest.NAME, manifest.SEAL_NAME]:
        raise ArchiveBroken(manifest.NAME, "it is missing, or not at the archive's end")
    return {one.name: one for one in entries}


def _raw(path: Path, found: dict[str, Entry], name: str) -> bytes:
    entry = found[name]
    if entry.size > _MOST_MANIFEST:
        raise ArchiveBroken(name, "it is too large to be one")
    with path.open("rb") as file:
        file.seek(entry.offset)
        return file.read(entry.size)
