"""The risk register and the business figures for spreadsheets."""

from __future__ import annotations

import csv
import io

from charters.rendering import tables
from tests.builders.answers import consistent_answers, with_value
from tests.builders.charters import make_content


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_each_risk_is_a_line_with_its_levels_and_controls() -> None:
    content = make_content()
    rows = rows_of(tables.risks_csv(content))
    report = content.deliverables.ethical_risk_report
    assert [row["ref"] for row in rows] == [risk.ref for risk in report.risks]
    first = report.risks[0]
    assert int(rows[0]["level_before"]) == first.inherent
    assert int(rows[0]["level_after"]) == report.residual_by_risk[first.ref].level
    assert any(row["controls"] for row in rows)


def test_each_figure_is_a_line() -> None:
    content = make_content()
    names = [one.name for one in content.deliverables.metric_alignment_matrix.business_kpis]
    assert [row["name"] for row in rows_of(tables.kpis_csv(content))] == names


def test_no_cell_is_a_formula() -> None:
    answers = consistent_answers()
    for start in ("=", "+", "-", "@", "\t", "\r", "＝"):
        changed = with_value(answers, "S5-04", (0, "risk"), f"{start}HYPERLINK(1)")
        rows = rows_of(tables.risks_csv(make_content(changed)))
        assert all(not cell.startswith(tables.FORMULA) for row in rows for cell in row.values())
