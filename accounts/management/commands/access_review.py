"""Who has access and should perhaps not have it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.management import key_lines
from accounts.management.people_lines import PeopleCommand, described, line, person_called
from accounts.models import ApiKey, User
from accounts.services.access_review import review_access, sign_off

HEADINGS = {
    "admins": "Administrators",
    "without_second_factor": "Administrators without a second factor",
    "quiet": "Not signed in for 30 days",
    "silent": "Not signed in for 90 days",
    "keys_never_used": "API keys older than 30 days that were never used",
    "failed_sign_ins": "Refused sign-ins in 30 days",
}


class Command(PeopleCommand):
    help = (
        "Lists access that somebody should look at; exit code 1 when something should be done. "
        "--sign-off --by EMAIL leaves the deed that it was looked through."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--sign-off", action="store_true", help="you read it and answer for what stays"
        )
        parser.add_argument("--by", default="", metavar="EMAIL", help="who signs")

    def run(self, options: dict[str, Any]) -> bool:
        if bool(options["sign_off"]) != bool(options["by"]):
            raise ValueError("Give --sign-off and --by together: a signature has a name.")
        review = review_access(at=timezone.now())
        content: dict[str, Any] = {"at": review.at, "needs_a_deed": review.needs_a_deed}
        lines: list[str] = []
        for name, heading in HEADINGS.items():
            rows = getattr(review, name)
            content[name] = [_described(row) for row in rows]
            lines += [f"{heading}: {len(rows)}", *(f"  {_line(row)}" for row in rows)]
        if options["sign_off"]:
            sign_off(review, by=person_called(options["by"]))
            content["signed_off_by"] = options["by"]
            lines.append(f"Signed off by {options['by']}.")
        self.show(content, lines, options)
        # Whoever signed knows what was found.
        return options["sign_off"] or not review.needs_a_deed


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
