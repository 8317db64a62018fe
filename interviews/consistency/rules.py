"""The whole table of rules; reading the modules below is what fills it."""

from __future__ import annotations

from interviews.consistency import (
    cross_data,
    cross_ethics,
    cross_measures,
    cross_money,
    cross_people,
    cross_time,
    stage_1,
    stage_2,
    stage_3,
    stage_4,
    stage_5,
)
from interviews.consistency.registry import JUDGED, registered_rules
from interviews.consistency.types import Rule

#: Where rules are written; each registers its own while it is read.
MODULES = (
    stage_1,
    stage_2,
    stage_3,
    stage_4,
    stage_5,
    cross_measures,
    cross_time,
    cross_money,
    cross_data,
    cross_people,
    cross_ethics,
)
RULES: tuple[Rule, ...] = registered_rules()
BY_ID = {rule.id: rule for rule in RULES}

__all__ = ["BY_ID", "JUDGED", "MODULES", "RULES"]
