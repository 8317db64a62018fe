"""Names the embedded scorer by what it consists of, so that a change of it is another version.

An unchanged answer keeps the assessment of the same version: without the fingerprint, answers
would keep scores that today's scorer would not give.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_NAME = "embedded/1"
_SCORER = Path(__file__).parent
#: What it leaves out of an answer before it scores.
_SCREEN = _SCORER / "screening"
#: The question set that ships with the product.
SHIPPED = _SCORER.parent / "protocol" / "v1"
_LENGTH = 8
_READ = frozenset({".py", ".yaml", ".json"})


@cache
def version_with(questions: Path) -> str:
    """The scorer as it scores by a question set's folder: "embedded/1+3fa2b1c9"."""
    return f"{_NAME}+{fingerprint((_SCORER, _SCREEN, questions))}"


def fingerprint(folders: Iterable[Path]) -> str:
    """A short hash over the code, word lists, rubrics and evidence in the folders."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.suffix in _READ:
                content = path.read_bytes()
                found.update(f"{path.name} {len(content)}\n".encode() + content)
    return found.hexdigest()[:_LENGTH]
