"""What a site's own runner and its people do: the files say it, and can be read."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]


def test_the_scan_fails_on_known_holes_and_runs_each_week() -> None:
    flow = yaml.safe_load((ROOT / "deploy/ci/scan.yml").read_text())
    # YAML reads "on" as a truth value.
    assert flow[True]["schedule"][0]["cron"].split()[-1] == "1"
    steps = [step for job in flow["jobs"].values() for step in job["steps"]]
    commands = " ".join(step.get("run", "") for step in steps)
    assert "pip-audit --strict --requirement requirements.txt" in commands
    image = next(step["with"] for step in steps if "trivy" in step.get("uses", ""))
    assert (image["severity"], image["exit-code"]) == ("HIGH,CRITICAL", "1")


def test_what_the_scan_looks_at_exists() -> None:
    for name in ("requirements.txt", "deploy/scripts/sbom.py", "deploy/Dockerfile"):
        assert (ROOT / name).is_file()


def test_the_routine_names_the_times_of_patches() -> None:
    page = (ROOT / "docs/how-to/security-routine.md").read_text()
    assert "24 hours" in page
    assert "within 4 hours" in page
