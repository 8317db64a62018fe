"""Which outputs and measures go with which kind of learning task, and which task to suggest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from interviews.answerset import AnswerSet
from interviews.consistency.measures import number, seconds
from interviews.consistency.metrics import SUIT_ANY_TASK, metric_family
from interviews.consistency.wording import fold

__all__ = [
    "ARCHETYPES",
    "archetype_name",
    "fits_output",
    "fits_metric",
    "metric_family",
    "misfit_families",
    "output_types",
    "suggest",
    "suggest_archetype",
    "suggest_subtask",
    "suitable_families",
]

CATEGORIES = frozenset({"binary", "category", "multi_label", "ordinal", "probability"})
AMOUNTS = frozenset({"number", "count", "interval"})

_LABEL_METRICS = (
    "precision recall f1 pr_auc roc_auc mcc balanced_accuracy log_loss brier calibration accuracy "
    "specificity false_positive_rate precision_at_k recall_at_k"
)


@dataclass(frozen=True)
class Task:
    """One archetype, or one subtask of it."""

    outputs: frozenset[str]
    metrics: frozenset[str]
    #: Measures that look right and mislead.
    misfits: frozenset[str] = frozenset()
    needs_horizon: bool = False


def _task(outputs: Collection[str], metrics: str, misfits: str = "", **more: bool) -> Task:
    return Task(frozenset(outputs), frozenset(metrics.split()), frozenset(misfits.split()), **more)


_CLASSES = _task(CATEGORIES, _LABEL_METRICS, "rmse mape silhouette")

#: Table 4.3. Plain accuracy suits classes; X-05 speaks when the rarest class is thin.
ARCHETYPES: dict[str, Task] = {
    "classification": _CLASSES,
    "regression": _task(
        AMOUNTS,
        "mae rmse r2 mape wape quantile_loss coverage bias",
        "precision recall ndcg f1 accuracy",
    ),
    "time_series_forecasting": _task(
        AMOUNTS,
        "wape mae rmse mase mape bias coverage quantile_loss",
        "r2 f1 accuracy",
        needs_horizon=True,
    ),
    "anomaly_detection": _task(
        {"binary", "number", "ranking"},
        "precision recall pr_auc roc_auc f1 false_alarms_per_day false_positive_rate "
        "time_to_detect precision_at_k recall_at_k specificity",
        "accuracy r2",
    ),
    "clustering": _task(
        {"segment"}, "silhouette davies_bouldin stability usefulness_rating", "recall rmse"
    ),
    "recommendation": _task(
        {"ranking"},
        "precision_at_k recall_at_k ndcg mrr map coverage diversity uplift",
        "accuracy rmse",
    ),
}

#: The two archetypes that hold several tasks.
SUBTASKS: dict[str, dict[str, Task]] = {
    "natural_language_processing": {
        "text_classification": _CLASSES,
        "extraction": _task(
            {"text", "box_or_mask", *CATEGORIES}, "span_f1 f1 precision recall exact_match"
        ),
        "generation": _task(
            {"text"},
            "human_rating factual_error_rate refusal_rate toxicity_rate usefulness_rating",
            "perplexity bleu rouge accuracy",
        ),
        "question_answering": _task(
            {"text", "box_or_mask"},
            "exact_match f1 span_f1 human_rating factual_error_rate refusal_rate",
            "perplexity bleu",
        ),
        "retrieval": _task({"ranking"}, "recall_at_k precision_at_k mrr ndcg map", "accuracy rmse"),
    },
    "computer_vision": {
        "image_classification": _CLASSES,
        "detection": _task({"box_or_mask"}, "map precision recall f1 pr_auc", "accuracy"),
        "segmentation": _task({"box_or_mask"}, "iou dice", "accuracy"),
        "ocr": _task({"text"}, "character_error word_error exact_match"),
        "tracking": _task({"box_or_mask"}, "idf1 mota"),
    },
}

#: Tasks that can do without right answers (S3-06 "none needed").
CAN_DO_WITHOUT_LABELS = frozenset({"clustering", "anomaly_detection"})

_NAMES = {"natural_language_processing": "language processing", "ocr": "reading text (OCR)"}


def archetype_name(token: str, subtask: str = "") -> str:
    """What a person reads: "computer vision (detection)"."""
    name = _NAMES.get(token, token.replace("_", " "))
    return f"{name} ({_NAMES.get(subtask, subtask.replace('_', ' '))})" if subtask else name


def _subtask_key(archetype: str, subtask: str) -> str | None:
    """The table's key for a subtask however it is spelled ("summarising_generation")."""
    wanted = fold(subtask.replace("_", " "))
    for key in SUBTASKS.get(archetype, {}):
        if wanted and (fold(key.replace("_", " ")) in wanted or wanted in key.replace("_", " ")):
            return key
    return "generation" if "summar" in wanted else None


