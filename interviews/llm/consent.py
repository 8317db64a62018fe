"""Looks once more, right before each call, whether the text may leave the house."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from interviews.llm.types import FaultKind, ModelFault, ModelRequest
from interviews.models import Answer, InterviewSession


def check(request: ModelRequest[Any]) -> None:
    """One statement. Raises ModelFault(KEPT_AWAY) for what was marked or deleted meanwhile."""
    if request.session_id is None:
        return
    kept = Answer.objects.filter(
        session=OuterRef("pk"),
        question_key__in=[*request.question_keys, *request.related_keys],
        is_kept_from_model=True,
    )
    may_leave = InterviewSession.objects.filter(
        ~Exists(kept), pk=request.session_id, is_kept_from_model=False
    )
    if not may_leave.exists():
        raise ModelFault(FaultKind.KEPT_AWAY, "It is kept away from the model.")
