"""Makes, opens and revokes links by which people without an account read one revision."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from charters.models import Charter, Revision
from charters.services.viewing import subject
from governance import policies
from governance.models import ShareLink
from governance.refusals import NotNow, NotYours, Unfit

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=90)
USUAL = timedelta(days=14)
#: How many may be open at once for one charter: more nobody keeps in view.
MOST_OPEN = 50
#: 256 bits.
SECRET_BYTES = 32
NOT_YOURS = "Only its author and administrators share a charter."
NOT_WHOLE = "Only administrators share the full charter. Share the external copy."
SPAN = "Choose a time from 1 hour to 90 days."
TOO_MANY = f"{MOST_OPEN} links to this charter are open. Revoke one that is not needed any more."
OVER = "This link was revoked before."


@dataclass(frozen=True)
class Made:
    """A new link with its secret, which is nowhere else."""

    link: ShareLink
    secret: str


@transaction.atomic
def share_revision(
    *, revision: Revision, profile: str, lasts: timedelta = USUAL, purpose: str = "", by: User
) -> Made:
    """A link to this revision in this profile. Raises NotYours, Unfit, NotNow."""
    _require(by, revision, profile)
    if not SHORTEST <= lasts <= LONGEST:
        raise Unfit({"lasts": SPAN})
    # One at a time: two who count at once would both find room for the last.
    Charter.objects.select_for_update(no_key=True).get(pk=revision.charter_id)
    others = ShareLink.objects.open().filter(revision__charter=revision.charter)
    if others.count() >= MOST_OPEN:
        raise NotNow(TOO_MANY)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = ShareLink.objects.create(
        revision=revision,
        profile=profile,
        purpose=purpose,
        secret_hash=_hash(secret),
        created_by=by,
        expires_at=timezone.now() + lasts,
    )
    link.refresh_from_db(fields=["created_at"])
    detail = {"link": str(link.code), "profile": profile, "expires": link.expires_at.isoformat()}
    audit.record(type="share_link.created", actor=by, subject=subject(revision), detail=detail)
    return Made(link, secret)


def _require(by: User, revision: Revision, profile: str) -> None:
    if not policies.may_share(by, revision.charter):
        raise NotYours(NOT_YOURS)
    if profile not in ShareLink.Profile.values:
        raise Unfit({"profile": "Choose “external” or “full”."})
    if profile == ShareLink.Profile.FULL and not policies.may_share_whole(by):
        raise NotYours(NOT_WHOLE)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def revoke_link(*, link: ShareLink, by: User) -> None:
    """From now on it leads nowhere. Raises NotYours, NotNow."""
    if not policies.may_share(by, link.revision.charter):
        raise NotYours(NOT_YOURS)
    still = ShareLink.objects.filter(pk=link.pk, revoked_at=None)
    if not still.update(revoked_at=Now(), revoked_by=by):
        raise NotNow(OVER)
    detail = {"link": str(link.code)}
    audit.record(type="share_link.revoked", actor=by, subject=subject(link.revision), detail=detail)


# --- Whoever holds it -----------------------------------------------------------------------------


def link_of(secret: str) -> ShareLink | None:
    """The link of a secret, whatever its state; None where there is none."""
    found = ShareLink.objects.select_related("revision__charter__session__owner", "created_by")
    return found.filter(secret_hash=_hash(secret)).first()


def is_alive(link: ShareLink) -> bool:
    """Whether it opens: in time, not revoked, not shut off, and its maker might still make it."""
    maker, charter = link.created_by, link.revision.charter
    if charter.session.shut_off_at is not None:
        return False
    may = policies.may_share(maker, charter)
    if link.profile == ShareLink.Profile.FULL:
        may = may and policies.may_share_whole(maker)
    return link.is_open and may


@transaction.atomic
def note_opening(*, link: ShareLink, file_format: str = "page") -> None:
    """Somebody reads it, or takes it away as a file; what cannot be noted is not shown."""
    ShareLink.objects.filter(pk=link.pk).update(
        open_count=F("open_count") + 1, last_opened_at=Now()
    )
    audit.record(
        type="share_link.opened",
        actor=None,
        subject=subject(link.revision),
        detail={"format": file_format, "profile": link.profile},
        holder=str(link),
    )
