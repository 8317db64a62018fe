"""Writes down what went wrong with a system in use, and opens its case again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from charters.models import Charter
from governance import policies
from governance.models import CaseIncident, Review
from governance.refusals import NotNow, NotYours, Unfit
from governance.services import cases, followup
from governance.wording import words_of

LONGEST_TEXT = 5_000
NOT_YOURS = (
    "You may read this charter but not report on it. Tell its owner, or whoever answers for a "
    "promise of it."
)
NOT_ISSUED = "Nothing was issued yet. Incidents are of systems that somebody decided on."
RETIRED = "The system is out of use. Its record stays as it is."


def may_report(user: User, charter: Charter) -> bool:
    """Whoever works on the case, and whoever answers for one of its promises."""
    if policies.may_report(user, charter):
        return True
    return policies.may_discuss(user, charter)


@transaction.atomic
def report_incident(
    *, charter: Charter, severity: str, happened_on: date, text: str, by: User
) -> CaseIncident:
    """The incident, with the review that it opened or was added to.

    Raises NotYours, NotNow, Unfit.
    """
    case = cases.lock_case(charter)
    if not may_report(by, charter):
        raise NotYours(NOT_YOURS)
    if case.retired_at is not None:
        raise NotNow(RETIRED)
    if not charter.revisions.exists():
        raise NotNow(NOT_ISSUED)
    faults = {}
    if severity not in CaseIncident.Severity.values:
        faults["severity"] = "Choose how severe it was."
    if happened_on > timezone.localdate():
        faults["happened_on"] = "Choose a day that is not in the future."
    try:
        words = words_of(text, field="text", most=LONGEST_TEXT)
    except Unfit as fault:
        faults |= fault.fields
    if faults:
        raise Unfit(faults)
    incident = CaseIncident(
        charter=charter, severity=severity, happened_on=happened_on, text=words, reported_by=by
    )
    incident.review = followup.reopen(
        charter, cause=Review.Cause.INCIDENT, reference=f"incident {incident.code}"
    )
    incident.save(force_insert=True)
    audit.record(
        type="incident.reported",
        actor=by,
        subject=cases.subject(charter),
        detail={"incident": str(incident.code), "severity": severity}
        | {"happened_on": happened_on.isoformat()},
    )
    return incident
