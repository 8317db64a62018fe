"""Stage 5 of the invented tool library: what could harm people."""

from __future__ import annotations

from typing import Any

_PRACTICES = (
    "manipulation",
    "exploitation",
    "social_scoring",
    "crime_prediction",
    "face_scraping",
    "emotion_work_school",
    "biometric_categorisation",
    "live_biometric_id",
)


def risks() -> dict[str, Any]:
    """Canonical values of S5-01 to S5-14."""
    return {**_screening(), **_register(), **_controls(), **_watching()}


def _screening() -> dict[str, Any]:
    return {
        "S5-01": {code: {"answer": "no", "comment": ""} for code in _PRACTICES},
        "S5-02": {
            "areas": ["none"],
            "role": "deployer",
            "text": "Checks tools, not people; no product is certified by it.",
        },
        "S5-03": [
            {
                "assessment": "data_protection",
                "status": "planned",
                "date": "2027-03-15",
                "owner": "data protection officer",
            },
            {
                "assessment": "security",
                "status": "done",
                "date": "2026-05-20",
                "owner": "city IT",
                "result": "two minor findings closed",
            },
        ],
    }


def _risk(ref: str, risk: str, harmed: str, severity: int, likelihood: int) -> list[dict[str, Any]]:
    return [
        {
            "ref": ref,
            "risk": risk,
            "how_it_happens": "in a rush, when five people queue",
            "who_is_harmed": harmed,
            "severity": severity,
            "likelihood": likelihood,
            "evidence": "test",
            "evidence_note": "seen in the trial of May 2026",
        }
    ]


def _register() -> dict[str, Any]:
    return {
        "S5-04": _risk("R-01", "Suggestions are taken unseen", "desk volunteers", 3, 3),
        "S5-05": _risk("R-02", "A loose guard is called fit", "members who borrow tools", 4, 2),
        "S5-06": _risk("R-03", "Loan counts are read by others", "members", 2, 2),
        "S5-07": _risk("R-04", "A hold is not explained", "members", 2, 2),
        "S5-08": _risk("R-05", "Old tools of one branch are flagged more", "members", 2, 3),
    }


def _controls() -> dict[str, Any]:
    return {
        "S5-09": [
            {
                "risk_ref": "R-01",
                "control": "Show the photo first and ask for a choice before the suggestion",
                "kind": "prevent",
                "owner": "desk lead",
                "due_date": "2027-05-01",
                "cost": 4_000,
                "status": "built",
                "cuts_severity_by": 0,
                "cuts_likelihood_by": 1,
            },
            {
                "risk_ref": "R-02",
                "control": "Open one tool in twenty whatever the suggestion says",
                "kind": "detect",
                "owner": "workshop lead",
                "due_date": "2027-05-01",
                "cost": 6_500,
                "status": "tested",
                "cuts_severity_by": 0,
                "cuts_likelihood_by": 1,
                "evidence": "found 9 of 11 planted defects in May 2026",
            },
        ],
        "S5-10": {
            "human_agency": 2,
            "robustness": 2,
            "privacy": 2,
            "transparency": 2,
            "fairness": 2,
            "text": "The two controls were tried for a month; the rush before Easter was not seen.",
        },
        "S5-11": {
            "accepted_by": "I. Sandoval",
            "role": "managing director",
            "conditions": ["power tools only"],
            "valid_until": "2028-09-30",
        },
    }


def _watch(metric: str, principle: str, threshold: float, comparator: str = "<") -> dict[str, Any]:
    return {
        "metric": metric,
        "principle_or_risk": principle,
        "every_days": 14,
        "comparator": comparator,
        "threshold": threshold,
        "owner": "workshop lead",
        "action": "back to the checklist within a day",
    }


def _watching() -> dict[str, Any]:
    return {
        "S5-12": [
            _watch("Recall on opened tools", "robustness", 0.7),
            _watch("Precision of flags", "human_agency", 0.3),
            _watch("Reads of loan counts by staff", "privacy", 20, ">"),
            _watch("Holds without a reason", "transparency", 1, ">"),
            _watch("Flag share of one branch over another", "fairness", 1.3, ">"),
        ],
        "S5-13": {
            "drift_test": "share of flags outside 8 to 25 % for a week",
            "retrain_trigger": "recall below 0.7 in two periods",
            "rollback_minutes": 20,
            "fallback": "checklist of 12 points",
            "attack_watch": "weekly look at photos that were taken twice",
        },
        "S5-14": {
            "audit_every_days": 365,
            "auditor": "safety office of the city",
            "stop_triggers": ["an injury by a tool that was called fit"],
            "who_can_stop": "head of lending",
            "max_hours_to_stop": 2,
            "incident_report_to": "safety office of the city",
        },
    }
