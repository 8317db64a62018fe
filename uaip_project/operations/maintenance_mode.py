"""Whether the house is open: announced, closed for writing, or open (reliability.md D31).

Every process asks the row once in a few seconds and keeps the answer meanwhile, so that no page
pays for it and a change holds everywhere within five seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from uaip_project.operations.models import Containment, MaintenanceMode

log = logging.getLogger(__name__)

Mode = MaintenanceMode.Mode
#: What a caller is told to wait where nobody said when it ends.
USUAL_WAIT = 300
LONGEST_WAIT = 3600
CLOSED = "U-AIP is being maintained: you can read, not change."
ANNOUNCED = "U-AIP will be maintained."
LOCKED = "U-AIP is locked down while a problem is looked into. Nobody but SuperAdmins comes in."
LOCKED_SHUT = (
    "U-AIP is locked down. Only a SuperAdmin ends that, with "
    "`incident unlock --by EMAIL`; nothing else opens it."
)
WRITES_SHUT = (
    "All changes were shut off during an incident. `incident release all-writes` ends that; "
    "nothing else opens U-AIP for changes."
)


class BadTimes(ValueError):
    """The times cannot be; the words say why."""


class HeldShut(ValueError):
    """An incident shut it, and who looks after that opens it; the words say how."""


@dataclass(frozen=True)
class Standing:
    """What the row says."""

    mode: str = Mode.OFF
    message: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def is_told(self, at: datetime) -> bool:
        """Whether people see the banner."""
        return self.mode != Mode.OFF and (self.ends_at is None or at < self.ends_at)

    def is_closed(self, at: datetime) -> bool:
        """Whether writes are refused."""
        has_begun = self.starts_at is None or at >= self.starts_at
        return self.is_locked or (self.mode == Mode.READONLY and has_begun and self.is_told(at))

    @property
    def is_locked(self) -> bool:
        """Whether nobody but SuperAdmins comes in."""
        return self.mode == Mode.LOCKED

    def wait(self, at: datetime) -> int:
        """Seconds after which it makes sense to try again."""
        if self.ends_at is None:
            return USUAL_WAIT
        return min(max(int((self.ends_at - at).total_seconds()) + 1, 1), LONGEST_WAIT)


OPEN = Standing()


class _Kept:
    """The row as this process knows it."""

    def __init__(self) -> None:
        self._standing = OPEN
        self._until = 0.0
        self._is_known = False
        self._lock = threading.Lock()

    def standing(self) -> Standing:
        """One statement every few seconds; meanwhile, and without a database, the last known.

        A process that has just started knows nothing: whoever comes at the same moment waits,
        else a lockdown would let them in.
        """
        if time.monotonic() < self._until or not self._lock.acquire(blocking=not self._is_known):
            return self._standing
        try:
            if time.monotonic() >= self._until:
                self.take(read())
        except DatabaseError as fault:
            log.warning("Maintenance mode is not read: %s", type(fault).__name__)
            self.take(self._standing)
        finally:
            self._lock.release()
        return self._standing

    def take(self, standing: Standing) -> None:
        """Holds this for as long as any."""
        self._standing = standing
        self._is_known = True
        self._until = time.monotonic() + settings.RUNTIME_SETTINGS_SECONDS

    def forget(self) -> None:
        """It was changed here: the next one who asks looks."""
        self._until = 0.0


KEPT = _Kept()


def standing() -> Standing:
    """What holds now, as far as this process knows."""
    return KEPT.standing()


def read() -> Standing:
    """What the row says now; no row means open."""
    found = MaintenanceMode.objects.filter(pk=1).values_list(
        "mode", "message", "starts_at", "ends_at"
    )
    row = found.first()
    return Standing(*row) if row else OPEN


def announce(
    *, message: str, by: User | None, starts_at: datetime, ends_at: datetime | None = None
) -> None:
    """Tells people when writing will be refused; it is, from then on. Raises BadTimes, HeldShut."""
    if starts_at <= timezone.now():
        raise BadTimes("The start has passed already. Use `start` to begin now.")
    _set(Mode.READONLY, message, by, starts_at=starts_at, ends_at=ends_at, deed="announced")


def tell(*, message: str, by: User | None, ends_at: datetime | None = None) -> None:
    """Only shows a banner. Raises BadTimes, HeldShut."""
    _set(Mode.BANNER, message, by, starts_at=None, ends_at=ends_at, deed="told")


def start(
    *, message: str, by: User | None, lasts: timedelta | None = None, is_emergency: bool = False
) -> None:
    """Refuses writes from now on. Raises BadTimes, HeldShut."""
    now = timezone.now()
    ends_at = now + lasts if lasts is not None else None
    deed = "started_at_once" if is_emergency else "started"
    _set(Mode.READONLY, message, by, starts_at=now, ends_at=ends_at, deed=deed)


def stop(*, by: User | None) -> None:
    """Opens the house again; once more is harmless. Raises HeldShut."""
    _set(Mode.OFF, "", by, starts_at=None, ends_at=None, deed="stopped")


def shut(*, message: str, by: User | None, is_locked: bool = False) -> None:
    """What an incident does: nobody writes, or nobody comes in, whatever held before."""
    mode = Mode.LOCKED if is_locked else Mode.READONLY
    with transaction.atomic():
        _store(mode, message, by, starts_at=timezone.now(), ends_at=None, deed="started_at_once")


def end_lockdown(*, by: User | None) -> None:
    """Where nothing else said what held before it."""
    with transaction.atomic():
        if MaintenanceMode.objects.select_for_update().filter(mode=Mode.LOCKED).exists():
            _store(Mode.OFF, "", by, starts_at=None, ends_at=None, deed="stopped")


def _set(
    mode: str,
    message: str,
    by: User | None,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    deed: str,
) -> None:
    if ends_at is not None and ends_at <= (starts_at or timezone.now()):
        raise BadTimes("The end must be later than the start.")
    with transaction.atomic():
        # Who shuts it in an incident takes the same row: one of the two sees the other.
        row = MaintenanceMode.objects.select_for_update().filter(pk=1).first()
        if row is not None and row.mode == Mode.LOCKED:
            raise HeldShut(LOCKED_SHUT)
        if Containment.objects.in_force().filter(kind=Containment.Kind.WRITES).exists():
            raise HeldShut(WRITES_SHUT)
        _store(mode, message, by, starts_at=starts_at, ends_at=ends_at, deed=deed)


def _store(
    mode: str,
    message: str,
    by: User | None,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    deed: str,
) -> None:
    values = {
        "mode": mode,
        "message": message[:300],
        "starts_at": starts_at,
        "ends_at": ends_at,
        "set_by": by,
        "set_at": timezone.now(),
    }
    row, is_new = MaintenanceMode.objects.get_or_create(pk=1, defaults=values)
    if not is_new:
        same = MaintenanceMode.objects.filter(pk=row.pk)
        same.update(version=F("version") + 1, **values)
    detail = {"mode": str(mode), "starts_at": _iso(starts_at), "ends_at": _iso(ends_at)}
    audit.record(type=f"maintenance.{deed}", actor=by, subject="site", detail=detail)
    KEPT.forget()
    # Once more: until it is committed, whoever looks finds what held before.
    transaction.on_commit(KEPT.forget)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
