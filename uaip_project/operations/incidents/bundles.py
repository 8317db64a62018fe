"""Bundles for whoever helps or judges: diagnostics, and evidence with a manifest that verifies."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from collections import deque
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.models import AuditEvent, Job, User
from accounts.services import audit_check, audit_export
from accounts.services.audit_reading import Question
from uaip_project import logs
from uaip_project.operations import configuration, probes, system_status
from uaip_project.operations.incidents import diagnosing, handling, timeline
from uaip_project.operations.models import OperationalIncident, OpsRun

MANIFEST = "manifest.json"
MOST_LOG_LINES = 2000
MOST_RUNS = 200
FORMAT = "uaip-bundle/1"


class BundleBroken(Exception):
    """The bundle is not what was written; the words name the first part."""


def write_diagnostics(to: Path) -> dict[str, Any]:
    """Everything that helps to find a cause: no secret, no answer, no name of a project."""
    parts = {
        "checks.json": _json([one.as_json() for one in _checks()]),
        "machine.json": _json(machine()),
        "log.txt": "\n".join(_log_lines()).encode(),
        "settings.json": _json(_settings()),
    }
    if probes.database_answers():
        parts["system.json"] = _json(system_status.look())
        parts["queue.json"] = _json(_queue())
        parts["runs.json"] = _json(_runs())
        parts["migrations.json"] = _json(_migrations())
        parts["sizes.json"] = _json(sizes())
    return _write(to, parts, {"what": "diagnostics"})


def write_evidence(to: Path, *, incident: OperationalIncident, by: User | None) -> dict[str, Any]:
    """The record of deeds around an incident, its timeline and the configuration, with hashes."""
    first = incident.opened_at - timeline.BEFORE
    question = Question(from_date=first.date())
    deeds = "".join(audit_export.export(question, file_format="jsonl", by=_exporter(by)))
    report = audit_check.verify()
    lines = [vars(one) for one in timeline.of(incident)]
    parts = {
        "deeds.jsonl": deeds.encode(),
        "chain.json": _json({"is_whole": report.fault is None, "head": _head()}),
        "timeline.json": _json(lines),
        "settings.json": _json(_settings()),
        "machine.json": _json(machine()),
        "log.txt": "\n".join(_log_lines()).encode(),
    }
    custody = [{"at": timezone.now(), "who": str(by or "a shell without a name"), "deed": "taken"}]
    parts["custody.json"] = _json(custody)
    made = _write(to, parts, {"what": "evidence", "incident": incident.number})
    _note(incident, made["sha256"], by)
    return made


def _exporter(by: User | None) -> User:
    """An export is somebody's deed."""
    if by is None:
        raise BundleBroken("Name with --by who takes the evidence.")
    return by


def _note(incident: OperationalIncident, digest: str, by: User | None) -> None:
    handling.note_incident(incident=incident, text=f"Evidence taken, SHA-256 {digest}.", by=by)


