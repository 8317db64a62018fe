"""Migration operation: a column becomes one whose values may be sealed."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import AlterField


class SealColumn(AlterField):
    """Like AlterField, without rebuilding the table, which on SQLite would lose its triggers.

    The column's type stays what it was, but for PostgreSQL's ``varchar``: a sealed value is longer
    than what was typed, so it becomes ``text``. SQLite never counted.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._retype(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._retype(app_label, schema_editor, from_state, to_state)

    def _retype(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        before = from_state.apps.get_model(app_label, self.model_name)
        after = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, after):
            return
        old, new = (one._meta.get_field(self.name) for one in (before, after))
        kinds = [one.db_type(schema_editor.connection) for one in (old, new)]
        if schema_editor.connection.vendor == "postgresql" and kinds[0] != kinds[1]:
            quote = schema_editor.quote_name
            schema_editor.execute(
                f"ALTER TABLE {quote(after._meta.db_table)} "
                f"ALTER COLUMN {quote(new.column)} TYPE {kinds[1]}",
                params=None,
            )

    def describe(self) -> str:
        return f"Let {self.model_name}.{self.name} hold sealed values"
