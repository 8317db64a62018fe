"""The configuration in force: every setting, where it comes from, and who changed it, without secrets.

For page, API and command alike. What may change at run time is declared by the rooms
(accounts/runtime_settings.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import OuterRef, QuerySet, Subquery

from accounts import runtime_settings
from accounts.models import RuntimeSetting, SettingChange
from accounts.runtime_settings import Declared, Value
from uaip_project import env
from uaip_project.siteconfig import read_yaml

ENVIRONMENT = "environment"
#: The guide's files, in the order in which they are shown; each is a setting of that name.
FILES = ("conversation", "stages", "llm")
#: Settings that stand in no file: environment, or run time alone.
LOGGING = "logging"
#: Everything a setting can stand in, in the order in which it is shown.
GROUPS = (*FILES, LOGGING, ENVIRONMENT)
SHIPPED = Path(__file__).resolve().parents[1] / "config"
#: Sources, as programs read them.
RUN_TIME, SITE_FILE, SHIPPED_FILE, SECRET_FILE, DEFAULT = (
    "run_time", "site_file", "shipped_file", "secret_file", "default"
)  # fmt: skip
HISTORY_LENGTH = 50
#: Keys that a site may have put into its files although nobody reads them.
_SECRET_NAMES = re.compile(r"secret|password|passwd|token|credential|api_?key|private", re.I)


@dataclass(frozen=True)
class Chosen:
    """What can be done about a setting at run time, and what was."""

    declared: Declared
    version: int
    value: Value | None
    change: SettingChange | None

    @property
    def in_force(self) -> Value:
        """Of the table itself, not of what this process remembers."""
        return self.declared.file_value() if self.value is None else self.value

    @property
    def danger(self) -> str:
        return self.declared.danger(self.in_force)


@dataclass(frozen=True)
class Shown:
    """One setting. ``group`` is the file's name or "environment"; a secret has no value here."""

    key: str
    group: str
    value: Any
    source: str
    is_secret: bool = False
    is_set: bool = True
    chosen: Chosen | None = None

    @property
    def text(self) -> str:
        """The value as people read it."""
        if self.is_secret:
            return "set" if self.is_set else "not set"
        if self.chosen:
            return self.chosen.declared.written(self.value)
        return _as_text(self.value)

    @property
    def is_long(self) -> bool:
        """Lists are unfolded on request."""
        return isinstance(self.value, list) and len(self.text) > 80


def everything() -> list[Shown]:
    """All settings: of the guide's files, then of the environment; three statements."""
    chosen = all_chosen()
    found = [one for name in FILES for one in _of_file(name, chosen)]
    found += [
        _choice_shown(one, LOGGING, DEFAULT)
        for key, one in chosen.items()
        if key.startswith(f"{LOGGING}.")
    ]
    return found + _of_environment(chosen)


def all_chosen() -> dict[str, Chosen]:
    """Key -> what may change at run time, in the order of declaration."""
    rows = {row.key: row for row in RuntimeSetting.objects.all()}
    of_this_key = RuntimeSetting.objects.filter(key=OuterRef("key"))
    latest = _by_key(SettingChange.objects.filter(version=Subquery(of_this_key.values("version"))))
    return {
        key: _chosen(declared, rows.get(key), latest)
        for key, declared in runtime_settings.DECLARED.items()
    }


def chosen(key: str) -> Chosen:
    """One of them. Raises NoSuchSetting."""
    declared = runtime_settings.find(key)
    row = RuntimeSetting.objects.filter(key=key).first()
    return _chosen(declared, row, _by_key(SettingChange.objects.filter(key=key)[:1]))


def find(key: str) -> Shown:
    """One setting by key or variable. Raises NoSuchSetting."""
    for one in everything():
        if one.key == key:
            return one
    raise runtime_settings.NoSuchSetting(f"There is no setting {key}.")


def history(key: str = "") -> list[SettingChange]:
    """The latest changes, of all settings or of one."""
    found = SettingChange.objects.select_related("changed_by")
    return list((found.filter(key=key) if key else found)[:HISTORY_LENGTH])


def dangers() -> list[tuple[Declared, Value, str]]:
    """What is in force at run time although it is dangerous: setting, value, why.

    Reads no table but that of the settings: ``migrate`` asks before it makes the columns of today.
    """
    found = [
        (runtime_settings.DECLARED[key], value) for key, value in runtime_settings.stored().items()
    ]
    return [(one, value, danger) for one, value in found if (danger := one.danger(value))]


