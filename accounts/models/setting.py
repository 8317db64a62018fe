"""Settings that administrators change while the house is open, each change kept."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models.user import User


class RuntimeSetting(models.Model):
    """The value in force now of one setting that may be changed at run time."""

    key = models.CharField(max_length=100, unique=True)
    value = models.JSONField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "runtime_settings"

    def __str__(self) -> str:
        return f"{self.key} = {self.value!r}"


class SettingChange(models.Model):
    """One change: what it was, what it became, who and why. ``after`` None = back to the file."""

    key = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "setting_changes"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "version"], name="setting_changes_once_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} version {self.version}"
