"""Tables of the inventory and of its import, and an index to find cases by the words of their names."""

from __future__ import annotations

import uuid
from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import accounts.sealed_fields

#: What services.inventory_search asks for, letter by letter, or the index is of no use.
WORDS = (
    """to_tsvector('simple'::regconfig, COALESCE(translate("project_name", '-/_.', '    '), ''))"""
)


def index_words(apps: Any, schema_editor: Any) -> None:
    """PostgreSQL finds a word in 100,000 names at once; SQLite reads them all."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX sessions_by_words ON sessions USING gin ({WORDS})")


def forget_words(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX sessions_by_words")


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0004_commitments"),
        ("interviews", "0006_sealed_columns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", accounts.sealed_fields.SealedTextField(max_length=200)),
                ("size", models.PositiveIntegerField()),
                ("file_hash", models.CharField(max_length=64)),
                ("content", accounts.sealed_fields.SealedBinaryField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("uploaded", "Columns to be chosen"),
                            ("mapped", "To be confirmed"),
                            ("waiting", "Being imported"),
                            ("done", "Imported"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                            ("discarded", "Thrown away"),
                            ("failed", "Stopped half-way"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("row_count", models.PositiveIntegerField()),
                ("targets", models.JSONField(default=list)),
                ("takes_duplicates", models.BooleanField(default=False)),
                (
                    "uploaded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "import batches",
                "db_table": "import_batches",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("columns", models.JSONField(default=list)),
                (
                    "saved_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "import_mappings",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("title", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("left_out", "Left out"),
                            ("undone", "Undone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("key", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(null=True)),
                ("draft_count", models.PositiveSmallIntegerField(default=0)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="governance.importbatch",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="interviews.interviewsession",
                    ),
                ),
            ],
            options={
                "db_table": "import_rows",
                "ordering": ["line"],
            },
        ),
        migrations.CreateModel(
            name="InventoryEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("department", models.CharField(blank=True, max_length=200)),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("archetype", models.CharField(blank=True, max_length=40)),
                ("areas", models.CharField(blank=True, max_length=400)),
                ("charter_code", models.UUIDField(null=True)),
                ("revision_number", models.PositiveIntegerField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=30)),
                ("decided_at", models.DateTimeField(null=True)),
                ("data_score", models.FloatField(null=True)),
                ("highest", models.PositiveSmallIntegerField(null=True)),
                ("human_agency", models.PositiveSmallIntegerField(null=True)),
                ("robustness", models.PositiveSmallIntegerField(null=True)),
                ("privacy", models.PositiveSmallIntegerField(null=True)),
                ("transparency", models.PositiveSmallIntegerField(null=True)),
                ("fairness", models.PositiveSmallIntegerField(null=True)),
                ("severity", models.PositiveSmallIntegerField(null=True)),
                ("likelihood", models.PositiveSmallIntegerField(null=True)),
                ("score_1", models.FloatField(null=True)),
                ("score_2", models.FloatField(null=True)),
                ("score_3", models.FloatField(null=True)),
                ("score_4", models.FloatField(null=True)),
                ("score_5", models.FloatField(null=True)),
                ("standing", models.CharField(default="not_submitted", max_length=40)),
                ("lane", models.CharField(blank=True, max_length=20)),
                ("review_opened_at", models.DateTimeField(null=True)),
                ("review_due_date", models.DateField(null=True)),
                ("ruled_at", models.DateTimeField(null=True)),
                ("next_review_date", models.DateField(null=True)),
                ("kept_count", models.PositiveIntegerField(default=0)),
                ("broken_count", models.PositiveIntegerField(default=0)),
                ("pending_count", models.PositiveIntegerField(default=0)),
                ("model_cost", models.DecimalField(decimal_places=8, default=0, max_digits=20)),
                ("session_updated_at", models.DateTimeField(null=True)),
                ("wanted", models.PositiveBigIntegerField(default=0)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inventory_entry",
                        to="interviews.interviewsession",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "inventory entries",
                "db_table": "inventory",
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("is_shared", models.BooleanField(default=False)),
                (
                    "saved_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "portfolio_views",
                "ordering": ["name", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="importbatch",
            index=models.Index(fields=["uploaded_by", "-id"], name="import_batches_of_person"),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "uploaded",
                            "mapped",
                            "waiting",
                            "done",
                            "undoing",
                            "undone",
                            "discarded",
                            "failed",
                        ],
                    )
                ),
                name="import_batches_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("content__isnull", False),
                        ("status__in", ["uploaded", "mapped", "waiting"]),
                    ),
                    models.Q(
                        models.Q(("status__in", ["uploaded", "mapped", "waiting"]), _negated=True),
                        ("content", None),
                    ),
                    _connector="OR",
                ),
                name="import_batches_file_is_not_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="importmapping",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"), name="import_mappings_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(
                fields=("batch", "line"), name="import_rows_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("session__isnull", False), ("state", "created")),
                fields=("key",),
                name="import_rows_case_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["created", "left_out", "undone"])),
                name="import_rows_state_known",
            ),
        ),
        migrations.AddIndex(
            model_name="inventoryentry",
            index=models.Index(fields=["department"], name="inventory_by_department"),
        ),
        migrations.AddIndex(
            model_name="inventoryentry",
            index=models.Index(fields=["decision", "decided_at"], name="inventory_by_decision"),
        ),
        migrations.AddIndex(
            model_name="inventoryentry",
            index=models.Index(fields=["standing"], name="inventory_by_standing"),
        ),
        migrations.AddIndex(
            model_name="inventoryentry",
            index=models.Index(
                condition=models.Q(("review_opened_at__isnull", False)),
                fields=["review_due_date"],
                name="inventory_open_reviews",
            ),
        ),
        migrations.AddIndex(
            model_name="inventoryentry",
            index=models.Index(
                condition=models.Q(("wanted", models.F("done")), _negated=True),
                fields=["id"],
                name="inventory_out_of_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"), name="portfolio_views_name_once"
            ),
        ),
        migrations.RunPython(index_words, forget_words),
    ]
