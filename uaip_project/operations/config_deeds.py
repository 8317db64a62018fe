"""What `config` does about versions of the whole configuration, and about files of variables."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.core import checks
from django.core.management.base import CommandParser

from accounts import runtime_settings
from accounts.models import User
from accounts.runtime_settings import Value
from uaip_project import env_files
from uaip_project.operations import config_snapshots, log_level, probes
from uaip_project.operations.config_snapshots import Difference, Unhealthy
from uaip_project.operations.runs import CouldNotRun, Outcome

#: How often a process that was told to look anew is asked whether it is well.
LOOKS = 3
#: A log of everything fills a disk.
LONGEST_DEBUG = 86_400


def add_parsers(deeds: Any) -> None:
    """Their options, beside those of single settings."""
    for name, does in (
        ("snapshot", "notes everything in force as a version"),
        ("versions", "the latest versions: when, who, why"),
        ("diff", "what two versions have otherwise, or one and now"),
        ("rollback", "takes run-time settings to a version; names what files and environment need"),
        (
            "apply",
            "sets all settings of a YAML file, asks whether all is well, else takes them back",
        ),
        ("debug", "writes everything into the logs for a while; it ends by itself"),
        ("migrate-env", "writes a file of variables anew, with the names of now"),
    ):
        deed = deeds.add_parser(name, help=does, description=does)
        _add_arguments(name, deed)
        deed.add_argument("--json", action="store_true", help="JSON instead of lines")


def _add_arguments(name: str, deed: CommandParser) -> None:
    if name == "snapshot":
        deed.add_argument("--description", default="By hand.", help="why, for the list")
    if name in ("diff", "rollback"):
        deed.add_argument("old", type=int, metavar="VERSION")
    if name == "diff":
        deed.add_argument("new", type=int, nargs="?", metavar="VERSION", help="without it: now")
    if name in ("apply", "migrate-env"):
        deed.add_argument("file", type=Path, metavar="FILE")
    if name == "migrate-env":
        deed.add_argument("--to", type=Path, required=True, metavar="FILE", help="the new file")
    if name == "apply":
        words = "asked after the change; anything but 200 takes it back"
        deed.add_argument("--check-url", default="", metavar="URL", help=words)
    if name in ("apply", "rollback"):
        deed.add_argument("--confirm", action="store_true", help="dangerous values are meant so")
        deed.add_argument("--reason", default="", help="stands in the history")
    if name == "debug":
        deed.add_argument("state", choices=("on", "off"))
        words = "how long, such as 30m or 2h; a day at most"
        deed.add_argument("--for", dest="span", default="30m", metavar="TIME", help=words)
    if name in ("apply", "rollback", "snapshot", "debug"):
        deed.add_argument("--by", required=name != "snapshot", default="", metavar="EMAIL")


def snapshot(options: dict[str, Any], by: User | None) -> Outcome:
    """Notes a version by hand."""
    taken = config_snapshots.take(why=options["description"], by=by)
    return Outcome({"version": taken.pk}, [f"Version {taken.pk}: {taken.said}"])


def versions(options: dict[str, Any], by: User | None) -> Outcome:
    """Lists them."""
    found = [
        {
            "version": one.pk,
            "at": one.started_at.isoformat(timespec="seconds"),
            "by": str(one.started_by or "the system"),
            "why": one.said,
        }
        for one in config_snapshots.versions()
    ]
    lines = [f"{one['version']:>6}  {one['at']}  {one['by']}  {one['why']}" for one in found]
    return Outcome({"versions": found}, lines or ["There is no version yet: `config snapshot`."])


def diff(options: dict[str, Any], by: User | None) -> Outcome:
    """Compares."""
    found = config_snapshots.differences(options["old"], options["new"])
    return Outcome({"differences": _data(found)}, _lines(found) or ["They are the same."])


def rollback(options: dict[str, Any], by: User | None) -> Outcome:
    """Back to a version, as far as this can be done from here."""
    if by is None:
        raise CouldNotRun("Say --by: a change has somebody who made it.")
    done, left = config_snapshots.roll_back(
        options["old"], by=by, confirmed=options["confirm"], reason=options["reason"]
    )
    lines = _lines(done) or ["Nothing was chosen otherwise at run time."]
    if left:
        lines += ["Files and environment differ; whoever deploys them decides:", *_lines(left)]
    return Outcome({"done": _data(done), "left": _data(left)}, lines)


def apply(options: dict[str, Any], by: User | None) -> Outcome:
    """Sets what a file says, and takes it back where that does harm."""
    if by is None:
        raise CouldNotRun("Say --by: a change has somebody who made it.")
    wanted = read_wanted(options["file"])
    try:
        point, done = config_snapshots.apply(
            wanted,
            by=by,
            problems=lambda: problems_after(options["check_url"]),
            confirmed=options["confirm"],
            reason=options["reason"] or f"From {options['file'].name}.",
        )
    except Unhealthy as fault:
        return Outcome({"done": [], "problem": str(fault)}, [str(fault)], is_problem=True)
    lines = [*_lines(done), f"{len(done)} changed. The way back: config rollback {point.pk}."]
    return Outcome({"done": _data(done), "version_before": point.pk}, lines)


def migrate_env(options: dict[str, Any], by: User | None) -> Outcome:
    """Never over the old file: a person compares both."""
    old, new = options["file"], options["to"]
    try:
        found = env_files.migrated(old)
        new.touch(mode=0o600, exist_ok=False)
        new.write_text(found.text, encoding="utf-8")
    except FileExistsError as fault:
        raise CouldNotRun(f"{new} is there already: name another file.") from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise CouldNotRun(f"{old} cannot be read, or {new} not written: {fault}") from fault
    lines = [*found.renamed, *found.warnings, f"{new} was written; {old} stands as it was."]
    return Outcome({"renamed": found.renamed, "warnings": found.warnings}, lines)


def debug(options: dict[str, Any], by: User | None) -> Outcome:
    """More lines for a while; what is redacted stays redacted."""
    if by is None:
        raise CouldNotRun("Say --by: a change has somebody who made it.")
    until = int(time.time()) + _seconds(options["span"]) if options["state"] == "on" else None
    reason = f"Debugging {options['state']}."
    config_snapshots.choose({log_level.DEBUG_UNTIL: until}, by=by, confirmed=True, reason=reason)
    if until is None:
        return Outcome({"debug_until": None}, ["Only what LOG_LEVEL says is written."])
    at = datetime.fromtimestamp(until, UTC).isoformat(timespec="seconds")
    return Outcome({"debug_until": at}, [f"Everything is written until {at}."])


def _seconds(text: str) -> int:
    match = re.fullmatch(r"(\d{1,4})([mh])", text)
    found = int(match[1]) * (60 if match[2] == "m" else 3600) if match else 0
    if not 0 < found <= LONGEST_DEBUG:
        raise CouldNotRun(f"--for {text}: say 30m or 2h, a day at most.")
    return found


DEEDS: dict[str, Callable[[dict[str, Any], User | None], Outcome]] = {
    "snapshot": snapshot,
    "versions": versions,
    "diff": diff,
    "rollback": rollback,
    "apply": apply,
    "debug": debug,
    "migrate-env": migrate_env,
}


def read_wanted(path: Path) -> dict[str, Value | None]:
    """Setting -> value, each one checked; ``file`` takes that of the file. Raises CouldNotRun."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise CouldNotRun(f"{path}: {fault}") from fault
    if not isinstance(content, dict) or not content:
        raise CouldNotRun(f"{path}: a mapping of settings to values is expected.")
    wanted: dict[str, Value | None] = {}
    for key, value in content.items():
        try:
            declared = runtime_settings.find(str(key))
            wanted[str(key)] = None if value == "file" else declared.checked(value)
        except (LookupError, ValueError) as fault:
            raise CouldNotRun(f"{path}: {key}: {fault}") from fault
    return wanted


def problems_after(url: str) -> list[str]:
    """What is wrong now: with the database, by the checks, or at an address that is asked."""
    if not probes.database_answers():
        return ["The database does not answer."]
    found = checks.run_checks(databases=["default"])
    errors = [f"{one.id}: {one.msg}" for one in found if one.level >= checks.ERROR]
    return errors or _unwell(url) if url or errors else []


def _unwell(url: str) -> list[str]:
    """Asked a few times, once every process has heard of the change."""
    time.sleep(settings.RUNTIME_SETTINGS_SECONDS)
    for _ in range(LOOKS):
        status = _status_of(url)
        if status != http.client.OK:
            return [f"{url} answered {status or 'nothing'}."]
    return []


def _status_of(url: str) -> int:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "localhost", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path or "/", headers={"X-Forwarded-Proto": "https"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _data(found: list[Difference]) -> list[dict[str, Any]]:
    return [vars(one) for one in found]


def _lines(found: list[Difference]) -> list[str]:
    return [f"{one.key}: {_said(one.before)} -> {_said(one.after)}" for one in found]


def _said(value: Any) -> str:
    return "file" if value is None else str(value)
