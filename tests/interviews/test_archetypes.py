"""Outputs, measures and kinds of task are matched as the compatibility table says."""

from __future__ import annotations

import math

import pytest

from interviews.answerset import AnswerSet
from interviews.consistency import archetypes, metrics
from interviews.protocol.catalogue import default_protocol
from tests.builders.answers import consistent_answers, with_value

ANSWERS = consistent_answers()
FAMILIES = {family.name: family for family in metrics.FAMILIES}
NLP, VISION = "natural_language_processing", "computer_vision"


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("PR-AUC", "pr_auc"),
        ("Average precision", "pr_auc"),
        ("AUROC", "roc_auc"),
        ("Recall@10", "recall_at_k"),
        ("precision_at_k", "precision_at_k"),
        ("Recall at 5 % false positives", "false_positive_rate"),
        ("Sensitivity", "recall"),
        ("Macro F1", "f1"),
        ("balanced accuracy", "balanced_accuracy"),
        ("Accuracy (top 1)", "accuracy"),
        ("Forecast accuracy", None),
        ("sMAPE", "mape"),
        ("WAPE per store", "wape"),
        ("Mean absolute percentage error", "mape"),
        ("Mean absolute error", "mae"),
        ("R²", "r2"),
        ("mAP@IoU 0.5", "map"),
        ("mIoU", "iou"),
        ("False alarms per day", "false_alarms_per_day"),
        ("Word error rate", "word_error"),
        ("Recall gap between branches", "group_gap"),
        ("Bench index", None),
        ("", None),
    ],
)
def test_measures_are_known_by_their_many_names(name: str, family: str | None) -> None:
    assert archetypes.metric_family(name) == family


def test_every_measure_that_can_be_chosen_is_known() -> None:
    column = default_protocol().question("S2-04").table.column("metric")
    unknown = {
        option.value for option in column.options if not archetypes.metric_family(option.value)
    }
    assert unknown == {"other"}


@pytest.mark.parametrize(
    ("family", "unit", "lowest", "highest"),
    [
        ("recall", "", 0, 1),
        ("recall", "%", 0, 100),
        ("mcc", "", -1, 1),
        ("mae", "EUR", 0, math.inf),
        ("mape", "%", 0, math.inf),
        ("r2", "", -math.inf, 1),
    ],
)
def test_a_measure_has_a_range(family: str, unit: str, lowest: float, highest: float) -> None:
    assert FAMILIES[family].range_for(unit) == (lowest, highest)


@pytest.mark.parametrize(
    ("archetype", "subtask", "metric", "fits"),
    [
        ("classification", "", "recall", True),
        ("classification", "", "rmse", False),
        ("regression", "", "mae", True),
        ("regression", "", "precision", False),
        ("time_series_forecasting", "", "wape", True),
        ("time_series_forecasting", "", "r2", False),
        ("anomaly_detection", "", "time_to_detect", True),
        ("anomaly_detection", "", "accuracy", False),
        ("clustering", "", "silhouette", True),
        ("clustering", "", "recall", False),
        ("recommendation", "", "ndcg", True),
        ("recommendation", "", "rmse", False),
        (NLP, "text_classification", "f1", True),
        (NLP, "retrieval", "mrr", True),
        (NLP, "generation", "bleu", False),
        (NLP, "generation", "human_rating", True),
        (VISION, "detection", "map_iou", True),
        (VISION, "detection", "accuracy", False),
        (VISION, "segmentation", "dice", True),
        (VISION, "ocr", "character_error_rate", True),
        (VISION, "tracking", "idf1", True),
        ("classification", "", "bench index", True),
        ("other", "", "rmse", True),
    ],
)
def test_a_measure_suits_a_task_or_not(
    archetype: str, subtask: str, metric: str, fits: bool
) -> None:
    assert archetypes.fits_metric(archetype, metric, subtask=subtask) is fits


