"""What a re-review has to look at."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import describe
from governance.api import review_shapes as shapes
from governance.api.reviews import TAG, ReviewView
from governance.services import deltas


class Changes(ReviewView):
    """What a re-review has to look at."""

    @describe(
        "Show what changed since the last ruling", gives=shapes.ChangesOut, also=(404,), tag=TAG
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """Answers, figures and rules that differ, and which comments were answered."""
        found = deltas.delta_of(self.review(request, code), request.user)
        return Response(_changes(found))


def _changes(found: deltas.ReviewDelta | None) -> dict[str, Any]:
    if found is None:
        lists = ("answers", "figures", "rules_new", "rules_gone", "findings_new", "findings_gone")
        nothing: dict[str, Any] = {
            name: [] for name in (*lists, "threads_answered", "threads_unanswered")
        }
        return {"previous": None, "decision_before": None, "decision_after": None} | nothing
    delta = found.delta
    return {
        "previous": found.previous.code,
        "decision_before": delta.decision_before,
        "decision_after": delta.decision_after,
        "answers": [
            {
                "item": row.key,
                "title": row.title,
                "before": row.before,
                "after": row.after,
                "is_material": row.is_material,
            }
            for row in delta.answers
        ],
        "figures": [
            {"name": row.name, "before": row.before, "after": row.after} for row in delta.figures
        ],
        "rules_new": [vars(row) for row in delta.rules_new],
        "rules_gone": [vars(row) for row in delta.rules_gone],
        "findings_new": list(delta.findings_new),
        "findings_gone": list(delta.findings_gone),
        "threads_answered": [thread.code for thread in found.answered],
        "threads_unanswered": [thread.code for thread in found.unanswered],
    }
