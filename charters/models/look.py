"""How an organisation wants its files to look."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now

from charters.rendering.look import DEFAULT_ACCENT


class DocumentLook(models.Model):
    """One state of the look; the newest row is in force, older ones say what held before."""

    name = models.CharField(max_length=120, blank=True)
    accent = models.CharField(
        max_length=7,
        default=DEFAULT_ACCENT,
        validators=[RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", "Give the colour as # and six digits.")],
    )
    #: PNG, rewritten by us from what was uploaded; empty for none.
    logo = models.BinaryField(blank=True, default=bytes)
    logo_width = models.PositiveIntegerField(default=0)
    logo_height = models.PositiveIntegerField(default=0)
    template_name = models.CharField(max_length=120, blank=True)
    template = models.BinaryField(blank=True, default=bytes)
    stylesheet = models.TextField(blank=True)
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "document_looks"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name or "look without a name"
