"""How much of the money for calls is spent, and who is told when it runs out."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.cache import cache
from django.db import Error, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.runtime_settings import in_force
from accounts.services import audit
from interviews.declared_settings import DAILY_BUDGET, MONTHLY_BUDGET
from interviews.llm import prices
from interviews.llm.types import FaultKind, ModelFault
from interviews.models import ModelSpend

log = logging.getLogger(__name__)

WARNED = "budget.warned"
EXHAUSTED = "budget.exhausted"
SECONDS_A_DAY = 86_400
NOTHING = Decimal(0)


@dataclass(frozen=True)
class BudgetStanding:
    """What was spent today and this month, beside the limits; a limit of 0 is none."""

    day: date
    daily_spent: Decimal
    daily_limit: Decimal
    monthly_spent: Decimal
    monthly_limit: Decimal
    warn_at: Decimal
    currency: str

    @property
    def is_warning(self) -> bool:
        """Whether a budget is used up to its warning mark or beyond."""
        return self._reaches(self.warn_at)

    @property
    def is_exhausted(self) -> bool:
        """Whether a budget is used up."""
        return self._reaches(Decimal(1))

    def _reaches(self, share: Decimal) -> bool:
        pairs = (
            (self.daily_spent, self.daily_limit),
            (self.monthly_spent, self.monthly_limit),
        )
        return any(limit and spent >= limit * share for spent, limit in pairs)

    def __str__(self) -> str:
        spans = (
            ("today", self.daily_spent, self.daily_limit),
            ("this month", self.monthly_spent, self.monthly_limit),
        )
        return ", ".join(
            f"{spent:.2f} of {limit:.2f} {self.currency} {span}"
            for span, spent, limit in spans
            if limit
        )


def standing() -> BudgetStanding:
    """What was spent in all and may be spent, by one small sum over the days of this month."""
    today = timezone.localdate()
    spent = ModelSpend.objects.filter(day__gte=today.replace(day=1), day__lte=today).aggregate(
        daily=Sum("cost", filter=Q(day=today)), monthly=Sum("cost")
    )
    return BudgetStanding(
        day=today,
        daily_spent=spent["daily"] or NOTHING,
        daily_limit=Decimal(str(in_force(DAILY_BUDGET))),
        monthly_spent=spent["monthly"] or NOTHING,
        monthly_limit=Decimal(str(in_force(MONTHLY_BUDGET))),
        warn_at=Decimal(str(settings.LLM["budget"]["warn_at"])),
        currency=prices.currency(),
    )


def is_used_up() -> bool:
    """Whether calls are held back now; asks the database only where a limit is set."""
    return _is_limited() and standing().is_exhausted


def check() -> None:
    """Stops a call that there is no money for. Raises ModelFault(OVER_BUDGET)."""
    if not _is_limited():
        return
    found = standing()
    if found.is_exhausted:
        _tell_once(found, EXHAUSTED)
        raise ModelFault(FaultKind.OVER_BUDGET, f"The budget is used up: {found}.")
    if found.is_warning:
        _tell_once(found, WARNED)


def _is_limited() -> bool:
    return bool(in_force(DAILY_BUDGET) or in_force(MONTHLY_BUDGET))


def _tell_once(found: BudgetStanding, event: str) -> None:
    """One log line and one audit event a day, however many processes notice it.

    The cache only spares the look into the audit log, which has the last word.
    """
    mark = f"{event}:{found.day}"
    if cache.get(mark):
        return
    try:
        _record_once(found, event)
    except Error:
        # Telling is a courtesy; it must not stand in the way of the call or of its refusal.
        log.exception("%s could not be recorded.", event)
    cache.set(mark, True, SECONDS_A_DAY)


@transaction.atomic
def _record_once(found: BudgetStanding, event: str) -> None:
    subject = f"model budget {found.day}"
    # Any row of the month does: processes that notice at the same time come in one by one.
    month = ModelSpend.objects.filter(day__gte=found.day.replace(day=1)).order_by("pk")
    month.select_for_update().first()
    if AuditEvent.objects.filter(type=event, subject=subject).exists():
        return
    log.warning("%s: language models have cost %s.", event, found)
    audit.record(
        type=event,
        actor=None,
        subject=subject,
        detail={
            "daily_spent": str(found.daily_spent),
            "daily_limit": str(found.daily_limit),
            "monthly_spent": str(found.monthly_spent),
            "monthly_limit": str(found.monthly_limit),
            "currency": found.currency,
        },
    )
