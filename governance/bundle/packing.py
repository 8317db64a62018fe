"""A bundle's files as one zip file: the same files give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from governance.bundle.checking import MANIFEST, SCHEMA, SEAL, canonical_json, seal_of, sha256

#: The first moment that a zip file can name: when it was packed is nobody's fact.
NO_TIME = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16
UNIX = 3


def sealed(files: Mapping[str, bytes], *, charter: str, revision: int) -> dict[str, bytes]:
    """The files with their manifest and its hash."""
    listed = {name: {"sha256": sha256(data), "size": len(data)} for name, data in files.items()}
    content = {"schema": SCHEMA, "charter": charter, "revision": revision, "files": listed}
    manifest = canonical_json(content)
    return {**files, MANIFEST: manifest, SEAL: seal_of(manifest)}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Sorted by name and not compressed, so that no version of a library shows in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=NO_TIME)
            entry.external_attr, entry.create_system = READABLE, UNIX
            archive.writestr(entry, files[name])
    return target.getvalue()
