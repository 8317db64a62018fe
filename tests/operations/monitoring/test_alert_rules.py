"""The alert rules fire when they should, are silent when they should, and reach somebody."""

from __future__ import annotations

import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.operations.monitoring.servers import DEPLOY, ROOT, program

PROMETHEUS = DEPLOY / "prometheus"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
TESTS = sorted((PROMETHEUS / "tests").glob("*.yml"))
SEVERITIES = {"critical", "warning", "info"}


def run(*command: str, at: Path = PROMETHEUS) -> str:
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def alerts() -> dict[str, dict[str, Any]]:
    groups = [one for file in RULES for one in yaml.safe_load(file.read_text())["groups"]]
    return {rule["alert"]: rule for one in groups for rule in one["rules"] if "alert" in rule}


def test_prometheus_takes_the_rules_and_the_configuration() -> None:
    run(program("promtool"), "check", "rules", *map(str, RULES))
    run(program("promtool"), "check", "config", "--syntax-only", "prometheus.yml")


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.stem)
def test_each_alert_is_silent_and_then_fires(file: Path) -> None:
    run(program("promtool"), "test", "rules", file.name, at=file.parent)


def test_every_alert_has_a_history_in_which_it_is_silent_and_one_in_which_it_fires() -> None:
    silent, fired = set(), set()
    for file in TESTS:
        for test in yaml.safe_load(file.read_text())["tests"]:
            for asked in test["alert_rule_test"]:
                (fired if asked["exp_alerts"] else silent).add(asked["alertname"])
    assert silent == fired == set(alerts())


def test_the_histories_are_those_of_the_table() -> None:
    script = runpy.run_path(str(DEPLOY / "scripts" / "alert_tests.py"))
    assert {file.stem for file in TESTS} == set(script["CASES"])
    assert [file.stem for file in TESTS if file.read_text() != script["written"](file.stem)] == []


def test_the_guides_four_alerts_keep_names_and_thresholds() -> None:
    (group,) = yaml.safe_load((PROMETHEUS / "rules" / "guide.yml").read_text())["groups"]
    assert (group["name"], group["interval"]) == ("uaip_alerts", "30s")
    assert {(one["alert"], one["expr"], one["for"]) for one in group["rules"]} == {
        ("HighErrorRate", "rate(uaip_sessions_failed_total[5m]) > 0.05", "5m"),
        ("LLMAPIFailures", "rate(uaip_llm_errors_total[5m]) > 0.1", "2m"),
        (
            "DatabaseConnectionsHigh",
            "uaip_database_connections_active / uaip_database_connections_total > 0.9",
            "5m",
        ),
        ("PromptInjectionAttempts", "rate(uaip_prompt_injections_blocked_total[5m]) > 0.01", "1m"),
    }


def test_every_alert_says_how_bad_it_is_and_where_to_read_on() -> None:
    for name, rule in alerts().items():
        assert rule["labels"]["severity"] in SEVERITIES, name
        assert rule["annotations"]["summary"], name
        assert (ROOT / rule["annotations"]["runbook"]).is_file(), name


def test_a_scrape_finds_the_whole_house() -> None:
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    jobs = {one["job_name"]: one for one in config["scrape_configs"]}
    assert {"uaip", "uaip-worker", "prometheus", "alertmanager", "probe", "exporters"} == set(jobs)
    assert jobs["uaip"]["static_configs"] == [{"targets": ["uaip-app:10000"]}]
    examples = yaml.safe_load((PROMETHEUS / "targets" / "exporters.yml.example").read_text())
    assert {one["labels"]["exporter"] for one in examples} == {"node", "postgres", "redis"}
