"""Who came in, who did not, and what lies open: the security report."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet

from accounts.models import ApiKey, AuditEvent, User
from accounts.services import audit_check
from accounts.services.access_review import review_access
from uaip_project.operations import host_gauges
from uaip_project.operations.models import Containment, OperationalIncident
from uaip_project.operations.reports import kept
from uaip_project.operations.reports.document import Report, Section, compared

REFUSED = "user.sign_in_refused"
UNUSUAL = "limit.unusual"
#: So many refusals of one person or from one address in a day are no slips.
MANY_REFUSALS = 20
KEY_DAYS = 90
CERTIFICATE_DAYS = 30
MOST_ROWS = 25
MONTH = timedelta(days=30)
#: A report over so many days is put beside the one of the month before.
A_MONTH = 28


def make(*, at: datetime, days: int = 1) -> Report:
    """Over the last ``days``; changes nothing."""
    since = at - timedelta(days=days)
    sections = [
        *(
            replace(one, names_people=True)
            for one in (_refusals(at, since), _people(at), _keys(at), _unusual(since))
        ),
        _injections(since),
        _certificates(),
        _record(),
        replace(_standing(), names_people=True),
    ]
    figures = {
        "refused_sign_ins": AuditEvent.objects.filter(type=REFUSED, happened_at__gte=since).count(),
        "sign_ins": AuditEvent.objects.filter(
            type="user.signed_in", happened_at__gte=since
        ).count(),
        "usable_keys": ApiKey.objects.usable().count(),
        "active_people": User.objects.active().filter(kind=User.Kind.PERSON).count(),
    }
    found = review_access(at=at)
    figures |= {
        "administrators": len(found.admins),
        "administrators_with_one_factor": len(found.without_second_factor),
        "people_not_seen_for_90_days": len(found.silent),
        "keys_to_rotate": _old_keys(at).count(),
        "containments": Containment.objects.filter(placed_at__gte=since).count(),
        "security_problems": sum(len(one.problems) for one in sections),
    }
    if days >= A_MONTH:
        before = kept.figures_before("monthly", at)
        known = {name: before[name] for name in figures if name in before}
        words = "the report of the month before"
        sections.append(
            replace(compared(figures, known, before_is=words), title=f"Security, beside {words}")
        )
    period = f"{since:%-d %B %Y, %H:%M} to {at:%-d %B %Y, %H:%M} UTC"
    return Report("security", "Security report", period, sections, figures)


def _refusals(at: datetime, since: datetime) -> Section:
    refused = AuditEvent.objects.filter(type=REFUSED)
    recent = refused.filter(happened_at__gte=since)
    rows, problems = [], []
    for column, words in (("subject", "Person or address"), ("address", "From")):
        counted = recent.exclude(**{column: None}).values_list(column)
        counted = counted.annotate(count=Count("pk")).order_by("-count", column)[:MOST_ROWS]
        named = _named([str(one) for one, _ in counted]) if column == "subject" else {}
        for one, count in counted:
            if not one:
                continue
            rows.append([words, named.get(str(one), str(one)), str(count)])
            if count >= MANY_REFUSALS:
                problems.append(f"{count} sign-ins were refused for {named.get(str(one), one)}.")
    month = refused.filter(happened_at__gte=at - MONTH).count()
    sentences = [f"{recent.count()} sign-ins were refused; {month} in 30 days."]
    return Section("Refused sign-ins", sentences, ["By", "Which", "How often"], rows, problems)


def _named(subjects: list[str]) -> dict[str, str]:
    """People as they are called; whoever is none of ours stays a digest."""
    codes = {
        one: one.partition(" ")[2] for one in subjects if one.startswith(("person ", "service "))
    }
    people = {str(one.code): one.email for one in User.objects.filter(code__in=codes.values())}
    return {one: people[code] for one, code in codes.items() if code in people}


def _people(at: datetime) -> Section:
    found = review_access(at=at)
    rows = [[one.email, one.get_role_display(), _last_seen(one)] for one in found.admins]
    problems = [
        f"{one.email} manages the house with one factor." for one in found.without_second_factor
    ]
    if found.silent:
        problems.append(f"{len(found.silent)} people have not signed in for 90 days.")
    sentences = [
        f"{len(found.admins)} administrators; {len(found.quiet)} people were not seen for 30 days, "
        f"{len(found.silent)} for 90."
    ]
    columns = ["Administrator", "Role", "Last sign-in"]
    return Section("Who has access", sentences, columns, rows[:MOST_ROWS], problems)


def _last_seen(user: User) -> str:
    return f"{user.last_login:%-d %B %Y}" if user.last_login else "never"


def _old_keys(at: datetime) -> QuerySet[ApiKey]:
    usable = ApiKey.objects.usable().select_related("user")
    return usable.filter(created_at__lt=at - timedelta(days=KEY_DAYS)).order_by("created_at")


def _keys(at: datetime) -> Section:
    usable, old = ApiKey.objects.usable(), _old_keys(at)
    rows = [
        [f"uaip_{one.prefix}", one.name, str(one.user), str((at - one.created_at).days)]
        for one in old[:MOST_ROWS]
    ]
    problems = [f"{old.count()} keys are older than {KEY_DAYS} days: rotate them."] if rows else []
    never = usable.filter(last_used_at=None, created_at__lt=at - MONTH).count()
    sentences = [
        f"{usable.count()} keys open a door; {never} were not used in their first 30 days."
    ]
    return Section("API keys", sentences, ["Key", "Name", "Holder", "Days"], rows, problems)


def _unusual(since: datetime) -> Section:
    found = AuditEvent.objects.filter(type=UNUSUAL, happened_at__gte=since)
    counted = Counter(found.values_list("subject", flat=True))
    named = _named(list(counted))
    rows = [[named.get(one, one), str(count)] for one, count in counted.most_common(MOST_ROWS)]
    problems = [f"{row[0]} called the API more than 1,000 times in a day." for row in rows]
    return Section("Unusual use", [f"{len(counted)} callers."], ["Caller", "Days"], rows, problems)


def _injections(since: datetime) -> Section:
    """Texts that tried to steer the scorer; what they said is nobody's business here."""
    found = AuditEvent.objects.filter(type__contains="inject", happened_at__gte=since).count()
    return Section("Attempts to steer the scorer", [f"{found} were noted in the record of deeds."])


