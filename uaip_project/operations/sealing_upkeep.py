"""`maintenance seal` and `maintenance rewrap`: what they do, or would do, and how it is said."""

from __future__ import annotations

from typing import Any

from accounts import sealing
from accounts.models import User
from accounts.services import data_keys, sealing_rows

Outcome = dict[str, Any]


def seal(*, by: User | None, is_rehearsal: bool) -> Outcome:
    """Seals what is stored clear; a rehearsal counts it. Raises data_keys.SealingIsOff."""
    if is_rehearsal:
        return {"would_seal": sealing_rows.clear_counts()}
    sealed = sealing_rows.seal_rows(by=by)
    return {"sealed": sealed, "left": sealing_rows.clear_counts()}


def seal_lines(outcome: Outcome) -> list[str]:
    """For people."""
    if "would_seal" in outcome:
        found = outcome["would_seal"]
        if not found:
            return ["Nothing is stored clear that could be sealed."]
        return [f"{place}: {count} would be sealed." for place, count in sorted(found.items())]
    said = [f"{place}: {count} sealed." for place, count in sorted(outcome["sealed"].items())]
    left = sum(outcome["left"].values())
    if left:
        return [*said, f"{left} values were written clear meanwhile. Run it again."]
    return said or ["Nothing was stored clear that could be sealed."]


def rewrap(*, by: User | None, is_rehearsal: bool) -> Outcome:
    """Wraps data keys by the newest entry; a rehearsal counts. Raises data_keys.SealingIsOff."""
    if not sealing.is_on():
        raise data_keys.SealingIsOff
    if is_rehearsal:
        newest = next(iter(sealing.field_keys()))
        left = {one: count for one, count in data_keys.wrapped_by().items() if one != newest}
        return {"newest": newest, "left": left, "away": sorted(data_keys.ids_away())}
    done = data_keys.rewrap_all(by=by)
    return {
        "newest": done.newest,
        "done": done.done,
        "left": done.left,
        "away": sorted(data_keys.ids_away()),
    }


def rewrap_lines(outcome: Outcome) -> list[str]:
    """For people: what was done, and which entries of FIELD_KEYS can be taken out."""
    said = []
    if "done" in outcome:
        said.append(f"{outcome['done']} data keys were wrapped by {outcome['newest']}.")
    for key_id, count in sorted(outcome["left"].items()):
        if key_id in outcome["away"]:
            said.append(
                f"{count} data keys are wrapped by {key_id}, which FIELD_KEYS does not hold: put "
                "that entry back, or what they seal stays unreadable."
            )
        elif "done" in outcome:
            said.append(f"{count} data keys are still wrapped by {key_id}. Run it again.")
        else:
            said.append(f"{count} data keys would be wrapped by {outcome['newest']}.")
    if not outcome["left"]:
        said.append(f"Nothing needs an entry of FIELD_KEYS but {outcome['newest']}.")
    return said
