"""Writes deploy/prometheus/tests/*.yml: for each alert a history in which it is silent, then fires.

Run it after a change of the rules or of the table below; `promtool test rules` runs what it writes.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

PROMETHEUS = Path(__file__).resolve().parents[1] / "prometheus"
#: Minutes of the good part of each history, and what a rate needs to be seen.
GOOD, SEEN = 20, 7
HEAD = "# Written by deploy/scripts/alert_tests.py: change the table there.\n"


@dataclass(frozen=True)
class Case:
    """``series`` has for each series what it holds while all is well, then in trouble.

    A pair of numbers is a level; ("+0", "+6") is what a counter grows by in a minute; a single text
    is the same all the time, None no series at all.
    """

    alert: str
    series: dict[str, Any]
    labels: dict[str, str] = field(default_factory=dict)
    value: str = ""


def share(name: str, labels: str, whole: str, good: int, bad: int) -> dict[str, Any]:
    """A part and its whole, of a hundred."""
    return {f"{name}{{{labels}}}": (good, bad), whole: (100, 100)}


def halves(name: str, part: str, rest: str, good: int, bad: int, more: str = "") -> dict[str, Any]:
    """Two series that make a hundred together."""
    begin = f'{name}{{instance="a"{more},'
    return {f"{begin}{part}}}": (good, bad), f"{begin}{rest}}}": (100 - good, 100 - bad)}


def cpu(good: int, bad: int) -> dict[str, Any]:
    """Processor time of a machine, so many seconds busy of each hundred."""
    begin = 'uaip_host_cpu_seconds_total{instance="a",mode='
    return {
        f'{begin}"busy"}}': (f"+{good}", f"+{bad}"),
        f'{begin}"idle"}}': (f"+{100 - good}", f"+{100 - bad}"),
    }


def latency(name: str, under: str, above: str) -> dict[str, Any]:
    """All requests under one bucket's bound, then all above it."""
    return {
        f'{name}{{le="{under}"}}': ("+60", "+0"),
        f'{name}{{le="{above}"}}': ("+60", "+60"),
        f'{name}{{le="+Inf"}}': ("+60", "+60"),
    }


