"""What differs between any two revisions of a charter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from charters.models import Revision
from governance.delta import Delta, between
from governance.models import Ruling
from interviews.protocol import catalogue


@dataclass(frozen=True)
class Duty:
    """A condition of one side; ``source`` is a rule's id, or "ruling"."""

    source: str
    text: str
    owner: str
    due_date: str


@dataclass(frozen=True)
class Comparison:
    """Two revisions, the one that is read as the earlier first."""

    before: Revision
    after: Revision
    delta: Delta
    duties_new: tuple[Duty, ...]
    duties_gone: tuple[Duty, ...]

    @property
    def is_empty(self) -> bool:
        return self.delta.is_empty and not self.duties_new and not self.duties_gone


def compare(before: Revision, after: Revision) -> Comparison:
    """Answers, scores, rules, decision and conditions; two statements for the rulings."""
    old, new = _outcome(before), _outcome(after)
    had, has = [*_asked(old), *_ruled(before)], [*_asked(new), *_ruled(after)]
    delta = between(
        before.content,
        after.content,
        outcome_before=old,
        outcome_after=new,
        protocol=catalogue.default_protocol(),
    )
    return Comparison(
        before, after, delta, duties_new=_without(has, had), duties_gone=_without(had, has)
    )


def _outcome(revision: Revision) -> Mapping[str, Any]:
    decision = getattr(revision, "decision", None)
    return decision.outcome if decision else {}


def _asked(outcome: Mapping[str, Any]) -> list[Duty]:
    return [
        Duty(one["source_rule"], one["text"], one["owner"], one["due_date"])
        for one in outcome.get("conditions", ())
    ]


def _ruled(revision: Revision) -> list[Duty]:
    """Of the newest ruling on this revision."""
    ruling = Ruling.objects.filter(review__revision=revision).order_by("-id").first()
    if ruling is None:
        return []
    return [
        Duty("ruling", one.text, one.owner, one.due_date.isoformat())
        for one in ruling.conditions.select_related("ruling__review__charter__session")
    ]


def _without(duties: Iterable[Duty], others: list[Duty]) -> tuple[Duty, ...]:
    return tuple(one for one in duties if one not in others)
