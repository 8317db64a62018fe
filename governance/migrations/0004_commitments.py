"""Tables of commitments, their readings, and incidents of a case."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import accounts.sealed_fields
from accounts.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("charters", "0003_prose"),
        ("governance", "0003_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Commitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("condition", "Condition of the ruling"),
                            ("control", "Control against a risk"),
                            ("kpi", "Measure of success"),
                            ("watch", "Figure that is watched in operation"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", accounts.sealed_fields.SealedTextField()),
                ("owner", models.CharField(max_length=200)),
                (
                    "comparator",
                    models.CharField(
                        choices=[
                            ("done", "Is done"),
                            ("at_least", "At least"),
                            ("at_most", "At most"),
                            ("above", "Above"),
                            ("below", "Below"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "target",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                ("unit", models.CharField(blank=True, max_length=80)),
                ("due_date", models.DateField(blank=True, null=True)),
                ("cadence_days", models.PositiveIntegerField(blank=True, null=True)),
                ("source_item", models.CharField(blank=True, max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("kept", "Kept"),
                            ("broken", "Broken"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "state_since",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("quiet_since", models.DateField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "charter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="charters.charter",
                    ),
                ),
                (
                    "owner_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ruling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="governance.ruling",
                    ),
                ),
            ],
            options={
                "db_table": "commitments",
                "ordering": [models.OrderBy(models.F("due_date"), nulls_last=True), "id"],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                ("is_done", models.BooleanField(blank=True, null=True)),
                ("note", accounts.sealed_fields.SealedTextField(blank=True)),
                ("measured_on", models.DateField()),
                (
                    "source",
                    models.CharField(
                        choices=[("form", "Form"), ("file", "CSV file"), ("api", "API")],
                        default="form",
                        max_length=10,
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="governance.commitment",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "commitment_readings",
                "ordering": ["measured_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="CaseIncident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("minor", "Minor: nobody was harmed"),
                            ("serious", "Serious: somebody was harmed or treated wrongly"),
                            ("critical", "Critical: severe or widespread harm"),
                        ],
                        max_length=10,
                    ),
                ),
                ("happened_on", models.DateField()),
                ("text", accounts.sealed_fields.SealedTextField()),
                (
                    "reported_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "charter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="charters.charter",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.review",
                    ),
                ),
            ],
            options={
                "db_table": "case_incidents",
                "ordering": ["-happened_on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["minor", "serious", "critical"])),
                        name="case_incidents_severity_known",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["state", "due_date"], name="commitments_by_date"),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["owner_user", "state"], name="commitments_of_person"),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.UniqueConstraint(
                fields=("charter", "key"), name="commitments_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["condition", "control", "kpi", "watch"])),
                name="commitments_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "kept", "broken", "withdrawn"])),
                name="commitments_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("comparator", "done"), ("target", None)),
                    models.Q(
                        ("comparator__in", ["at_least", "at_most", "above", "below"]),
                        ("target__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="commitments_figures_have_a_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cadence_days", None), ("cadence_days__gte", 1), _connector="OR"
                ),
                name="commitments_cadence_from_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_date__isnull", False), ("cadence_days__isnull", False), _connector="OR"
                ),
                name="commitments_have_a_date_or_a_cadence",
            ),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(
                fields=["commitment", "measured_on"], name="commitment_readings_by_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_done", None), ("value__isnull", False)),
                    models.Q(("is_done__isnull", False), ("value", None)),
                    _connector="OR",
                ),
                name="commitment_readings_figure_or_deed",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["form", "file", "api"])),
                name="commitment_readings_source_known",
            ),
        ),
        AppendOnly("commitment_readings", ("update", "delete")),
        AppendOnly("case_incidents", ("update", "delete")),
    ]
