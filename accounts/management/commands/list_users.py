"""Lists the people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Q
from django.utils import timezone

from accounts.management.people_lines import PeopleCommand, described, line
from accounts.models import User
from accounts.permissions import Role


class Command(PeopleCommand):
    help = "Lists people by address."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--role", type=str.lower, choices=list(Role))
        parser.add_argument("--active", action="store_true", help="only who may sign in")
        words = "only who has not signed in for so many days"
        parser.add_argument("--inactive", type=int, metavar="DAYS", help=words)

    def run(self, options: dict[str, Any]) -> bool:
        found = User.objects.filter(kind=User.Kind.PERSON).order_by("email")
        if options["role"]:
            found = found.filter(role=options["role"])
        if options["active"]:
            found = found.filter(is_active=True)
        if options["inactive"] is not None:
            long_ago = timezone.now() - timedelta(days=options["inactive"])
            never = Q(last_login=None, joined_at__lt=long_ago)
            found = found.filter(never | Q(last_login__lt=long_ago))
        people = list(found)
        lines = [line(user) for user in people] or ["There is nobody like that."]
        self.show([described(user) for user in people], lines, options)
        return True