def described(one: Shown) -> dict[str, Any]:
    """A setting as plain data."""
    return {
        "key": one.key,
        "group": one.group,
        "value": one.value,
        "source": one.source,
        "is_secret": one.is_secret,
        "is_set": one.is_set,
        "run_time": _described_choice(one.chosen) if one.chosen else None,
    }


def described_change(change: SettingChange) -> dict[str, Any]:
    """A change as plain data; None is the value of environment or file."""
    return {
        "key": change.key,
        "version": change.version,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
        "changed_at": change.changed_at,
        "changed_by": {"code": change.changed_by.code, "name": str(change.changed_by)},
    }


def _described_choice(found: Chosen) -> dict[str, Any]:
    return {
        "title": found.declared.title,
        "version": found.version,
        "allowed": found.declared.allowed,
        "file_value": found.declared.file_value(),
        "danger": found.danger,
        "latest_change": described_change(found.change) if found.change else None,
    }


def _by_key(changes: QuerySet[SettingChange]) -> dict[str, SettingChange]:
    return {one.key: one for one in changes.select_related("changed_by")}


def _chosen(
    declared: Declared,
    row: RuntimeSetting | None,
    latest: dict[str, SettingChange],
) -> Chosen:
    if row is None:
        return Chosen(declared, 0, None, None)
    value = row.value
    if value is not None:
        try:
            value = declared.checked(value)
        except runtime_settings.ValueRefused:
            # It does not hold either (runtime_settings.stored).
            value = None
    return Chosen(declared, row.version, value, latest.get(row.key))


def _of_file(name: str, chosen: dict[str, Chosen]) -> Iterator[Shown]:
    """The values in force, whatever the file has become since the start."""
    source, said = _said_by(name)
    for path, value in _leaves(getattr(settings, name.upper())):
        key = f"{name}.{path}"
        if _SECRET_NAMES.search(path):
            yield Shown(key, name, None, source, is_secret=True, is_set=bool(value))
        elif key in chosen:
            yield _choice_shown(chosen[key], name, source if path in said else DEFAULT)
        else:
            yield Shown(key, name, _fit_to_show(value), source if path in said else DEFAULT)


def _fit_to_show(value: Any) -> Any:
    """A value of a file, without what looks like a secret within a list."""
    if isinstance(value, list):
        return [_fit_to_show(one) for one in value]
    if isinstance(value, dict):
        return {
            key: env.MASK if _SECRET_NAMES.search(str(key)) else _fit_to_show(one)
            for key, one in value.items()
        }
    return env.without_credentials(value)


def _choice_shown(found: Chosen, group: str, source: str) -> Shown:
    declared = found.declared
    variable = env.FOUND.get(declared.variable)
    if found.value is not None:
        source = RUN_TIME
    elif variable and variable.source != DEFAULT:
        source = variable.source
    return Shown(declared.key, group, found.in_force, source, chosen=found)


def _of_environment(chosen: dict[str, Chosen]) -> list[Shown]:
    """Every variable that settings.py reads, by name."""
    variables = {one.declared.variable: one for one in chosen.values() if one.declared.variable}
    shown = []
    for name in sorted(env.FOUND):
        found = env.FOUND[name]
        choice = variables.get(name)
        if choice and choice.value is not None:
            shown.append(Shown(name, ENVIRONMENT, choice.value, RUN_TIME))
            continue
        source = SECRET_FILE if found.source == "file" else found.source
        shown.append(Shown(name, ENVIRONMENT, found.value, source, found.is_secret, found.is_set))
    return shown


def _said_by(name: str) -> tuple[str, set[str]]:
    """Where a file of the guide was read, and which places it has."""
    folder = settings.CONFIG_DIR
    if not (folder / f"{name}.yaml").exists():
        folder = SHIPPED
    source = SHIPPED_FILE if folder.resolve() == SHIPPED else SITE_FILE
    try:
        return source, {path for path, _ in _leaves(read_yaml(folder, f"{name}.yaml"))}
    except (ImproperlyConfigured, OSError):
        # It was fine at the start and is being edited, or gone.
        return source, {path for path, _ in _leaves(getattr(settings, name.upper()))}


def _leaves(content: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(place with dots, value) of everything that is no mapping."""
    for key, value in content.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}.")
        else:
            yield path, value


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list):
        return ", ".join(
            one if isinstance(one, str) else json.dumps(one, cls=DjangoJSONEncoder) for one in value
        )
    return str(value)
