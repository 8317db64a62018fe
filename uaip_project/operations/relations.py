"""Which columns of which tables point at a model's rows, hidden ones included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class Relation:
    """A column that points at another table; ``is_loose`` where it is emptied when that row goes."""

    model: type[models.Model]
    name: str
    target: type[models.Model]
    is_loose: bool

    def __str__(self) -> str:
        return f"{self.model._meta.db_table}.{self.name}"


@cache
def relations() -> tuple[Relation, ...]:
    """All of them, of tables that are there."""
    return tuple(_all())


def relations_to(model: type[models.Model]) -> Iterator[Relation]:
    """Those that point at this model."""
    return (one for one in relations() if one.target is model)


def _all() -> Iterator[Relation]:
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey):
                is_loose = field.remote_field.on_delete is models.SET_NULL
                yield Relation(model, field.name, field.related_model, is_loose)
