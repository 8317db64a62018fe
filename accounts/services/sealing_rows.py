"""Seals what was stored clear before sealing was switched on, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, models, transaction

from accounts import append_only, sealing
from accounts.key_ring import SEEDS, SITE, seal
from accounts.models import User
from accounts.sealed_fields import SealedBinaryField, SealedField, SealedJSONField, subject_of
from accounts.services import audit
from accounts.services.data_keys import BATCH, SealingIsOff

#: Where allauth keeps what must not be read.
SEED_NAMES = ("secret", "seed")


def sealed_columns() -> Iterator[tuple[type[models.Model], SealedField]]:
    """Every column of every room whose values are sealed."""
    for model in apps.get_models():
        if model._meta.managed:
            for field in model._meta.local_fields:
                if isinstance(field, SealedField):
                    yield model, field


def clear_counts() -> dict[str, int]:
    """How many rows hold a clear value, by column; columns without one are left out."""
    found = {field.context: _count(model, field) for model, field in sealed_columns()}
    found[SEEDS] = len(_clear_seeds())
    return {place: count for place, count in found.items() if count}


def seal_rows(*, by: User | None) -> dict[str, int]:
    """Seals all clear values; returns how many, by column. What is sealed stays as it is.

    Each batch is a transaction of its own, so a run that was killed goes on where it ended. In a
    table that is never changed the database's refusal is lifted for that transaction, and others
    wait for it. Raises SealingIsOff.
    """
    if not sealing.is_on():
        raise SealingIsOff
    done: Counter[str] = Counter()
    try:
        for model, field in sealed_columns():
            last = None
            while pks := _clear(model, field, after=last):
                done[field.context] += _seal(model, field, pks)
                last = pks[-1]
        done[SEEDS] += _seal_seeds()
    finally:
        sealed = {place: count for place, count in sorted(done.items()) if count}
        if sealed:
            audit.record(type="data.sealed", actor=by, subject="stored text", detail=sealed)
    return sealed


# --- Columns of ours ------------------------------------------------------------------------------


def _where(field: SealedField) -> str:
    """SQL that holds for a clear value; empty ones stay clear and do not count."""
    column = connection.ops.quote_name(str(field.column))
    if isinstance(field, SealedBinaryField):
        head, empty = _bytes(b"sealed:1:"), _bytes(b"")
        return f"substr({column}, 1, 9) <> {head} AND {column} <> {empty}"
    text = f"CAST({column} AS text)"
    if isinstance(field, SealedJSONField):
        return f"substr({text}, 1, 10) <> '\"sealed:1:' AND {text} NOT IN ('{{}}', '[]', '\"\"', 'null')"
    return f"substr({text}, 1, 9) <> 'sealed:1:' AND {text} <> ''"


def _bytes(value: bytes) -> str:
    written = value.hex()
    return f"'\\x{written}'::bytea" if connection.vendor == "postgresql" else f"X'{written}'"


def _rows(
    model: type[models.Model],
    field: SealedField,
    what: str,
    end: str = "",
    values: list[Any] | None = None,
) -> list[Any]:
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        # Names of tables and columns of ours, nothing that anybody typed.
        cursor.execute(
            " ".join(("SELECT", what, "FROM", table, "WHERE", _where(field), end)), values or None
        )
        return list(cursor.fetchall())


def _key(model: type[models.Model]) -> str:
    return connection.ops.quote_name(str(model._meta.pk.column))


def _count(model: type[models.Model], field: SealedField) -> int:
    return int(_rows(model, field, "COUNT(*)")[0][0])


def _clear(model: type[models.Model], field: SealedField, *, after: Any) -> list[Any]:
    """The keys of the next clear rows."""
    key = _key(model)
    end = f"ORDER BY {key} LIMIT {BATCH}"
    if after is not None:
        end = f"AND {key} > %s {end}"
    return [row[0] for row in _rows(model, field, key, end, [] if after is None else [after])]


@transaction.atomic
def _seal(model: type[models.Model], field: SealedField, pks: list[Any]) -> int:
    with _writable(model):
        others = [
            one.name
            for one in model._meta.local_fields
            if isinstance(one, SealedField) and one is not field
        ]
        rows = model._base_manager.filter(pk__in=pks).defer(*others)
        if related := getattr(model, "sealing_related", ""):
            rows = rows.select_related(related)
        if connection.features.has_select_for_update:
            rows = rows.select_for_update(of=("self",))
        for row in rows:
            # Nothing is lost when somebody wrote meanwhile: the row was read under its lock.
            value = field.sealed(getattr(row, field.attname), subject=subject_of(row))
            model._base_manager.filter(pk=row.pk).update(**{field.name: value})
    return len(pks)


def _writable(model: type[models.Model]) -> AbstractContextManager[None]:
    table = model._meta.db_table
    if append_only.is_refused(connection, table, "update"):
        return append_only.lifted(connection, table, "update")
    return transaction.atomic()


# --- Seeds of second factors ----------------------------------------------------------------------


def _clear_seeds() -> list[Authenticator]:
    return [one for one in Authenticator.objects.order_by("pk") if _clear_names(one)]


def _clear_names(factor: Authenticator) -> list[str]:
    return [
        name
        for name in SEED_NAMES
        if isinstance(factor.data.get(name), str) and sealing.code_of(factor.data[name]) is None
    ]


def _seal_seeds() -> int:
    done = 0
    for found in _clear_seeds():
        with transaction.atomic():
            rows = Authenticator.objects.filter(pk=found.pk)
            if connection.features.has_select_for_update:
                rows = rows.select_for_update()
            factor = rows.first()
            if factor is not None and (names := _clear_names(factor)):
                for name in names:
                    text = sealing.unescaped(factor.data[name])
                    factor.data[name] = seal(text, subject=SITE, context=SEEDS)
                factor.save(update_fields=["data"])
                done += 1
    return done
