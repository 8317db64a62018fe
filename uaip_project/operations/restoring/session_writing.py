"""Writes a project's rows under keys of this database."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import ForeignKey, Model, UUIDField

from accounts.models import User
from accounts.services import jobs
from interviews.answerset import AnswerState
from interviews.models import Answer
from uaip_project.operations.restoring.session_people import People, found_or_made
from uaip_project.operations.restoring.session_rows import KNOWN_BY, Rows

#: Answers point at what hangs on them: written without, and pointed once both are there.
POINTERS = {"interviews.Answer": ("current_attempt", "current_assessment")}


class Writing:
    """One project on its way in; ``made_people`` are codes of those who have no account here."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._persons: dict[int, User] = {}
        #: Model and key in the archive -> the row here.
        self._here: dict[tuple[str, Any], Model] = {}
        self.made_people: list[str] = []

    def write(self, rows: Rows) -> None:
        """Everything, owners first, then the pointers, then work that was under way."""
        pointed: list[tuple[Answer, dict[str, Any]]] = []
        for label, found in rows.items():
            for row in found:
                if label in KNOWN_BY:
                    self._find_or_write(label, row)
                    continue
                later = self._without_pointers(label, row)
                self._write_row(label, row)
                if later:
                    pointed.append((row, later))
        for answer, later in pointed:
            self._point(answer, later)
        self._ask_for_scores(rows["interviews.Answer"])

    def _without_pointers(self, label: str, row: Any) -> dict[str, Any]:
        names = POINTERS.get(label, ())
        later = {name: getattr(row, f"{name}_id") for name in names}
        for name in names:
            setattr(row, name, None)
        return {name: pk for name, pk in later.items() if pk is not None}

    def _write_row(self, label: str, row: Any) -> None:
        old = row.pk
        self._aim(row)
        self._free_codes(row)
        self._insert(row)
        self._here[label, old] = row

    def _aim(self, row: Any) -> None:
        """Its keys of other rows become those of this database."""
        for field in row._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                setattr(row, field.name, self._target(field, getattr(row, field.attname)))

    def _insert(self, row: Any) -> None:
        """As a row that was never anywhere: what it points at is looked up here."""
        if not isinstance(row._meta.pk, ForeignKey):
            row.pk = None
        row._state.adding, row._state.db = True, None
        # Past save(), which may set times anew.
        row.save_base(force_insert=True)

    def _find_or_write(self, label: str, row: Any) -> None:
        """A row that is not the project's own: the one here, or a copy where there is none."""
        old = row.pk
        self._aim(row)
        here = next(filter(None, (self._like(row, names) for names in KNOWN_BY[label])), None)
        if here is None:
            # Which committee is the usual one is this database's own business.
            if label == "governance.Committee":
                row.is_default = False
            self._insert(row)
        self._here[label, old] = here or row

    def _like(self, row: Any, names: tuple[str, ...]) -> Model | None:
        by = {name: getattr(row, name) for name in names}
        return type(row)._default_manager.filter(**by).first()

    def _target(self, field: ForeignKey[Any, Any], pk: Any) -> Model | None:
        """The row here that a key of the archive means."""
        if pk is None:
            return None
        label = field.related_model._meta.label
        if label == "accounts.User":
            return self._person(pk)
        return self._here[label, pk]

    def _person(self, pk: int) -> User:
        if pk not in self._persons:
            code, email = self._people[pk]
            self._persons[pk] = found_or_made(code, email, self.made_people)
        return self._persons[pk]

    def _free_codes(self, row: Any) -> None:
        """A code that is in use here is that of another row by now."""
        for field in row._meta.concrete_fields:
            if isinstance(field, UUIDField) and field.unique and not field.primary_key:
                taken = type(row)._default_manager.filter(**{field.name: getattr(row, field.name)})
                if taken.exists():
                    setattr(row, field.name, uuid.uuid4())

    def _point(self, answer: Answer, later: dict[str, Any]) -> None:
        labels = {
            "current_attempt": "interviews.Attempt",
            "current_assessment": "interviews.Assessment",
        }
        targets = {name: self._here[labels[name], pk] for name, pk in later.items()}
        Answer.objects.filter(pk=answer.pk).update(**targets)
        for name, target in targets.items():
            setattr(answer, name, target)

    def _ask_for_scores(self, answers: list[Answer]) -> None:
        """What was being scored then has no job here."""
        attempts = [one.current_attempt for one in answers if one.state == AnswerState.SCORING]
        wanted = {f"score:{one.pk}": ("score", one.pk) for one in attempts if one is not None}
        jobs.enqueue_missing(wanted)
