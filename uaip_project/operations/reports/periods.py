"""Days, weeks and months in figures, and whether the house is well now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Count

from accounts.models import AuditEvent, Job
from uaip_project.operations.incidents import diagnosing
from uaip_project.operations.models import OperationalIncident, OpsRun
from uaip_project.operations.reports import kept
from uaip_project.operations.reports.document import Report, Section, compared
from uaip_project.operations.restoring import old_copies

DAYS = {"daily": 1, "weekly": 7, "monthly": 30}
TITLES = {"daily": "Daily report", "weekly": "Weekly report", "monthly": "Monthly report"}
#: Deed -> what it is called in the report.
COUNTED = {
    "user.signed_in": "sign_ins",
    "user.sign_in_refused": "refused_sign_ins",
    "session.started": "interviews_begun",
    "session.completed": "interviews_completed",
    "revision.issued": "charters_issued",
    "ruling.recorded": "rulings",
}


def make(kind: str, *, at: datetime) -> Report:
    """The last day, 7 days or 30 days before ``at``, beside the same span before."""
    span = timedelta(days=DAYS[kind])
    since = at - span
    figures = counts(since, at)
    before = kept.figures_before(kind, at) or counts(since - span, since)
    sections = [_health(at), _runs(since), _incidents(since)]
    sections.append(compared(figures, before, before_is="the same span before"))
    period = f"{since:%-d %B %Y, %H:%M} to {at:%-d %B %Y, %H:%M} UTC"
    return Report(kind, TITLES[kind], period, sections, figures)


def counts(since: datetime, until: datetime) -> dict[str, float]:
    """What people and workers did in a span; no name of anything."""
    deeds = AuditEvent.objects.filter(happened_at__gte=since, happened_at__lt=until)
    by_type = dict(
        deeds.filter(type__in=COUNTED).values_list("type").annotate(n=Count("pk")).order_by()
    )
    done = Job.objects.filter(finished_at__gte=since, finished_at__lt=until)
    runs = OpsRun.objects.filter(started_at__gte=since, started_at__lt=until)
    opened = OperationalIncident.objects.filter(opened_at__gte=since, opened_at__lt=until)
    found = {name: float(by_type.get(deed, 0)) for deed, name in COUNTED.items()}
    return found | {
        "jobs_done": float(done.filter(status=Job.Status.DONE).count()),
        "jobs_given_up": float(done.filter(status=Job.Status.DEAD).count()),
        "runs_with_problems": float(runs.filter(status__in=("problem", "failed")).count()),
        "incidents": float(opened.count()),
    }


def _health(at: datetime) -> Section:
    found = diagnosing.run("p1")
    rows = [[one.name, "well" if one.is_well else "fault", one.sentence] for one in found]
    problems = [f"{one.sentence} {one.hint}" for one in found if not one.is_well]
    problems += [
        f"{name} is kept from before a restore since {moment:%-d %B %Y}: `restore --drop-old`."
        for name, moment in _forgotten(at)
    ]
    return Section("Health now", [], ["What", "State", "Details"], rows, problems)


def _forgotten(at: datetime) -> list[tuple[str, datetime]]:
    """The report is made where the database is away, too: that is said above."""
    try:
        return old_copies.forgotten(at=at)
    except DatabaseError:
        return []


def health(*, at: datetime) -> Report:
    """Only whether the house is well."""
    return Report("health", "Health report", f"{at:%-d %B %Y, %H:%M} UTC", [_health(at)])


def _runs(since: datetime) -> Section:
    runs = OpsRun.objects.filter(started_at__gte=since).exclude(kind__startswith="report")
    bad = runs.filter(status__in=("problem", "failed", "interrupted")).order_by("-started_at")[:25]
    counted = runs.values_list("kind", "status").annotate(n=Count("pk")).order_by("kind", "status")
    rows = [[kind, OpsRun.Status(status).label, str(n)] for kind, status, n in counted[:60]]
    problems = [f"{one.kind} of {one.started_at:%-d %B, %H:%M}: {one.said}" for one in bad]
    return Section("Operational runs", [], ["Run", "Outcome", "How often"], rows, problems)


def _incidents(since: datetime) -> Section:
    rows = [
        [one.number, one.severity, one.get_state_display(), one.title]
        for one in OperationalIncident.objects.filter(opened_at__gte=since)[:25]
    ]
    open_ones = OperationalIncident.objects.open()
    problems = [
        f"{one.number} ({one.severity}) is {one.get_state_display().lower()}." for one in open_ones
    ]
    return Section("Incidents", [], ["Number", "Severity", "State", "What"], rows, problems)
