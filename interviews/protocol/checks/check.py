"""The shape of a plain check: question, canonical value, earlier answers, day -> issues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from interviews.protocol.issues import Issue
from interviews.protocol.types import Question

#: A check reads the canonical value (fields may be missing) and never raises.
Check = Callable[[Question, Any, Mapping[str, Any], date], Iterable[Issue]]
