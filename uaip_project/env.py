"""Typed readers of the environment that fail loudly, each naming the variable and the remedy."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"true", "1"})
FALSE = frozenset({"false", "0"})


def env_str(name: str, default: str = "") -> str:
    """The variable's text; empty counts as not set."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    """True or False (also 1 or 0). Raises ImproperlyConfigured on anything else."""
    text = env_str(name)
    if not text:
        return default
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={text}: use True or False.")


def env_int(name: str, *, default: int, least: int | None = None) -> int:
    """A whole number, at least ``least``. Raises ImproperlyConfigured otherwise."""
    text = env_str(name)
    if not text:
        return default
    try:
        number = int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={text}: use a whole number.") from None
    if least is not None and number < least:
        raise ImproperlyConfigured(f"{name}={text}: use a whole number of at least {least}.")
    return number


def env_float(name: str, *, default: float) -> float:
    """A number. Raises ImproperlyConfigured otherwise."""
    text = env_str(name)
    if not text:
        return default
    try:
        return float(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={text}: use a number.") from None


def env_list(name: str, *, default: list[str]) -> list[str]:
    """Comma-separated values, without empty ones."""
    text = env_str(name)
    if not text:
        return default
    return [part.strip() for part in text.split(",") if part.strip()]


def env_choice(name: str, *, choices: tuple[str, ...], default: str) -> str:
    """One of ``choices``. Raises ImproperlyConfigured otherwise."""
    text = env_str(name, default)
    if text not in choices:
        raise ImproperlyConfigured(f"{name}={text}: use one of {', '.join(choices)}.")
    return text


def env_secret(name: str) -> str:
    """NAME, or the content of the file that NAME_FILE points at; "" when neither is set."""
    value = env_str(name)
    if value:
        return value
    location = env_str(f"{name}_FILE")
    if not location:
        return ""
    path = Path(location)
    if not path.is_file():
        raise ImproperlyConfigured(f"{name}_FILE={location}: there is no such file.")
    return path.read_text(encoding="utf-8").strip()


def publish(name: str, value: str) -> None:
    """Puts a setting into the environment, for a library that looks there itself; "" removes it."""
    if value:
        os.environ[name] = value
    else:
        os.environ.pop(name, None)
