"""The post-incident review: a template that the timeline fills as far as it can."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from uaip_project.operations.incidents import timeline
from uaip_project.operations.models import OperationalIncident

MOST_LINES = 120
QUESTIONS = {
    "operational": (
        ("What people noticed", "Who could not do what, from when until when?"),
        ("Cause", "What broke, and why did nothing catch it before?"),
        ("What went well", "What shortened it?"),
        ("What went badly", "What made it longer or worse?"),
    ),
    "security": (
        ("What was reached", "Which accounts, keys, data; what proves that it was not more?"),
        ("How somebody came in", "The first deed that was not ours, and the hole behind it."),
        ("What was shut off, and when", "Containment, keys rotated, what was restored from where."),
        ("Who has to be told", "Authority within 72 hours? People concerned? Contracts?"),
        ("Evidence", "The evidence bundle, its SHA-256, and who has it."),
    ),
}
LAST = ("What will be different", "Follow-ups with owner and date; which runbook or alert changes.")


def template(incident: OperationalIncident) -> str:
    """Markdown to be finished by a person."""
    parts = [f"# Review of {incident.number}", "", *_facts(incident), ""]
    for heading, question in (*QUESTIONS[incident.kind], LAST):
        parts += [f"## {heading}", "", f"({question})", ""]
    parts += ["## Follow-ups", "", *_follow_ups(incident), "", "## Timeline", "", *_lines(incident)]
    return "\n".join(parts) + "\n"


def _facts(incident: OperationalIncident) -> list[str]:
    facts = {
        "Title": incident.title,
        "Severity": incident.get_severity_display(),
        "Opened": f"{incident.opened_at:%-d %B %Y, %H:%M:%S} UTC, {incident.get_source_display()}",
        "Taken on after": _span(incident, "acknowledged_at"),
        "Resolved after": _span(incident, "resolved_at"),
        "Response time kept": "no" if incident.is_late else "yes",
    }
    return [f"- {name}: {value}" for name, value in facts.items()]


def _span(incident: OperationalIncident, moment: str) -> str:
    at = getattr(incident, moment)
    if at is None:
        return "not yet"
    return in_minutes(at - incident.opened_at)


def in_minutes(span: timedelta) -> str:
    """A duration in whole minutes, as people say it."""
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _follow_ups(incident: OperationalIncident) -> list[str]:
    rows = incident.follow_ups.select_related("owner")
    found = [
        f"- [{'x' if row.done_at else ' '}] {row.text} ({row.owner}, until {row.due_date})"
        for row in rows
    ]
    return found or ["(none yet)"]


def _lines(incident: OperationalIncident) -> list[str]:
    lines = timeline.of(incident)
    shown = [
        f"- {timezone.localtime(one.at):%H:%M:%S} {one.source}: {one.text}"
        + (f" ({one.who})" if one.who else "")
        for one in lines[:MOST_LINES]
    ]
    left = len(lines) - len(shown)
    return [*shown, f"- and {left} more lines"] if left else shown
