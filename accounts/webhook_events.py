"""What other systems can be told of: the one list of events, and what each may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: A code, a state, a hash or a time: nothing that a person could have written.
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,99}")

Value = str | int | bool | None


@dataclass(frozen=True)
class Event:
    """A kind of event: a sentence for people, and the names of what it tells."""

    sentence: str
    tells: frozenset[str]


EVENTS: dict[str, Event] = {
    "session.completed": Event("An interview was completed", frozenset({"session", "status"})),
    "charter.issued": Event(
        "A revision of a charter was issued",
        frozenset({"charter", "revision", "session", "content_hash"}),
    ),
    "decision.made": Event(
        "A decision on a charter was computed",
        frozenset({"charter", "revision", "decision", "content_hash"}),
    ),
    "review.opened": Event(
        "A review of a charter was opened",
        frozenset({"review", "charter", "revision", "lane", "cause"}),
    ),
    "ruling.recorded": Event(
        "People ruled on a charter",
        frozenset({"review", "charter", "revision", "outcome", "computed", "is_override"}),
    ),
    "comment.posted": Event(
        "Somebody commented on a charter",
        frozenset({"charter", "thread", "comment", "state"}),
    ),
}
#: Sent by hand to one endpoint; nobody subscribes to it.
TEST = "webhook.test"
_TEST = Event("A test", frozenset({"endpoint"}))


class NotThin(ValueError):
    """A caller wants to send more than an event may say."""


def check(event: str, payload: Mapping[str, Value]) -> None:
    """Raises NotThin unless the payload holds exactly what this event tells, in codes and states.

    What people wrote stays inside: a receiver fetches it with a key of its own.
    """
    known = _TEST if event == TEST else EVENTS.get(event)
    if known is None or set(payload) != known.tells:
        raise NotThin(f"{event} tells something else than {sorted(payload)}.")
    for name, value in payload.items():
        is_fit = (
            _TOKEN.fullmatch(value) if isinstance(value, str) else isinstance(value, int | None)
        )
        if not is_fit:
            raise NotThin(f"{event}: {name} is neither a code nor a state.")
