"""What the schedule does by itself; each ``do(run)`` may be done twice without harm."""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.models import Job, User
from accounts.services import audit_check, forgetting, members
from interviews.models import InterviewSession
from uaip_project.operations import probes, retention, runs, schedule, system_status
from uaip_project.operations.database_care import reviewing, sizes, verifying
from uaip_project.operations.database_care import upkeep as database_upkeep
from uaip_project.operations.models import OpsRun
from uaip_project.operations.occasions import Unit
from uaip_project.operations.runs import Outcome

#: Temporary files of ours are named so, and may be in use for a day.
OURS = "uaip-"
TMP_AGE = timedelta(hours=24)
#: Jobs of the schedule that ended; their runs say what came of them.
JOB_AGE = timedelta(days=7)
#: Runs of every few minutes say little after two days.
FREQUENT_AGE = timedelta(days=2)
#: Few, and asked for years later: versions of the configuration, and which release served when.
LASTING = ("config snapshot", "upgrade_check finish")
#: A job that waits for longer wants a person.
LONGEST_WAIT = 900.0


def look_at_health(run: OpsRun) -> Outcome:
    """Database, queue and workers in one look; a problem is a line that people see."""
    queue = system_status.queue()
    silent = [one["name"] for one in system_status.workers() if not one["is_alive"]]
    problems = [f"{name} has not been heard of." for name in silent]
    if queue["dead"]:
        problems.append(f"{queue['dead']} jobs were given up. Look at `queue dead`.")
    if queue["oldest_due_seconds"] > LONGEST_WAIT:
        problems.append(f"A job has waited for {queue['oldest_due_seconds']:.0f} seconds.")
    if not probes.database_answers():
        problems.append("The database does not answer.")
    data = {"queue": queue, "silent": silent, "problems": problems}
    return Outcome(data, problems or ["All is well."], is_problem=bool(problems))


def close_silent_runs(run: OpsRun) -> Outcome:
    """Runs whose process is gone are interrupted, not running for ever."""
    count = runs.close_silent()
    return Outcome({"closed": count}, [f"{count} runs were ended."])


def verify_record(run: OpsRun) -> Outcome:
    """The whole chain, its segments and anchors."""
    report = audit_check.verify()
    if report.fault is not None:
        words = f"Broken at row {report.fault.sequence}: {report.fault.sentence}"
        return Outcome(report.to_json(), [words], is_problem=True)
    return Outcome(report.to_json(), [f"{report.row_count} deeds fit."])


def clear_sessions(run: OpsRun) -> Outcome:
    """Browser sessions that ran out, some thousands at a time."""
    count = 0
    while gone := forgetting.forget_browser_sessions():
        count += gone
    return Outcome({"deleted": count}, [f"{count} sessions that ran out were deleted."])


def forget_old_rows(run: OpsRun) -> Outcome:
    """Rows about operation itself, and what the housekeeper's hourly look has left."""
    counted = forgetting.forget_old() | {"ops_runs": _forget_runs(), "jobs": _forget_jobs()}
    return Outcome(counted, [f"{sum(counted.values())} rows were deleted."])


def _forget_runs() -> int:
    now = timezone.now()
    tasks = schedule.tasks().values()
    frequent = [one.name for one in tasks if one.rhythm.unit == Unit.MINUTES]
    old = Q(started_at__lt=now - timedelta(days=settings.OPS_RUN_DAYS))
    old |= Q(kind__in=frequent, started_at__lt=now - FREQUENT_AGE, status=OpsRun.Status.OK)
    return OpsRun.objects.ended().filter(old).exclude(kind__in=LASTING).delete()[0]


def _forget_jobs() -> int:
    ended = Job.objects.filter(kind="scheduled", status=Job.Status.DONE)
    return ended.filter(finished_at__lt=timezone.now() - JOB_AGE).delete()[0]


def clean_tmp(run: OpsRun) -> Outcome:
    """Only what is named as ours, and older than a day."""
    oldest = time.time() - TMP_AGE.total_seconds()
    gone, left = [], []
    for path in Path(tempfile.gettempdir()).glob(f"{OURS}*"):
        try:
            if _touched(path) >= oldest:
                continue
            _remove(path)
        except OSError:
            # Somebody else's, or gone by itself.
            left.append(path.name)
        else:
            gone.append(path.name)
    return Outcome({"deleted": gone, "left": left}, [f"{len(gone)} old files were deleted."])


def _touched(path: Path) -> float:
    """When anything of it was last written: a folder in use keeps its own old date."""
    inside = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    return max(one.lstat().st_mtime for one in (path, *inside))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def note_sizes(run: OpsRun) -> Outcome:
    """What `db forecast` draws its line through."""
    return sizes.note()


def maintain_database(run: OpsRun) -> Outcome:
    """Vacuum and analyse; on SQLite the file is written anew."""
    return database_upkeep.maintain()


def check_database(run: OpsRun) -> Outcome:
    """As `verify_db`."""
    return verifying.verify()


def review_database(run: OpsRun) -> Outcome:
    """The weekly figures, compared with last week's."""
    return reviewing.review()


def look_at_retention(run: OpsRun) -> Outcome:
    """Counts what is old; archives it where the site says so, and marks nothing."""
    chosen = settings.OPERATIONS["retention"]
    plan = retention.plan_archiving(days=int(chosen["archive_after_days"]))
    later = retention.plan_deleting(days=int(chosen["delete_after_days"]))
    done: list[InterviewSession] = []
    if chosen["archives"]:
        done = retention.archive(plan, by=None)
    told = retention.told(plan, verb="archived", is_done=chosen["archives"], done=len(done))
    told.data["deletable"] = later.found
    return told


def delete_marked(run: OpsRun) -> Outcome:
    """What a person marked with `delete_archived` an hour ago."""
    done = retention.delete_marked()
    count = done.rows.get("sessions", 0)
    lines = [f"{count} interviews were deleted for good."]
    if done.spared:
        lines.append(f"{len(done.spared)} stay: a hold, a review or an incident came in between.")
    return Outcome({"deleted": count, "rows": done.rows, "spared": done.spared}, lines)


def deactivate_inactive(run: OpsRun) -> Outcome:
    """People whom nobody has seen for UAIP_INACTIVE_DAYS; the last SuperAdmin always stays."""
    if not settings.INACTIVE_DAYS:
        return Outcome({"deactivated": [], "kept": []}, ["UAIP_INACTIVE_DAYS is 0: nobody is."])
    long_ago = timezone.now() - timedelta(days=settings.INACTIVE_DAYS)
    unseen = Q(last_login__lt=long_ago) | Q(last_login=None, joined_at__lt=long_ago)
    people = User.objects.active().filter(unseen, kind=User.Kind.PERSON).order_by("pk")
    gone, kept = [], []
    for person in people:
        try:
            members.deactivate_member(user=person, by=None, why="inactive")
        except members.CannotDo:
            kept.append(str(person.code))
        else:
            gone.append(str(person.code))
    data = {"deactivated": gone, "kept": kept}
    return Outcome(data, [f"{len(gone)} people were deactivated, {len(kept)} had to stay."])