def tasks(archetype: str, subtask: str = "") -> tuple[Task, ...]:
    """The rows of the table that may apply; several while the subtask is not known."""
    if archetype in ARCHETYPES:
        return (ARCHETYPES[archetype],)
    subtasks = SUBTASKS.get(archetype, {})
    key = _subtask_key(archetype, subtask or "")
    return (subtasks[key],) if key else tuple(subtasks.values())


def output_types(archetype: str, subtask: str = "") -> frozenset[str]:
    """The outputs that a task can give."""
    return frozenset().union(*(task.outputs for task in tasks(archetype, subtask)))


def suitable_families(archetype: str, subtask: str = "") -> frozenset[str]:
    """The families of measures that tell a good model of this task from a bad one."""
    return frozenset().union(*(task.metrics for task in tasks(archetype, subtask)))


def misfit_families(archetype: str, subtask: str = "") -> frozenset[str]:
    """Measures that look right for the task and mislead."""
    found = frozenset().union(*(task.misfits for task in tasks(archetype, subtask)))
    return found - suitable_families(archetype, subtask)


def fits_output(archetype: str, output_type: str, *, subtask: str = "", horizon: float = 0) -> bool:
    """Whether the output type is permitted; an unknown archetype ("other") fits all."""
    rows = tasks(archetype, subtask)
    if not rows:
        return True
    if any(row.needs_horizon for row in rows) and horizon <= 0:
        return False
    return output_type in output_types(archetype, subtask)


def fits_metric(archetype: str, metric: str, *, subtask: str = "") -> bool:
    """Whether a measure suits the task; one that is not recognised is given the benefit."""
    family = metric_family(metric)
    if family is None or family in SUIT_ANY_TASK or not tasks(archetype, subtask):
        return True
    return family in suitable_families(archetype, subtask)


def suggest_archetype(
    output_type: str,
    *,
    horizon: float = 0,
    modality: Collection[str] = (),
    has_own_history: bool = False,
    rarest_class_pct: float | None = None,
    has_few_labels: bool = False,
) -> str | None:
    """The task that an output calls for: output and horizon first, then what goes in."""
    is_text, is_image = set(modality) == {"text"}, set(modality) == {"image"}
    if output_type in AMOUNTS:
        is_forecast = horizon > 0 and (has_own_history or "time_series" in modality)
        return "time_series_forecasting" if is_forecast else "regression"
    if output_type == "ranking":
        return "natural_language_processing" if is_text else "recommendation"
    if output_type == "segment":
        return "clustering"
    if output_type in ("text", "box_or_mask"):
        reads_images = "image" in modality or (output_type == "box_or_mask" and not is_text)
        return "computer_vision" if reads_images else "natural_language_processing"
    if output_type not in CATEGORIES:
        return None
    if has_few_labels and rarest_class_pct is not None and rarest_class_pct < 1:
        return "anomaly_detection"
    if is_text:
        return "natural_language_processing"
    return "computer_vision" if is_image else "classification"


def suggest_subtask(archetype: str, output_type: str) -> str | None:
    """The subtask that goes with a suggested archetype and an output."""
    kinds = {
        "natural_language_processing": {"text": "generation", "ranking": "retrieval"},
        "computer_vision": {"text": "ocr", "box_or_mask": "detection"},
    }
    if archetype not in kinds:
        return None
    if output_type in CATEGORIES:
        return "text_classification" if archetype.startswith("natural") else "image_classification"
    return kinds[archetype].get(output_type, "extraction" if archetype.startswith("nat") else None)


def suggest(answers: AnswerSet, *, min_examples: float = 50) -> str | None:
    """The archetype to suggest from what has been answered; None without an output type."""
    output_type = answers.value("S1-08", "output_type")
    if not isinstance(output_type, str):
        return None
    examples = number(answers.value("S3-02", "target_examples"))
    kinds = _modality(answers)
    return suggest_archetype(
        output_type,
        horizon=seconds(answers.value("S1-08", "horizon")) or 0,
        modality=kinds,
        has_own_history="time_series" in kinds,
        rarest_class_pct=number(answers.value("S3-02", "rarest_class_share_pct")),
        has_few_labels=examples is not None and examples < min_examples,
    )


def _modality(answers: AnswerSet) -> frozenset[str]:
    """What goes in: said on S1-09, else read off the types of the inputs."""
    stated = answers.value("S1-09", "modality")
    if isinstance(stated, list) and stated:
        return frozenset(stated)
    by_type = {"text": "text", "image": "image", "audio_video": "audio", "sequence": "time_series"}
    return frozenset(
        by_type.get(str(row.get("data_type")), "tabular") for row in answers.rows("S1-07")
    )
