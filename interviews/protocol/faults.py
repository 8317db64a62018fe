"""What is wrong with a folder of stage files: the file, the item and the key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches


class ProtocolFault(Exception):
    """A stage file that cannot be used; the message names file, item and key."""


@dataclass(frozen=True)
class Place:
    """Where in the stage files something stands: stage_1.yaml: S1-04: rubric.weight."""

    file: str
    item: str = ""
    path: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.item, self.path) if part)

    def at(self, key: str) -> Place:
        """The place of a key below this one."""
        joint = "" if key.startswith("[") or not self.path else "."
        return replace(self, path=f"{self.path}{joint}{key}")

    def of_item(self, item: str) -> Place:
        """The place of a whole question."""
        return Place(self.file, item)

    def fault(self, message: str) -> ProtocolFault:
        """The fault to raise about this place."""
        return ProtocolFault(f"{self}: {message}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question to end a message with when a known name is near, else nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""
