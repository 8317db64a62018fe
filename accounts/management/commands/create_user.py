"""Makes a person, who chooses a password under the link that is printed."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.core.validators import validate_email
from django.db import transaction

from accounts.management.people_lines import PeopleCommand, described, person_called
from accounts.models import User
from accounts.permissions import Role
from accounts.services import members, reset_links

INSISTED = "A password on a command line can be read by everybody on this machine."


class Command(PeopleCommand):
    help = "Makes a person. Prints a link under which they choose a password, unless one is given."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="")
        words = "user where nothing is said"
        parser.add_argument("--role", type=str.lower, choices=list(Role), help=words)
        words = "gives the role to somebody who is here already, such as the second SuperAdmin"
        parser.add_argument("--existing", action="store_true", help=words)
        words = "runs the installation without seeing projects"
        parser.add_argument("--operator", action="store_true", help=words)
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--ask-password", action="store_true", help="asks for the password")
        words = "takes the password from the first line of standard input"
        ways.add_argument("--password-stdin", action="store_true", help=words)
        ways.add_argument("--password", help=f"insists on it here. {INSISTED}")

    def run(self, options: dict[str, Any]) -> bool:
        if options["existing"]:
            return self._give_role(options)
        email = _address(options["email"])
        password = self._password(options)
        with transaction.atomic():
            user = members.create_member(
                email=email,
                name=options["name"],
                role=options["role"] or Role.USER,
                is_operator=options["operator"],
                by=None,
            )
            link = "" if password else reset_links.hand_out_reset_link(user=user)
            if password:
                _give(user, password)
        lines = [f"{user.email} is here as {user.get_role_display()}."]
        if link:
            lines += ["They choose a password here, once:", link]
        self.show(described(user) | {"link": link or None}, lines, options)
        return True

    def _give_role(self, options: dict[str, Any]) -> bool:
        """To a person who is here; whoever has the machine needs nobody's second word."""
        _refuse_what_is_not_given(options)
        if not options["role"]:
            raise ValueError("Say which role with --role. Nobody was changed.")
        user = person_called(options["email"])
        mark = options["operator"] or user.is_operator
        changed = members.change_role(user=user, role=options["role"], is_operator=mark, by=None)
        words = "from now on" if changed else "already"
        lines = [f"{user.email} is {user.get_role_display()} {words}."]
        self.show(described(user), lines, options)
        return True

    def _password(self, options: dict[str, Any]) -> str:
        """The password that was given by one of the three ways; "" = none."""
        if options["password"]:
            self.stderr.write(f"Warning: {INSISTED}")
            return str(options["password"])
        if options["password_stdin"]:
            return sys.stdin.readline().rstrip("\r\n")
        if options["ask_password"]:
            first, again = getpass("Password: "), getpass("Password again: ")
            if first != again:
                raise ValueError("The two passwords differ. Nobody was made.")
            return first
        return ""


def _refuse_what_is_not_given(options: dict[str, Any]) -> None:
    """Rather than dropping it in silence. Raises ValueError."""
    if any(options[one] for one in ("password", "password_stdin", "ask_password")):
        raise ValueError(
            "--existing gives a role and no password. Leave the password out, or make a link with "
            "`reset_password`. Nobody was changed."
        )
    if options["name"]:
        raise ValueError("--existing gives a role and no name. Nobody was changed.")


def _address(email: str) -> str:
    try:
        validate_email(email.strip())
    except ValidationError:
        raise ValueError(f"{email} is not an e-mail address.") from None
    return email.strip().lower()


def _give(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise ValueError(f"Nobody was made. {' '.join(fault.messages)}") from None
    user.set_password(password)
    user.save(update_fields=["password"])
