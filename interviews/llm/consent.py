"""Looks once more, right before each call, whether the text may leave the house."""

from __future__ import annotations

from typing import Any

from interviews.llm.types import FaultKind, ModelFault, ModelRequest
from interviews.models import InterviewSession


def check(request: ModelRequest[Any]) -> None:
    """One statement. Raises ModelFault(KEPT_AWAY) for what was marked, shut off in an incident or
    deleted meanwhile.
    """
    if request.session_id is None:
        return
    told = {*request.question_keys, *request.related_keys}
    # All answers of the session, by a plain join: cheaper than asking for those told alone.
    marks = InterviewSession.objects.filter(pk=request.session_id).order_by()
    rows = marks.values_list(
        "is_kept_from_model", "shut_off_at", "answers__question_key", "answers__is_kept_from_model"
    )
    # What an incident shut off exists for SuperAdmins alone, so for no provider either.
    is_kept = [
        is_all_kept or shut_off_at is not None or (is_kept and key in told)
        for is_all_kept, shut_off_at, key, is_kept in rows
    ]
    if not is_kept or any(is_kept):
        raise ModelFault(FaultKind.KEPT_AWAY, "It is kept away from the model.")
