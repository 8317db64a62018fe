"""Makes SuperAdmins: one asks, a second confirms within a day (reliability.md D23)."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts import emails
from accounts.models import Job, Promotion, User
from accounts.models.user import UserQuerySet
from accounts.permissions import Role
from accounts.services import audit, jobs
from accounts.services.members import CannotDo, give_role

ASKED, CLOSED = "promotion_asked", "promotion_closed"
LIFE = timedelta(hours=24)
ALONE = (
    "You are the only SuperAdmin, so nobody could confirm it. Whoever runs the server makes the "
    "second one: manage.py create_user --existing --role superadmin --email and their address."
)
Outcome = Promotion.Outcome


class PromotionOver(Exception):
    """It was confirmed, refused or withdrawn meanwhile, or a day went by."""


def chiefs() -> UserQuerySet:
    """The SuperAdmins who may sign in."""
    return User.objects.active().filter(role=Role.SUPERADMIN, kind=User.Kind.PERSON)


def may_promote(by: User) -> bool:
    """Whether somebody may ask, confirm and refuse: a SuperAdmin who came in person, no key."""
    return by.role == Role.SUPERADMIN and by.is_active and by.limited_to is None


def _require_chief(by: User) -> None:
    if not may_promote(by):
        raise CannotDo("Only a SuperAdmin who signed in makes SuperAdmins.")


@transaction.atomic
def ask_promotion(*, user: User, by: User) -> Promotion:
    """Asks the other SuperAdmins to make this person one of them. Raises CannotDo."""
    _require_chief(by)
    if user.role == Role.SUPERADMIN:
        raise CannotDo(f"{user} is a SuperAdmin already.")
    if not user.is_active or user.kind != User.Kind.PERSON:
        raise CannotDo("Only an active person becomes a SuperAdmin.")
    if not chiefs().exclude(pk=by.pk).exists():
        raise CannotDo(ALONE)
    over = Promotion.objects.filter(user=user, closed_at=None, expires_at__lte=Now())
    over.update(closed_at=Now(), closed_by=by, outcome=Outcome.EXPIRED)
    try:
        with transaction.atomic():
            asked = Promotion.objects.create(
                user=user, asked_by=by, expires_at=timezone.now() + LIFE
            )
    except IntegrityError:
        raise CannotDo("Somebody asked for this already. Reload the page to see it.") from None
    _tell(asked, ASKED)
    _record("asked", asked, by)
    return asked


@transaction.atomic
def confirm_promotion(*, promotion: Promotion, by: User) -> User:
    """Makes the person a SuperAdmin. Raises CannotDo, and PromotionOver where it no longer waits."""
    _require_chief(by)
    kept = _locked(promotion)
    if by.pk in (kept.asked_by_id, kept.user_id):
        raise CannotDo("Somebody else must confirm this: neither who asked nor who becomes one.")
    if not may_promote(kept.asked_by):
        raise CannotDo("Whoever asked for this is no SuperAdmin any more. Refuse it.")
    if not kept.user.is_active:
        raise CannotDo(f"{kept.user} cannot sign in. Refuse it.")
    _close(kept, Outcome.CONFIRMED, by)
    user = kept.user
    give_role(
        user=user,
        role=Role.SUPERADMIN,
        is_operator=user.is_operator,
        by=by,
        asked_by=kept.asked_by,
    )
    return user


@transaction.atomic
def refuse_promotion(*, promotion: Promotion, by: User) -> None:
    """Says no, or takes one's own wish back. Raises CannotDo, and PromotionOver."""
    _require_chief(by)
    kept = _locked(promotion)
    _close(kept, Outcome.WITHDRAWN if by.pk == kept.asked_by_id else Outcome.REFUSED, by)


def _locked(promotion: Promotion) -> Promotion:
    """With both people, none of whom changes before this is done."""
    rows = Promotion.objects.select_related("user", "asked_by")
    return rows.select_for_update(of=("self", "user", "asked_by")).get(pk=promotion.pk)


def _close(promotion: Promotion, outcome: Outcome, by: User) -> None:
    waiting = Promotion.objects.filter(pk=promotion.pk, closed_at=None, expires_at__gt=Now())
    if not waiting.update(closed_at=Now(), closed_by=by, outcome=outcome):
        raise PromotionOver
    _tell(promotion, CLOSED)
    _record(outcome.value, promotion, by)


def _record(deed: str, promotion: Promotion, by: User) -> None:
    audit.record(
        type=f"promotion.{deed}",
        actor=by,
        subject=audit.person(promotion.user),
        detail={"promotion": str(promotion.code), "asked_by": audit.person(promotion.asked_by)},
    )


# --- In the worker --------------------------------------------------------------------------------


def _tell(promotion: Promotion, kind: str) -> None:
    jobs.enqueue(kind=kind, subject_id=promotion.pk, unique_key=f"{kind}:{promotion.pk}")


def tell_of_wish(job: Job) -> None:
    """Every SuperAdmin learns what was asked, unless it is over already."""
    found = Promotion.objects.open().filter(pk=job.subject_id)
    _mail(found.select_related("user", "asked_by").first())
    jobs.finish(job)


def tell_of_outcome(job: Job) -> None:
    """Every SuperAdmin learns what came of it; a new one is among them."""
    found = Promotion.objects.filter(pk=job.subject_id)
    _mail(found.select_related("user", "asked_by", "closed_by").first())
    jobs.finish(job)


def _mail(promotion: Promotion | None) -> None:
    if promotion is not None:
        for chief in chiefs().order_by("pk"):
            emails.promotion(promotion, to=chief)
