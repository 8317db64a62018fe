"""Stage 1 of the invented tool library: the problem."""

from __future__ import annotations

from typing import Any


def problem() -> dict[str, Any]:
    """Canonical values of S1-01 to S1-12."""
    return {**_aim(), **_ways(), **_inputs(), **_output(), **_scope(), **_limits()}


def _aim() -> dict[str, Any]:
    return {
        "S1-01": (
            "Of the 2,900 tools that Heron Street lends each month, 46 go out again with a defect "
            "that nobody saw at the return desk. Members of the library bring them back unused, "
            "and 7 members hurt a hand last year; repairs and refunds cost EUR 61,000."
        ),
        "S1-02": {
            "driver": "safety",
            "value_at_stake": 88_000,
            "currency": "EUR",
            "text": (
                "Doing nothing for a year means about 550 more defective loans and a liability "
                "premium that rises by EUR 27,000 in 2028. Safe lending is goal 2 of the "
                "library's 2026-2029 plan; the managing director sponsors it."
            ),
        },
        "S1-03": {
            "text": (
                "Defective tools lent on fall from 16 to 6 per 1,000 loans by the end of June "
                "2028, counted from the return slips."
            ),
            "metric_name": "Defective tools lent per 1,000 loans",
            "direction": "down",
            "target_date": "2028-06-30",
        },
    }


def _ways() -> dict[str, Any]:
    return {
        "S1-04": [
            {
                "approach": "Checklist of 12 points at the return desk",
                "kind": "process_change",
                "status": "tried",
                "result": "finds 48 % of defects",
                "why_not_enough": "Volunteers skip points when more than four people queue.",
                "is_baseline": True,
            },
            {
                "approach": "One more technician on Saturdays",
                "kind": "more_staff",
                "status": "only_considered",
                "why_not_enough": "EUR 31,000 a year for the busiest of six days only.",
                "is_baseline": False,
            },
        ],
        "S1-05": {
            "text": (
                "Wear looks different on each of 340 tool models; our 25 photo rules find 31 % of "
                "defects, the checklist 48 %. A missed defect is still caught by the next "
                "borrower's own check in two of three cases, and a technician looks at each flag."
            ),
            "error_tolerance": "tolerable_with_review",
        },
        "S1-06": {
            "evidence": ["an_expert_can_do_it_from_the_same_data", "outcomes_are_recorded"],
            "text": (
                "Two technicians named 81 % of defects from return photos alone in a blind test "
                "of 400 tools. 84,000 photos since June 2024 can be matched with workshop slips; "
                "the camera stays the same until 2030."
            ),
        },
    }


def _inputs() -> dict[str, Any]:
    return {
        "S1-07": [
            {
                "name": "return_photo",
                "meaning": "photo of the tool on the return desk",
                "data_type": "image",
                "source_system": "return desk camera",
                "available_at_prediction": "yes",
                "essential": True,
                "access_latency_ms": 300,
                "max_age_hours": 1,
                "access_method": "api",
                "personal_data": "none",
                "protected_or_proxy": "no",
            },
            {
                "name": "tool_model",
                "meaning": "maker and model of the tool",
                "data_type": "category",
                "source_system": "inventory",
                "available_at_prediction": "yes",
                "essential": True,
                "access_latency_ms": 40,
                "max_age_hours": 720,
                "access_method": "db_query",
                "personal_data": "none",
                "protected_or_proxy": "no",
            },
            {
                "name": "member_loan_count",
                "meaning": "loans that the borrower has made before",
                "data_type": "number",
                "source_system": "membership system",
                "available_at_prediction": "yes",
                "essential": False,
                "access_latency_ms": 60,
                "max_age_hours": 168,
                "access_method": "db_query",
                "personal_data": "personal",
                "protected_or_proxy": "no",
            },
        ],
    }


def _output() -> dict[str, Any]:
    return {
        "S1-08": {
            "name": "tool_condition",
            "meaning": "state of the tool for the next loan",
            "unit_of_prediction": "returned tool",
            "output_type": "category",
            "possible_values": ["fit", "worn", "defective"],
            "horizon": {"value": 14, "unit": "day"},
            "label_delay": {"value": 3, "unit": "day"},
            "volume_per_day": 110,
        },
        "S1-09": {
            "archetype": "computer_vision",
            "subtask": "image_classification",
            "modality": ["image", "tabular"],
            "text": (
                "One of three states for each return photo, with the model of the tool beside it. "
                "Finding the damage as a box was considered; technicians look at the whole tool."
            ),
        },
    }


def _scope() -> dict[str, Any]:
    return {
        "S1-10": [
            {
                "item": "power tools returned at the desk",
                "side": "in",
                "aspect": "function",
                "reason": "91 % of injuries",
            },
            {
                "item": "adult members",
                "side": "in",
                "aspect": "population",
                "reason": "only they may borrow power tools",
            },
            {
                "item": "tools of partner schools",
                "side": "out",
                "aspect": "population",
                "reason": "they have a caretaker of their own",
            },
            {
                "item": "returns before June 2024",
                "side": "out",
                "aspect": "period",
                "reason": "no photos",
            },
        ],
    }


def _limits() -> dict[str, Any]:
    return {
        "S1-11": [
            {
                "kind": "budget",
                "detail": "EUR 180,000 until go-live, from the safety fund",
                "hard_or_soft": "hard",
                "amount": 180_000,
                "unit": "EUR",
            },
            {
                "kind": "deadline",
                "detail": "live before the autumn rush",
                "hard_or_soft": "soft",
                "date": "2027-09-01",
            },
            {
                "kind": "law_regulation",
                "detail": "product safety law: lent tools must be free of known defects",
                "hard_or_soft": "hard",
            },
        ],
        "S1-12": {
            "cases": [
                {"case": "tool still wet", "share_pct": 2, "handling": "send_to_human"},
                {"case": "model lent for the first time", "share_pct": 1, "handling": "exclude"},
            ],
            "assumptions": [
                {
                    "statement": "the light at the desk stays the same",
                    "how_to_check": "weekly photo of a grey card",
                    "owner": "desk lead",
                }
            ],
        },
    }