AT_A = {"instance": "a"}
USED, FREE = 'state="used"', 'state="free"'
MEMORY, DISK = "uaip_host_memory_bytes", "uaip_disk_bytes"
DAY = 86_400
CASES: dict[str, list[Case]] = {
    "guide": [
        Case(
            "HighErrorRate",
            {'uaip_sessions_failed_total{reason="r"}': ("+3", "+6")},
            {"reason": "r"},
            "0.10",
        ),
        Case(
            "LLMAPIFailures",
            {'uaip_llm_errors_total{provider="p",error_type="timeout"}': ("+6", "+12")},
            {"provider": "p", "error_type": "timeout"},
        ),
        Case(
            "DatabaseConnectionsHigh",
            {
                'uaip_database_connections_active{pool="d"}': (18, 19),
                'uaip_database_connections_total{pool="d"}': (20, 20),
            },
            {"pool": "d"},
        ),
        Case(
            "PromptInjectionAttempts",
            {'uaip_prompt_injections_blocked_total{stage="2"}': ("+0", "+6")},
            {"stage": "2"},
            "0.10",
        ),
    ],
    "small-site": [
        Case(
            "SessionsFail",
            {'uaip_sessions_failed_total{reason="r"}': ("+0", "1")},
            {"reason": "r"},
        ),
        Case(
            "LLMErrorShareHigh",
            {
                'uaip_llm_errors_total{provider="p"}': ("+2", "+3"),
                'uaip_llm_requests_total{provider="p"}': ("+10", "+10"),
            },
            {"provider": "p"},
        ),
        Case(
            "CircuitOpen",
            {'uaip_llm_circuit_open{provider="p",model="m"}': (0, 1)},
            {"provider": "p", "model": "m"},
        ),
        Case(
            "PromptInjectionSeen",
            {'uaip_prompt_injections_blocked_total{stage="2"}': ("+0", "1")},
            {"stage": "2"},
        ),
        Case(
            "ManySessionsAreLeft", {"uaip_sessions_idle": (3, 4), "uaip_sessions_active": (10, 10)}
        ),
    ],
    "availability": [
        Case("ServiceDown", {'up{job="uaip",instance="a"}': (1, 0)}, {"job": "uaip", **AT_A}),
        Case("NobodyIsAsked", {'up{job="uaip"}': (1, None)}, {"job": "uaip"}),
        Case(
            "FiguresMissing",
            {'uaip_metrics_source_up{source="queue"}': (1, 0)},
            {"source": "queue"},
        ),
        Case("ProbeFails", {'probe_success{instance="a"}': (1, 0)}, AT_A),
        Case("ProbeSlow", {'probe_duration_seconds{instance="a"}': (2, 9)}, AT_A),
        Case(
            "RequestErrorsHigh",
            {
                'http_requests_total{status="500"}': ("+1", "+2"),
                'http_requests_total{status="200"}': ("+99", "+98"),
            },
        ),
        Case("RequestsSlow", latency("http_request_duration_seconds_bucket", "2", "5")),
        Case("QueriesSlow", latency("uaip_database_query_duration_seconds_bucket", "0.1", "0.5")),
        Case("ErrorsLogged", {'uaip_log_lines_total{level="error"}': ("+0", "+3")}),
    ],
    "capacity": [
        Case("CpuHigh", cpu(69, 71), AT_A),
        Case("CpuCritical", cpu(84, 86), AT_A),
        Case("MemoryHigh", halves(MEMORY, USED, FREE, 75, 76), AT_A),
        Case("MemoryCritical", halves(MEMORY, USED, FREE, 90, 91), AT_A),
        Case(
            "DiskHigh",
            halves(DISK, USED, FREE, 80, 81, ',folder="data"'),
            {**AT_A, "folder": "data"},
        ),
        Case(
            "DiskCritical",
            halves(DISK, USED, FREE, 95, 96, ',folder="data"'),
            {**AT_A, "folder": "data"},
        ),
        Case(
            "PoolHigh",
            {
                "uaip_database_connections_active": (16, 17),
                "uaip_database_connections_total": (20, 20),
            },
        ),
        Case("PoolWaiting", {"uaip_database_connections_waiting": (0, 1)}),
        Case(
            "ServerConnectionsHigh",
            {
                'uaip_postgres_connections{state="active"}': (40, 41),
                'uaip_postgres_connections{state="idle"}': (40, 40),
                "uaip_postgres_connections_max": (100, 100),
            },
        ),
        Case(
            "CacheFull",
            {"uaip_cache_memory_bytes": (95, 96), "uaip_cache_memory_max_bytes": (100, 100)},
        ),
    ],
    "operations": [
        Case("BackupStale", {"uaip_backup_age_seconds": (26 * 3600, 26 * 3600 + 1)}),
        Case("BackupFailed", {"uaip_backup_failed": (0, 1)}),
        Case("DrillStale", {"uaip_restore_drill_age_seconds": (35 * DAY, 35 * DAY + 1)}),
        Case("DrillFailed", {"uaip_restore_drill_failed": (0, 1)}),
        Case(
            "WorkerSilent",
            {'uaip_heartbeat_age_seconds{sort="worker"}': (60, 61)},
            {"sort": "worker"},
        ),
        Case("ScheduleSilent", {"uaip_schedule_age_seconds": (2700, 2701)}),
        Case(
            "ScheduledRunFailed",
            {'uaip_ops_runs{kind="backup",status="failed"}': (0, 1)},
            {"kind": "backup"},
        ),
        Case(
            "QueueOld",
            {'uaip_jobs_oldest_due_seconds{kind="score"}': (300, 301)},
            {"kind": "score"},
        ),
        Case("JobsDead", {'uaip_jobs{kind="score",status="dead"}': (0, 1)}, {"kind": "score"}),
        Case("AuditChainBroken", {"uaip_audit_broken": (0, 1)}),
        Case("AuditNotVerified", {"uaip_audit_verified_age_seconds": (2 * DAY, 2 * DAY + 1)}),
        Case(
            "AuditAnchorStale",
            {"uaip_audit_anchor_age_seconds": (10_800, 10_801), "uaip_audit_head": ("+1", "+1")},
        ),
        Case(
            "CertificateEnds",
            {'uaip_certificate_days{certificate="c"}': (30, 29)},
            {"certificate": "c"},
        ),
        Case(
            "CertificateEndsSoon",
            {'uaip_certificate_days{certificate="c"}': (14, 13)},
            {"certificate": "c"},
        ),
        Case(
            "CertificateEndsNow",
            {'uaip_certificate_days{certificate="c"}': (7, -1)},
            {"certificate": "c"},
        ),
        Case(
            "CertificateUnreadable",
            {'uaip_certificate_readable{certificate="c"}': (1, 0)},
            {"certificate": "c"},
        ),
        Case("WalArchiveBehind", {"uaip_wal_archive_age_seconds": (900, 901)}),
        Case("ReplicaBehind", {"uaip_postgres_replica_lag_seconds": (60, 61)}),
        Case(
            "BudgetNearlySpent",
            share("uaip_llm_spent", 'span="day"', 'uaip_llm_budget{span="day"}', 80, 81),
            {"span": "day"},
        ),
        Case(
            "BudgetSpent",
            share("uaip_llm_spent", 'span="day"', 'uaip_llm_budget{span="day"}', 99, 100),
            {"span": "day"},
        ),
        Case(
            "MaintenanceForgotten",
            {'uaip_maintenance_mode{mode="readonly"}': (0, 1)},
            {"mode": "readonly"},
        ),
        Case("SignInsRefused", {'uaip_auth_failures_total{reason="password"}': ("+3", "+9")}),
        Case("RateLimitHit", {"uaip_rate_limit_exceeded_total": ("+6", "+12")}),
        Case(
            "UnusualApiUse",
            {'uaip_unusual_api_use_total{user_id="all"}': ("+0", "1")},
            {"user_id": "all"},
        ),
    ],
}


