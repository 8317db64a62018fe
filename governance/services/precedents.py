"""The nearest past cases that somebody may see: how they were decided and ruled, how they differ.

Two pools of candidates are read by the database: names that share words (full-text search on
PostgreSQL, parts of words elsewhere) and nearest structured facts (columns of the inventory). The
nearest of both are then compared exactly. Titles and structured facts are all that is searched, so
encryption changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Abs, Coalesce

from accounts.models import User
from accounts.sealing import CannotOpen
from charters.models import Charter, Revision
from governance.engine.facts import UnusableFacts, read_facts
from governance.engine.levels import picture_of
from governance.likeness import (
    NEAR,
    WEIGHTS,
    Profile,
    differences,
    distance,
    similarity,
    words_of,
)
from governance.models import Decision, InventoryEntry, Ruling
from governance.services import inventory
from interviews.risk import PRINCIPLES

#: Candidates that each pool gives, and how many of them are compared with all that is known.
POOL = 40
COMPARED = 12
MOST_WORDS = 12
FACTOR = FloatField()


@dataclass(frozen=True)
class Precedent:
    """A past case beside the one at hand."""

    charter: str
    revision: int
    title: str
    #: As the database keeps it.
    decision: str
    decided_at: datetime
    similarity: int
    #: Like enough that ruling otherwise takes a reason.
    is_near: bool
    differences: tuple[str, ...]
    #: Of the newest ruling; "" and None where nobody ruled.
    review: str = ""
    outcome: str = ""
    condition_count: int = 0
    ruled_at: datetime | None = None


def nearest(
    *, revision: Revision, viewer: User, limit: int = 5, catch_up: bool = True
) -> list[Precedent]:
    """The past cases most like the revision's, nearest first; only what the viewer may see.

    ``catch_up`` brings the inventory up to date first; whoever holds locks leaves that out.
    """
    here = _profile_of(revision)
    if here is None:
        return []
    if catch_up:
        inventory.catch_up(viewer)
    found = _entries(viewer, but=revision.charter)
    entries = {entry.pk: entry for pool in _pools(found, here) for entry in pool}
    roughly = sorted(
        entries.values(), key=lambda entry: (distance(here, _rough(entry, here)), -entry.pk)
    )
    there = _whole(roughly[: max(COMPARED, limit)])
    ranked = sorted(there, key=lambda pair: (distance(here, pair[1]), -pair[0].pk))[:limit]
    rulings = _rulings([other.charter_id for other, _ in ranked])
    return [_precedent(other, here, profile, rulings) for other, profile in ranked]


def departs(outcome: str, shown: Iterable[Precedent]) -> list[str]:
    """Codes of the reviews that a ruling departs from: those of all like cases that were ruled,
    where none of them was ruled this way. Who follows one of them departs from nothing."""
    ruled = [one for one in shown if one.is_near and one.outcome]
    if any(one.outcome == outcome for one in ruled):
        return []
    return sorted(one.review for one in ruled)


# --- Candidates -----------------------------------------------------------------------------------


def _entries(viewer: User, *, but: Charter) -> QuerySet[InventoryEntry]:
    visible = Charter.objects.visible_to(viewer).exclude(pk=but.pk)
    decided = InventoryEntry.objects.exclude(decision="").exclude(charter_code=None)
    return decided.filter(session__in=visible.values("session")).select_related("session")


def _pools(
    found: QuerySet[InventoryEntry], here: Profile
) -> tuple[Iterable[InventoryEntry], Iterable[InventoryEntry]]:
    return _by_words(found, here), found.alias(far=_far(here)).order_by("far", "-pk")[:POOL]


def _by_words(found: QuerySet[InventoryEntry], here: Profile) -> Iterable[InventoryEntry]:
    words = sorted(words_of(here.name), key=lambda word: (-len(word), word))[:MOST_WORDS]
    if not words:
        return ()
    if connection.vendor != "postgresql":
        named = Q()
        for word in words:
            named |= Q(session__project_name__icontains=word)
        return found.filter(named).order_by("-pk")[: POOL * 5]
    # The expression of the index that migration 0005 made.
    plain = Func(F("session__project_name"), Value("-/_."), Value("    "), function="translate")
    query = SearchQuery(" | ".join(words), search_type="raw", config="simple")
    vector = SearchVector(plain, config="simple")
    matching = found.alias(words=vector).filter(words=query)
    return matching.alias(rank=SearchRank(vector, query)).order_by("-rank", "-pk")[:POOL]


def _far(here: Profile) -> Any:
    """The structured distance as the database can tell it: what has columns."""
    parts: list[Any] = [_unless(Q(archetype=here.archetype), WEIGHTS["archetype"])]
    if here.areas:
        share = WEIGHTS["areas"] / len(here.areas)
        parts += [_unless(Q(areas__contains=f" {area} "), share) for area in sorted(here.areas)]
    else:
        parts.append(_unless(Q(areas=""), WEIGHTS["areas"]))
    for name in PRINCIPLES:
        level = here.levels.get(name) or 1
        parts.append(_apart(name, float(level), WEIGHTS[name] / 4))
    if here.data_score is not None:
        parts.append(_apart("data_score", here.data_score, WEIGHTS["data"]))
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return ExpressionWrapper(total, output_field=FACTOR)


def _unless(same: Q, weight: float) -> Case:
    same_is_near = When(same, then=Value(0.0, output_field=FACTOR))
    return Case(same_is_near, default=Value(weight, output_field=FACTOR), output_field=FACTOR)


def _apart(column: str, here: float, weight: float) -> Any:
    known = Coalesce(
        ExpressionWrapper(F(column), output_field=FACTOR), Value(here), output_field=FACTOR
    )
    apart = Abs(ExpressionWrapper(known - Value(here), output_field=FACTOR))
    return ExpressionWrapper(apart * Value(weight), output_field=FACTOR)


def _rough(entry: InventoryEntry, here: Profile) -> Profile:
    """What the columns tell; what they do not is taken to be as here."""
    return Profile(
        name=entry.session.project_name,
        archetype=entry.archetype,
        areas=frozenset(entry.areas.split()),
        automation=here.automation,
        data_score=entry.data_score,
        affected=here.affected,
        has_vulnerable=here.has_vulnerable,
        levels={name: getattr(entry, name) for name in PRINCIPLES},
    )


# --- The whole picture ----------------------------------------------------------------------------


def _whole(entries: Sequence[InventoryEntry]) -> list[tuple[Revision, Profile]]:
    """The decided revisions that the entries speak of, each with all that is compared."""
    wanted = Q(pk=None)
    for entry in entries:
        wanted |= Q(charter__code=entry.charter_code, number=entry.revision_number)
    related = Revision.objects.select_related("charter__session", "decision").filter(wanted)
    try:
        found = [(other, _profile_of(other)) for other in related]
    except CannotOpen:
        found = [pair for entry in entries for pair in _alone(entry)] if len(entries) > 1 else []
    return [(other, profile) for other, profile in found if profile is not None]


def _alone(entry: InventoryEntry) -> list[tuple[Revision, Profile]]:
    """A case whose key was destroyed says nothing any more, and spoils no other."""
    return _whole([entry])


def _profile_of(revision: Revision) -> Profile | None:
    """None where nothing was decided, or its facts are of a form that is not read any more."""
    decision: Decision | None = getattr(revision, "decision", None)
    if decision is None:
        return None
    try:
        picture = picture_of(read_facts(decision.facts))
    except UnusableFacts:
        return None
    parts = revision.content["deliverables"]
    problem, people = parts["problem_statement"] or {}, parts["user_context"] or {}
    return Profile(
        name=revision.charter.session.project_name,
        archetype=problem.get("ml_archetype") or "",
        areas=frozenset(picture.facts.areas),
        automation=picture.facts.automation_level,
        data_score=picture.facts.data_quality.overall_score,
        levels={one.principle: one.final for one in picture.principles},
        **_affected(people.get("affected_groups") or ()),
    )


def _affected(groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counted = [row["people_per_year"] for row in groups if row["people_per_year"] is not None]
    return {
        "affected": int(sum(counted)) if counted else None,
        "has_vulnerable": any(_says_so(row["vulnerable"] or "") for row in groups),
    }


def _says_so(vulnerable: str) -> bool:
    """People write "no", or why (S4-02)."""
    words = vulnerable.casefold().split()
    return bool(words) and words[0].strip(".,;:") not in ("no", "none", "nein", "keine")


def _rulings(charters: Iterable[int]) -> dict[int, Ruling]:
    """The newest ruling on each charter, with the number of its conditions."""
    rows = (
        Ruling.objects.filter(review__charter__in=list(charters))
        .select_related("review")
        .defer("reason", "departure_reason")
        .annotate(condition_count=Count("conditions"))
        .order_by("pk")
    )
    return {row.review.charter_id: row for row in rows}


def _precedent(
    other: Revision, here: Profile, there: Profile, rulings: Mapping[int, Any]
) -> Precedent:
    far = distance(here, there)
    ruling = rulings.get(other.charter_id)
    return Precedent(
        charter=str(other.charter.code),
        revision=other.number,
        title=there.name,
        decision=other.decision.value,
        decided_at=other.decision.decided_at,
        similarity=similarity(far),
        is_near=far <= NEAR,
        differences=differences(here, there),
        review=str(ruling.review.code) if ruling else "",
        outcome=ruling.outcome if ruling else "",
        condition_count=ruling.condition_count if ruling else 0,
        ruled_at=ruling.ruled_at if ruling else None,
    )
