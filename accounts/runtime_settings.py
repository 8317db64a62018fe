"""Settings that administrators change while the house is open: which there are, and what holds.

A room declares its settings while the apps start (``declare``) and asks for each by its key
(``in_force``). The rows of the table are read once for all keys and kept for a few seconds, so
that nothing asks the database for each answer, and every process follows soon.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from accounts.models import RuntimeSetting

log = logging.getLogger(__name__)

Value = bool | int | float


class ValueRefused(ValueError):
    """The value cannot be taken; the words say which can."""


class NoSuchSetting(LookupError):
    """No such setting can be changed at run time."""


class Kind(StrEnum):
    """What a value is."""

    NUMBER = "number"
    WHOLE = "whole"
    SWITCH = "switch"


def harmless(value: Value) -> str:
    """For settings of which no value is dangerous."""
    return ""


@dataclass(frozen=True)
class Declared:
    """One setting that may be changed at run time.

    ``key`` is the name of the guide's file and the place in it, with dots. ``danger`` says in a
    sentence what is dangerous about a value, "" where nothing is. ``setting`` is the name in
    settings.py where it is not read from the file alone, ``variable`` its environment variable.
    """

    key: str
    title: str
    sentence: str
    kind: Kind
    least: float = 0
    most: float = 0
    places: int = 0
    danger: Callable[[Value], str] = harmless
    setting: str = ""
    variable: str = ""

    @property
    def allowed(self) -> str:
        """What can be taken, as a sentence."""
        if self.kind == Kind.SWITCH:
            return "Use on or off."
        span = f"from {self.least:g} to {self.most:,.10g}"
        if self.kind == Kind.WHOLE:
            return f"Use a whole number {span}."
        return f"Use a number {span} with at most {self.places} decimal{'s' * (self.places > 1)}."

    def checked(self, value: object) -> Value:
        """The value as it is kept. Raises ValueRefused."""
        if self.kind == Kind.SWITCH:
            if isinstance(value, bool):
                return value
            raise ValueRefused(self.allowed)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueRefused(self.allowed)
        # What is no number lies in no span.
        if not self.least <= value <= self.most or round(value, self.places) != value:
            raise ValueRefused(self.allowed)
        return int(value) if self.kind == Kind.WHOLE else value

    def read(self, text: str) -> Value:
        """The value that somebody typed. Raises ValueRefused."""
        typed = text.strip().lower()
        if self.kind == Kind.SWITCH:
            if typed in SWITCHES:
                return SWITCHES[typed]
            raise ValueRefused(self.allowed)
        try:
            found = float(typed)
        except ValueError:
            raise ValueRefused(self.allowed) from None
        return self.checked(int(found) if math.isfinite(found) and found == int(found) else found)

    def written(self, value: Value) -> str:
        """The value as people read it, and as ``read`` takes it."""
        if self.kind == Kind.SWITCH:
            return "on" if value else "off"
        return f"{value:.10g}"

    def file_value(self) -> Value:
        """What holds as long as nobody changes it: of the environment or the guide's file."""
        if self.setting:
            found: Any = getattr(settings, self.setting)
        else:
            name, *path = self.key.split(".")
            found = getattr(settings, name.upper())
            for part in path:
                found = found[part]
        value: Value = found
        return value


SWITCHES = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
#: In the order in which rooms declared them.
DECLARED: dict[str, Declared] = {}


def declare(*declared: Declared) -> None:
    """A room names its settings; called while the apps start."""
    DECLARED.update({one.key: one for one in declared})


def find(key: str) -> Declared:
    """Raises NoSuchSetting."""
    try:
        return DECLARED[key]
    except KeyError:
        raise NoSuchSetting(f"{key} is no setting that can be changed at run time.") from None


def in_force(key: str) -> Value:
    """What holds now: what an administrator chose, else what environment and file say."""
    declared = find(key)
    chosen = KEPT.values().get(key)
    return declared.file_value() if chosen is None else chosen


def stored() -> dict[str, Value]:
    """Key -> value of the table, without those that are back to the file or cannot be taken.

    A later release may allow less than what was chosen under an earlier one.
    """
    found = {}
    for key, value in RuntimeSetting.objects.values_list("key", "value"):
        if value is None or key not in DECLARED:
            continue
        try:
            found[key] = DECLARED[key].checked(value)
        except ValueRefused as refusal:
            log.warning("%s = %r at run time is not taken: %s", key, value, refusal)
    return found


class Kept:
    """The table's values as this process knows them."""

    def __init__(self) -> None:
        self._values: Mapping[str, Value] | None = None
        self._until = 0.0
        self._round = 0
        self._lock = threading.Lock()

    def values(self) -> Mapping[str, Value]:
        """One statement every few seconds; meanwhile, and without a database, the last known."""
        values = self._values
        if values is not None and time.monotonic() < self._until:
            return values
        # One thread looks; the others go on with what they have, once there is something.
        if not self._lock.acquire(blocking=values is None):
            return values or {}
        try:
            if self._values is None or time.monotonic() >= self._until:
                self._look()
            return self._values or {}
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Something was changed here: the next one who asks looks."""
        self._round += 1
        self._until = 0.0

    def take(self, values: Mapping[str, Value], *, seconds: float | None = None) -> None:
        """Holds these for as long as any; ``math.inf`` = the table is not asked any more."""
        span = settings.RUNTIME_SETTINGS_SECONDS if seconds is None else seconds
        self._values, self._until = values, time.monotonic() + span

    def _look(self) -> None:
        asked_in = self._round
        try:
            values: Mapping[str, Value] = stored()
        except DatabaseError as fault:
            log.warning("Run-time settings are not read: %s", type(fault).__name__)
            values = self._values or {}
        self.take(values)
        if asked_in != self._round:
            # It was changed while we looked: this may be what was before.
            self._until = 0.0


KEPT = Kept()


def use_files_alone() -> None:
    """For a process that must not depend on what is stored: environment and files hold."""
    KEPT.take({}, seconds=math.inf)
