"""The levels at which the engine changes its mind; a site may move them within reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, model_validator

Level = Annotated[StrictInt, Field(ge=1, le=5)]
Share = Annotated[StrictFloat, Field(ge=0, le=1, allow_inf_nan=False)]


class Thresholds(BaseModel):
    """Every number that the decision table reads; the defaults are the guide's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: Highest residual level at which each base decision begins.
    halt: Level = 5
    committee: Level = 4
    revise: Level = 3
    monitor: Level = 2
    #: F-6: this many principles at the revise level; 0 switches it off.
    breadth_count: Annotated[StrictInt, Field(ge=0, le=5)] = 3
    #: F-7 below the first, F-8 below the second.
    revise_below: Share = 0.70
    excellent: Share = 0.90
    #: F-12: stage-5 confidence.
    confidence_monitor_below: Share = 0.7
    confidence_revise_below: Share = 0.5
    #: F-10: this many open MAJOR contradictions.
    major_revise: Annotated[StrictInt, Field(ge=1)] = 3

    @model_validator(mode="after")
    def _in_order(self) -> Thresholds:
        wrong = [sentence for is_right, sentence in self._orders() if not is_right]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _orders(self) -> tuple[tuple[bool, str], ...]:
        return (
            (self.monitor < self.revise, "monitor must be below revise"),
            (self.revise < self.committee, "revise must be below committee"),
            (self.committee < self.halt, "committee must be below halt"),
            (self.revise_below > 0, "revise_below must be above 0"),
            (self.revise_below <= self.excellent, "revise_below must not be above excellent"),
            (
                self.confidence_revise_below <= self.confidence_monitor_below,
                "confidence_revise_below must not be above confidence_monitor_below",
            ),
        )
