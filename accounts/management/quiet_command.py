"""What every command of ours begins with: errors stop it, warnings are told elsewhere."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management.base import BaseCommand, OutputWrapper


class QuietCommand(BaseCommand):
    """Says nothing of warnings that `check`, `migrate` and `db prepare` tell.

    Django repeats them on standard error before each command, where they hide what it says itself.
    """

    def check(self, *args: Any, **options: Any) -> None:
        """Raises SystemCheckError with all that was found, where one of it is an error."""
        kept, self.stderr = self.stderr, OutputWrapper(StringIO())
        try:
            self.tell_checks(*args, **options)
        finally:
            self.stderr = kept

    def tell_checks(self, *args: Any, **options: Any) -> None:
        """The same with the warnings. Raises SystemCheckError."""
        super().check(*args, **options)
