"""Reads the engine's facts from a charter's content, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from interviews.risk import PRINCIPLES, names_risk

OPEN_STATES = frozenset({"open", "answered", "carried", "disputed"})
#: Items whose escalation alone asks for monitoring (F-12).
WATCHED_ITEMS = frozenset(f"S5-{number:02d}" for number in range(4, 11))
CONTROL_FIELDS = (
    "kind",
    "status",
    "evidence",
    "due_date",
    "cuts_severity_by",
    "cuts_likelihood_by",
    "owner",
)

Json = Mapping[str, Any]


def facts_from(content: Json, *, config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Facts as JSON (contract 4); None while a principle has neither risks nor a rating.

    ``content`` is a charter's content, ``config`` the thresholds of this installation.
    """
    facts = facts_so_far(content, config=config)
    return None if any(found is None for found in facts["principles"].values()) else facts


def facts_so_far(content: Json, *, config: Mapping[str, Any]) -> dict[str, Any]:
    """The same from however much is answered; None for a principle of which nothing is said."""
    parts = content["deliverables"]
    report = parts["ethical_risk_report"]
    process = (parts["user_context"] or {}).get("decision_process") or {}
    scorecard = parts["data_quality_scorecard"] or {}
    problem = parts["problem_statement"] or {}
    findings = content["consistency_report"]["findings"]
    return {
        "as_of": content["identity"]["as_of"],
        "go_live_date": problem.get("go_live_date"),
        "principles": {name: _principle(report, name) for name in PRINCIPLES},
        "data_quality": {
            "overall_score": scorecard.get("overall_score"),
            "blocking_gaps": _blocking_gaps(scorecard),
        },
        "prohibited": _screening(report),
        "high_risk_areas": sorted(report["high_risk_areas"]),
        "automation_level": process.get("automation_level"),
        "has_override": bool(process.get("override_roles")),
        "has_appeal": _has_appeal(process),
        "open_blockers": _open(findings, "BLOCKER", cross_only=False),
        "open_majors": _open(findings, "MAJOR", cross_only=True),
        "stage5_confidence": content["confidence"].get("5"),
        "escalated": _escalated(content["answers"]),
        "feasibility": content["overall_feasibility"],
        "acceptance": _acceptance(report),
        "config": dict(config),
    }


def _principle(report: Json, name: str) -> dict[str, Any] | None:
    stated = (report["residual_by_principle"].get(name) or {}).get("stated")
    risks = [
        {
            "ref": risk["ref"],
            "severity": risk["severity"],
            "likelihood": risk["likelihood"],
            "controls": _controls(report, risk["ref"]),
        }
        for risk in report["risks"]
        if risk["principle"] == name and risk["severity"] and risk["likelihood"]
    ]
    return {"stated": stated, "risks": risks} if stated or risks else None


def _controls(report: Json, ref: str) -> list[dict[str, Any]]:
    return [
        {
            name: 0 if row[name] is None and name.startswith("cuts") else row[name]
            for name in CONTROL_FIELDS
        }
        for row in report["mitigations"]
        if names_risk(row["risk_ref"], ref) and row["kind"] and row["status"]
    ]


def _blocking_gaps(scorecard: Json) -> list[str]:
    gaps = scorecard.get("data_gaps") or []
    return [gap["gap"][:200] or "unnamed gap" for gap in gaps if gap["severity"] == "blocks"]


def _screening(report: Json) -> dict[str, str]:
    return {row["code"]: row["answer"] for row in report["prohibited_practices"] if row["answer"]}


def _has_appeal(process: Json) -> bool:
    channel = (process.get("appeal_channel") or "").strip().casefold()
    return bool(channel) and channel != "none"


def _open(findings: Iterable[Json], severity: str, *, cross_only: bool) -> list[str]:
    """Standing findings; gate MAJORs do not count, carried gate BLOCKERs do (domain 5.4)."""
    return sorted(
        one["rule_id"]
        for one in findings
        if one["severity"] == severity
        and one["state"] in OPEN_STATES
        and (one["rule_id"].startswith("X-") or not cross_only)
    )


def _escalated(answers: Mapping[str, Json]) -> list[str]:
    return sorted(
        key
        for key, answer in answers.items()
        if answer["state"] == "escalated" and key in WATCHED_ITEMS
    )


def _acceptance(report: Json) -> dict[str, Any] | None:
    acceptance = report["acceptance"]
    if not acceptance or not acceptance["accepted_by"]:
        return None
    return {
        "valid_until": acceptance["valid_until"],
        "accepted_by": acceptance["accepted_by"],
    }
