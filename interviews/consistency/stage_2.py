"""Gate rules of stage 2: do the figures say when the project has succeeded."""

from __future__ import annotations

from interviews.consistency.case import Case, Row, family
from interviews.consistency.measures import (
    day,
    number,
    say_date,
    say_duration,
    say_money,
    say_number,
    say_percent,
)
from interviews.consistency.metrics import is_better
from interviews.consistency.registry import rule
from interviews.consistency.smart import leads_to, smart_letters
from interviews.consistency.types import Hit, Quote, Severity
from interviews.consistency.wording import listed, plural

STAGE_2 = (2, 2)
WITHOUT_COMPARISON = frozenset({"shadow_run_only", "none"})
KPI_FIELDS = ("name", "baseline_value", "target_value", "target_date")


def has_pathway(case: Case, kpi: Row) -> bool:
    """Whether S2-06 leads to a KPI."""
    return any(leads_to(row.get("kpi"), kpi.get("name")) for row in case.rows("S2-06"))


@rule(
    "G2-1",
    Severity.BLOCKER,
    stages=STAGE_2,
    needs=("S2-01", "S2-06"),
    completeness=True,
    title="The main business figure is not settled",
    how_to_fix="Mark exactly one figure as the main one, give it today's value, a target, a date "
    "and a source, and add a chain in S2-06 for every figure.",
)
def main_figure_is_not_settled(case: Case) -> Hit | None:
    parts: list[str] = []
    kpis = case.kpis
    primaries = [row for row in kpis if row.get("is_primary")]
    if not case.is_given_up("S2-01") and len(primaries) != 1:
        parts.append(f"{plural(len(primaries), 'figure')} marked as the main one; it must be one.")
    for row in primaries[:1]:
        lacking = [name for name in _NEEDED if row.get(name) in (None, "")]
        if lacking:
            parts.append(f'"{row.get("name")}" lacks {", ".join(_NEEDED[n] for n in lacking)}.')
    if kpis and not case.is_given_up("S2-06"):
        unlinked = [row for row in kpis if not has_pathway(case, row)]
        if unlinked:
            parts.append(f"No chain leads to {listed(row.get('name') for row in unlinked)}.")
    if not parts:
        return None
    quotes = (case.quote_rows("S2-01", kpis, *KPI_FIELDS),) if kpis else ()
    return Hit(" ".join(parts), quotes, ("S2-01", "S2-06"))


_NEEDED = {
    "baseline_value": "today's value",
    "target_value": "a target",
    "target_date": "a date",
    "data_source": "a source",
}


@rule(
    "G2-2",
    Severity.BLOCKER,
    stages=STAGE_2,
    needs=("S2-01",),
    title="A target points the wrong way or lies in the past",
    how_to_fix="Correct the target, the direction or the date in S2-01.",
)
def target_is_impossible(case: Case) -> Hit | None:
    rows, parts = [], []
    for row in case.kpis:
        wrong = _wrong_side(row)
        due = day(row.get("target_date"))
        if due and due < case.as_of:
            wrong = f"{wrong} and " if wrong else ""
            wrong += f"is due on {say_date(due)}, which is past"
        if wrong:
            rows.append(row)
            parts.append(f'"{row.get("name")}" {wrong}.')
    if not rows:
        return None
    return Hit(
        " ".join(parts), (case.quote_rows("S2-01", rows, "name", "direction", *KPI_FIELDS[1:]),)
    )


def _wrong_side(row: Row) -> str:
    baseline, target = number(row.get("baseline_value")), number(row.get("target_value"))
    if baseline is None or target is None:
        return ""
    numbers = f"goes from {say_number(baseline)} to {say_number(target)}"
    if row.get("direction") == "up" and target <= baseline:
        return f"should go up but {numbers}"
    if row.get("direction") == "down" and target >= baseline:
        return f"should go down but {numbers}"
    return ""


@rule(
    "G2-3",
    Severity.MAJOR,
    stages=STAGE_2,
    needs=("S2-01", "S2-02", "S2-06"),
    title="A business figure is not SMART",
    how_to_fix="Give the figure a definition, a unit and a source, a chain in S2-06 and a date, "
    "and show in S2-02 that the target can be reached.",
)
def figure_is_not_smart(case: Case) -> Hit | None:
    weak = [(row, failed_letters(case, row)) for row in case.kpis]
    weak = [(row, letters) for row, letters in weak if len(letters) >= 2]
    if not weak:
        return None
    parts = [f'"{row.get("name")}" is not {" and not ".join(words)}.' for row, words in weak]
    fields = ("name", "definition", "unit", "data_source", "target_date")
    quotes = [case.quote_rows("S2-01", [row for row, _ in weak], *fields)]
    if any("achievable" in letters for _, letters in weak):
        quotes.append(case.quote("S2-02", None, "text"))
    return Hit(" ".join(parts), tuple(quotes))


def failed_letters(case: Case, kpi: Row) -> list[str]:
    """The SMART letters that a KPI misses, as words."""
    letters = smart_letters(kpi, case.answers, case.rows("S2-06"))
    return [letter.replace("_", "-") for letter, is_met in letters.items() if not is_met]