def _certificates() -> Section:
    rows, problems = [], []
    for metric in host_gauges.certificates():
        for sample in metric.samples:
            name = sample.labels["certificate"]
            if sample.name == "uaip_certificate_days":
                rows.append([name, f"{sample.value:.0f}"])
                if sample.value < CERTIFICATE_DAYS:
                    problems.append(
                        f"The certificate {name} ends in {sample.value:.0f} days: renew it."
                    )
            elif not sample.value:
                problems.append(f"The certificate {name} cannot be read.")
    if not settings.CERTIFICATES:
        return Section("Certificates", ["None is watched: name them in UAIP_CERTIFICATES."])
    return Section("Certificates", [], ["Certificate", "Days left"], rows, problems)


def _record() -> Section:
    report = audit_check.verify()
    if report.fault is None:
        return Section("Record of deeds", [f"It is whole: {report.row_count} rows were verified."])
    problem = f"The record of deeds is not whole: {report.fault.sentence} Run `verify_audit`."
    return Section("Record of deeds", problems=[problem])


def _standing() -> Section:
    incidents = OperationalIncident.objects.open().filter(kind="security")
    shut = Containment.objects.in_force()
    problems = [f"{one.number} is open: {one.title}." for one in incidents]
    problems += [
        f"Still shut off: {one.get_kind_display()} {one.target}.".replace(" .", ".") for one in shut
    ]
    return Section("Incidents", [f"{len(problems)} stand open."], problems=problems)
