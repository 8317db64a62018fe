"""What surrounds a revision on its page and in its files: author, approvals, change log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from charters.models import Revision
from charters.rendering.appendices import Annex, Approval, changed_items
from governance.models import Outcome, Review, Ruling

#: Who rules on a charter; nobody has before a ruling is recorded.
RULING_ROLES = ("Reviewer", "Committee")
NOT_RULED = "not ruled yet"
APPROVED_AS: dict[str, str] = {
    Outcome.APPROVE: "approved",
    Outcome.APPROVE_WITH_CONDITIONS: "approved with conditions",
    Outcome.SEND_BACK: "sent back",
    Outcome.REJECT: "rejected",
}


def annex_of(revision: Revision, *, address: Callable[[str], str] | None = None) -> Annex:
    """The annex of one revision; one statement on the revision before, where there is one.

    ``address`` makes the path of the transcript an address; without it none is given.
    """
    session = revision.charter.session
    author = str(session.owner)
    earlier = revision.charter.revisions.filter(number=revision.number - 1).first()
    transcript = reverse("interviews:transcript", args=[session.code])
    return Annex(
        author=author,
        approvals=(
            Approval("Requester", author, "issued", moment(revision.issued_at)),
            *_rulings(revision),
        ),
        previous_number=earlier.number if earlier else None,
        changes=changed_items(earlier.content, revision.content) if earlier else (),
        transcript_url=address(transcript) if address else "",
        issued=moment(revision.issued_at),
    )


def _rulings(revision: Revision) -> tuple[Approval, ...]:
    """Who ruled on it and how; the places of those who have not yet, while nobody did."""
    ruled = Ruling.objects.filter(review__revision=revision).select_related("review", "ruled_by")
    rows = [
        Approval(
            "Committee" if one.review.lane == Review.Lane.COMMITTEE else "Reviewer",
            str(one.ruled_by),
            APPROVED_AS[one.outcome],
            moment(one.ruled_at),
        )
        for one in ruled.order_by("id")
    ]
    return tuple(rows) or tuple(Approval(role, "", NOT_RULED, "") for role in RULING_ROLES)


def moment(at: datetime) -> str:
    """ "21 November 2026, 09:12" """
    return date_format(localtime(at), "j F Y, H:i")
