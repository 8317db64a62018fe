"""Stage 4 of the invented tool library: the people."""

from __future__ import annotations

from typing import Any


def people() -> dict[str, Any]:
    """Canonical values of S4-01 to S4-12."""
    return {**_who(), **_work(), **_telling(), **_living_with_it()}


def _who() -> dict[str, Any]:
    return {
        "S4-01": [
            {
                "persona": "Desk volunteer",
                "relation": "operator",
                "people": 9,
                "goals": "a short queue and no angry borrower",
                "frustrations": "twelve points to tick in a rush",
                "tech_skill": "novice",
                "use": "many_times_a_day",
                "authority": "recommends",
                "data_access": "read_only",
                "needs_source_data": False,
                "evidence": "5 interviews and two Saturdays observed",
            },
            {
                "persona": "Workshop technician",
                "relation": "decision_maker",
                "people": 3,
                "goals": "open the right tools first",
                "frustrations": "defects reported by members",
                "tech_skill": "expert",
                "use": "daily",
                "authority": "decides",
                "data_access": "full",
                "needs_source_data": True,
                "evidence": "3 interviews",
            },
        ],
        "S4-02": [
            {
                "group": "Members who borrow tools",
                "effect": "get a tool that was checked, or wait a day longer for it",
                "people_per_year": 6_200,
                "vulnerable": "no",
                "know_about_it": True,
                "say_in_design": True,
            }
        ],
    }


def _work() -> dict[str, Any]:
    return {
        "S4-03": [
            {"phase": "before", "step": "member returns a tool", "actor": "Desk volunteer"},
            {"phase": "during", "step": "photo, then the suggestion", "actor": "Desk volunteer"},
            {"phase": "after", "step": "opens and decides", "actor": "Workshop technician"},
        ],
        "S4-04": {
            "automation_level": 2,
            "reviewed_share_pct": 100,
            "seconds_per_review": 40,
            "text": "A technician decides on each flagged tool; a volunteer looks at all others.",
        },
        "S4-05": {
            "override_roles": ["workshop technician", "desk volunteer"],
            "override_steps": "press 'not so' and choose a reason",
            "override_logged": True,
            "appeal_channel": "form at the desk and by e-mail",
            "appeal_days": 5,
            "notice_given": True,
        },
        "S4-06": [
            {
                "failure": "camera blocked by a bag",
                "effect": "no suggestion",
                "noticed_by": "desk volunteer",
                "plan_b": "checklist of 12 points",
                "max_outage_hours": 8,
            },
            {
                "failure": "server down",
                "effect": "no suggestion",
                "noticed_by": "status light",
                "plan_b": "checklist of 12 points",
                "max_outage_hours": 24,
            },
        ],
    }


def _telling() -> dict[str, Any]:
    return {
        "S4-07": {
            "criticality": "high",
            "text": "A grinder with a loose guard can injure a hand; two checks stand behind it.",
            "regulations": ["product safety law"],
        },
        "S4-08": [
            {
                "audience": "Workshop technician",
                "scope": "overall",
                "form": "chart",
                "purpose": "know where it is weak",
                "confidence_shown": True,
            },
            {
                "audience": "Desk volunteer",
                "scope": "case",
                "form": "reason_list",
                "purpose": "know where to look",
                "max_items": 2,
                "confidence_shown": True,
            },
            {
                "audience": "Members who borrow tools",
                "scope": "case",
                "form": "text",
                "purpose": "why a tool is held back",
                "confidence_shown": False,
            },
        ],
        "S4-09": {
            "channel": "existing_app",
            "response_ms": 3_000,
            "accessibility": "wcag_2_2_aa",
            "languages": ["English", "Portuguese"],
            "offline_needed": False,
            "error_message_rule": "say 'no suggestion' and show the checklist",
            "text": "Inside the return screen, while the receipt prints.",
        },
    }


def _living_with_it() -> dict[str, Any]:
    return {
        "S4-10": [
            {
                "consequence": "volunteers stop looking themselves",
                "group": "Desk volunteers",
                "mechanism": "over_reliance",
                "severity": 3,
                "likelihood": 3,
                "safeguard": "the photo is shown first, the suggestion after a choice",
            },
            {
                "consequence": "careful borrowers avoid returning worn tools",
                "group": "Members",
                "mechanism": "gaming",
                "severity": 2,
                "likelihood": 2,
                "safeguard": "no member is ever charged on a suggestion",
            },
        ],
        "S4-11": [
            {
                "signal": "technician disagrees with a flag",
                "type": "observed",
                "collection": "workshop slip",
                "review_every_days": 14,
                "owner": "workshop lead",
                "retrain_trigger": "disagreement above 60 % in two periods",
            }
        ],
        "S4-12": {
            "first_test": {"users": "Saturday team", "size": 4, "start": "2027-06-05", "days": 42},
            "training_hours": 1.5,
            "champion": "desk lead",
            "stop_rule": "stop when a defective tool that was called fit hurts someone",
        },
    }
