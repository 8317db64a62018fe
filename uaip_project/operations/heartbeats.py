"""Notes that a process lives, for the operator who looks (docs/runbooks/worker-stuck.md)."""

from __future__ import annotations

from django.db.models.functions import Now

from uaip_project.operations.models import Heartbeat


def beat(name: str) -> None:
    """The process called ``name`` was alive just now, by the database's clock."""
    if not Heartbeat.objects.filter(name=name).update(heard_at=Now()):
        Heartbeat.objects.get_or_create(name=name, defaults={"heard_at": Now()})
