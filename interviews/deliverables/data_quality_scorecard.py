"""Stage 3: which data exists, how good it is, and whether it may be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interviews.answerset import AnswerSet
from interviews.consistency.ratings import counted_rating, dimension_scores, overall_score
from interviews.consistency.work import (
    LABELS_TO_MAKE,
    is_gap_to_close,
    is_missing,
    labelling_cost,
)
from interviews.deliverables import reading
from interviews.deliverables.reading import Part

SOURCES = tuple(f"S3-{number:02d}" for number in range(1, 11))

#: Lowest overall score of each band, best first.
BANDS = ((0.90, "excellent"), (0.70, "good"), (0.50, "fair"), (0.0, "poor"))

FAIR_PRINCIPLES = ("findable", "accessible", "interoperable", "reusable")


class DataSource(Part):
    name: str
    kind: str | None
    owner: str
    records: float | None
    size_gb: float | None
    history_months: float | None
    refresh_hours: float | None
    lag_hours: float | None
    access_method: str | None
    access_status: str | None
    covers_features: list[str]
    critical: bool


class ThinGroup(Part):
    group: str
    share_in_data_pct: float | None
    share_in_use_pct: float | None


class ClassCount(Part):
    name: str
    examples: float | None


class Coverage(Part):
    target_examples: float | None
    rarest_class_share_pct: float | None
    class_counts: list[ClassCount]
    thin_groups: list[ThinGroup]


class ServingPath(Part):
    mode: str | None
    live_refresh_hours: float | None
    same_pipeline: str | None
    point_in_time: str | None


class QualityRating(Part):
    source: str
    dimension: str
    rating: int | None
    counted_rating: int | None
    how_known: str | None
    evidence: str
    problem: str
    fix: str
    fix_due: str


class DataGap(Part):
    gap: str
    needed_for: str
    severity: str | None
    obtainable: str | None
    cost: float | None
    lead_time_weeks: float | None
    interim_workaround: str
    owner: str


class LabellingPlan(Part):
    labels_needed: float | None
    cost_per_label: float | None
    total_cost: float | None
    currency: str
    weeks: float | None
    annotators: str
    double_labelled_pct: float | None
    agreement_measure: str
    agreement_target: str
    qa_process: str


class LabelStrategy(Part):
    origin: str | None
    definition: str
    known_bias: str
    plan: LabellingPlan | None


class FairAssessment(Part):
    findable: str | None
    accessible: str | None
    interoperable: str | None
    reusable: str | None
    maturity: str | None
    fixes: list[str]


class InfrastructureArea(Part):
    area: str
    today: str
    ready: str | None
    gap: str
    cost: float | None
    lead_time_weeks: float | None


class DataRight(Part):
    data: str
    category: str | None
    lawful_basis: str | None
    retention_days: float | None
    leaves_region: str
    deidentified: str | None
    deletion_possible: bool | None
    must_stay: bool | None


class DataQualityScorecard(Part):
    """What stage 3 ends in."""

    data_sources: list[DataSource]
    coverage: Coverage | None
    serving_path: ServingPath | None
    quality_assessments: list[QualityRating]
    #: Only dimensions that every critical source is rated in have a score.
    dimension_scores: dict[str, int]
    overall_score: float | None
    band: str | None
    data_gaps: list[DataGap]
    label_strategy: LabelStrategy | None
    fair_assessment: FairAssessment | None
    infrastructure: list[InfrastructureArea]
    data_rights: list[DataRight]
    data_readiness: str | None

    @property
    def critical_sources(self) -> list[DataSource]:
        return [source for source in self.data_sources if source.critical]

    @property
    def blocking_gaps(self) -> list[DataGap]:
        return [gap for gap in self.data_gaps if gap.severity == "blocks"]

    @property
    def gaps_to_close(self) -> list[DataGap]:
        """Gaps that the project means to close before it can work as planned."""
        return [gap for gap in self.data_gaps if is_gap_to_close(gap.severity, gap.obtainable)]

    @property
    def missing_infrastructure(self) -> list[InfrastructureArea]:
        """What has to be bought or built."""
        return [area for area in self.infrastructure if is_missing(area.ready)]

    @property
    def labelling_plan(self) -> LabellingPlan | None:
        return self.label_strategy.plan if self.label_strategy else None


def build(answers: AnswerSet) -> DataQualityScorecard:
    """The data quality scorecard as far as it has been answered."""
    sources = [DataSource.read(row) for row in reading.rows(answers, "S3-01")]
    rated = reading.rows(answers, "S3-04")
    gaps = [DataGap.read(row) for row in reading.rows(answers, "S3-05")]
    critical = [source.name for source in sources if source.critical]
    scores = dimension_scores(critical, rated)
    overall = overall_score(scores)
    return DataQualityScorecard(
        data_sources=sources,
        coverage=_coverage(answers),
        serving_path=_serving_path(answers.value("S3-03")),
        quality_assessments=[_rating(row) for row in rated],
        dimension_scores=scores,
        overall_score=overall,
        band=band(overall),
        data_gaps=gaps,
        label_strategy=_labels(answers),
        fair_assessment=_fair(answers.value("S3-08")),
        infrastructure=[InfrastructureArea.read(row) for row in reading.rows(answers, "S3-09")],
        data_rights=[DataRight.read(row) for row in reading.rows(answers, "S3-10")],
        data_readiness=data_readiness(overall, sources, gaps),
    )


def band(overall: float | None) -> str | None:
    """The named band of an overall score."""
    if overall is None:
        return None
    return next(name for lowest, name in BANDS if overall >= lowest)


def data_readiness(
    overall: float | None, sources: list[DataSource], gaps: list[DataGap]
) -> str | None:
    """Whether building could start on this data; None while it is not rated."""
    refused = any(source.critical and source.access_status == "refused" for source in sources)
    if refused or band(overall) == "poor":
        return "not_ready"
    if overall is None:
        return None
    is_granted = all(source.access_status == "granted" for source in sources)
    is_blocked = any(gap.severity == "blocks" for gap in gaps)
    is_good = band(overall) in ("excellent", "good")
    return "ready" if is_good and is_granted and not is_blocked else "ready_with_work"


def fair_maturity(ratings: list[str | None]) -> str | None:
    """high: three or more full; medium: three or more full or partial; else low."""
    if not any(ratings):
        return None
    if ratings.count("full") >= 3:
        return "high"
    return "medium" if ratings.count("full") + ratings.count("partial") >= 3 else "low"


def _coverage(answers: AnswerSet) -> Coverage | None:
    if not isinstance(answers.value("S3-02"), Mapping):
        return None
    return Coverage(
        target_examples=reading.number(answers.value("S3-02", "target_examples")),
        rarest_class_share_pct=reading.number(answers.value("S3-02", "rarest_class_share_pct")),
        class_counts=[_class_count(row) for row in reading.rows(answers, "S3-02", "class_counts")],
        thin_groups=[
            ThinGroup.read(row) for row in reading.rows(answers, "S3-02", "groups_missing_or_thin")
        ],
    )


def _class_count(row: Mapping[str, Any]) -> ClassCount:
    name = row.get("class", row.get("name", row.get("value")))
    examples = row.get("examples", row.get("count"))
    return ClassCount(name=reading.as_written(name), examples=reading.number(examples))


def _labels(answers: AnswerSet) -> LabelStrategy | None:
    if not isinstance(answers.value("S3-06"), Mapping):
        return None
    origin = reading.word(answers.value("S3-06", "origin"))
    # A plan left over from another origin is hidden from the person, so it does not count.
    plan = answers.value("S3-07") if origin in LABELS_TO_MAKE else None
    return LabelStrategy(
        origin=origin,
        definition=answers.text("S3-06", "definition"),
        known_bias=answers.text("S3-06", "known_bias"),
        plan=_labelling_plan(plan, answers.currency()),
    )


def _annotators(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(found for item in value.values() if (found := reading.as_written(item)))
    return reading.as_written(value)


def _rating(row: Mapping[str, Any]) -> QualityRating:
    problem = reading.text(row.get("known_problem"))
    return QualityRating.read(row, counted_rating=counted_rating(row), problem=problem)


def _serving_path(value: Any) -> ServingPath | None:
    if not isinstance(value, Mapping):
        return None
    known_then = reading.word(value.get("history_as_known_then"))
    mode = reading.word(value.get("serving_mode"))
    return ServingPath.read(value, mode=mode, point_in_time=known_then)


def _labelling_plan(value: Any, currency: str) -> LabellingPlan | None:
    if not isinstance(value, Mapping):
        return None
    return LabellingPlan.read(
        value,
        total_cost=labelling_cost(value),
        currency=currency,
        annotators=_annotators(value.get("annotators")),
    )


def _fair(value: Any) -> FairAssessment | None:
    if not isinstance(value, Mapping):
        return None
    maturity = fair_maturity([reading.word(value.get(name)) for name in FAIR_PRINCIPLES])
    return FairAssessment.read(value, maturity=maturity, fixes=reading.words(value.get("fix")))
