"""Columns whose values are sealed at rest when FIELD_KEYS is set; clear ones are read all the same.

A model with such a field says whose key seals its rows:

    def sealing_subject(self) -> uuid.UUID:
        return self.answer.session.code

It is asked only while sealing is on. ``sealing_related = "answer__session"`` beside it tells
``maintenance seal`` what to join. Nothing can be searched in such a column: only ``isnull``, and for
texts the comparison with "", which is stored clear.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.core import checks
from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import connection, models
from django.db.models.lookups import Exact

from accounts import key_ring, sealing


class Sealed(str):
    """A value in the form in which it is stored, for ``update()``; ``bulk_update()`` is refused."""


class SealedBytes(bytes):
    """The same for bytes."""


def _as_jsonb(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object with its keys in jsonb's order: short ones first, then by their bytes."""
    return dict(
        sorted(pairs, key=lambda pair: (len(raw := pair[0].encode("utf-8", "surrogatepass")), raw))
    )


def subject_of(row: Any) -> uuid.UUID:
    """Whose key seals a row."""
    subject: uuid.UUID = row.sealing_subject()
    return subject


def sealed_changes(row: models.Model, **changes: Any) -> dict[str, Any]:
    """The changes as ``update()`` takes them for this very row: its sealed columns sealed.

    ``row`` need not be saved; it says whose key it is.
    """
    if sealing.is_on():
        for name, value in changes.items():
            field = row._meta.get_field(name)
            if isinstance(field, SealedField) and not field.is_left_clear(value):
                changes[name] = field.sealed(value, subject=subject_of(row))
    return changes


class _Empty(Exact):
    """``=""``, and what Django turns into ``isnull``."""

    def get_prep_lookup(self) -> Any:
        if hasattr(self.rhs, "resolve_expression") or self.rhs not in ("", None):
            raise FieldError("A sealed column is compared with the empty text alone.")
        return self.rhs


class SealedField(models.Field):
    """What the kinds share. ``sealed_as`` names the place ("table.column") a view reads from."""

    def __init__(self, *args: Any, sealed_as: str = "", **options: Any) -> None:
        self.sealed_as = sealed_as
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        if self.sealed_as:
            options["sealed_as"] = self.sealed_as
        return name, path, args, options

    @property
    def context(self) -> str:
        """Where the value lies; a sealed value opens nowhere else."""
        return self.sealed_as or f"{self.model._meta.db_table}.{self.column}"

    def sealed(self, value: Any, *, subject: uuid.UUID) -> Any:
        """The value for ``update()``: sealed with the subject's key while sealing is on."""
        if not sealing.is_on() or self.is_left_clear(value):
            return value
        return Sealed(key_ring.seal(self.as_text(value), subject=subject, context=self.context))

    def is_left_clear(self, value: Any) -> bool:
        """None, and what holds nothing: constraints and defaults speak of it."""
        return value is None or value in ("", b"", [], {})

    def as_text(self, value: Any) -> str:
        """What is sealed of a value."""
        return str(value)

    def from_text(self, text: str) -> Any:
        """The value again."""
        return text

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if (
            isinstance(value, Sealed | SealedBytes)
            or not sealing.is_on()
            or self.is_left_clear(value)
        ):
            return value
        if hasattr(value, "resolve_expression"):
            raise sealing.UnsealedWrite(f"{self.context} takes values, no expressions.")
        return self.sealed(value, subject=subject_of(model_instance))

    def refuse_clear(self, value: Any) -> None:
        """Raises UnsealedWrite for what ``update()`` would write clear while sealing is on."""
        is_sealed = isinstance(value, Sealed | SealedBytes) or self.is_left_clear(value)
        if sealing.is_on() and not is_sealed:
            raise sealing.UnsealedWrite(
                f"{self.context} is sealed: save the object, or update() with field.sealed(...)."
            )

    def unsealed(self, stored: str) -> Any:
        """The value of a stored text that is sealed; else the text as it was typed."""
        text = key_ring.unseal(stored, context=self.context)
        return text if sealing.code_of(stored) is None else self.from_text(text)

    def get_lookup(self, lookup_name: str) -> Any:
        return {"isnull": super().get_lookup("isnull"), "exact": _Empty}.get(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        return None

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not self.model._meta.managed or hasattr(self.model, "sealing_subject"):
            return found
        words = f"{self.model.__name__} does not say whose key seals {self.name}."
        hint = "Give the model a method sealing_subject() that returns a UUID."
        return [*found, checks.Error(words, hint=hint, obj=self, id="accounts.E001")]


class SealedTextField(SealedField, models.TextField):
    """A text; ``max_length`` counts characters as typed, in forms and validation."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        self.refuse_clear(value)
        if isinstance(value, Sealed):
            return str(value)
        if isinstance(value, str):
            value = sealing.escaped(value)
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else self.unsealed(value)


class SealedJSONField(SealedField, models.JSONField):
    """JSON; the sealed form is a JSON string."""

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        self.refuse_clear(value)
        if isinstance(value, str) and not isinstance(value, Sealed):
            value = sealing.escaped(value)
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = super().from_db_value(value, expression, connection)
        return self.unsealed(found) if isinstance(found, str) else found

    def as_text(self, value: Any) -> str:
        text = json.dumps(value, cls=self.encoder, ensure_ascii=False)
        if connection.vendor == "postgresql":
            # Plain jsonb gives an object's keys back in an order of its own, and what is written
            # from a value must not depend on whether it was sealed.
            text = json.dumps(json.loads(text, object_pairs_hook=_as_jsonb), ensure_ascii=False)
        return text

    def from_text(self, text: str) -> Any:
        return json.loads(text, cls=self.decoder)


class SealedBinaryField(SealedField, models.BinaryField):
    """Bytes; the sealed form is a head of letters and the sealed bytes."""

    def sealed(self, value: Any, *, subject: uuid.UUID) -> Any:
        if not sealing.is_on() or self.is_left_clear(value):
            return value
        raw = bytes(value)
        return SealedBytes(key_ring.seal_bytes(raw, subject=subject, context=self.context))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        self.refuse_clear(value)
        if isinstance(value, bytes | bytearray | memoryview) and not isinstance(value, SealedBytes):
            value = sealing.escaped_bytes(bytes(value))
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        if value is None:
            return None
        return key_ring.unseal_bytes(bytes(value), context=self.context)