@pytest.mark.parametrize(
    ("archetype", "subtask", "output", "fits"),
    [
        ("classification", "", "probability", True),
        ("classification", "", "number", False),
        ("regression", "", "interval", True),
        ("anomaly_detection", "", "ranking", True),
        ("clustering", "", "category", False),
        ("recommendation", "", "ranking", True),
        (NLP, "", "ranking", True),
        (NLP, "generation", "category", False),
        (VISION, "detection", "box_or_mask", True),
        (VISION, "ocr", "box_or_mask", False),
    ],
)
def test_a_task_gives_an_output_or_not(
    archetype: str, subtask: str, output: str, fits: bool
) -> None:
    assert archetypes.fits_output(archetype, output, subtask=subtask) is fits


def test_misfits_are_never_suitable() -> None:
    for archetype in (*archetypes.ARCHETYPES, *archetypes.SUBTASKS):
        for subtask in ("", *archetypes.SUBTASKS.get(archetype, ())):
            suitable = archetypes.suitable_families(archetype, subtask)
            misfits = archetypes.misfit_families(archetype, subtask)
            assert suitable and not suitable & misfits
            assert suitable | misfits <= set(FAMILIES)


def test_the_table_covers_what_can_be_chosen() -> None:
    question = default_protocol().question("S1-09")
    chosen = {option.value for option in question.field("archetype").options}
    assert chosen == {*archetypes.ARCHETYPES, *archetypes.SUBTASKS}
    subtasks = {option.value for option in question.field("subtask").options}
    assert subtasks == {name for tasks in archetypes.SUBTASKS.values() for name in tasks}


@pytest.mark.parametrize(
    ("output", "more", "suggested"),
    [
        ("number", {}, "regression"),
        ("number", {"horizon": 86_400}, "regression"),
        ("count", {"horizon": 86_400, "has_own_history": True}, "time_series_forecasting"),
        ("interval", {"horizon": 60, "modality": {"time_series"}}, "time_series_forecasting"),
        ("ranking", {}, "recommendation"),
        ("ranking", {"modality": {"text"}}, NLP),
        ("segment", {}, "clustering"),
        ("binary", {"rarest_class_pct": 0.4, "has_few_labels": True}, "anomaly_detection"),
        ("binary", {"rarest_class_pct": 0.4}, "classification"),
        ("category", {"modality": {"text"}}, NLP),
        ("category", {"modality": {"image"}}, VISION),
        ("category", {"modality": {"image", "tabular"}}, "classification"),
        ("text", {}, NLP),
        ("text", {"modality": {"image"}}, VISION),
        ("box_or_mask", {}, VISION),
        ("box_or_mask", {"modality": {"text"}}, NLP),
        ("poem", {}, None),
    ],
)
def test_the_output_suggests_a_task(output: str, more: dict, suggested: str | None) -> None:
    assert archetypes.suggest_archetype(output, **more) == suggested


@pytest.mark.parametrize(
    ("archetype", "output", "subtask"),
    [
        (NLP, "category", "text_classification"),
        (NLP, "text", "generation"),
        (NLP, "ranking", "retrieval"),
        (NLP, "box_or_mask", "extraction"),
        (VISION, "binary", "image_classification"),
        (VISION, "box_or_mask", "detection"),
        (VISION, "text", "ocr"),
        ("regression", "number", None),
    ],
)
def test_the_output_suggests_a_subtask(archetype: str, output: str, subtask: str | None) -> None:
    assert archetypes.suggest_subtask(archetype, output) == subtask


def test_the_suggestion_reads_inputs_before_the_task_is_chosen() -> None:
    photos = with_value(ANSWERS, "S1-07", None, ANSWERS["S1-07"].value[:1])
    unchosen = AnswerSet({key: photos[key] for key in ("S1-07", "S1-08")})
    assert archetypes.suggest(unchosen) == VISION
    assert archetypes.suggest(AnswerSet()) is None
