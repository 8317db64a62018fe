"""When processes were last heard of."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a sort of process was last heard of."""

    name = models.CharField(max_length=40, unique=True)
    heard_at = models.DateTimeField()

    class Meta:
        db_table = "heartbeats"

    def __str__(self) -> str:
        return self.name
