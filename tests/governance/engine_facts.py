"""Fact sets for the engine's tests: a calm project, and strategies for any project."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from governance.engine import Decision, decide, read_facts
from interviews.risk import CONTROL_KINDS, CONTROL_STATUSES, PRINCIPLES

TODAY = "2026-11-21"
GO_LIVE = "2027-06-01"
ACCEPTED = {"valid_until": "2027-12-31"}


def calm_facts(levels: tuple[int, ...] = (1, 1, 1, 1, 1), **changes: Any) -> dict[str, Any]:
    """A project in which nothing fires, with these stated levels and changes."""
    facts = {
        "as_of": TODAY,
        "go_live_date": GO_LIVE,
        "principles": {
            name: {"stated": level, "risks": []}
            for name, level in zip(PRINCIPLES, levels, strict=True)
        },
        "data_quality": {"overall_score": 0.95, "blocking_gaps": []},
        "prohibited": {"social_scoring": "no"},
        "high_risk_areas": ["none"],
        "automation_level": 2,
        "has_override": True,
        "has_appeal": True,
        "open_blockers": [],
        "open_majors": [],
        "stage5_confidence": 1.0,
        "escalated": [],
        "feasibility": "HIGH",
        "acceptance": ACCEPTED,
        "config": {},
    }
    return {**facts, **changes}


def risky_facts(severity: int, likelihood: int, *controls: dict[str, Any], **changes: Any) -> dict:
    """A calm project with one robustness risk under these controls."""
    facts = calm_facts(**changes)
    risk = {"ref": "R-01", "severity": severity, "likelihood": likelihood}
    facts["principles"]["robustness"]["risks"] = [{**risk, "controls": list(controls)}]
    return facts


def control(status: str, cuts: int, **changes: Any) -> dict[str, Any]:
    """A preventing control that cuts both ways, with evidence, due before go-live."""
    return {
        "kind": "prevent",
        "status": status,
        "evidence": "test report",
        "due_date": "2027-03-01",
        "cuts_severity_by": cuts,
        "cuts_likelihood_by": cuts,
        **changes,
    }


def decided(raw: dict[str, Any]) -> Decision:
    """The decision on plain facts."""
    return decide(read_facts(raw))


def rules(decision: Decision) -> list[str]:
    """The ids of the floors that fired."""
    return [fired.rule for fired in decision.rules_fired]


levels = st.integers(1, 5)
shares = st.one_of(st.none(), st.floats(0, 1), st.sampled_from([0.5, 0.7, 0.9]))
dates = st.one_of(st.none(), st.dates().map(str), st.sampled_from([TODAY, GO_LIVE, "2027-03-01"]))
names = st.lists(st.sampled_from(["X-01", "X-02", "X-03", "X-04"]), max_size=5)

controls = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(CONTROL_KINDS),
        "status": st.sampled_from(CONTROL_STATUSES),
        "evidence": st.sampled_from(["", " ", "report"]),
        "due_date": dates,
        "cuts_severity_by": st.integers(0, 2),
        "cuts_likelihood_by": st.integers(0, 2),
        "owner": st.sampled_from(["", "A. Owner", "B. Owner"]),
    }
)
risks = st.fixed_dictionaries(
    {
        "ref": st.sampled_from(["", "R-01", "R-02"]),
        "severity": levels,
        "likelihood": levels,
        "controls": st.lists(controls, max_size=3),
    }
)
principles = st.fixed_dictionaries({"stated": levels, "risks": st.lists(risks, max_size=2)})
facts = st.fixed_dictionaries(
    {
        "as_of": st.just(TODAY),
        "go_live_date": dates,
        "principles": st.fixed_dictionaries(dict.fromkeys(PRINCIPLES, principles)),
        "data_quality": st.fixed_dictionaries(
            {"overall_score": shares, "blocking_gaps": st.one_of(st.booleans(), names)}
        ),
        "prohibited": st.dictionaries(
            st.sampled_from(["manipulation", "social_scoring"]),
            st.sampled_from(["yes", "no", "unsure"]),
        ),
        "high_risk_areas": st.lists(st.sampled_from(["none", "hiring", "education"]), max_size=3),
        "automation_level": st.one_of(st.none(), levels),
        "has_override": st.one_of(st.none(), st.booleans()),
        "has_appeal": st.one_of(st.none(), st.booleans()),
        "open_blockers": st.one_of(st.integers(0, 2), names),
        "open_majors": st.one_of(st.integers(0, 4), names),
        "stage5_confidence": shares,
        "escalated": st.lists(st.sampled_from(["S1-01", "S5-04", "S5-10", "S5-11"]), max_size=3),
        "feasibility": st.sampled_from([None, "HIGH", "LOW", "NOT_FEASIBLE"]),
        "acceptance": st.one_of(st.none(), st.fixed_dictionaries({"valid_until": dates})),
    }
)
