"""The crosswalk of a revision, and the details that people add to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import User
from accounts.services import audit
from charters.models import Revision
from governance.crosswalk.build import crosswalk_of
from governance.crosswalk.rows import Framework
from governance.models import CrosswalkDetails, Decision
from governance.refusals import NotNow
from governance.services import packs
from governance.services.packs import Rules

#: The name under which the reason stands beside the codes.
REASON = "reason"
FASTER = "Somebody added details at the same moment. Look at them, then send yours again."


def details_of(revision: Revision) -> CrosswalkDetails | None:
    """The newest details that hold for a revision: added to it, or to an earlier one."""
    found = CrosswalkDetails.objects.filter(
        charter=revision.charter_id, revision__number__lte=revision.number
    )
    return found.select_related("noted_by").order_by("-revision__number", "-number").first()


def rules_for(revision: Revision) -> Rules:
    """The rules that its decision used; those in force where nothing was decided."""
    decision: Decision | None = getattr(revision, "decision", None)
    return packs.rules_of(decision) if decision is not None else packs.in_force()


def rows_for(revision: Revision, *, rules: Rules | None = None) -> tuple[Framework, ...]:
    """Every pack filled from the revision's answers, on the day of its session.

    By the packs that its decision used, unless ``rules`` says otherwise: exports, the page and the
    API show the same.
    """
    used = rules or rules_for(revision)
    noted = details_of(revision)
    return crosswalk_of(
        revision.content["answers"],
        as_of=date.fromisoformat(str(revision.content["identity"]["as_of"])),
        packs=used.packs.values(),
        details=values_of(noted) if noted else None,
    )


def values_of(noted: CrosswalkDetails) -> dict[str, Any]:
    """Codes, figures and reason in one mapping."""
    return {**noted.values, REASON: noted.reason}


@transaction.atomic
def note_details(
    *, revision: Revision, values: Mapping[str, Any], reason: str, by: User
) -> CrosswalkDetails:
    """Adds details; what was noted before stays as it was. Raises NotNow on a lost race."""
    earlier = CrosswalkDetails.objects.filter(charter=revision.charter_id)
    number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            made = CrosswalkDetails.objects.create(
                charter=revision.charter,
                revision=revision,
                number=number,
                values=dict(values),
                reason=reason.strip(),
                noted_by=by,
            )
    except IntegrityError:
        raise NotNow(FASTER) from None
    audit.record(
        type="crosswalk.details_noted",
        actor=by,
        subject=f"charter {revision.charter.code} revision {revision.number}",
        detail={"number": number, "fields": sorted(values)},
    )
    return made


def areas_of(revision: Revision) -> tuple[str, ...]:
    """The high-risk areas that the revision's answers name."""
    answer = revision.content["answers"].get("S5-02") or {}
    value = answer.get("value")
    return tuple(value.get("areas") or ()) if isinstance(value, dict) else ()
