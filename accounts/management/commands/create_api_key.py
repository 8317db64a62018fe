"""Makes an API key of a service account and prints its secret, this once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from accounts.management.key_lines import KeyCommand, actor, add_by, described, line
from accounts.models import User
from accounts.permissions import Permission, Role
from accounts.policies import permissions_of
from accounts.services import keys
from accounts.services.service_accounts import CannotMake, make_service_account

#: The guide's word for an account of a program; its rights are a User's.
SERVICE = "service"
#: A program makes no keys unless that is asked for.
NOT_BY_ITSELF = {Permission.KEY_ISSUE, Permission.KEY_MANAGE}


class Command(KeyCommand):
    help = "Makes an API key of a service account (made, if need be). The secret is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument("--account", default="", help="the service account; the key's name")
        words = "role of an account that is made: service = a User's rights"
        roles = [SERVICE, Role.USER, Role.REVIEWER, Role.ADMIN]
        parser.add_argument("--role", default=SERVICE, choices=roles, help=words)
        words = "who answers for an account that is made; --by"
        parser.add_argument("--owner", default="", metavar="EMAIL", help=words)
        words = "permissions, separated by commas; all of the account's but those about keys"
        parser.add_argument("--scopes", default="", help=words)
        parser.add_argument("--days", type=int, default=None, help="until it expires; 365")
        words = "only from these networks, separated by commas; from everywhere"
        parser.add_argument("--networks", default="", metavar="CIDRS", help=words)
        add_by(parser)

    def run(self, options: dict[str, Any]) -> bool:
        by = actor(options["by"])
        try:
            made = _make(options, by)
        except CannotMake as fault:
            raise ValueError(f"--{fault.field}: {fault}") from fault
        lines = [line(made.key), "The key, shown only now:", made.secret]
        self.show(described(made.key) | {"key": made.secret}, lines, options)
        return True


@transaction.atomic
def _make(options: dict[str, Any], by: User) -> keys.NewKey:
    account = _account(options, by)
    usual = (permissions_of(account) & permissions_of(by)) - NOT_BY_ITSELF
    return keys.issue_key(
        user=account,
        name=options["name"],
        scopes=_parts(options["scopes"]) or usual,
        days=options["days"],
        networks=_parts(options["networks"]),
        by=by,
    )


def _account(options: dict[str, Any], by: User) -> User:
    name = (options["account"] or options["name"]).strip()
    found = list(User.objects.filter(kind=User.Kind.SERVICE, name=name)[:2])
    if len(found) > 1:
        raise ValueError(f"There are several service accounts called {name}.")
    if found:
        return found[0]
    role = Role.USER if options["role"] == SERVICE else options["role"]
    return make_service_account(name=name, owner=_owner(options["owner"]) or by, by=by, role=role)


def _owner(email: str) -> User | None:
    if not email:
        return None
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise ValueError(f"--owner: there is nobody with the address {email}.")
    return found


def _parts(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]
