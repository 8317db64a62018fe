"""Section 5: how a better model becomes a better business figure, in time to act."""

from __future__ import annotations

from charters.sections.blocks import answer_blocks
from charters.sections.cells import EMPTY, figure
from charters.sections.record import Record
from charters.sections.wording import measure_name
from charters.statements import Block, Figure, Paragraph, Section, Table
from interviews.consistency.measures import say_duration

TIMING_PARTS = (
    ("data_latency_s", "Data ready"),
    ("prediction_latency_s", "Model answers"),
    ("human_reaction_s", "People react"),
    ("margin_s", "Margin"),
    ("action_window_s", "Action window"),
)


def success_and_metric_alignment(record: Record) -> Section:
    """Section 5."""
    blocks = answer_blocks(record, "S2-04")
    blocks += _alignment(record)
    blocks += answer_blocks(record, "S2-06", "S2-05")
    blocks += _ratio(record)
    blocks += answer_blocks(record, "S2-07", "S2-09")
    blocks += _timing(record)
    blocks += answer_blocks(record, "S2-10", "S2-08")
    title = "Success and metric alignment"
    return Section(key="success_and_metric_alignment", number=5, title=title, blocks=blocks)


def _alignment(record: Record) -> list[Block]:
    matrix = record.success.alignment if record.success else {}
    metrics = list(next(iter(matrix.values()), {}))
    if not metrics:
        return []
    rows = [
        record.row(
            [kpi, *("Linked" if links.get(metric) else "Not linked" for metric in metrics)],
            "S2-01",
            "S2-04",
            "S2-06",
        )
        for kpi, links in matrix.items()
    ]
    columns = ["Business figure", *(measure_name(record, metric) for metric in metrics)]
    return [Table(title="Business figures and model measures", columns=columns, rows=rows)]


def _ratio(record: Record) -> list[Block]:
    profile = record.success.error_cost_profile if record.success else None
    if profile is None or profile.ratio is None:
        return []
    text = f"A miss costs {figure(profile.ratio)} times what a false alarm costs."
    return [Paragraph(statements=[record.state(text, "S2-05")])]


def _timing(record: Record) -> list[Block]:
    timing = record.success.timing if record.success else None
    if timing is None or timing.action_window_s is None:
        return []
    spans = timing.model_dump()
    rows = [
        record.row([name, EMPTY if spans[key] is None else say_duration(spans[key])], "S2-09")
        for key, name in TIMING_PARTS
    ]
    table = Table(title="Time to act", columns=["Part", "Duration"], rows=rows)
    return [Figure(title="Time to act", chart="timing", table=table)]
