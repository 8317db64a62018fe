"""The configuration in the terminal: single settings, versions of all, the back-test of rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError

from accounts import runtime_settings
from accounts.models import SettingChange, User
from accounts.permissions import Permission
from accounts.policies import has_permission
from accounts.runtime_settings import Value
from accounts.services import setting_changes
from uaip_project.operations import backtesting, config_deeds, configuration
from uaip_project.operations.runs import CouldNotRun

#: What takes the value of environment or file again.
FILE = "file"
COULD_NOT_RUN = 2
LOST_RACE = 3


class Command(BaseCommand):
    help = "Shows the settings in force, without secrets, and changes some of them at run time."
    # What is in force can be looked at although a check complains about it.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
        for name, does in (
            ("show", "every setting in force and where it comes from, or one of them"),
            ("set", "changes a setting at run time, in every process within seconds"),
            ("undo", "takes the latest change of a setting back"),
            ("history", "the latest changes, of all settings or of one"),
        ):
            deed = deeds.add_parser(name, help=does, description=does)
            is_change = name in ("set", "undo")
            deed.add_argument("key", nargs=None if is_change else "?", default="", metavar="KEY")
            if name == "set":
                words = f"the new value; {FILE} takes that of environment or file again"
                deed.add_argument("value", metavar="VALUE", help=words)
            if is_change:
                _add_change_arguments(deed)
            deed.add_argument("--json", action="store_true", help="JSON instead of lines")
        does = "replays every stored decision under other rules; changes nothing"
        deed = deeds.add_parser("backtest", help=does, description=does)
        backtesting.add_arguments(deed)
        deed.add_argument("--json", action="store_true", help="JSON instead of lines")
        config_deeds.add_parsers(deeds)

    def handle(self, *args: Any, **options: Any) -> None:
        deeds: dict[str, Callable[[dict[str, Any]], None]] = {
            "show": self._show,
            "set": self._set,
            "undo": self._undo,
            "history": self._history,
            "backtest": self._backtest,
        }
        try:
            deeds.get(options["deed"], self._whole)(options)
        except setting_changes.SomebodyWasFaster as race:
            words = f"{race} Yours: {_said(race.yours)}; theirs: {_said(race.theirs)}."
            raise CommandError(words, returncode=LOST_RACE) from race
        except setting_changes.NotConfirmed as fault:
            key = options.get("key", "")
            words = (
                f"This is dangerous. {fault} Say --confirm {key}".rstrip() + " if it should be so."
            )
            raise CommandError(words, returncode=COULD_NOT_RUN) from fault
        except (LookupError, ValueError, CouldNotRun, setting_changes.NothingToUndo) as fault:
            raise CommandError(str(fault), returncode=COULD_NOT_RUN) from fault
        except DatabaseError as fault:
            words = f"The database did not answer: {fault}"
            raise CommandError(words, returncode=COULD_NOT_RUN) from fault

    def _show(self, options: dict[str, Any]) -> None:
        key = options["key"]
        found = [configuration.find(key)] if key else configuration.everything()
        if options["json"]:
            self._write_json([configuration.described(one) for one in found])
            return
        for one in found:
            self.stdout.write(f"{one.key} = {one.text}  ({one.source})")
            if one.chosen and one.chosen.danger:
                self.stdout.write(f"  dangerous: {one.chosen.danger}")

    def _set(self, options: dict[str, Any]) -> None:
        declared = runtime_settings.find(options["key"])
        typed = options["value"]
        value = None if typed == FILE else declared.read(typed)
        setting_changes.change_setting(value=value, **_change(options))
        self._show(options)

    def _undo(self, options: dict[str, Any]) -> None:
        setting_changes.undo_change(**_change(options))
        self._show(options)

    def _history(self, options: dict[str, Any]) -> None:
        if options["key"]:
            runtime_settings.find(options["key"])
        found = configuration.history(options["key"])
        if options["json"]:
            self._write_json([configuration.described_change(one) for one in found])
        elif not found:
            self.stdout.write("Nothing was changed at run time yet.")
        for one in found if not options["json"] else ():
            self.stdout.write(_line(one))

    def _backtest(self, options: dict[str, Any]) -> None:
        found = backtesting.run(options)
        if options["json"]:
            self._write_json(found)
            return
        for line in backtesting.lines(found):
            self.stdout.write(line)

    def _whole(self, options: dict[str, Any]) -> None:
        """Versions of the whole configuration, and files of variables."""
        by = _person(options["by"]) if options.get("by") else None
        outcome = config_deeds.DEEDS[options["deed"]](options, by)
        if options["json"]:
            self._write_json(outcome.data)
        else:
            self.stdout.write("\n".join(outcome.lines))
        if outcome.is_problem:
            raise SystemExit(1)

    def _write_json(self, content: Any) -> None:
        self.stdout.write(json.dumps(content, indent=2, cls=DjangoJSONEncoder))


def _add_change_arguments(deed: CommandParser) -> None:
    deed.add_argument("--by", required=True, metavar="EMAIL", help="who does it")
    deed.add_argument("--reason", default="", help="stands in the history")
    deed.add_argument(
        "--confirm", default="", metavar="KEY", help="the key once more, for a dangerous value"
    )
    words = "only if it still has this version; without it, whatever it is at"
    deed.add_argument("--version-seen", type=int, metavar="N", help=words)


def _change(options: dict[str, Any]) -> dict[str, Any]:
    """What every change takes."""
    seen = options["version_seen"]
    return {
        "key": options["key"],
        "version": setting_changes.standing(options["key"])[0] if seen is None else seen,
        "reason": options["reason"][:300],
        "confirmed": options["confirm"],
        "by": _person(options["by"]),
    }


def _person(email: str) -> User:
    """Who is named by --by. Raises ValueError."""
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None or not has_permission(person, Permission.SETTING_MANAGE):
        raise ValueError(f"{email} is nobody who may change settings.")
    return person


def _line(one: SettingChange) -> str:
    when = f"{one.changed_at:%Y-%m-%d %H:%M:%S}"
    why = f": {one.reason}" if one.reason else ""
    values = f"{_said(one.before)} -> {_said(one.after)}"
    return f"{when}  {one.key}  {values}  by {one.changed_by}{why}"


def _said(value: Value | None) -> str:
    return FILE if value is None else json.dumps(value)
