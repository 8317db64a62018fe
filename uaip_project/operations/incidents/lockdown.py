"""The answer to a breach: nobody comes in, no key works, no model is asked; SuperAdmins go on."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import HeldKind, TokenFamily, User
from accounts.services import audit, job_holds, keys
from accounts.services.webhooks import WEBHOOK
from interviews.llm import circuit
from uaip_project.operations import maintenance_mode
from uaip_project.operations.incidents import containing
from uaip_project.operations.models import Containment, OperationalIncident

WHY = "locked down"


@dataclass(frozen=True)
class LockedDown:
    """What there was to end."""

    people: int
    sessions: int
    families: int
    keys: int
    providers: int

    def in_words(self) -> str:
        return (
            f"Locked down: nobody comes in; {self.people} people signed out ({self.sessions} browser "
            f"sessions, {self.families} programs), {self.keys} keys revoked, "
            f"{self.providers} models stopped. Only SuperAdmins can sign in."
        )


@transaction.atomic
def lock_down(*, reason: str, by: User, incident: OperationalIncident | None = None) -> LockedDown:
    """All of it at once, or nothing. What is shut off already stays so, or is shut again."""
    _contain(Containment.Kind.WRITES, "", reason, by, incident)
    maintenance_mode.shut(message=maintenance_mode.LOCKED, by=by, is_locked=True)
    ended = len(keys.rotate_all(by=by, why=WHY, replace=False))
    families = TokenFamily.objects.filter(ended_at=None)
    family_count = families.update(ended_at=timezone.now(), ended_why=WHY)
    people = User.objects.active().update(epoch=F("epoch") + 1)
    session_count, _ = Session.objects.all().delete()
    names = sorted({row.provider for row in circuit.circuits()})
    stopped = sum(_contain(Containment.Kind.PROVIDER, name, reason, by, incident) for name in names)
    # Whoever got in may have had facts sent to an address of theirs.
    job_holds.hold([WEBHOOK], why=WHY, by=by)
    done = LockedDown(people, session_count, family_count, ended, stopped)
    audit.record(
        type="containment.locked_down",
        actor=by,
        subject="installation",
        detail={"keys": ended, "people": people, "providers": stopped, "reason": reason[:200]},
    )
    return done


def _contain(
    kind: str, target: str, reason: str, by: User, incident: OperationalIncident | None
) -> int:
    try:
        containing.place_containment(
            kind=kind, target=target, reason=reason, by=by, incident=incident
        )
    except containing.CannotContain:
        # It is shut off already, perhaps since a moment ago.
        try:
            containing.hold_shut(kind=kind, target=target, reason=reason, by=by)
        except Containment.DoesNotExist:
            # Somebody let go of it in this very moment.
            containing.place_containment(
                kind=kind, target=target, reason=reason, by=by, incident=incident
            )
            return 1
        return 0
    return 1


@transaction.atomic
def unlock(*, by: User) -> list[str]:
    """Lets writing, models and webhooks go again; keys stay revoked and people sign in. Sentences."""
    said = [
        containing.release_containment(kind=row.kind, target=row.target, by=by).sentence
        for row in containing.standing()
        if row.kind in (Containment.Kind.WRITES, Containment.Kind.PROVIDER)
    ]
    maintenance_mode.end_lockdown(by=by)
    # What a restore or an operator held for another reason stays held.
    ours = HeldKind.objects.filter(kind=WEBHOOK, why=WHY)
    job_holds.release(ours.values_list("kind", flat=True), by=by)
    audit.record(type="containment.unlocked", actor=by, subject="installation")
    return said
