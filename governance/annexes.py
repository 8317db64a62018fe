"""What surrounds a revision on its page and in its files: author, approvals, change log."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from charters.models import Revision
from charters.rendering.appendices import Annex, Approval, changed_items

#: Who rules on a charter; nobody has before a ruling is recorded.
RULING_ROLES = ("Reviewer", "Committee")
NOT_RULED = "not ruled yet"


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
            Approval("Requester", author, "issued", _moment(revision)),
            *(Approval(role, "", NOT_RULED, "") for role in RULING_ROLES),
        ),
        previous_number=earlier.number if earlier else None,
        changes=changed_items(earlier.content, revision.content) if earlier else (),
        transcript_url=address(transcript) if address else "",
    )


def _moment(revision: Revision) -> str:
    return date_format(localtime(revision.issued_at), "j F Y, H:i")
