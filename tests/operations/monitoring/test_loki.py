"""Logs are kept for 30 days, and the examples ask for fields that lines have."""

from __future__ import annotations

import gzip
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import yaml

from tests.operations.monitoring.servers import DEPLOY, ROOT, program
from uaip_project import logs

LOKI: dict[str, Any] = yaml.safe_load((DEPLOY / "loki" / "loki.yml").read_text())
PROMTAIL: dict[str, Any] = yaml.safe_load((DEPLOY / "loki" / "promtail.yml").read_text())
FIELDS = {"timestamp", "level", "logger", "message", "exception", *logs.ADDED}
FIELDS |= {"request_id", "session_id", "user_id", "job_id"}


def test_logs_are_kept_for_thirty_days() -> None:
    assert LOKI["limits_config"]["retention_period"] == "30d"
    assert LOKI["compactor"]["retention_enabled"] is True


def test_the_sender_reads_the_levels_and_times_that_our_lines_have() -> None:
    jobs = {one["job_name"]: one for one in PROMTAIL["scrape_configs"]}
    assert set(jobs) == {"containers", "files"}
    for job in jobs.values():
        read = {
            name
            for stage in job["pipeline_stages"]
            for name in stage.get("json", {}).get("expressions", {})
        }
        assert {"level", "timestamp"} <= read


def test_the_sender_finds_the_name_of_the_service() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert compose["x-logging"]["options"]["labels"] == "com.docker.compose.service"
    assert "com.docker.compose.service" in (DEPLOY / "loki" / "promtail.yml").read_text()


def test_no_container_writes_more_than_fifty_megabytes_of_logs() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    for name, service in compose["services"].items():
        assert service["logging"]["driver"] == "json-file", name
        limits = service["logging"]["options"]
        assert (limits["max-size"], limits["max-file"]) == ("10m", "5"), name


def test_the_recipe_for_cold_storage_keeps_a_list_of_hashes(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "how-to" / "read-logs.md").read_text("utf-8")
    (recipe,) = [one for one in re.findall(r"```\n(.*?)```", text, re.DOTALL) if "tar " in one]
    folder = tmp_path / "data" / "logs"
    folder.mkdir(parents=True)
    for name in ("app-2026-10-07", "error-2026-10-07", "app-2026-11-07"):
        (folder / f"{name}.log.gz").write_bytes(gzip.compress(name.encode()))
    subprocess.run([program("bash"), "-ec", recipe], cwd=tmp_path, check=True)
    with tarfile.open(folder / "logs-2026-10.tar") as archive:
        names = set(archive.getnames())
    assert names == {"logs-2026-10.sha256", "app-2026-10-07.log.gz", "error-2026-10-07.log.gz"}
    check = ["sha256sum", "--check", "--quiet", "logs-2026-10.sha256"]
    assert subprocess.run(check, cwd=folder, check=False).returncode == 0


def test_the_examples_of_logql_ask_for_fields_that_lines_have() -> None:
    text = (ROOT / "docs" / "how-to" / "read-logs.md").read_text("utf-8")
    examples = re.findall(r"```logql\n(.*?)```", text, re.DOTALL)
    asked = [line for block in examples for line in block.splitlines() if line]
    assert len(asked) >= 8
    for line in asked:
        assert re.match(r"(sum by \(\w+\) |topk\(\d+, sum by \(\w+\) )?\(?.*{container=", line)
        after = line.partition("| json")[2]
        assert set(re.findall(r"\| (\w+) ?[=!><]", after)) <= FIELDS
        assert set(re.findall(r"by \((\w+)\)", line)) <= FIELDS
