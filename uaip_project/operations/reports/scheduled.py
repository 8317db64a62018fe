"""What the schedule calls: makes the report of the day, week or month and mails it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from uaip_project.operations.models import OpsRun
from uaip_project.operations.reports import capacity, money, pdf, periods, security, speed
from uaip_project.operations.reports.document import Report
from uaip_project.operations.runs import Outcome


def daily(run: OpsRun) -> Outcome:
    """Health and figures of the day, with the security report of the day behind them."""
    now = timezone.now()
    made = periods.make("daily", at=now)
    extra = security.make(at=now)
    return _sent(_joined(made, extra), run)


def weekly(run: OpsRun) -> Outcome:
    """The week, with capacity."""
    now = timezone.now()
    return _sent(_joined(periods.make("weekly", at=now), capacity.make(at=now)), run)


def monthly(run: OpsRun) -> Outcome:
    """The month, with security, speed, capacity and cost."""
    return _sent(of_the_month(at=timezone.now()), run)


def of_the_month(*, at: datetime) -> Report:
    """The last 30 days of everything, beside the month before; the monthly audit."""
    parts = [security.make(at=at, days=30), speed.make(at=at), capacity.make(at=at)]
    return _joined(periods.make("monthly", at=at), *parts, money.make(at=at))


def _joined(first: Report, *others: Report) -> Report:
    """One report of several; the figures of all."""
    sections, figures = list(first.sections), dict(first.figures)
    for one in others:
        sections += one.sections
        figures = dict(one.figures) | figures
    return Report(first.kind, first.title, first.period, sections, figures)


def _sent(report: Report, run: OpsRun) -> Outcome:
    mail(report, link=settings.BASE_URL + reverse("operations:report", args=[run.code]))
    # A report that names problems was made all the same: the mail says what to do.
    return Outcome(report.as_json(), report.lines())


def mail(report: Report, *, link: str = "", to: list[str] | None = None) -> int:
    """To UAIP_REPORT_EMAILS, with the PDF; how many got it."""
    addresses = settings.REPORT_EMAILS if to is None else to
    if not addresses:
        return 0
    body = "\n".join([*report.lines(), "", link])
    title = f"[{settings.APP_NAME}] {report.title}: {report.verdict}"
    made_at = timezone.now()
    file = pdf.render(report, made_at=made_at, house=settings.APP_NAME)
    for address in addresses:
        message = EmailMessage(title, body, None, [address])
        message.attach(f"{report.kind}-{made_at:%Y-%m-%d}.pdf", file, "application/pdf")
        message.send()
    return len(addresses)
