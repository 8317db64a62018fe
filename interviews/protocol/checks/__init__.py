"""The registry of plain checks that stage files name under ``checks``."""

from __future__ import annotations

from interviews.protocol.checks import stage_1, stage_2, stage_3, stage_4, stage_5
from interviews.protocol.checks.check import Check

CHECKS: dict[str, Check] = {
    **stage_1.CHECKS,
    **stage_2.CHECKS,
    **stage_3.CHECKS,
    **stage_4.CHECKS,
    **stage_5.CHECKS,
}

__all__ = ["CHECKS", "Check"]