@rule(
    "G2-4",
    Severity.BLOCKER,
    stages=STAGE_2,
    needs=("S2-04",),
    completeness=True,
    title="No main model measure, or a threshold that cannot be",
    how_to_fix="Mark one model measure as primary and give a threshold that it can reach; "
    "for a percentage write % as the unit.",
)
def model_measure_is_unusable(case: Case) -> Hit | None:
    if case.is_given_up("S2-04"):
        return None
    if case.primary_metric is None:
        rows = case.metrics
        quotes = (case.quote_rows("S2-04", rows, "metric", "role"),) if rows else ()
        return Hit("No model measure is marked as primary.", quotes, ("S2-04",))
    off = [(row, _range_fault(case, row)) for row in case.metrics]
    off = [(row, fault) for row, fault in off if fault]
    if not off:
        return None
    return Hit(
        " ".join(fault for _, fault in off),
        (case.quote_rows("S2-04", [row for row, _ in off], "metric", "threshold", "unit"),),
    )


def _range_fault(case: Case, row: Row) -> str:
    kind, threshold = family(row), number(row.get("threshold"))
    if kind is None or threshold is None:
        return ""
    lowest, highest = kind.range_for(str(row.get("unit") or ""))
    if lowest <= threshold <= highest:
        return ""
    reach = f"at least {_plain(lowest)}" if highest == float("inf") else ""
    reach = reach or f"between {_plain(lowest)} and {_plain(highest)}"
    return f"{case.measure(row)} is {reach}; the threshold says {say_number(threshold)}."


def _plain(value: float) -> str:
    return "any low value" if value == float("-inf") else say_number(value)


@rule(
    "G2-5",
    Severity.MAJOR,
    stages=STAGE_2,
    needs=("S2-04",),
    title="The model does not have to beat anything",
    how_to_fix="Give the value that the best alternative of S1-04 reaches, and ask more of the "
    "model than that.",
)
def threshold_beats_nothing(case: Case) -> Hit | None:
    row = case.primary_metric
    if row is None:
        return None
    quote = case.quote("S2-04", row, "metric", "comparator", "threshold", "baseline_value")
    baseline, threshold = number(row.get("baseline_value")), number(row.get("threshold"))
    if baseline is None:
        return Hit(f"{case.measure(row)} has no value of today to compare with.", (quote,))
    if threshold is None or is_better(threshold, baseline, row.get("comparator")) is not False:
        return None
    return Hit(
        f"The best alternative already reaches {say_number(baseline)}; a threshold of "
        f"{row.get('comparator')} {say_number(threshold)} would accept a model that is no better.",
        (quote,),
    )


def _timing_quote(case: Case) -> Quote:
    names = ("action_window", "data_latency", "prediction_latency", "human_reaction_time")
    return case.quote("S2-09", case.value("S2-09"), "reason", *names)


@rule(
    "G2-6",
    Severity.BLOCKER,
    stages=STAGE_2,
    needs=("S2-09",),
    title="There is no time left to act",
    how_to_fix="Shorten the slowest of data, model and reaction, predict earlier, or find an "
    "action that still helps later.",
)
def no_time_to_act(case: Case) -> Hit | None:
    margin, window = case.margin, case.window
    if margin is None or window is None or margin > 0:
        return None
    spent = window - margin
    return Hit(
        f"An answer is useful for {say_duration(window)}, but data, model and people "
        f"together need {say_duration(spent)}: {say_duration(-margin)} too long."
        if margin
        else f"Data, model and people use up the whole {say_duration(spent)}; nothing is left.",
        (_timing_quote(case),),
    )


@rule(
    "G2-7",
    Severity.MINOR,
    stages=STAGE_2,
    needs=("S2-09",),
    title="Little time is left to act",
    how_to_fix="Measure the four times in practice, and decide which of them could be shortened.",
)
def little_time_to_act(case: Case) -> Hit | None:
    margin, window = case.margin, case.window
    if margin is None or window is None:
        return None
    if not 0 < margin < case.config.thin_margin_share * window:
        return None
    return Hit(
        f"Only {say_duration(margin)} of {say_duration(window)} are left "
        f"({say_percent(margin / window)}); one slow day uses them up.",
        (_timing_quote(case),),
    )


@rule(
    "G2-8",
    Severity.MAJOR,
    stages=STAGE_2,
    needs=("S1-02", "S2-08"),
    title="Much is at stake and nothing is compared",
    how_to_fix="Choose a test with a comparison group: by lot, staggered start, matched control "
    "or before and after with a control series.",
)
def nothing_is_compared(case: Case) -> Hit | None:
    value = case.number("S1-02", "value_at_stake")
    limit = case.config.comparison_value
    if value is None or value <= limit or case.value("S2-08", "method") not in WITHOUT_COMPARISON:
        return None
    return Hit(
        f"{say_money(value, case.currency)} a year are at stake (more than "
        f"{say_money(limit, case.currency)}), yet the impact test has no comparison group.",
        (
            case.quote("S1-02", None, "text", "value_at_stake"),
            case.quote("S2-08", None, "method", "none_reason", "decision_rule"),
        ),
    )
