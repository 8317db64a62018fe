"""Whether the configuration can work: files, environment, servers, keys, certificates."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import redis
from cryptography import x509
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection

from accounts.redis_tls import redis_trust
from uaip_project import config_files, env, env_files
from uaip_project.operations import host_facts, model_calls

#: Days before the end of a certificate: from here on a problem, from there on a warning.
SOON, LATER = 14, 30


@dataclass(frozen=True)
class Verdict:
    """One thing that was looked at; ``level`` is "ok", "warning" or "problem"."""

    part: str
    level: str
    words: str


def of_files(folder: Path) -> list[Verdict]:
    """The YAML files of a folder."""
    found = [Verdict("files", "problem", str(one)) for one in config_files.faults_of(folder)]
    return found or [Verdict("files", "ok", f"{folder}: all files can be read.")]


def of_env_file(path: Path) -> list[Verdict]:
    """A file of environment variables."""
    found = [Verdict("environment", "problem", str(one)) for one in env_files.faults_of(path)]
    return found or [Verdict("environment", "ok", f"{path}: all lines can be used.")]


def of_environment() -> list[Verdict]:
    """The settings were read, or nobody would be here; Django's checks and ours judge them."""
    found = checks.run_checks(include_deployment_checks=settings.IS_PRODUCTION)
    return [_of_check(one) for one in found if not one.is_silenced()] or [
        Verdict("environment", "ok", f"ENVIRONMENT={settings.ENVIRONMENT}: nothing to complain of.")
    ]


def of_security() -> list[Verdict]:
    """As if this were production already: what is not safe there."""
    found = [
        one for one in checks.run_checks(include_deployment_checks=True) if not one.is_silenced()
    ]
    return [_of_check(one, part="security", least="problem") for one in found] or [
        Verdict("security", "ok", "No insecure setting was found.")
    ]


def _of_check(one: checks.CheckMessage, *, part: str = "environment", least: str = "") -> Verdict:
    level = least or ("problem" if one.level >= checks.ERROR else "warning")
    return Verdict(part, level, f"{one.id}: {one.msg} {one.hint or ''}".strip())


def of_servers() -> list[Verdict]:
    """Database, broker, cache, language models, and where backups go: each is asked once."""
    return [_database(), *_redis(), *_models(), _backups()]


def _database() -> Verdict:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as fault:
        words = str(fault).strip().splitlines()[0] if str(fault) else type(fault).__name__
        return Verdict("database", "problem", f"{connection.vendor} does not answer: {words}")
    return Verdict("database", "ok", f"{connection.vendor} answers.")


def _redis() -> Iterator[Verdict]:
    for part, address in (("broker", settings.BROKER_URL), ("cache", settings.CACHE_URL)):
        if not address:
            yield Verdict(part, "ok", "The embedded one is used.")
            continue
        shown = env.without_credentials(address)
        trust = redis_trust(address, settings.REDIS_CA_FILE)
        client = redis.Redis.from_url(address, socket_connect_timeout=2, socket_timeout=2, **trust)
        try:
            client.ping()
        except (redis.RedisError, OSError) as fault:
            yield Verdict(part, "problem", f"{shown} does not answer: {type(fault).__name__}.")
        else:
            yield Verdict(part, "ok", f"{shown} answers.")
        finally:
            client.close()


def _models() -> Iterator[Verdict]:
    try:
        outcomes = model_calls.outcomes()
    except DatabaseError:
        yield Verdict("models", "warning", "Without the database no model is asked.")
        return
    if not outcomes:
        yield Verdict("models", "ok", model_calls.NONE_WANTED)
    for one in outcomes:
        yield Verdict("models", "ok" if one.is_ok else "problem", model_calls.line(one))


def _backups() -> Verdict:
    folder = Path(settings.BACKUP_DIR)
    place = folder
    while not place.exists():
        place = place.parent
    if os.access(place, os.W_OK):
        return Verdict("backups", "ok", f"{folder} can be written.")
    return Verdict("backups", "problem", f"UAIP_BACKUP_DIR={folder} cannot be written.")


def of_certificates(now: datetime | None = None) -> list[Verdict]:
    """Those of the settings that are files: how many days are left."""
    named = [
        *(("UAIP_CERTIFICATES", one) for one in settings.CERTIFICATES),
        ("UAIP_POSTGRES_CA_FILE", settings.POSTGRES_CA_FILE),
        ("UAIP_REDIS_CA_FILE", settings.REDIS_CA_FILE),
    ]
    at = now or datetime.now(UTC)
    return [_certificate(name, place, at) for name, place in named if place]


def _certificate(name: str, place: str, at: datetime) -> Verdict:
    try:
        end = x509.load_pem_x509_certificate(_pem(place)).not_valid_after_utc
    except (OSError, ValueError) as fault:
        words = f"{name}={place}: no certificate can be read there ({type(fault).__name__})."
        return Verdict("certificates", "problem", words)
    days = (end - at).days
    level = "problem" if days < SOON else "warning" if days < LATER else "ok"
    return Verdict("certificates", level, f"{name}={place}: {days} days are left.")


def _pem(place: str) -> bytes:
    host, _, port = place.rpartition(":")
    if host and port.isdigit() and not place.startswith("/"):
        return ssl.get_server_certificate((host, int(port)), timeout=5).encode()
    return Path(place).read_bytes()


def of_machine() -> list[Verdict]:
    """Cores, memory, disk."""
    return [Verdict("host", one.level, one.words) for one in host_facts.machine()]


def of_network() -> list[Verdict]:
    """Names that lead somewhere."""
    return [Verdict("network", one.level, one.words) for one in host_facts.network()]
