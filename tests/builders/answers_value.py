"""Stage 2 of the invented tool library: what success is worth."""

from __future__ import annotations

from typing import Any


def value_case() -> dict[str, Any]:
    """Canonical values of S2-01 to S2-10."""
    return {**_figures(), **_measures(), **_chain()}


def _figures() -> dict[str, Any]:
    return {
        "S2-01": [
            {
                "name": "Defective tools lent per 1,000 loans",
                "definition": "defect slips within 14 days / loans * 1,000",
                "unit": "per 1,000 loans",
                "direction": "down",
                "baseline_value": 16,
                "baseline_period": "July 2025 to June 2026",
                "target_value": 6,
                "target_date": "2028-06-30",
                "data_source": "return slips",
                "owner": "head of lending",
                "measure_every_days": 30,
                "is_primary": True,
            },
            {
                "name": "Minutes at the return desk",
                "definition": "median minutes from arrival to receipt",
                "unit": "min",
                "direction": "hold",
                "baseline_value": 6,
                "baseline_period": "May 2026",
                "target_value": 6,
                "target_date": "2028-06-30",
                "data_source": "ticket machine",
                "owner": "desk lead",
                "measure_every_days": 30,
                "is_primary": False,
            },
        ],
        "S2-02": {
            "text": (
                "In a four-week trial two technicians checked each return photo: defective loans "
                "fell from 16 to 5 per 1,000. We ask for 6. A new line of grinders in spring 2028 "
                "will also help, so grinders are counted apart. Below a fall of 4 we stop."
            ),
            "confounders": ["new line of grinders in spring 2028"],
        },
        "S2-03": {
            "cost_build": 90_000,
            "cost_run_annual": 18_000,
            "benefit_low": 42_000,
            "benefit_expected": 70_000,
            "benefit_high": 95_000,
            "benefit_basis": (
                "350 defective loans avoided a year at EUR 120 to 270 for repair, refund and "
                "premium"
            ),
        },
    }


def _measures() -> dict[str, Any]:
    return {
        "S2-04": [
            {
                "metric": "recall",
                "role": "primary",
                "comparator": ">=",
                "threshold": 0.75,
                "baseline_value": 0.48,
                "evaluated_on": "6,000 returns of spring 2027, per tool family",
                "live_measurement": "workshop slips within 14 days",
            },
            {
                "metric": "precision",
                "role": "guardrail",
                "comparator": ">=",
                "threshold": 0.4,
                "baseline_value": 0.35,
                "evaluated_on": "the same returns",
                "live_measurement": "technician's verdict on each flag",
            },
        ],
        "S2-05": {
            "false_alarm_cost": 4,
            "false_alarm_cost_unit": "EUR",
            "miss_cost": 180,
            "miss_cost_unit": "EUR",
            "preferred_error": "false_alarm",
            "text": (
                "A false alarm costs a technician 6 minutes, a missed defect EUR 180 for refund "
                "and repair, paid by the library. We accept three false alarms for a true one."
            ),
        },
    }


def _chain() -> dict[str, Any]:
    return {
        "S2-06": [
            {
                "model_metric": "recall",
                "kpi": "Defective tools lent per 1,000 loans",
                "steps": "higher recall, technician opens the tool, defect repaired before loan",
                "assumptions": ["a technician is on duty"],
                "failure_modes": ["flag ignored in a rush"],
                "proxy_risk": "none",
            },
            {
                "model_metric": "precision",
                "kpi": "Minutes at the return desk",
                "steps": "fewer false alarms, fewer tools set aside, no longer queue",
                "assumptions": ["flags appear within five seconds"],
                "failure_modes": ["camera blocked"],
                "proxy_risk": "none",
            },
        ],
        "S2-07": [
            {
                "give_up": "up to 12 tools a day set aside without need",
                "in_exchange_for": "three of four defects found",
                "limit": "20 tools a day",
                "decided_by": "head of lending",
            }
        ],
        "S2-08": {
            "method": "staggered_start",
            "unit": "lending point",
            "duration": {"value": 112, "unit": "day"},
            "smallest_effect": "4 per 1,000 loans",
            "decision_rule": "passed when defective loans fall by at least 4 per 1,000",
        },
        "S2-09": {
            "action_window": {"value": 4, "unit": "h"},
            "data_latency": {"value": 3, "unit": "min"},
            "prediction_latency": {"value": 4, "unit": "s"},
            "human_reaction_time": {"value": 20, "unit": "min"},
            "prediction_frequency": {"value": 5, "unit": "min"},
            "reason": "Returned tools go back on the shelf twice a day; times measured in May 2026.",
        },
        "S2-10": {
            "text": "The volunteer puts a flagged tool on the red cart; a technician opens it.",
            "action_owner_role": "workshop technician",
            "capacity_per_day": 30,
            "expected_outputs_per_day": 18,
        },
    }
