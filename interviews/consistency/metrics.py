"""Brings the names people give a model measure to families with a range and a direction."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from interviews.consistency.wording import fold


@dataclass(frozen=True)
class Family:
    """One kind of model measure."""

    name: str
    #: Found in a folded name (no case, no punctuation); the first family that matches wins.
    pattern: str
    lowest: float = 0.0
    highest: float = math.inf
    higher_is_better: bool = True
    #: Whether the value is often given in percent.
    is_share: bool = False

    def range_for(self, unit: str) -> tuple[float, float]:
        """The values that are possible in a unit."""
        if self.is_share and is_percent(unit):
            return self.lowest * 100, self.highest * 100
        return self.lowest, self.highest


def _share(name: str, pattern: str, higher_is_better: bool = True) -> Family:
    return Family(name, pattern, 0.0, 1.0, higher_is_better, is_share=True)


def _error(name: str, pattern: str) -> Family:
    return Family(name, pattern, higher_is_better=False)


_TOP_K = r" (at )?(top )?(k|n|\d+)( items| results| documents| passages)?$"

#: Order matters: the special names stand before the words that they contain.
FAMILIES = (
    Family("group_gap", r"\bgap\b|parity|disparate|equal opportunity|equali[sz]ed odds"),
    _share("span_f1", r"\b(span|entity|slot) f1\b"),
    _share("idf1", r"\bidf1\b"),
    Family("mota", r"\bmota\b", -math.inf, 1.0, is_share=True),
    _share("balanced_accuracy", r"balanced accuracy|mean class accuracy"),
    _share("map", r"\bmap\b|\bmap ?\d+\b|mean average precision"),
    _share("pr_auc", r"\bpr auc\b|\bauc pr\b|auprc|average precision|precision recall"),
    _share("roc_auc", r"\broc\b|auroc|\bauc\b|c statistic|concordance"),
    _share("precision_at_k", "precision" + _TOP_K),
    _share("recall_at_k", "(recall|hit rate)" + _TOP_K),
    _share("f1", r"\bf ?(1|2|05|beta)\b|f measure|f score"),
    _error("false_alarms_per_day", r"false (alarm|alert|positive)s? (per|a|each|every)\b"),
    _share("false_positive_rate", r"false (alarm|alert|positive)|\bfpr\b|fall out", False),
    _share("specificity", r"specificity|true negative rate"),
    _share("recall", r"recall|sensitivity|true positive rate|hit rate|detection rate|\btpr\b"),
    _share("precision", r"precision|positive predictive"),
    _error("time_to_detect", r"time to detect|detection delay|lead time"),
    Family("mcc", r"\bmcc\b|matthews", -1.0, 1.0),
    _error("log_loss", r"log ?loss|cross entropy"),
    _share("brier", r"brier", False),
    _share("calibration", r"calibration|\bece\b", False),
    _error("wape", r"\bwm?ape\b|weighted (mean )?absolute percent|weighted mape"),
    _error("mase", r"\bmase\b|scaled error"),
    _error("mape", r"\bs?mape\b|percent(age)? error"),
    _error("quantile_loss", r"quantile|pinball|\bcrps\b"),
    _error("rmse", r"\brmse\b|\bmse\b|squared error"),
    _share("character_error", r"\bcer\b|character error", False),
    _share("word_error", r"\bwer\b|word error", False),
    _share("factual_error_rate", r"factual|hallucination", False),
    _error("mae", r"\bmae\b|\bmdae\b|absolute error|absolute deviation"),
    Family("r2", r"\br ?2\b|\br²|r squared|variance explained", -math.inf, 1.0, is_share=True),
    Family("bias", r"\bbias\b|mean error", -math.inf),
    _share("coverage", r"coverage"),
    Family("silhouette", r"silhouette", -1.0, 1.0),
    _error("davies_bouldin", r"davies"),
    Family("stability", r"stability|\bari\b|adjusted rand|jaccard over", -1.0, 1.0),
    Family("usefulness_rating", r"usefulness|useful"),
    _share("ndcg", r"n?dcg"),
    _share("mrr", r"\bmrr\b|reciprocal rank"),
    Family("diversity", r"diversity|novelty"),
    Family("uplift", r"uplift|click through|\bctr\b|conversion", -math.inf),
    _share("exact_match", r"exact match"),
    Family("human_rating", r"human (rating|evaluation|preference)|rated by|reviewer rating"),
    # BLEU and ROUGE are reported both as 0-1 and as 0-100.
    Family("rouge", r"rouge", 0.0, 100.0),
    Family("bleu", r"bleu", 0.0, 100.0),
    _share("refusal_rate", r"refusal"),
    _share("toxicity_rate", r"toxic", False),
    Family("perplexity", r"perplexity", 1.0, higher_is_better=False),
    _share("iou", r"\bm?iou\b|intersection over union"),
    _share("dice", r"\bdice\b"),
    # "Forecast accuracy" is no share of right answers, so it stays unrecognised.
    _share(
        "accuracy", r"(?<!forecast )(?<!forecasting )\baccuracy\b|percent correct|share correct"
    ),
)
_PATTERNS = tuple((re.compile(family.pattern), family) for family in FAMILIES)

#: These speak of one kind of mistake each (X-18).
COUNT_FALSE_ALARMS = frozenset(
    {"precision", "precision_at_k", "specificity", "false_positive_rate", "false_alarms_per_day"}
)
COUNT_MISSES = frozenset({"recall", "recall_at_k"})
#: These cannot be computed without knowing the right answers (X-14).
NEED_TRUTH = frozenset(
    re.findall(
        r"\w+",
        """precision recall f1 pr_auc roc_auc precision_at_k recall_at_k accuracy balanced_accuracy
        mcc specificity false_positive_rate log_loss brier""",
    )
)
#: Suit any task: they compare groups or people, not answers.
SUIT_ANY_TASK = frozenset({"group_gap", "uplift"})

AT_LEAST = frozenset({">=", "≥", ">", "at_least"})
AT_MOST = frozenset({"<=", "≤", "<", "at_most"})


def is_percent(unit: Any) -> bool:
    """Whether a unit says percent."""
    word = str(unit or "").casefold()
    return "%" in word or "percent" in word or word.strip() == "pct"


@lru_cache(maxsize=1024)
def family_of(name: str) -> Family | None:
    """The family of a measure by its name; None when it is not recognised."""
    folded = fold(name)
    return next((family for pattern, family in _PATTERNS if pattern.search(folded)), None)


def metric_family(name: str) -> str | None:
    """The name of a measure's family, e.g. "PR-AUC" and "average precision" -> "pr_auc"."""
    family = family_of(name) if name else None
    return family.name if family else None


def is_better(value: float, than: float, comparator: Any) -> bool | None:
    """Whether a threshold beats another value; None when the direction is not known."""
    if comparator in AT_LEAST:
        return value > than
    if comparator in AT_MOST:
        return value < than
    return None
