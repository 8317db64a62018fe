"""Writes deploy/grafana/dashboards/*.json from deploy/grafana/dashboards.yml: run it after a change.

Grafana's own JSON says in forty lines what a panel says in four there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

GRAFANA = Path(__file__).resolve().parents[1] / "grafana"
FOLDER = GRAFANA / "dashboards"
SOURCE = {"type": "prometheus", "uid": "prometheus"}
#: Grafana's grid is 24 wide; a figure is small and low, a picture half as wide as the page.
WIDE, SMALL, HALF, LOW, HIGH = 24, 6, 12, 4, 8


def table() -> dict[str, dict[str, Any]]:
    """Name of a dashboard -> title and panels."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(
        (GRAFANA / "dashboards.yml").read_text(encoding="utf-8")
    )
    return found


def lines_of(panel: dict[str, Any]) -> list[dict[str, str]]:
    """Expressions with their legends; a single figure needs no legend."""
    lines: list[dict[str, str]] = panel.get("lines") or [{"expr": panel["expr"], "legend": ""}]
    return lines


def _size(panel: dict[str, Any]) -> tuple[int, int]:
    return (SMALL, LOW) if panel.get("kind") == "stat" else (HALF, HIGH)


def _panel(number: int, panel: dict[str, Any], x: int, y: int) -> dict[str, Any]:
    width, height = _size(panel)
    return {
        "id": number,
        "title": panel["title"],
        "type": panel.get("kind", "timeseries"),
        "datasource": SOURCE,
        "gridPos": {"h": height, "w": width, "x": x, "y": y},
        "fieldConfig": {"defaults": {"unit": panel.get("unit", "short")}, "overrides": []},
        "targets": [
            {
                "refId": chr(ord("A") + place),
                "datasource": SOURCE,
                "expr": one["expr"],
                "legendFormat": one["legend"],
            }
            for place, one in enumerate(lines_of(panel))
        ],
    }


def _placed(panels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """From left to right, in rows."""
    result, x, y, row_height = [], 0, 0, 0
    for number, panel in enumerate(panels, start=1):
        width, height = _size(panel)
        if x + width > WIDE:
            x, y, row_height = 0, y + row_height, 0
        result.append(_panel(number, panel, x, y))
        x, row_height = x + width, max(row_height, height)
    return result


def dashboard(name: str, said: dict[str, Any]) -> str:
    """The file of a dashboard."""
    content = {
        "uid": f"uaip-{name}",
        "title": said["title"],
        "tags": ["uaip"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["uaip"], "title": "U-AIP", "asDropdown": True}],
        "panels": _placed(said["panels"]),
    }
    return json.dumps(content, indent=1) + "\n"


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, said in table().items():
        (FOLDER / f"{name}.json").write_text(dashboard(name, said), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
