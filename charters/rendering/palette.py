"""Colors for charts where no style sheet of the site is at hand."""

from __future__ import annotations

CHART_STYLE = """
text{font-family:"IBM Plex Sans","Segoe UI",sans-serif;fill:#16191d}
.chart-value,.chart-count,.chart-heading{font-weight:600}
.chart-track{fill:#16191d;fill-opacity:.1}.chart-bar{fill:#2f6f9f;fill-opacity:.85}
.risk-level-1{fill:#3d8b5a;fill-opacity:.22}.risk-level-2{fill:#8aa63a;fill-opacity:.3}
.risk-level-3{fill:#d9a514;fill-opacity:.36}.risk-level-4{fill:#d9701a;fill-opacity:.44}
.risk-level-5{fill:#c2312b;fill-opacity:.52}
.timing-data{fill:#2f6f9f;fill-opacity:.9}.timing-model{fill:#d9701a;fill-opacity:.85}
.timing-people{fill:#8a6bb0;fill-opacity:.8}.timing-margin{fill:#16191d;fill-opacity:.12}
"""


def coloured(svg: str) -> str:
    """The chart with its colors inside it."""
    head, mark, rest = svg.partition(">")
    return f"{head}{mark}<style>{CHART_STYLE}</style>{rest}"
