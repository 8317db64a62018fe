"""What a log line looks like: one record, one line, with ids and without what nobody may read.

No answers, no tokens, no keys: addresses of pages are told by their route, the message of an
unexpected fault stays away (it quotes what a person wrote), and what looks like a secret is cut.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils.functional import empty

from accounts import request_facts
from uaip_project import log_files

LONGEST = 2000
CUT = "[cut]"
#: Keys, tokens and cookies, by what they look like.
SECRETS = re.compile(
    r"""
    uaip_[A-Za-z0-9-]{6,24}_[A-Za-z0-9_-]{24,}                  # our API keys
    | eyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)?                        # a JWT
    | \b(?:sk|pk|rk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{16,}       # providers' keys
    | (?<=key/)[0-9A-Za-z]+-[^/\s"']+                             # the link of a password reset
    """,
    re.VERBOSE,
)
#: What stands behind a telling name.
NAMED = re.compile(
    r"""(?ix)
    \b(bearer|basic)(\s+)[^\s"',;]{4,}
    | ((?:authorization|x-api-key|api[_-]?key|password|passwd|secret|[\w-]*token|pepper
        |(?:__Host-)?(?:sessionid|csrftoken))["']?)(\s*[:=]\s*(?:(?:bearer|basic)\s+)?)
      ("[^"]*"|'[^']*'|[^\s"',;&]+)
    """
)
#: PostgreSQL repeats the row that it refuses.
ROW_TOLD = re.compile(r"\b(DETAIL|CONTEXT):.*", re.DOTALL)
#: Characters that would begin another line, move a cursor or turn the reading round.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
#: Faults of machines, whose message quotes nobody.
TELLING = (OSError, OperationalError, InterfaceError)
SESSION_IN_ROUTE = re.compile(r"sessions/<uuid:(\w+)>")

current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


def redacted(text: str) -> str:
    """The text without what looks like a key, a token or a row of the database."""
    text = ROW_TOLD.sub(rf"\1: {CUT}", text)
    text = SECRETS.sub(CUT, text)
    return NAMED.sub(
        lambda found: f"{found[1] or found[3]}{found[2] or found[4] or ' '}{CUT}", text
    )


def one_line(text: str) -> str:
    """The text with every control character written out, and at most LONGEST characters."""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), cut)


def route_of(request: HttpRequest | None) -> str:
    """The address as the site declares it, without what a person put into it; "-" for none."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "-"


class Redacting(logging.Filter):
    """Puts the final words into a record: redacted, and with routes for addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            text = record.getMessage()
        except (TypeError, ValueError, KeyError):
            text = f"{record.msg} (with arguments that do not fit)"
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and len(request.path) > 1:
            text = text.replace(request.path, route_of(request))
        # What is cut off anyway need not be searched, which takes long.
        record.msg, record.args = redacted(text[: 2 * LONGEST]), ()
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line, with the guide's fields."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": one_line(record.getMessage()),
        }
        said |= ids()
        said |= {
            name: value for name in ADDED if (value := getattr(record, name, None)) is not None
        }
        if record.exc_info and record.exc_info[1]:
            said["exception"] = told(record.exc_info[1])
        return json.dumps(said)


class Lines(logging.Formatter):
    """One readable line; a traceback follows, set in."""

    converter = staticmethod(lambda seconds: datetime.fromtimestamp(seconds or 0, UTC).timetuple())

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = one_line(record.message)
        known = " ".join(f"{name}={value}" for name, value in ids().items())
        return super().formatMessage(record) + (f" [{known}]" if known else "")

    def formatException(self, exc_info: Any) -> str:
        lines = redacted(super().formatException(exc_info)).splitlines()
        return "\n".join(f"  | {one_line(line)}" for line in lines)


#: What the access line of a request adds, and the line of a deed.
ADDED = ("method", "route", "status", "ms", "deed", "actor", "subject")


def ids() -> dict[str, Any]:
    """Whom and what a line is about, as far as it is known: codes and ids alone."""
    facts, request = request_facts.current(), current_request.get()
    found = {
        "request_id": facts.request_id,
        "session_id": _session_code(request),
        "user_id": _user_code(request),
        "job_id": facts.job_id,
    }
    return {name: value for name, value in found.items() if value}


def _session_code(request: HttpRequest | None) -> str:
    """The interview in whose address the request lies."""
    match = getattr(request, "resolver_match", None)
    place = SESSION_IN_ROUTE.search(match.route or "") if match else None
    return str(match.kwargs.get(place[1], "")) if match and place else ""


def _user_code(request: HttpRequest | None) -> str:
    """Who asks, where that was found out already: a log line never asks the database."""
    user = getattr(request, "user", None)
    if getattr(user, "_wrapped", None) is empty:
        return ""
    return str(getattr(user, "code", ""))


def told(fault: BaseException) -> dict[str, Any]:
    """Kind and place of a fault; its words only where they quote nobody."""
    frames = traceback.extract_tb(fault.__traceback__)
    said: dict[str, Any] = {
        "type": type(fault).__name__,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-20:]],
    }
    if isinstance(fault, TELLING):
        said["message"] = one_line(redacted(str(fault)))
    return said


@dataclass(frozen=True)
class Folder:
    """Where log files lie, for how many days, and how large one may grow; "" = no files."""

    path: str = ""
    days: int = 30
    megabytes: int = 100


#: What has a file of its own, by logger.
OWN_FILES = {"access": "uaip.access", "audit": "uaip.audit"}


def configuration(*, level: str, form: str, folder: Folder | None = None) -> dict[str, Any]:
    """Django's LOGGING: to standard error or into files, as ``json`` or as ``line``."""
    to_files = folder is not None and bool(folder.path)
    general = ["app", "error"] if to_files else ["stderr"]
    handlers = _files(form, folder) if folder and to_files else {"stderr": _stderr(form)}
    own = {logger: {"handlers": [name], "propagate": False} for name, logger in OWN_FILES.items()}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redacting": {"()": Redacting}, "below_error": {"()": log_files.NoFault}},
        "formatters": {"line": {"()": Lines}, "json": {"()": JsonLines}},
        "handlers": handlers | {"counting": {"class": "accounts.log_figures.Counting"}},
        "root": {"handlers": [*general, "counting"], "level": level},
        "loggers": {
            "django.db.backends": {"level": "INFO"},
            # Django's own handler would write the same again, unredacted.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "gunicorn.error": {"handlers": [*general, "counting"], "propagate": False},
        }
        | (own if to_files else {}),
    }


def spare_terminal() -> None:
    """At a terminal only warnings: other lines would stand between what a command says."""
    if not sys.stderr.isatty():
        return
    for handler in logging.getLogger().handlers:
        if getattr(handler, "stream", None) is sys.stderr:
            handler.setLevel(logging.WARNING)


def _stderr(form: str) -> dict[str, Any]:
    return {
        "class": "logging.StreamHandler",
        "formatter": form,
        "filters": ["redacting"],
        "stream": sys.stderr,
    }


def _files(form: str, folder: Folder) -> dict[str, Any]:
    """Each line in exactly one file."""
    every = {
        "()": log_files.DayFiles,
        "folder": folder.path,
        "days": folder.days,
        "megabytes": folder.megabytes,
        "formatter": form,
        "filters": ["redacting"],
    }
    files = {name: every | {"name": name} for name in ("app", "error", *OWN_FILES)}
    files["app"]["filters"] = ["below_error", "redacting"]
    files["error"]["level"] = "ERROR"
    return files
