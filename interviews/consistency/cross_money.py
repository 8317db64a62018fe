"""Cross rules on money: does it pay, and is it there."""

from __future__ import annotations

from interviews.consistency.case import Case
from interviews.consistency.measures import number, say_money, say_number, total
from interviews.consistency.registry import rule
from interviews.consistency.types import Hit, Quote, Severity
from interviews.consistency.work import costs

COST_KEYS = ("S2-03", "S3-05", "S3-06", "S3-07", "S3-09")


def known_costs(case: Case) -> tuple[dict[str, float], list[Quote]]:
    """What building costs as far as it is known, by kind, with where it is said."""
    gaps = [row for row in case.gaps_to_close if number(row.get("cost"))]
    technology = [row for row in case.missing_infrastructure if number(row.get("cost"))]
    known = costs(
        building=case.number("S2-03", "cost_build"),
        labelling=case.labelling_cost,
        gaps=(number(row.get("cost")) for row in gaps),
        technology=(number(row.get("cost")) for row in technology),
    )
    quotes = {
        "building": ("S2-03", [case.value("S2-03")], ("benefit_basis", "cost_build")),
        "labelling": ("S3-07", [case.label_plan], ("text", "labels_needed", "cost_per_label")),
        "closing gaps": ("S3-05", gaps, ("gap", "cost")),
        "technology": ("S3-09", technology, ("area", "cost")),
    }
    said = []
    for kind in known:
        key, rows, names = quotes[kind]
        said.append(case.quote_rows(key, [row for row in rows if row], *names))
    return known, said


def _sum_in_words(case: Case, amounts: dict[str, float]) -> str:
    parts = [f"{kind} {say_money(amount, case.currency)}" for kind, amount in amounts.items()]
    said = " + ".join(parts)
    return said[:1].upper() + said[1:]


@rule(
    "X-15",
    Severity.BLOCKER,
    stages=(1, 3),
    needs=("S1-11",),
    reads=COST_KEYS,
    title="The work costs more than the budget",
    how_to_fix="Raise the budget, start smaller, or drop the dearest part.",
)
def work_exceeds_budget(case: Case) -> Hit | None:
    known, quotes = known_costs(case)
    whole, budget = total(known.values()), case.budget
    if budget is None or whole <= budget:
        return None
    hardness = "hard" if case.is_budget_hard else "soft"
    over = say_money(whole - budget, case.currency)
    return Hit(
        f"{_sum_in_words(case, known)} = {say_money(whole, case.currency)}: {over} more than the "
        f"{hardness} budget of {say_money(budget, case.currency)}.",
        (case.quote_rows("S1-11", case.budgets, "detail", "amount", "hard_or_soft"), *quotes),
        how_to_fix=f"Raise the budget by {over}, start smaller, or drop the dearest part.",
        severity=None if case.is_budget_hard else Severity.MAJOR,
    )


@rule(
    "X-16",
    Severity.MAJOR,
    stages=(2, 3),
    needs=("S2-03", "S3-07"),
    reads=("S3-06",),
    title="Labelling eats the benefit",
    how_to_fix="Label fewer examples, choose the ones that teach most, or start from recorded "
    "outcomes.",
)
def labelling_eats_benefit(case: Case) -> Hit | None:
    cost, benefit = case.labelling_cost, case.number("S2-03", "benefit_expected")
    share = case.config.labelling_share_of_benefit
    if cost is None or benefit is None or cost <= share * benefit:
        return None
    names = ("benefit_basis", "benefit_low", "benefit_expected", "benefit_high")
    return Hit(
        f"Labelling costs {say_money(cost, case.currency)}; a likely year brings "
        f"{say_money(benefit, case.currency)}, and half of that is the limit.",
        (
            case.quote("S2-03", None, *names),
            case.quote("S3-07", None, "text", "labels_needed", "cost_per_label"),
        ),
    )


@rule(
    "X-17",
    Severity.MAJOR,
    stages=(2, 2),
    needs=("S2-03",),
    title="In a weak year it costs more than it brings",
    how_to_fix="Lower the running cost, or say who pays for a weak year.",
)
def weak_year_loses_money(case: Case) -> Hit | None:
    low, run = case.number("S2-03", "benefit_low"), case.number("S2-03", "cost_run_annual")
    if low is None or run is None or low >= run:
        return None
    return Hit(
        f"The low case brings {say_money(low, case.currency)} a year, running it costs "
        f"{say_money(run, case.currency)}.",
        (case.quote("S2-03", None, "benefit_basis", "benefit_low", "cost_run_annual"),),
    )


@rule(
    "X-35",
    Severity.MAJOR,
    stages=(1, 5),
    needs=("S1-11", "S5-09"),
    reads=COST_KEYS,
    title="The controls are not within the budget",
    how_to_fix="Add the controls to the budget, or choose cheaper ones that cut as much.",
)
def controls_exceed_budget(case: Case) -> Hit | None:
    priced = [row for row in case.controls if number(row.get("cost"))]
    controls = total(number(row.get("cost")) for row in priced)
    budget = case.budget
    if budget is None or not controls:
        return None
    other = total(known_costs(case)[0].values())
    # Where the work alone is over the budget, X-15 says so; only dear controls add to that.
    spent = other if other <= budget else 0.0
    if spent + controls <= budget:
        return None
    beside = f" beside {say_money(spent, case.currency)} for the work" if spent else ""
    return Hit(
        f"{say_number(len(priced))} priced controls cost {say_money(controls, case.currency)}"
        f"{beside}; the budget is {say_money(budget, case.currency)}.",
        (
            case.quote_rows("S1-11", case.budgets, "detail", "amount"),
            case.quote_rows("S5-09", priced, "control", "cost"),
        ),
    )
