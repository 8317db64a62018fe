"""The risk register and the business figures as CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from charters.content import CharterContent

#: What a spreadsheet may run when a cell begins with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Programs on Windows take the file for UTF-8 by this.
BYTE_ORDER_MARK = "\ufeff"
RISK_COLUMNS = (
    "ref", "principle", "risk", "how_it_happens", "who_is_harmed", "severity_before",
    "likelihood_before", "level_before", "severity_after", "likelihood_after", "level_after",
    "evidence", "controls", "control_owners", "control_due_dates", "control_status",
)  # fmt: skip


def risks_csv(content: CharterContent) -> str:
    """One line for each risk, before and after its controls."""
    return _csv(RISK_COLUMNS, _risks(content))


def kpis_csv(content: CharterContent) -> str:
    """One line for each business figure, with the columns of its item."""
    matrix = content.deliverables.metric_alignment_matrix
    rows = [_flat(one.model_dump(mode="json")) for one in matrix.business_kpis] if matrix else []
    columns = list(dict.fromkeys(column for row in rows for column in row)) or ["name"]
    return _csv(columns, ([row.get(column) for column in columns] for row in rows))


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Judgements inside a row become columns of their own: smart_specific, ..."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found |= {f"{name}_{inner}": one for inner, one in value.items()}
        elif value is not None or name != "smart":
            found[name] = value
    return found


def _risks(content: CharterContent) -> Iterator[list[Any]]:
    report = content.deliverables.ethical_risk_report
    if report is None:
        return
    for risk in report.risks:
        left = report.residual_by_risk.get(risk.ref)
        controls = [one for one in report.mitigations if one.risk_ref == risk.ref]
        yield [
            risk.ref,
            risk.principle,
            risk.risk,
            risk.how_it_happens,
            risk.who_is_harmed,
            risk.severity,
            risk.likelihood,
            risk.inherent,
            left.severity if left else None,
            left.likelihood if left else None,
            left.level if left else None,
            risk.evidence,
            *_joined(controls, "control", "owner", "due_date", "status"),
        ]


def _joined(rows: Sequence[Any], *names: str) -> Iterator[str]:
    for name in names:
        yield "; ".join(str(found) for row in rows if (found := getattr(row, name)) is not None)


def _csv(columns: Sequence[str], rows: Any) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, list):
        return _cell("; ".join(map(str, value)))
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
