"""The risk arithmetic: what a control may cut, and what it never may."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.risk import (
    CONTROL_KINDS,
    CONTROL_STATUSES,
    LEVELS,
    Control,
    Residual,
    inherent_level,
    principle_residual,
    residual_level,
)

GO_LIVE = date(2027, 6, 1)
BEFORE = date(2027, 5, 31)

levels = st.sampled_from(LEVELS)
controls = st.builds(
    Control,
    kind=st.sampled_from(CONTROL_KINDS),
    status=st.sampled_from(CONTROL_STATUSES),
    evidence=st.sampled_from(["", "report"]),
    due_date=st.sampled_from([None, BEFORE, GO_LIVE]),
    cuts_severity_by=st.integers(0, 2),
    cuts_likelihood_by=st.integers(0, 2),
)


def cut(status, *, kind="prevent", evidence="report", due=BEFORE, by=2):
    return Control(kind, status, evidence, due, cuts_severity_by=by, cuts_likelihood_by=by)


def left(*given_controls, go_live=GO_LIVE, **options):
    """What is left of the worst possible risk."""
    found = residual_level(5, 5, given_controls, go_live=go_live, **options)
    return found.severity, found.likelihood, found.level


@pytest.mark.parametrize(
    ("severity", "row"),
    [
        (1, (1, 1, 1, 2, 2)),
        (2, (1, 2, 2, 2, 3)),
        (3, (2, 2, 3, 3, 4)),
        (4, (2, 3, 4, 4, 5)),
        (5, (3, 4, 4, 5, 5)),
    ],
)
def test_the_matrix_is_the_written_one(severity, row):
    assert tuple(inherent_level(severity, likelihood) for likelihood in LEVELS) == row


@pytest.mark.parametrize(("severity", "likelihood"), [(0, 1), (6, 1), (1, 0), (1, 6)])
def test_a_rating_outside_one_to_five_is_refused(severity, likelihood):
    with pytest.raises(ValueError, match="must be 1 to 5"):
        inherent_level(severity, likelihood)


def test_a_risk_without_controls_stays_as_it_is():
    assert residual_level(4, 3, go_live=None) == Residual(severity=4, likelihood=3, level=4)


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        (cut("tested"), (3, 3, 3)),
        (cut("tested", evidence=" "), (4, 4, 4)),
        (cut("built"), (4, 4, 4)),
        (cut("planned"), (4, 4, 4)),
        (cut("planned", due=None), (5, 5, 5)),
        (cut("tested", kind="transfer"), (5, 5, 5)),
        (cut("tested", kind="accept"), (5, 5, 5)),
        (cut("tested", kind="hope"), (5, 5, 5)),
        (cut("dreamt of"), (5, 5, 5)),
        (cut("tested", by=-1), (5, 5, 5)),
    ],
)
def test_a_control_cuts_as_far_as_it_has_come(control, expected):
    assert left(control) == expected


def test_a_planned_control_due_on_the_day_of_go_live_is_too_late():
    assert left(cut("planned", due=GO_LIVE)) == (5, 5, 5)


def test_a_planned_control_cuts_nothing_while_go_live_is_unknown():
    assert left(cut("planned"), go_live=None) == (5, 5, 5)


def test_controls_do_not_add_up():
    assert left(cut("tested", by=1), cut("tested", by=1), cut("built")) == (4, 4, 4)


def test_a_vague_plan_does_not_push_aside_a_tested_control():
    assert left(cut("planned", due=None, by=2), cut("tested", by=1)) == (4, 4, 4)


def test_severity_and_likelihood_may_be_cut_by_different_controls():
    harm = Control("limit_harm", "tested", "report", cuts_severity_by=2)
    odds = Control("prevent", "built", "", cuts_likelihood_by=1)
    assert left(harm, odds) == (3, 4, 3)


def test_tested_only_leaves_out_what_is_merely_promised():
    promised = (cut("built"), cut("planned"), cut("tested", evidence=""))
    assert left(*promised, tested_only=True) == (5, 5, 5)
    assert left(*promised, cut("tested", by=1), tested_only=True) == (4, 4, 4)


@given(levels, st.lists(controls, max_size=4))
def test_a_harm_of_severity_five_never_ends_below_two(likelihood, given_controls):
    assert residual_level(5, likelihood, given_controls, go_live=GO_LIVE).level >= 2


@given(levels, levels, st.lists(controls, max_size=4))
def test_the_residual_lies_between_one_and_the_inherent_level(severity, likelihood, given_controls):
    found = residual_level(severity, likelihood, given_controls, go_live=GO_LIVE)
    assert 1 <= found.level <= inherent_level(severity, likelihood)
    assert (found.severity, found.likelihood) >= (1, 1)


@given(levels, levels, st.lists(controls, max_size=4), st.sampled_from(["severity", "likelihood"]))
def test_a_worse_risk_never_leaves_less(severity, likelihood, given_controls, key):
    worse = {"severity": severity, "likelihood": likelihood}
    before = residual_level(**worse, controls=given_controls, go_live=GO_LIVE)
    worse[key] = min(5, worse[key] + 1)
    after = residual_level(**worse, controls=given_controls, go_live=GO_LIVE)
    assert after.level >= before.level


@given(levels, levels, st.lists(controls, max_size=3), controls)
def test_one_more_control_never_leaves_more(severity, likelihood, given_controls, extra):
    fewer = residual_level(severity, likelihood, given_controls, go_live=GO_LIVE)
    more = residual_level(severity, likelihood, [*given_controls, extra], go_live=GO_LIVE)
    assert more.level <= fewer.level


@pytest.mark.parametrize(
    ("risk_levels", "stated", "final"),
    [([2, 4, 1], 1, 4), ([2], 5, 5), ([], 3, 3), ([3], None, 3), ([], None, None)],
)
def test_a_person_may_rate_a_principle_higher_but_not_lower(risk_levels, stated, final):
    assert principle_residual(risk_levels, stated).final == final
