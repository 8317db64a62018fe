"""How databases and folders are called that stand beside the live ones."""

from __future__ import annotations

import re
from datetime import UTC, datetime

#: How the moment stands in a name.
STAMP = "%Y%m%d%H%M%S"
_BEFORE = re.compile(r"_before_(\d{14})")


def moment_of(name: str) -> datetime | None:
    """When what has that name was put aside; None where it is none of ours."""
    match = _BEFORE.search(name)
    return datetime.strptime(match[1], STAMP).replace(tzinfo=UTC) if match else None
