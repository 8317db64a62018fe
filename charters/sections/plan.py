"""Section 12: what to do before building, while building and before go-live, and when."""

from __future__ import annotations

import math

from charters.feasibility import weeks_by_kind
from charters.particulars import Recommendation, Recommendations, TimelinePhase
from charters.sections import actions
from charters.sections.cells import EMPTY, day
from charters.sections.record import Record
from charters.statements import Block, Paragraph, Section, Table

DAYS_PER_WEEK = 7
BUILD = "Build and evaluate"
PHASE_TITLES = {
    "before_build": "Before building",
    "during_build": "While building",
    "before_go_live": "Before go-live",
}


def recommendations(record: Record) -> Recommendations:
    """Every open deed that the answers call for, by when it has to be done."""
    return Recommendations(
        before_build=actions.before_build(record),
        during_build=actions.during_build(record),
        before_go_live=actions.before_go_live(record),
    )


def plan_section(record: Record) -> Section:
    """Section 12."""
    found = recommendations(record)
    blocks: list[Block] = [
        _table(record, title, getattr(found, phase))
        for phase, title in PHASE_TITLES.items()
        if getattr(found, phase)
    ]
    title = "Recommendations and timeline"
    blocks += _timeline_blocks(record)
    return Section(key="recommendations_and_timeline", number=12, title=title, blocks=blocks)


def _table(record: Record, title: str, rows: list[Recommendation]) -> Table:
    return Table(
        title=title,
        columns=["What to do", "Owner", "Due"],
        rows=[
            record.row(
                [row.action, row.owner or EMPTY, day(row.due)],
                *(source.item for source in row.sources),
            )
            for row in rows
        ],
    )


def timeline(record: Record) -> list[TimelinePhase]:
    """Planned back from go-live, week 0; empty while no go-live date is known."""
    if record.go_live is None:
        return []
    weeks_left = math.ceil((record.go_live - record.as_of).days / DAYS_PER_WEEK)
    steps = _steps(record)
    steps[BUILD][0] = max(0, weeks_left - sum(weeks for weeks, _ in steps.values()))
    phases: list[TimelinePhase] = []
    end = 0
    for name, (weeks, items) in steps.items():
        if weeks:
            phases.append(_phase(record, name, end - weeks, end, *items))
            end -= weeks
    return [*reversed(phases), *_after_go_live(record)]


def _steps(record: Record) -> dict[str, list]:
    """Weeks and questions of each phase, last phase first."""
    plan = record.people.adoption_plan if record.people else None
    first = plan.first_test if plan else None
    lead = weeks_by_kind(record.data)
    return {
        "First test": [_weeks(first.days if first else None), ("S4-12", "S1-11")],
        BUILD: [0, ("S1-11",)],
        "Label the data": [math.ceil(lead.get("labelling", 0)), ("S3-07", "S1-11")],
        "Set up infrastructure": [math.ceil(lead.get("technology", 0)), ("S3-09", "S1-11")],
        "Close data gaps": [math.ceil(lead.get("closing gaps", 0)), ("S3-05", "S1-11")],
    }


def _weeks(days: float | None) -> int:
    return math.ceil((days or 0) / DAYS_PER_WEEK)


def _phase(record: Record, name: str, start: int, end: int, *keys: str) -> TimelinePhase:
    return TimelinePhase(phase=name, start_week=start, end_week=end, sources=record.sources(*keys))


def _after_go_live(record: Record) -> list[TimelinePhase]:
    test = record.success.impact_validation_plan if record.success else None
    weeks = _weeks(test.duration_days if test else None)
    return [_phase(record, "Prove the effect", 0, weeks, "S2-08", "S1-11")] if weeks else []


def _timeline_blocks(record: Record) -> list[Block]:
    phases = timeline(record)
    if not phases:
        text = "No go-live date is known, so no timeline can be planned back from it."
        return [Paragraph(title="Timeline", statements=[record.state(text, "S1-11")])]
    rows = [
        record.row(
            [phase.phase, week_name(phase.start_week), week_name(phase.end_week)],
            *(source.item for source in phase.sources),
        )
        for phase in phases
    ]
    return [Table(title="Timeline", columns=["Phase", "From", "Until"], rows=rows)]


def week_name(week: int) -> str:
    """-8 -> "8 weeks before go-live"."""
    if week == 0:
        return "Go-live"
    unit = "week" if abs(week) == 1 else "weeks"
    return f"{abs(week)} {unit} {'before' if week < 0 else 'after'} go-live"