def values(good: Any, bad: Any, minutes: int) -> str:
    """A history in promtool's own notation, one figure a minute."""
    if isinstance(good, str):
        return _grown(good, str(bad), minutes)
    after = f" {bad}+0x{minutes}" if bad is not None else " _x3"
    return f"{good}+0x{GOOD}{after}"


def _grown(good: str, bad: str, minutes: int) -> str:
    """A counter; "1" for the second part is a single event."""
    before = int(good) * GOOD
    if not bad.startswith("+"):
        return f"0{good}x{GOOD} {before + int(bad)}+0x{minutes}"
    return f"0{good}x{GOOD} {before}{bad}x{minutes}"


def minutes_of(text: str) -> int:
    """How many minutes `for` says."""
    if not text:
        return 0
    return int(text[:-1]) * {"m": 1, "h": 60, "d": 1440}[text[-1]]


def rendered(text: str, case: Case) -> str:
    """An annotation as Prometheus fills it in."""
    text = re.sub(r"{{ \$labels\.(\w+) }}", lambda found: case.labels.get(found[1], ""), text)
    return re.sub(r"{{ printf .*? \$value }}", case.value, text)


def test_of(case: Case, rule: dict[str, Any]) -> dict[str, Any]:
    """Silent at the end of the good part, firing once the trouble has lasted long enough."""
    lasting = minutes_of(rule.get("for", ""))
    at = GOOD + lasting + SEEN + 5
    fires = {
        "exp_labels": rule["labels"] | case.labels,
        "exp_annotations": {key: rendered(text, case) for key, text in rule["annotations"].items()},
    }
    return {
        "name": case.alert,
        "interval": "1m",
        "input_series": [
            {"series": name, "values": values(*pair, at + 5)} for name, pair in case.series.items()
        ],
        "alert_rule_test": [
            {"alertname": case.alert, "eval_time": f"{GOOD}m", "exp_alerts": []},
            {"alertname": case.alert, "eval_time": f"{at}m", "exp_alerts": [fires]},
        ],
    }


def written(name: str) -> str:
    """The test file of a rule file."""
    content = yaml.safe_load((PROMETHEUS / "rules" / f"{name}.yml").read_text("utf-8"))
    rules = {one["alert"]: one for group in content["groups"] for one in group["rules"]}
    tests = {
        "rule_files": ["../rules/recording.yml", f"../rules/{name}.yml"],
        "evaluation_interval": "1m",
        "tests": [test_of(case, rules[case.alert]) for case in CASES[name]],
    }
    text = yaml.dump(tests, sort_keys=False, width=110, Dumper=_Plain)
    return HEAD + text


class _Plain(yaml.SafeDumper):
    """Without anchors, which promtool's readers would stumble over."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def main() -> int:
    for name in CASES:
        (PROMETHEUS / "tests" / f"{name}.yml").write_text(written(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
