"""Reads a file of environment variables: what nobody reads, what is no value, what has a new name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from uaip_project.config_files import Fault
from uaip_project.env import FALSE, FOUND, TRUE

#: Names of before -> names of now. A release that renames a setting adds a line.
RENAMED = {
    "WORKER_COUNT": "WEB_CONCURRENCY",
    "OPENAI_KEY": "OPENAI_API_KEY",
    "CLAUDE_API_KEY": "ANTHROPIC_API_KEY",
    "GEMINI_API_KEY": "GOOGLE_API_KEY",
    "AZURE_OPENAI_API_KEY": "AZURE_OPENAI_KEY",
    "CUSTOM_LLM_URL": "CUSTOM_LLM_ENDPOINT",
    "POSTGRES_SSL_MODE": "POSTGRES_SSLMODE",
    "CACHE_URL": "UAIP_CACHE_URL",
    "BROKER_URL": "UAIP_BROKER_URL",
    "DEBUG": "UAIP_DEBUG",
}
#: Names of the guide that change nothing here, and why.
WITHOUT_EFFECT = {
    "JWT_SECRET": "tokens are signed with JWT_PRIVATE_KEY",
    "CORS_ORIGINS": "no other site's pages may ask this one",
    "GRAFANA_ADMIN_PASSWORD": "Grafana reads data/secrets/grafana_admin_password",
    "LOKI_RETENTION_DAYS": "Loki reads deploy/loki",
    "CONVERSATION_ENGINE_ENABLED": "it is always on",
    "SECURITY_HARDENING_ENABLED": "it is always on",
    "CACHE_ENABLED": "CACHE_LLM_RESPONSES says whether replies are kept",
    "CACHE_TTL": "LLM_CACHE_TTL says how long replies are kept",
    "CACHE_VALIDATIONS": "checks are not kept",
    "VALIDATION_CACHE_TTL": "checks are not kept",
}
#: Read by Compose, the web server and scripts, not by settings.py.
OF_OTHERS = re.compile(
    r"COMPOSE_\w+|DOCKER_\w+|WEB_CONCURRENCY|UAIP_(VERSION|IMAGE|NFS|WAL_ARCHIVE|WEB_BIND|BIND|VENV)"
    r"|AWS_\w+|HTTPS?_PROXY|NO_PROXY|TZ|LANG|PATH"
)
#: Read only where POSTGRES_HOST is set, so not among what was found here perhaps.
OF_POSTGRES = frozenset(
    {"POSTGRES_PORT", "POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE"}
)
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
#: How like a known name one must look to be taken for a slip.
LIKE = 0.85


@dataclass(frozen=True)
class Line:
    """One line of the file; ``name`` is "" for a comment or an empty one."""

    number: int
    text: str
    name: str = ""
    value: str = ""


def lines_of(path: Path) -> list[Line]:
    """Raises OSError or UnicodeDecodeError."""
    found = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        match = _LINE.fullmatch(text.strip())
        value = match[2].strip().strip("'\"") if match else ""
        found.append(Line(number, text, match[1] if match else "", value))
    return found


def faults_of(path: Path) -> list[Fault]:
    """What would keep the site from starting, or from doing what the file says."""
    try:
        lines = lines_of(path)
    except (OSError, UnicodeDecodeError) as fault:
        return [Fault(str(path), 0, f"It cannot be read ({type(fault).__name__}).")]
    first: dict[str, int] = {}
    found = []
    for line in lines:
        words = _wrong(line)
        if line.name in first:
            words = f"{line.name} stands on line {first[line.name]} already."
        if words:
            found.append(Fault(str(path), line.number, words))
        if line.name:
            first.setdefault(line.name, line.number)
    return found


def _wrong(line: Line) -> str:
    """What is wrong with a line alone, "" for nothing."""
    if not line.name:
        is_empty = not line.text.strip() or line.text.lstrip().startswith("#")
        return "" if is_empty else "NAME=value is expected."
    if line.name in RENAMED:
        return f"{line.name} is called {RENAMED[line.name]} now: `config migrate-env` rewrites it."
    if not is_known(line.name):
        return _unknown(line.name)
    return _no_value(line) if line.value else ""


def is_known(name: str) -> bool:
    """Whether somebody reads a variable of this name."""
    secret = FOUND.get(name.removesuffix("_FILE"))
    is_file = name.endswith("_FILE") and secret is not None and secret.is_secret
    is_read = name in FOUND or name in WITHOUT_EFFECT or name in OF_POSTGRES
    return is_read or is_file or bool(OF_OTHERS.fullmatch(name))


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, [*FOUND, *OF_POSTGRES], n=1, cutoff=LIKE)
    if near:
        return f"Nobody reads {name}. Is {near[0]} meant?"
    return f"Nobody reads {name}." if name.startswith("UAIP_") else ""


def _no_value(line: Line) -> str:
    """What cannot be a value, by what the variable holds now."""
    if line.name.endswith("_FILE") and not line.value.startswith("/run/"):
        return "" if Path(line.value).is_file() else f"{line.name}: there is no {line.value}."
    found = FOUND.get(line.name)
    value = found.value if found else None
    if isinstance(value, bool) and line.value.lower() not in TRUE | FALSE:
        return f"{line.name}={line.value}: use True or False."
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            type(value)(line.value)
        except ValueError:
            return f"{line.name}={line.value}: use a number."
    return ""


@dataclass(frozen=True)
class Migrated:
    """A file in the names of now, and what a person should look at."""

    text: str
    renamed: list[str]
    warnings: list[str]


def migrated(path: Path) -> Migrated:
    """The same file with the names of now; what it does not know stays as it is."""
    lines = lines_of(path)
    texts, renamed = [], []
    for line in lines:
        new = RENAMED.get(line.name)
        texts.append(line.text.replace(line.name, new, 1) if new else line.text)
        if new:
            renamed.append(f"{line.name} -> {new}")
    return Migrated("\n".join(texts) + "\n", renamed, list(_warnings(lines)))


def _warnings(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        if line.name in WITHOUT_EFFECT and line.value:
            words = WITHOUT_EFFECT[line.name]
            yield f"Line {line.number}: {line.name} has no effect: {words}."
        elif line.name and line.name not in RENAMED and (words := _wrong(line)):
            yield f"Line {line.number}: {words}"
