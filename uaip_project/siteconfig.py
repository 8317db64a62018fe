"""Reads and checks the guide's YAML files; a fault names file and key."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ImproperlyConfigured

STAGE_COUNT = 5
THRESHOLD_ORDER = ("monitor", "revise", "committee", "halt")


def read_yaml(folder: Path, name: str) -> dict[str, Any]:
    """One YAML file as a mapping. Raises ImproperlyConfigured naming the file."""
    path = folder / name
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ImproperlyConfigured(f"{path}: the file is missing.") from None
    except yaml.YAMLError as fault:
        raise ImproperlyConfigured(f"{path}: this is not YAML ({fault}).") from None
    if not isinstance(content, dict):
        raise ImproperlyConfigured(f"{path}: a mapping of keys is expected.")
    return content


def number(content: dict[str, Any], path: str, *, least: float, most: float, file: Path) -> float:
    """The number at a dotted path. Raises ImproperlyConfigured naming file and key."""
    found: Any = content
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ImproperlyConfigured(f"{file}: {path}: a number is expected, found {found!r}.")
    if not least <= found <= most:
        raise ImproperlyConfigured(f"{file}: {path}: {found} is outside {least} to {most}.")
    return float(found)


def mapping(content: dict[str, Any], key: str, *, path: str, file: Path) -> dict[str, Any]:
    """The mapping under a key, made when it is missing. Raises ImproperlyConfigured."""
    found = content.setdefault(key, {})
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{file}: {path}: a mapping is expected, found {found!r}.")
    return found


def load_conversation(folder: Path) -> dict[str, Any]:
    """conversation.yaml, checked."""
    file = folder / "conversation.yaml"
    content = read_yaml(folder, file.name)
    number(content, "conversation_engine.quality_threshold", least=0, most=10, file=file)
    number(content, "conversation_engine.max_quality_attempts", least=1, most=10, file=file)
    number(content, "conversation_engine.timeout_seconds", least=1, most=600, file=file)
    for key in ("max_question_length", "max_response_length", "max_follow_up_length"):
        number(content, f"security.{key}", least=1, most=100_000, file=file)
    _check_patterns(content["security"].get("injection_patterns"), file)
    _check_limits(content, file)
    return content


def _check_limits(content: dict[str, Any], file: Path) -> None:
    """A site's file of before the limits takes the guide's figures."""
    limits = mapping(content, "rate_limiting", path="rate_limiting", file=file)
    for key, default in (("enabled", True), ("requests_per_minute", 60), ("burst_size", 10)):
        limits.setdefault(key, default)
    if not isinstance(limits["enabled"], bool):
        raise ImproperlyConfigured(f"{file}: rate_limiting.enabled: true or false is expected.")
    for key in ("requests_per_minute", "burst_size"):
        number(content, f"rate_limiting.{key}", least=1, most=100_000, file=file)


def _check_patterns(patterns: object, file: Path) -> None:
    key = f"{file}: security.injection_patterns"
    if not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
        raise ImproperlyConfigured(f"{key}: a list of patterns is expected.")
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as fault:
            raise ImproperlyConfigured(f"{key}: {pattern!r} is no pattern ({fault}).") from None


def load_stages(folder: Path, conversation: dict[str, Any]) -> dict[str, Any]:
    """stages.yaml, checked; stages without a threshold or limit take the guide's defaults."""
    file = folder / "stages.yaml"
    content = read_yaml(folder, file.name)
    engine = conversation["conversation_engine"]
    agents = mapping(content, "stage_agents", path="stage_agents", file=file)
    for stage_number in range(1, STAGE_COUNT + 1):
        key = f"stage_agents.stage{stage_number}"
        agent = mapping(agents, f"stage{stage_number}", path=key, file=file)
        agent.setdefault("quality_threshold", engine["quality_threshold"])
        agent.setdefault("max_attempts", engine["max_quality_attempts"])
        number(content, f"{key}.quality_threshold", least=0, most=10, file=file)
        number(content, f"{key}.max_attempts", least=1, most=10, file=file)
    number(content, "stage_agents.stage3.data_quality_threshold", least=0, most=1, file=file)
    _check_governance(content, file)
    for key in ("productive_hours_per_day", "comparison_value", "min_examples", "unknown_limit"):
        number(content, f"rules.{key}", least=0, most=10**12, file=file)
    _check_review(content, file)
    promises = mapping(content, "promises", path="promises", file=file)
    for key, default in PROMISE_DEFAULTS.items():
        promises.setdefault(key, default)
        number(content, f"promises.{key}", least=0, most=3650, file=file)
    return content


