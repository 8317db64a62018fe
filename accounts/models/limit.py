"""How often somebody asked, where no Redis keeps it."""

from __future__ import annotations

from django.db import models


class RateLimit(models.Model):
    """One limit of one principal. Every row may be lost at any time: somebody asks a little more.

    ``busy_until`` is the generic cell rate algorithm's theoretical arrival time in seconds since 1970:
    each request moves it by the limit's interval, and none may move it further ahead than a burst.
    """

    key = models.CharField(max_length=120, primary_key=True)
    busy_until = models.FloatField()

    class Meta:
        db_table = "rate_limits"

    def __str__(self) -> str:
        return self.key
