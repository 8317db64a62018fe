"""Section 1: what a board reads first, in at most 250 words, all from stored fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from charters.feasibility import overall_confidence
from charters.particulars import QuickFact
from charters.sections.cells import EMPTY, day, label, share
from charters.sections.record import Record
from charters.sections.risk import level_name
from charters.sections.wording import ended, kpi_target, lead, metric_bar, word_count
from charters.statements import Block, Note, Paragraph, Section, Statement, StatementList, Table
from interviews.risk import PRINCIPLE_NAMES, PRINCIPLE_QUESTIONS

MOST_WORDS = 250
REASONS_IN_PROSE = 2
FEASIBILITY_NAMES = {
    "HIGH": "high",
    "MEDIUM": "medium",
    "LOW": "low",
    "NOT_FEASIBLE": "not feasible as it stands",
}


def executive_summary(record: Record) -> list[Statement]:
    """Problem, aim, approach, data, risk and feasibility; never more than 250 words."""
    found: list[Statement] = []
    left = MOST_WORDS
    for look in _LOOKS:
        for statement in look(record):
            if word_count(statement.text) <= left:
                found.append(statement)
                left -= word_count(statement.text)
    return found


def summary_section(record: Record) -> Section:
    """Section 1."""
    facts = quick_facts(record)
    rows = [
        record.row([fact.label, fact.value], *(source.item for source in fact.sources))
        for fact in facts
    ]
    blocks: list[Block] = [
        Paragraph(statements=executive_summary(record)),
        *_reasons(record),
        Table(title="Quick facts", columns=["Fact", "Value"], rows=rows),
    ]
    return Section(key="executive_summary", number=1, title="Executive summary", blocks=blocks)


def _reasons(record: Record) -> list[Block]:
    """Every reason against feasibility; the prose above has room for two."""
    reasons = [record.state(reason.text, *reason.items) for reason in record.feasibility.reasons]
    if len(reasons) <= REASONS_IN_PROSE:
        return []
    return [StatementList(title="What limits feasibility", items=reasons)]


def _problem(record: Record) -> Iterator[Statement]:
    if record.usable("S1-01"):
        yield record.state(lead(record.answers.text("S1-01"), 60), "S1-01")
    else:
        yield record.state("The problem has not been described yet.", "S1-01")


def _aim(record: Record) -> Iterator[Statement]:
    kpi = record.success.primary_kpi if record.success else None
    if kpi:
        yield record.state(lead(ended(f"The aim: {kpi_target(kpi)}"), 40), "S2-01")
    elif record.usable("S1-03"):
        yield record.state(lead(record.answers.text("S1-03"), 40), "S1-03")


def _approach(record: Record) -> Iterator[Statement]:
    problem = record.problem
    if problem and problem.ml_archetype and problem.target_output:
        task = label(problem.ml_archetype).lower()
        text = ended(f"The task is {task}; the output is {problem.target_output.name}")
        yield record.state(lead(text, 25), "S1-09", "S1-08")
    metric = record.success.primary_metric if record.success else None
    if metric:
        yield record.state(
            lead(ended(f"A good model reaches {metric_bar(record, metric)}"), 20), "S2-04"
        )


def _data(record: Record) -> Iterator[Statement]:
    card = record.data
    if card and card.overall_score is not None:
        text = f"Data quality is {share(card.overall_score)} ({card.band})."
        yield record.state(text, "S3-04", "S3-01")
    else:
        yield record.state("Data quality is not rated in full yet.", "S3-04", "S3-01")


def _risk(record: Record) -> Iterator[Statement]:
    report = record.risks
    highest = report.max_residual if report else None
    if report is None or highest is None:
        return
    worst = [
        principle for principle, row in report.residual_by_principle.items() if row.final == highest
    ]
    names = ", ".join(PRINCIPLE_NAMES[principle] for principle in worst)
    keys = [PRINCIPLE_QUESTIONS[principle] for principle in worst]
    text = f"The highest remaining risk is {level_name(highest)}: {names}."
    yield record.state(text, *keys, "S5-09", "S5-10")


def _feasibility(record: Record) -> Iterator[Statement]:
    found = record.feasibility
    keys = tuple(dict.fromkeys(item for reason in found.reasons for item in reason.items))
    name = FEASIBILITY_NAMES[found.overall]
    yield record.state(f"Overall feasibility: {name}.", *(keys or record.visible))
    for reason in found.reasons[:REASONS_IN_PROSE]:
        yield record.state(lead(reason.text, 25), *reason.items)


_LOOKS: tuple[Callable[[Record], Iterator[Statement]], ...] = (
    _problem,
    _aim,
    _approach,
    _data,
    _risk,
    _feasibility,
)


def quick_facts(record: Record) -> list[QuickFact]:
    """The cards at the head of the page; governance adds the decision beside them."""
    problem, success, card, report = record.problem, record.success, record.data, record.risks
    kpi = success.primary_kpi if success else None
    overall = card.overall_score if card else None
    quality = EMPTY if card is None or overall is None else f"{share(overall)} ({card.band})"
    confidence = share(overall_confidence(record.confidence))
    risk_items = (*PRINCIPLE_QUESTIONS.values(), "S5-09", "S5-10")
    facts = (
        ("archetype", "Kind of task", label(problem.ml_archetype if problem else None), ("S1-09",)),
        ("primary_kpi", "Main figure", kpi_target(kpi) if kpi else EMPTY, ("S2-01",)),
        ("data_quality", "Data quality", quality, ("S3-04", "S3-01")),
        (
            "highest_residual",
            "Highest remaining risk",
            level_name(report.max_residual if report else None),
            risk_items,
        ),
        (
            "feasibility",
            "Feasibility",
            label(record.feasibility.overall.lower()),
            tuple(item for reason in record.feasibility.reasons for item in reason.items)
            or record.visible,
        ),
        ("confidence", "Confidence", confidence, record.visible),
        ("go_live", "Go-live", day(record.go_live), ("S1-11",)),
    )
    return [
        QuickFact(
            key=key,
            label=name,
            value=value,
            sources=record.sources(*keys),
            note=_note(record, key, keys),
        )
        for key, name, value, keys in facts
    ]


def _note(record: Record, key: str, keys: tuple[str, ...]) -> Note:
    # Confidence and feasibility already weigh unknown answers; a mark would count them twice.
    return "" if key in ("confidence", "feasibility") else record.note(*keys)
