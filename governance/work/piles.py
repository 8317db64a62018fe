"""One kind of thing that waits for a person, cut to what a page shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from accounts.models import User
from governance import phrasing

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Task:
    """One thing to do, and where."""

    title: str
    url: str
    detail: str
    due_words: str = ""
    due_tone: str = "idle"


@dataclass(frozen=True)
class Pile:
    """Tasks of one kind: those shown, and how many there are."""

    key: str
    title: str
    tasks: Sequence[Task]
    total: int
    #: Where the rest stands.
    more_url: str = ""

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.tasks)


@dataclass(frozen=True)
class Asker:
    """Whose work is asked for, on which day, and how many tasks of a kind are shown."""

    user: User
    today: date
    limit: int

    def due(self, day: date | None) -> dict[str, str]:
        """The words of a due date, for a Task."""
        if day is None:
            return {}
        found = phrasing.due(day, today=self.today)
        return {"due_words": found.words, "due_tone": found.tone}

    def pile(
        self,
        found: QuerySet[Row, Any],
        say: Callable[[Row], Task],
        *,
        key: str,
        title: str,
        more_url: str = "",
    ) -> Pile:
        """The first rows as tasks; how many there are is only asked where some are left out."""
        rows = list(found[: self.limit + 1])
        total = len(rows) if len(rows) <= self.limit else found.count()
        tasks = [say(row) for row in rows[: self.limit]]
        return Pile(key, title, tasks, total, more_url)


Source = Callable[[Asker], Pile]