def verify(path: Path) -> dict[str, Any]:
    """Whether every part is what the manifest says. Raises BundleBroken."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            found = {one.name: archive.extractfile(one) for one in archive.getmembers()}
            bodies = {name: file.read() for name, file in found.items() if file}
        manifest: dict[str, Any] = json.loads(bodies.pop(MANIFEST))
    except (OSError, tarfile.TarError, KeyError, ValueError, EOFError) as fault:
        raise BundleBroken(f"It cannot be read: {fault}") from fault
    if manifest.get("format") != FORMAT:
        raise BundleBroken("Its manifest is none of ours.")
    wanted = manifest.get("parts", {})
    if set(wanted) != set(bodies):
        odd = sorted(set(wanted) ^ set(bodies))
        raise BundleBroken(f"{odd[0]} is missing, or was added.")
    for name, body in bodies.items():
        if hashlib.sha256(body).hexdigest() != wanted[name]:
            raise BundleBroken(f"{name} was changed.")
    return manifest


def _write(to: Path, parts: dict[str, bytes], head: dict[str, Any]) -> dict[str, Any]:
    manifest = {
        "format": FORMAT,
        **head,
        "made_at": timezone.now(),
        "parts": {name: hashlib.sha256(body).hexdigest() for name, body in sorted(parts.items())},
    }
    beside = to.with_name(f".{to.name}.part")
    with tarfile.open(beside, "w:gz") as archive:
        for name, body in [(MANIFEST, _json(manifest)), *sorted(parts.items())]:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(body), 0o600, int(timezone.now().timestamp())
            archive.addfile(entry, io.BytesIO(body))
    beside.chmod(0o600)
    beside.replace(to)
    digest = hashlib.sha256(to.read_bytes()).hexdigest()
    return {"file": str(to), "sha256": digest, "parts": sorted(parts), "bytes": to.stat().st_size}


def _json(content: Any) -> bytes:
    return json.dumps(content, indent=2, cls=DjangoJSONEncoder, ensure_ascii=False).encode()


# --- The parts ------------------------------------------------------------------------------------


def _checks() -> list[diagnosing.Found]:
    return [*diagnosing.run("p1"), *diagnosing.links()]


def machine() -> dict[str, Any]:
    """The machine and this process."""
    memory, disk = psutil.virtual_memory(), psutil.disk_usage("/")
    return {
        "at": timezone.now(),
        "host": platform.node(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": psutil.cpu_count(),
        "load": psutil.getloadavg(),
        "memory_total": memory.total,
        "memory_percent": memory.percent,
        "disk_total": disk.total,
        "disk_percent": disk.percent,
        "started_at": datetime.fromtimestamp(
            psutil.boot_time(), tz=timezone.get_current_timezone()
        ),
    }


def _settings() -> list[dict[str, Any]]:
    """As the page Configuration shows them: secrets only as set or not set."""
    try:
        return [
            {"key": one.key, "value": one.text, "source": one.source}
            for one in configuration.everything()
        ]
    except DatabaseError as fault:
        return [{"key": "", "value": f"not read: {type(fault).__name__}", "source": ""}]


def _queue() -> dict[str, Any]:
    """Kinds and states; a fault is told by its first word, which is its type."""
    open_ones = Job.objects.exclude(status=Job.Status.DONE).order_by("-pk")[:MOST_RUNS]
    return {
        "jobs": [
            {
                "kind": job.kind,
                "status": job.status,
                "attempts": job.attempts,
                "next_attempt_at": job.next_attempt_at,
                "fault": job.last_fault.partition(":")[0][:60],
            }
            for job in open_ones
        ]
    }


def _runs() -> list[dict[str, Any]]:
    """Without results: those of a report or an incident may quote a person."""
    columns = ("kind", "status", "started_at", "finished_at")
    return list(OpsRun.objects.order_by("-pk").values(*columns)[:MOST_RUNS])


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def sizes() -> dict[str, Any]:
    """Rows of the largest tables, and bytes of the database where it tells them."""
    if connection.vendor != "postgresql":
        name = Path(str(connection.settings_dict["NAME"]))
        return {"database_bytes": name.stat().st_size if name.is_file() else 0, "tables": {}}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        total = cursor.fetchone()[0]
        cursor.execute(
            "SELECT relname, n_live_tup, pg_total_relation_size(relid) "
            "FROM pg_stat_user_tables ORDER BY 3 DESC LIMIT 30"
        )
        tables = {name: {"rows": rows, "bytes": size} for name, rows, size in cursor.fetchall()}
    return {"database_bytes": total, "tables": tables}


def _log_lines() -> list[str]:
    """The last lines of our own log files, redacted once more."""
    found: deque[str] = deque(maxlen=MOST_LOG_LINES)
    folder = Path(settings.LOG_DIR) if settings.LOG_DIR else None
    for path in sorted(folder.glob("*.log")) if folder and folder.is_dir() else []:
        with path.open(encoding="utf-8", errors="replace") as lines:
            found.extend(logs.one_line(logs.redacted(line.rstrip("\n"))) for line in lines)
    return list(found)


def _head() -> dict[str, Any]:
    last = AuditEvent.objects.order_by("-sequence").first()
    return {"sequence": last.sequence, "hash": last.hash} if last else {}
