"""Typed readers of the environment that fail loudly, each naming the variable and the remedy."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"true", "1"})
FALSE = frozenset({"false", "0"})
#: Who asks a server, where it stands in the server's address, and what is asked behind a "?".
_CREDENTIALS = re.compile(r"(?<=://)\S*@|(?<=\?)\S+")
MASK = "***"
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Found:
    """What was read of one variable; ``value`` is None for a secret, which is kept nowhere here.

    ``source`` is "environment", "file" (NAME_FILE) or "default".
    """

    name: str
    value: Any
    source: str
    is_secret: bool = False
    is_set: bool = True


#: What the settings were made of, for the page that shows them.
FOUND: dict[str, Found] = {}


def without_credentials(value: Any) -> Any:
    """A value fit to be shown: addresses lose user, password and query."""
    if isinstance(value, list):
        return [without_credentials(one) for one in value]
    if isinstance(value, str) and "://" in value:
        return _CREDENTIALS.sub(lambda found: f"{MASK}@" if found[0][-1] == "@" else MASK, value)
    return value


def _remembered(
    read: Callable[Concatenate[str, P], T],
) -> Callable[Concatenate[str, P], T]:
    """Notes what a reader found under the variable's name."""

    @wraps(read)
    def reader(name: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
        value = read(name, *args, **kwargs)
        source = "environment" if _text(name) else "default"
        FOUND[name] = Found(name, without_credentials(value), source)
        return value

    return reader


def _remember_secret(name: str, *, is_set: bool, source: str) -> None:
    FOUND[name] = Found(name, None, source, is_secret=True, is_set=is_set)


def _text(name: str, default: str = "") -> str:
    """The variable's text; empty counts as not set."""
    return os.environ.get(name, "").strip() or default


@_remembered
def env_str(name: str, default: str = "") -> str:
    """The variable's text; empty counts as not set."""
    return _text(name, default)


@_remembered
def env_bool(name: str, *, default: bool) -> bool:
    """True or False (also 1 or 0). Raises ImproperlyConfigured on anything else."""
    text = _text(name)
    if not text:
        return default
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={text}: use True or False.")


@_remembered
def env_int(name: str, *, default: int, least: int | None = None) -> int:
    """A whole number, at least ``least``. Raises ImproperlyConfigured otherwise."""
    text = _text(name)
    if not text:
        return default
    try:
        number = int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={text}: use a whole number.") from None
    if least is not None and number < least:
        raise ImproperlyConfigured(f"{name}={text}: use a whole number of at least {least}.")
    return number


@_remembered
def env_float(name: str, *, default: float) -> float:
    """A number. Raises ImproperlyConfigured otherwise."""
    text = _text(name)
    if not text:
        return default
    try:
        return float(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={text}: use a number.") from None


@_remembered
def env_list(name: str, *, default: list[str]) -> list[str]:
    """Comma-separated values, without empty ones."""
    text = _text(name)
    if not text:
        return default
    return [part.strip() for part in text.split(",") if part.strip()]


@_remembered
def env_networks(name: str) -> list[str]:
    """Networks such as 10.0.0.0/24, separated by commas. Raises ImproperlyConfigured otherwise."""
    found = [part.strip() for part in _text(name).split(",") if part.strip()]
    for one in found:
        try:
            ip_network(one)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name}={one}: use networks such as 10.0.0.0/24, separated by commas."
            ) from None
    return found


@_remembered
def env_choice(name: str, *, choices: tuple[str, ...], default: str) -> str:
    """One of ``choices``. Raises ImproperlyConfigured otherwise."""
    text = _text(name, default)
    if text not in choices:
        raise ImproperlyConfigured(f"{name}={text}: use one of {', '.join(choices)}.")
    return text


@_remembered
def env_choices(name: str, *, choices: tuple[str, ...], default: list[str]) -> list[str]:
    """Some of ``choices``, separated by commas; "none" alone is []. Raises ImproperlyConfigured."""
    found = env_list(name, default=default)
    if found == ["none"]:
        return []
    if unknown := set(found) - set(choices):
        raise ImproperlyConfigured(
            f"{name}={','.join(sorted(unknown))}: use some of {', '.join(choices)}, or none."
        )
    return found


def env_secret(name: str) -> str:
    """NAME, or the content of the file that NAME_FILE points at; "" when neither is set."""
    value = _text(name)
    if value:
        _remember_secret(name, is_set=True, source="environment")
        return value
    location = _text(f"{name}_FILE")
    if not location:
        _remember_secret(name, is_set=False, source="default")
        return ""
    path = Path(location)
    if not path.is_file():
        raise ImproperlyConfigured(f"{name}_FILE={location}: there is no such file.")
    value = path.read_text(encoding="utf-8").strip()
    _remember_secret(name, is_set=bool(value), source="file")
    return value


def env_is_set(name: str) -> bool:
    """Whether somebody set a secret that is not read."""
    is_set = bool(_text(name))
    _remember_secret(name, is_set=is_set, source="environment" if is_set else "default")
    return is_set


def key_checks(key: str) -> dict[str, str]:
    """Name of each secret that is set -> eight characters that change when it does.

    Keyed, so that nobody without ``key`` can try guesses against them.
    """
    found = {}
    for name, one in sorted(FOUND.items()):
        value = _secret_now(name) if one.is_secret and one.is_set else ""
        if value:
            text = f"{name}={value}".encode()
            found[name] = hmac.new(key.encode(), text, hashlib.sha256).hexdigest()[:8]
    return found


def _secret_now(name: str) -> str:
    """As it stands; "" where its file is gone."""
    if value := _text(name):
        return value
    path = Path(_text(f"{name}_FILE") or "/nowhere")
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def publish(name: str, value: str) -> None:
    """Puts a setting into the environment, for a library that looks there itself; "" removes it."""
    if value:
        os.environ[name] = value
    else:
        os.environ.pop(name, None)
