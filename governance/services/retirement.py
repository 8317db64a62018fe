"""The end of a case: the system is out of use, its record stays."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from charters.models import Charter
from governance import transitions
from governance.models import Case, Review
from governance.services import cases, commitments, reviews, situations
from governance.transitions import Act
from governance.wording import reason_of


@transaction.atomic
def retire_case(*, charter: Charter, reason: str, by: User) -> Case:
    """Closes the case for good: an open review ends, nothing is submitted or ruled on any more.

    Raises NotYours, NotNow, Unfit.
    """
    case = cases.lock_case(charter)
    who = situations.who_is(by, charter)
    transitions.require(Act.RETIRE, situations.of_case(charter, case), who)
    case.retirement_reason = reason_of(reason)
    case.retired_at, case.retired_by, case.next_review_date = timezone.now(), by, None
    reviews.end_open_review(charter=charter, end=Review.End.WITHDRAWN, by=by)
    case.save()
    withdrawn = commitments.withdraw_all(charter)
    audit.record(
        type="case.retired",
        actor=by,
        subject=cases.subject(charter),
        detail={"commitments_withdrawn": withdrawn},
    )
    return case
