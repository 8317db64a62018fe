"""What waits for one person, from every corner: home page and "My work" show it."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from governance.work import of_interviews, of_promises, of_reviews
from governance.work.piles import Asker, Pile, Source

#: In the order in which they are shown; another kind of work adds its function here.
SOURCES: tuple[Source, ...] = (
    of_reviews.verdicts_to_give,
    of_reviews.rulings_to_record,
    of_reviews.disputes_to_rule_on,
    of_promises.promises_to_keep,
    of_reviews.came_back,
    of_reviews.comments_to_answer,
    of_reviews.comments_to_settle,
    of_interviews.findings_to_settle,
    of_interviews.answers_to_improve,
)


def piles_for(user: User, *, limit: int) -> list[Pile]:
    """What waits for the person, the most binding first; empty piles are left out."""
    asker = Asker(user, timezone.localdate(), limit)
    return [pile for source in SOURCES if (pile := source(asker)).total]
