"""Stage 3 of the invented tool library: the data."""

from __future__ import annotations

from typing import Any

_DIMENSIONS = ("accuracy", "completeness", "consistency", "timeliness", "validity", "integrity")


def data() -> dict[str, Any]:
    """Canonical values of S3-01 to S3-10."""
    return {**_sources(), **_quality(), **_labels(), **_platform(), **_rights()}


def _sources() -> dict[str, Any]:
    return {
        "S3-01": [
            _source("Return photo archive", ["return_photo"], refresh_hours=0.05, lag_hours=0.05),
            _source("Inventory database", ["tool_model"], refresh_hours=24, lag_hours=12),
            _source(
                "Membership system",
                ["member_loan_count"],
                refresh_hours=24,
                lag_hours=24,
                critical=False,
            ),
        ],
        "S3-02": {
            "target_examples": 2_600,
            "rarest_class_share_pct": 24,
            "class_counts": [
                {"class": "fit", "count": 4_900},
                {"class": "worn", "count": 3_300},
                {"class": "defective", "count": 2_600},
            ],
            "groups_missing_or_thin": [
                {"group": "cordless tools", "share_in_data_pct": 9, "share_in_use_pct": 14}
            ],
            "text": "2,600 defects among 10,800 returns looked at; cordless tools are thin.",
        },
        "S3-03": {
            "serving_mode": "on_request",
            "live_refresh_hours": 0.05,
            "same_pipeline": "yes",
            "history_as_known_then": "yes",
            "text": "One library prepares photos for both paths; each return keeps its own record.",
        },
    }


def _source(
    name: str,
    covers: list[str],
    *,
    refresh_hours: float,
    lag_hours: float,
    critical: bool = True,
) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "database",
        "owner": "head of lending",
        "records": 84_000,
        "size_gb": 120,
        "history_months": 29,
        "refresh_hours": refresh_hours,
        "lag_hours": lag_hours,
        "access_method": "db_query",
        "access_status": "granted",
        "covers_features": covers,
        "critical": critical,
    }


def _quality() -> dict[str, Any]:
    ratings = [
        {
            "source": source,
            "dimension": dimension,
            "rating": 8,
            "evidence": f"{dimension}: 1.2 % of 400 records failed in May 2026",
            "how_known": "measured",
            "known_problem": "cordless tools lack a photo of the contacts",
            "fix": "second photo from 2027 on",
        }
        for source in ("Return photo archive", "Inventory database")
        for dimension in _DIMENSIONS
    ]
    gaps = [
        {
            "gap": "no photo of battery contacts",
            "needed_for": "cordless tools",
            "severity": "hurts",
            "obtainable": "yes",
            "cost": 6_000,
            "lead_time_weeks": 10,
            "interim_workaround": "technician opens each cordless tool",
            "owner": "desk lead",
        }
    ]
    return {"S3-04": ratings, "S3-05": gaps}


def _labels() -> dict[str, Any]:
    return {
        "S3-06": {
            "origin": "must_be_annotated",
            "definition": "defective: a technician would not lend it; worn: lend and note",
            "label_delay": {"value": 3, "unit": "day"},
            "known_bias": "technicians open more old tools than new ones",
        },
        "S3-07": {
            "labels_needed": 9_000,
            "cost_per_label": 0.8,
            "total_cost": 7_200,
            "weeks": 8,
            "annotators": {"count": 3, "skill": "technicians"},
            "double_labelled_pct": 20,
            "agreement_measure": "Cohen's kappa",
            "agreement_target": 0.75,
            "qa_process": "disputes go to the workshop lead every Friday",
            "text": "9,000 photos give about 25 defects for each of 80 tool families.",
        },
    }


def _platform() -> dict[str, Any]:
    ready = {"ready": "yes", "cost": 0, "lead_time_weeks": 0}
    return {
        "S3-08": {
            "findable": "full",
            "accessible": "full",
            "interoperable": "partial",
            "reusable": "partial",
            "evidence": "catalogue entry since 2025; photos as JPEG with a CSV of slips",
            "fix": "write a licence note by March 2027",
        },
        "S3-09": [
            {"area": "storage", "today": "2 TB, 40 % used", **ready},
            {
                "area": "computing",
                "today": "one 12 GB GPU, shared",
                "ready": "partly",
                "gap": "booked on weekdays",
                "cost": 3_000,
                "lead_time_weeks": 4,
            },
            {"area": "pipelines", "today": "nightly and live job", **ready},
            {
                "area": "serving",
                "today": "none",
                "ready": "no",
                "gap": "one server for 5 requests a minute",
                "cost": 9_000,
                "lead_time_weeks": 6,
            },
            {"area": "monitoring", "today": "Prometheus", **ready},
            {"area": "security", "today": "tested in 2026", **ready},
        ],
    }


def _rights() -> dict[str, Any]:
    return {
        "S3-10": [
            {
                "data": "Return photos without people",
                "category": "none",
                "retention_days": 1_095,
                "leaves_region": "no",
                "must_stay": False,
                "deidentified": "no",
                "deletion_possible": True,
            },
            {
                "data": "member_loan_count and borrower number",
                "category": "personal",
                "lawful_basis": "contract",
                "basis_reason": "the lending contract allows it for care of the tools",
                "retention_days": 730,
                "leaves_region": "no",
                "must_stay": True,
                "deidentified": "pseudonymised",
                "deletion_possible": True,
            },
        ],
    }
