"""Who has access and should perhaps not have it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.management import key_lines
from accounts.management.people_lines import PeopleCommand, described, line
from accounts.models import ApiKey, User
from accounts.services.access_review import review_access

HEADINGS = {
    "admins": "Administrators",
    "without_second_factor": "Administrators without a second factor",
    "quiet": "Not signed in for 30 days",
    "silent": "Not signed in for 90 days",
    "keys_never_used": "API keys older than 30 days that were never used",
    "failed_sign_ins": "Refused sign-ins in 30 days",
}


class Command(PeopleCommand):
    help = "Lists access that somebody should look at; exit code 1 when something should be done."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)

    def run(self, options: dict[str, Any]) -> bool:
        review = review_access(at=timezone.now())
        content: dict[str, Any] = {"at": review.at, "needs_a_deed": review.needs_a_deed}
        lines: list[str] = []
        for name, heading in HEADINGS.items():
            rows = getattr(review, name)
            content[name] = [_described(row) for row in rows]
            lines += [f"{heading}: {len(rows)}", *(f"  {_line(row)}" for row in rows)]
        self.show(content, lines, options)
        return not review.needs_a_deed


def _described(row: Any) -> Any:
    if isinstance(row, User):
        return described(row)
    if isinstance(row, ApiKey):
        return key_lines.described(row)
    return {"subject": row[0], "count": row[1]}


def _line(row: Any) -> str:
    if isinstance(row, User):
        return line(row)
    if isinstance(row, ApiKey):
        return key_lines.line(row)
    return f"{row[1]:4} {row[0]}"
