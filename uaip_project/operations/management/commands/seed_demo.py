"""Adds the demonstration people and samples to an installation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from accounts.management.quiet_command import QuietCommand
from uaip_project.operations import demo


class Command(QuietCommand):
    help = "Add demo people, a finished charter, one that waits for a ruling, and one half-way."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError(
                "The demo people have a published password: seed_demo runs with "
                "ENVIRONMENT=development only."
            )
        try:
            is_new = demo.seed()
        except demo.SamplesDoNotFit as reason:
            self.stdout.write(str(reason))
            return
        there = "was added" if is_new else "is there already"
        self.stdout.write(f"The demonstration {there}.")
