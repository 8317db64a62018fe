"""What of judging and of spending can be changed at run time.

The thresholds by which a decision is computed (halt, committee, revise, monitor) are not among
them: they stand in stages.yaml, and a change is proposed by one person and published by another.
"""

from __future__ import annotations

from functools import partial

from accounts.runtime_settings import Declared, Kind, Value, declare

#: The guide's thresholds, by stage.
GUIDE_THRESHOLDS = {1: 7.0, 2: 7.5, 3: 7.0, 4: 7.0, 5: 8.0}
DAILY_BUDGET = "llm.budget.daily"
MONTHLY_BUDGET = "llm.budget.monthly"


def threshold_key(stage_number: int) -> str:
    return f"stages.stage_agents.stage{stage_number}.quality_threshold"


def attempts_key(stage_number: int) -> str:
    return f"stages.stage_agents.stage{stage_number}.max_attempts"


def _is_lax(value: Value, *, guide: float) -> str:
    if value >= guide:
        return ""
    return f"It is below the guide’s {guide:g}: weaker answers reach the charter and its decision."


def _threshold(stage_number: int) -> Declared:
    return Declared(
        key=threshold_key(stage_number),
        title=f"Stage {stage_number}: score that accepts an answer",
        sentence=(
            "The lowest score, of 10, that accepts an answer. It holds for answers scored from now "
            "on; what was scored keeps the threshold of its day."
        ),
        kind=Kind.NUMBER,
        least=0,
        most=10,
        # An assessment keeps one decimal.
        places=1,
        danger=partial(_is_lax, guide=GUIDE_THRESHOLDS[stage_number]),
    )


def _attempts(stage_number: int) -> Declared:
    return Declared(
        key=attempts_key(stage_number),
        title=f"Stage {stage_number}: attempts",
        sentence="How many scored attempts somebody has before a reviewer takes the answer.",
        kind=Kind.WHOLE,
        least=1,
        most=10,
    )


def _budget(key: str, span: str) -> Declared:
    return Declared(
        key=key,
        title=f"Budget for language models, {span}",
        sentence=(
            f"What calls may cost {span}, in the currency of llm.yaml; 0 is no limit. Once it is "
            "used up, the embedded scorer stands in."
        ),
        kind=Kind.NUMBER,
        least=0,
        most=10**9,
        places=2,
    )


declare(
    *(_threshold(number) for number in GUIDE_THRESHOLDS),
    *(_attempts(number) for number in GUIDE_THRESHOLDS),
    _budget(DAILY_BUDGET, "a day"),
    _budget(MONTHLY_BUDGET, "a month"),
)
