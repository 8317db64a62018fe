"""The worker processes, each with what it last said of itself."""

from __future__ import annotations

from django.db import models


class WorkerProcess(models.Model):
    """One worker process; its row goes when it ends in good order, or long after it fell silent."""

    #: "host:pid", the host cut short.
    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    memory_bytes = models.BigIntegerField(default=0)
    thread_count = models.PositiveIntegerField(default=0)
    #: Jobs that it does at this moment, and how many it could do.
    job_count = models.PositiveIntegerField(default=0)
    seat_count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "worker_processes"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
