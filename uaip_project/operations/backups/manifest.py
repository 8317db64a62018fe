"""What an archive says of itself, and the seal on that (docs/reference/backup-format.md)."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from uaip_project.operations.backups.cipher import CHUNK, CIPHER, derived
from uaip_project.operations.backups.problems import ArchiveBroken

FORMAT = "uaip-backup/1"
NAME, SEAL_NAME = "manifest.json", "manifest.seal"
DUMP, SECRETS = "db.dump", "secrets.enc"
_PLAIN = "sha256"
_KEYED = "hmac-sha256"


@dataclass(frozen=True)
class Member:
    """One file in the archive: size and hash of what it holds, and its stored length."""

    name: str
    size: int
    sha256: str
    stored: int


@dataclass(frozen=True)
class Table:
    """A table as the dump holds it: rows, and SHA-256 over them in the order of their keys."""

    count: int
    sha256: str


@dataclass(frozen=True)
class KeyCheck:
    """That a secret is the one of then: ``id`` names an entry of a list of keys, "" the only one."""

    name: str
    id: str
    check: str


@dataclass(frozen=True)
class Sealing:
    """How members are encrypted; ``key_id`` names the backup key."""

    key_id: str
    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    cipher: str = CIPHER
    chunk: int = CHUNK


@dataclass(frozen=True)
class Manifest:
    """The whole of it. ``audit`` is the head of the record of deeds, sequence and hash."""

    archive_id: str
    taken_at: datetime
    app_version: str
    database: Mapping[str, str]
    migrations: Mapping[str, Sequence[str]]
    tables: Mapping[str, Table]
    audit: Mapping[str, Any]
    key_checks: Sequence[KeyCheck]
    sealing: Sealing | None
    members: Sequence[Member]
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """ "postgresql" or "sqlite"."""
        return self.database["kind"]

    @property
    def is_encrypted(self) -> bool:
        return self.sealing is not None

    def member(self, name: str) -> Member:
        """One of its members. Raises ArchiveBroken."""
        for one in self.members:
            if one.name == name:
                return one
        raise ArchiveBroken(name, "the archive has no such member")

    def to_bytes(self) -> bytes:
        """The one way in which it is written."""
        said = {"format": FORMAT} | asdict(self) | {"taken_at": self.taken_at.isoformat()}
        return json.dumps(said, sort_keys=True, indent=1, ensure_ascii=True).encode() + b"\n"


def from_bytes(raw: bytes) -> Manifest:
    """Raises ArchiveBroken for what is none, or one of another version of the format."""
    try:
        said = json.loads(raw)
        version = said.pop("format")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ArchiveBroken(NAME, "it is no manifest of a backup") from None
    if version != FORMAT:
        raise ArchiveBroken(
            NAME, f"its format is {str(version)[:40]!r}; this release reads {FORMAT}"
        )
    try:
        found = _manifest(said)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise ArchiveBroken(NAME, f"it lacks something or says it oddly ({fault})") from None
    if found.sealing and (found.sealing.cipher, found.sealing.chunk) != (CIPHER, CHUNK):
        raise ArchiveBroken(NAME, "it is encrypted in a way that this release does not know")
    return found


def _manifest(said: dict[str, Any]) -> Manifest:
    return Manifest(
        **said
        | {
            "taken_at": datetime.fromisoformat(said["taken_at"]),
            "tables": {name: Table(**one) for name, one in said["tables"].items()},
            "key_checks": [KeyCheck(**one) for one in said["key_checks"]],
            "sealing": Sealing(**said["sealing"]) if said["sealing"] else None,
            "members": [Member(**one) for one in said["members"]],
        }
    )


def seal_of(raw: bytes, sealing: Sealing | None, key: bytes | None) -> bytes:
    """What stands in the seal's member: an HMAC where there is a key, else a plain hash."""
    if sealing is None or key is None:
        return f"{_PLAIN} {hashlib.sha256(raw).hexdigest()}\n".encode()
    mac_key = derived(key, bytes.fromhex(sealing.salt), "uaip backup manifest")
    return f"{_KEYED} {hmac.new(mac_key, raw, hashlib.sha256).hexdigest()}\n".encode()


def require_seal(raw: bytes, seal: bytes, sealing: Sealing | None, key: bytes | None) -> None:
    """Raises ArchiveBroken."""
    if not hmac.compare_digest(seal, seal_of(raw, sealing, key)):
        raise ArchiveBroken(SEAL_NAME, "the manifest is not the one that was sealed")
