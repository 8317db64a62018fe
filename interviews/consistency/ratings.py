"""How good the data is, in figures: what a rating counts for, and the score over all six."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import Any

from interviews.consistency.measures import number
from interviews.consistency.wording import same_name
from interviews.protocol.checks.stage_3 import RATING_CAPS
from interviews.protocol.presets import DIMENSIONS

__all__ = ["DIMENSIONS", "counted_rating", "dimension_scores", "overall_score", "rated_dimensions"]

HIGHEST_RATING = 10

Row = Mapping[str, Any]


def counted_rating(row: Row) -> int | None:
    """A rating of S3-04 as it counts: what nobody measured counts for less."""
    rating = number(row.get("rating"))
    if rating is None:
        return None
    return min(round(rating), RATING_CAPS.get(str(row.get("how_known")), HIGHEST_RATING))


def rated_dimensions(source: Any, ratings: Iterable[Row]) -> dict[str, int]:
    """The lowest counted rating that one source has in each dimension it is rated in."""
    lowest: dict[str, int] = {}
    for row in ratings:
        dimension, counted = str(row.get("dimension")), counted_rating(row)
        if counted is not None and same_name(row.get("source"), source):
            lowest[dimension] = min(counted, lowest.get(dimension, counted))
    return lowest


def dimension_scores(critical: Iterable[Any], ratings: Iterable[Row]) -> dict[str, int]:
    """Per dimension the lowest counted rating among critical sources, once all are rated."""
    rows = list(ratings)
    rated = [rated_dimensions(source, rows) for source in critical]
    return {
        dimension: min(found[dimension] for found in rated)
        for dimension in DIMENSIONS
        if rated and all(dimension in found for found in rated)
    }


def overall_score(scores: Mapping[str, int]) -> float | None:
    """Mean of the six dimension scores as a share of ten; None while one is missing."""
    if any(dimension not in scores for dimension in DIMENSIONS):
        return None
    return round(fmean(scores[dimension] for dimension in DIMENSIONS) / HIGHEST_RATING, 4)