#: Days and shares of reviews, for a site's file of before there were any.
REVIEW_DEFAULTS = {
    "one_reviewer_days": 5,
    "committee_days": 15,
    "sample_days": 30,
    "sample_after_days": 30,
    "monitoring_days": 90,
    "approval_days": 365,
    "sample_percent": 10,
}
#: Days of promises, for a site's file of before there were any.
PROMISE_DEFAULTS = {"cadence_days": 90, "grace_days": 14, "remind_days": 14}


def _check_review(content: dict[str, Any], file: Path) -> None:
    review = mapping(content, "review", path="review", file=file)
    for key, default in REVIEW_DEFAULTS.items():
        review.setdefault(key, default)
        is_share = key == "sample_percent"
        least, most = (0, 100) if is_share else (1, 3650)
        number(content, f"review.{key}", least=least, most=most, file=file)


def _check_governance(content: dict[str, Any], file: Path) -> None:
    key = "stage_agents.stage5.governance_thresholds"
    stage = content["stage_agents"]["stage5"]
    thresholds = mapping(stage, "governance_thresholds", path=key, file=file)
    for name, default in (("monitor", 2), ("revise", 3), ("committee", 4), ("halt", 5)):
        thresholds.setdefault(name, default)
    thresholds.setdefault("breadth_count", 3)
    levels = [
        number(content, f"{key}.{name}", least=1, most=5, file=file) for name in THRESHOLD_ORDER
    ]
    if sorted(set(levels)) != levels:
        raise ImproperlyConfigured(
            f"{file}: {key}: monitor < revise < committee < halt is required."
        )
    number(content, f"{key}.breadth_count", least=0, most=5, file=file)


LLM_FIGURES = (
    ("budget.daily", 0, 10**9),
    ("budget.monthly", 0, 10**9),
    ("budget.warn_at", 0, 1),
    ("circuit.failures", 1, 1000),
    ("circuit.window_seconds", 1, 86_400),
    ("circuit.open_seconds", 1, 86_400),
    ("circuit.probe_seconds", 1, 3600),
    ("retries.most", 0, 10),
    ("retries.backoff_seconds", 0, 60),
    ("retries.backoff_most_seconds", 0, 600),
    ("retries.throttle_most_seconds", 0, 600),
    ("retries.fallback_after_seconds", 0, 600),
    ("recheck.margin", 0, 10),
)


def load_llm(folder: Path) -> dict[str, Any]:
    """llm.yaml, checked. A site's folder without one takes the shipped file."""
    file = folder / "llm.yaml"
    if not file.exists():
        file = Path(__file__).resolve().parent / "config" / file.name
    content = read_yaml(file.parent, file.name)
    for path, least, most in LLM_FIGURES:
        number(content, path, least=least, most=most, file=file)
    prices = content.setdefault("prices", [])
    if not isinstance(prices, list):
        raise ImproperlyConfigured(f"{file}: prices: a list is expected.")
    for position, price in enumerate(prices):
        _check_price(price, f"{file}: prices[{position}]")
    return content


def _check_price(price: object, where: str) -> None:
    if not isinstance(price, dict) or not {"provider", "model", "from"} <= set(price):
        raise ImproperlyConfigured(f"{where}: provider, model and from are expected.")
    if not isinstance(price["from"], date):
        raise ImproperlyConfigured(f"{where}: from: a date such as 2026-01-31 is expected.")
    for key in ("input", "cached", "output"):
        found = price.get(key)
        if isinstance(found, bool) or not isinstance(found, int | float) or found < 0:
            raise ImproperlyConfigured(f"{where}: {key}: a price per million tokens is expected.")
