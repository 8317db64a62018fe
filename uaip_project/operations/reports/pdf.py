"""A report as PDF, by the same typesetter as charters."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from charters.rendering import typesetting
from uaip_project.operations.reports.document import Report

LAYOUT = "report.typ"


def render(report: Report, *, made_at: datetime, house: str) -> bytes:
    """PDF/UA-1; everything comes in as data and is never read as markup."""
    data = {
        "title": report.title,
        "house": house,
        "period": report.period,
        "verdict": report.verdict,
        "made": f"{made_at:%-d %B %Y, %H:%M} UTC",
        "sections": [asdict(one) for one in report.sections],
    }
    text = json.dumps(data, ensure_ascii=False)
    return typesetting.pdf(LAYOUT, page=text, issued_at=made_at.replace(microsecond=0))
