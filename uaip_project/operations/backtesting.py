"""What ``config backtest`` asks and says: rules from the command line, changes as lines or JSON."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from pydantic import ValidationError

from governance.engine.facts import bad_paths
from governance.engine.thresholds import Thresholds
from governance.models import Decision
from governance.refusals import Unfit
from governance.services import backtest, packs, publications
from governance.services.packs import Rules


def add_arguments(deed: CommandParser) -> None:
    """The options of the subcommand."""
    deed.add_argument(
        "--set", action="append", default=[], metavar="LEVEL=NUMBER", help="such as revise=2"
    )
    deed.add_argument("--pack", metavar="FILE", help="a whole pack as YAML")
    words = "read practices as on this day (YYYY-MM-DD); else each case on its own day"
    deed.add_argument("--on", type=date.fromisoformat, metavar="DAY", help=words)


def run(options: dict[str, Any]) -> dict[str, Any]:
    """The figures and the first changes, as plain data. Raises ValueError on bad rules."""
    rules = _rules(options)
    figures, changes = backtest.summarize(rules.of_decisions, on=options["on"])
    return {
        "summary": backtest.in_words(figures),
        **figures,
        "changes": [_described(one, names) for one, names in _with_names(changes)],
    }


def _rules(options: dict[str, Any]) -> Rules:
    rules = packs.in_force()
    levels = {**rules.thresholds, **dict(_level(one) for one in options["set"])}
    try:
        Thresholds.model_validate(levels)
    except ValidationError as fault:
        problems = "; ".join(f"{path}: {reason}" for path, reason in bad_paths(fault))
        raise ValueError(f"These levels cannot be taken: {problems}.") from None
    rules = rules.with_thresholds(levels)
    if options["pack"] is None:
        return rules
    try:
        text = Path(options["pack"]).read_text(encoding="utf-8")
        return rules.with_pack(publications.read_proposed_pack(text))
    except (OSError, UnicodeDecodeError) as fault:
        raise ValueError(f"{options['pack']} cannot be read: {fault}.") from None
    except Unfit as fault:
        raise ValueError(str(fault)) from None


def _level(text: str) -> tuple[str, int | float]:
    name, sign, value = text.partition("=")
    try:
        figure = float(value)
    except ValueError:
        sign = ""
    if not sign or name not in Thresholds.model_fields:
        known = ", ".join(Thresholds.model_fields)
        raise ValueError(f"{text}: write LEVEL=NUMBER. Levels: {known}.")
    is_share = Thresholds.model_fields[name].annotation is float
    return name, figure if is_share else int(figure)


def _with_names(
    changes: list[backtest.Replayed],
) -> list[tuple[backtest.Replayed, tuple[str, int, str]]]:
    columns = ("revision__charter__code", "revision__number")
    name = "revision__charter__session__project_name"
    found = Decision.objects.filter(pk__in=[one.decision_id for one in changes])
    places = {
        pk: (str(code), number, project)
        for pk, code, number, project in found.values_list("pk", *columns, name)
    }
    return [(one, places[one.decision_id]) for one in changes]


def _described(one: backtest.Replayed, names: tuple[str, int, str]) -> dict[str, Any]:
    code, number, project = names
    return {
        "charter": code,
        "revision": number,
        "project_name": project,
        "before": one.before.upper(),
        "after": one.after.upper(),
        "headline": one.headline,
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The same for people."""
    cases = [
        f"{one['before']} -> {one['after']}  ({one['headline']})  {one['project_name']}, "
        f"charter {one['charter']} revision {one['revision']}"
        for one in found["changes"]
    ]
    more = found["changed"] - len(cases)
    return [found["summary"], *cases, *([f"and {more} more"] if more > 0 else [])]
