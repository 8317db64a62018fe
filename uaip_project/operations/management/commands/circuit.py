"""Circuits of language models in the terminal: status, reset, test, configure."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from accounts.management.quiet_command import QuietCommand
from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from interviews.llm import circuit
from interviews.models import Circuit
from uaip_project.operations import language_models

COULD_NOT_RUN = 2


class Command(QuietCommand):
    help = "Shows, resets, tests and configures the circuits of language models."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
        for name, does in (
            ("status", "what is asked now; exit 1 while a configured model is not available"),
            ("reset", "lets calls through again"),
            ("test", "one real tiny call to each; exit 1 if one is not answered"),
            ("configure", "when a circuit opens and for how long; no figure takes the site's"),
        ):
            deed = deeds.add_parser(name, help=does, description=does)
            deed.add_argument("--provider", default="", help="only this provider's")
            deed.add_argument("--model", default="", help="only this model's")
            deed.add_argument("--json", action="store_true", help="JSON instead of lines")
            if name != "status":
                deed.add_argument("--by", default="", metavar="EMAIL", help="who does it")
            _own_arguments(name, deed)

    def handle(self, *args: Any, **options: Any) -> None:
        deeds: dict[str, Callable[[dict[str, Any]], bool]] = {
            "status": self._status,
            "reset": self._reset,
            "test": self._test,
            "configure": self._configure,
        }
        try:
            went_well = deeds[options["deed"]](options)
        except (language_models.NoSuchCircuit, language_models.StaysShut, ValueError) as fault:
            raise CommandError(str(fault), returncode=COULD_NOT_RUN) from fault
        except DatabaseError as fault:
            words = f"The database did not answer: {fault}"
            raise CommandError(words, returncode=COULD_NOT_RUN) from fault
        if not went_well:
            raise SystemExit(1)

    def _status(self, options: dict[str, Any]) -> bool:
        rows = language_models.chosen(options["provider"], options["model"])
        whole = language_models.status()
        shown = [language_models.described(row) for row in rows]
        if options["json"]:
            self._write_json(whole | {"circuits": shown})
        else:
            self.stdout.write(f"llm: {whole['llm']}")
            for problem in whole["problems"]:
                self.stdout.write(f"missing: {problem}")
            for one in shown:
                self.stdout.write(_line(one))
        return bool(whole["llm"] != "degraded")

    def _reset(self, options: dict[str, Any]) -> bool:
        by = _person(options["by"])
        rows = language_models.chosen(options["provider"], options["model"])
        language_models.reset(rows, by=by, reason=options["reason"])
        self._show(rows, options)
        return True

    def _test(self, options: dict[str, Any]) -> bool:
        by = _person(options["by"])
        if options["rehearse"]:
            played = language_models.rehearse(by=by)
            lines, results = [str(played)], [{"ok": played.is_ok, "sentence": str(played)}]
        else:
            lines, results = _call_each(options, by)
        if options["json"]:
            self._write_json(results)
        else:
            self.stdout.write("\n".join(lines))
        return all(one["ok"] for one in results)

    def _configure(self, options: dict[str, Any]) -> bool:
        by = _person(options["by"])
        rows = language_models.chosen(options["provider"], options["model"])
        for row in rows:
            circuit.configure(
                row,
                by=by,
                failure_limit=options["failures"],
                window_seconds=options["window"],
                open_seconds=options["wait"],
            )
        self._show(rows, options)
        return True

    def _show(self, rows: list[Circuit], options: dict[str, Any]) -> None:
        shown = [language_models.described(row) for row in rows]
        if options["json"]:
            self._write_json(shown)
        elif not shown:
            self.stdout.write("There is no circuit: no model is configured, and none was asked.")
        else:
            self.stdout.write("\n".join(_line(one) for one in shown))

    def _write_json(self, content: Any) -> None:
        self.stdout.write(json.dumps(content, indent=2, cls=DjangoJSONEncoder))


def _own_arguments(name: str, deed: CommandParser) -> None:
    if name == "reset":
        deed.add_argument("--reason", default="", help="stands in the history")
    elif name == "test":
        words = "play an outage of a provider that does not exist: no call, no token"
        deed.add_argument("--rehearse", action="store_true", help=words)
    elif name == "configure":
        for option, means in (
            ("--failures", "failures that open it"),
            ("--window", "seconds within which they are counted"),
            ("--wait", "seconds for which it is left alone"),
        ):
            deed.add_argument(option, type=int, help=means)


def _call_each(options: dict[str, Any], by: User | None) -> tuple[list[str], list[dict[str, Any]]]:
    outcomes = language_models.test_each(options["provider"], options["model"], by=by)
    lines = [
        f"{'ok      ' if one.is_ok else 'problem '} {one.provider}: {one.sentence}"
        for one in outcomes
    ]
    return lines, [language_models.outcome_data(one) for one in outcomes]


def _person(email: str) -> User | None:
    """Who is named by --by; without it the record names the system. Raises ValueError."""
    if not email:
        return None
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None or not has_permission(person, Permission.MODEL_MANAGE):
        raise ValueError(f"{email} is nobody who looks after language models.")
    return person


def _line(one: dict[str, Any]) -> str:
    figures = f"{one['failures']:g} of {one['failure_threshold']} failures"
    wait = "until somebody resets it" if one["state"] == "stopped" else "for a while"
    rest = "" if one["state"] == "closed" else f", left alone {wait}: {one['reason']}"
    return f"{one['state']:8} {one['provider']} ({one['model']}): {figures}{rest}"
