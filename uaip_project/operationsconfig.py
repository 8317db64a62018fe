"""Reads and checks operations.yaml; a fault names file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

from uaip_project.siteconfig import mapping, number, read_yaml

NAME = "operations.yaml"
WHEN = ("minutes", "daily", "weekly", "monthly", "quarterly")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LISTS = ("daily", "weekly", "monthly", "quarterly")
#: Days, for a site's file that names none.
RETENTION = {"archives": False, "archive_after_days": 365, "delete_after_days": 1095}


def load_operations(folder: Path) -> dict[str, Any]:
    """operations.yaml, checked. A site's folder without one takes the shipped file."""
    file = folder / NAME
    if not file.exists():
        file = Path(__file__).resolve().parent / "config" / NAME
    content = read_yaml(file.parent, NAME)
    for part in ("windows", "schedule"):
        entries = mapping(content, part, path=part, file=file)
        # Tasks name these four, so each must be there.
        for name in [*entries, *(LISTS if part == "windows" else ())]:
            entry = mapping(entries, name, path=f"{part}.{name}", file=file)
            _check_rhythm(entry, f"{part}.{name}", file, is_window=part == "windows")
    lists = mapping(content, "task_lists", path="task_lists", file=file)
    for name in LISTS:
        _check_list(lists.setdefault(name, []), f"task_lists.{name}", file)
    _check_retention(content, file)
    return content


def _check_rhythm(entry: dict[str, Any], path: str, file: Path, *, is_window: bool) -> None:
    if not is_window and entry.get("is_off") is True:
        return
    _one_of(entry, "when", WHEN, path, file)
    if entry["when"] == "minutes" or is_window:
        number({"entry": entry}, "entry.minutes", least=1, most=1440, file=file)
    if entry["when"] == "minutes":
        return
    _check_time(entry.get("at"), f"{path}.at", file)
    if entry["when"] == "weekly" or "weekday" in entry:
        _one_of(entry, "weekday", WEEKDAYS, path, file)
    number({"entry": {"day": entry.get("day", 1)}}, "entry.day", least=1, most=31, file=file)
    try:
        ZoneInfo(str(entry.get("zone", "UTC")))
    except (ZoneInfoNotFoundError, ValueError):
        raise ImproperlyConfigured(f"{file}: {path}.zone: no such time zone.") from None


def _one_of(entry: dict[str, Any], key: str, words: tuple[str, ...], path: str, file: Path) -> None:
    if entry.get(key) not in words:
        raise ImproperlyConfigured(f"{file}: {path}.{key}: use one of {', '.join(words)}.")


def _check_time(found: object, path: str, file: Path) -> None:
    hours, _, minutes = str(found).partition(":")
    is_time = hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2
    if not is_time or int(hours) > 23 or int(minutes) > 59:
        raise ImproperlyConfigured(f'{file}: {path}: a time such as "02:30" is expected.')


def _check_list(found: object, path: str, file: Path) -> None:
    if not isinstance(found, list):
        raise ImproperlyConfigured(f"{file}: {path}: a list is expected.")
    names = set()
    for position, one in enumerate(found):
        if not isinstance(one, dict) or not {"name", "title"} <= set(one):
            raise ImproperlyConfigured(f"{file}: {path}[{position}]: name and title are expected.")
        if len(str(one["name"])) > 40 or one["name"] in names:
            words = "a name of at most 40 letters is expected that no other line has."
            raise ImproperlyConfigured(f"{file}: {path}[{position}].name: {words}")
        names.add(one["name"])
        if not isinstance(one.get("needs", []), list) or (one.get("needs") and one.get("runs")):
            words = "a list of runs is expected, in a line without `runs`."
            raise ImproperlyConfigured(f"{file}: {path}[{position}].needs: {words}")


def _check_retention(content: dict[str, Any], file: Path) -> None:
    retention = mapping(content, "retention", path="retention", file=file)
    for key, default in RETENTION.items():
        retention.setdefault(key, default)
    if not isinstance(retention["archives"], bool):
        raise ImproperlyConfigured(f"{file}: retention.archives: true or false is expected.")
    for key in ("archive_after_days", "delete_after_days"):
        number(content, f"retention.{key}", least=30, most=36_500, file=file)
