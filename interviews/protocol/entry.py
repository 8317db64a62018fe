"""One mapping of a stage file, read key by key so that every fault names its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from interviews.protocol.faults import Place, did_you_mean

T = TypeVar("T")
_MISSING = object()


class Entry:
    """Typed reading of a mapping; ``finish`` complains about keys nobody asked for."""

    def __init__(self, data: Any, place: Place) -> None:
        if not isinstance(data, dict):
            raise place.fault("must be a mapping of keys to values.")
        self.place = place
        self._data: dict[Any, Any] = data
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the key stands there at all."""
        self._asked.add(key)
        return key in self._data

    def raw(self, key: str, default: Any = _MISSING) -> Any:
        """The value as YAML gave it."""
        self._asked.add(key)
        if key in self._data:
            return self._data[key]
        if default is _MISSING:
            raise self.place.at(key).fault("is missing.")
        return default

    def text(self, key: str, default: Any = _MISSING, *, limit: int = 10_000) -> str:
        """A string; blank counts as missing when there is no default."""
        found = self.raw(key, default)
        if not isinstance(found, str):
            raise self.place.at(key).fault(f"must be text, not {_kind(found)}.")
        found = found.strip()
        if not found and default is _MISSING:
            raise self.place.at(key).fault("is empty.")
        if len(found) > limit:
            raise self.place.at(key).fault(f"has {len(found)} characters; at most {limit}.")
        return found

    def number(self, key: str, default: Any = _MISSING) -> float | None:
        """An int or float; None only where the default is None."""
        found = self.raw(key, default)
        if found is None and default is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self.place.at(key).fault(f"must be a number, not {_kind(found)}.")
        return found

    def integer(self, key: str, default: Any = _MISSING) -> int:
        """A whole number."""
        found = self.raw(key, default)
        if isinstance(found, bool) or not isinstance(found, int):
            raise self.place.at(key).fault(f"must be a whole number, not {_kind(found)}.")
        return found

    def length(self, key: str) -> int | None:
        """An optional whole number of characters."""
        return self.integer(key) if self.raw(key, None) is not None else None

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        found = self.raw(key, default)
        if not isinstance(found, bool):
            raise self.place.at(key).fault(f"must be true or false, not {_kind(found)}.")
        return found

    def day(self, key: str) -> date | None:
        """An optional date."""
        found = self.raw(key, None)
        if found is None or (isinstance(found, date) and not isinstance(found, datetime)):
            return found
        raise self.place.at(key).fault(f"must be a date such as 2026-12-02, not {_kind(found)}.")

    def words(self, key: str) -> tuple[str, ...]:
        """An optional list of strings, each once."""
        found = self._list(key, optional=True)
        for number, word in enumerate(found):
            if not isinstance(word, str) or not word.strip():
                raise (
                    self.place.at(key).at(f"[{number}]").fault(f"must be text, not {_kind(word)}.")
                )
            if word in found[:number]:
                raise self.place.at(key).fault(f'names "{word}" twice.')
        return tuple(found)

    def each(
        self, key: str, build: Callable[[Any, Place], T], *, optional: bool = True
    ) -> tuple[T, ...]:
        """A list, every element built by ``build``; its place carries its name if it has one."""
        place = self.place.at(key)
        return tuple(
            build(data, place.at(_name(data, number)))
            for number, data in enumerate(self._list(key, optional=optional))
        )

    def _list(self, key: str, *, optional: bool) -> list[Any]:
        found = self.raw(key, []) if optional else self.raw(key)
        if not isinstance(found, list):
            raise self.place.at(key).fault(f"must be a list, not {_kind(found)}.")
        if not found and not optional:
            raise self.place.at(key).fault("is empty.")
        return found

    def finish(self) -> None:
        """Raise a fault about the first key that nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                hint = did_you_mean(str(key), self._asked)
                raise self.place.at(str(key)).fault(f"is not a key that is known here.{hint}")


def _name(data: Any, number: int) -> str:
    if isinstance(data, dict):
        for key in ("name", "id", "key", "value"):
            if isinstance(data.get(key), str):
                return str(data[key])
    return f"[{number}]"


def _kind(found: Any) -> str:
    names = {str: "text", bool: "true/false", int: "a number", float: "a number"}
    names |= {list: "a list", dict: "a mapping", type(None): "nothing"}
    return names.get(type(found), type(found).__name__)
