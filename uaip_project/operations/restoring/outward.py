"""Which background work waits after a restore until an operator lets it go: what leaves the house."""

from __future__ import annotations

from django.conf import settings

from accounts.job_kinds import OUTBOUND

#: What asks a language model where one is configured; without one it stays in the house.
TO_MODELS = frozenset(
    {"score", "judge_rules", "rescore", "reassess", "coach", "prefill", "draft_prose"}
)


def kinds() -> list[str]:
    """All that must not go out by itself."""
    return sorted(OUTBOUND if settings.LLM_PROVIDER else OUTBOUND - TO_MODELS)
