"""Language models: what assessments say of them, the ledger of calls, spending and circuits."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import AppendOnly, allowing, refusing

CHANGED = "assessments"
conversation = import_module("interviews.migrations.0002_append_only")


def thaw(apps, schema_editor):
    for statement in allowing(schema_editor.connection.vendor, CHANGED, "update"):
        schema_editor.execute(statement, params=None)


def freeze(apps, schema_editor):
    for statement in refusing(schema_editor.connection.vendor, CHANGED, "update"):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # SQLite makes a table anew to add a column: no view may read it, and it loses its trigger.
        migrations.RunPython(conversation.drop_view, conversation.create_view),
        migrations.RunPython(thaw, freeze),
        migrations.AddField(
            model_name="answer",
            name="is_kept_from_model",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="assessment",
            name="dimensions",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="assessment",
            name="is_rechecked",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="assessment",
            name="model_name",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="assessment",
            name="prompt_version",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="interviewsession",
            name="is_kept_from_model",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="scorer_version",
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name="escalation",
            name="reason",
            field=models.CharField(
                choices=[
                    ("attempts_exhausted", "Attempts exhausted"),
                    ("not_assessed", "Could not be assessed"),
                    ("model_refused", "The language model refused to read it"),
                ],
                max_length=30,
            ),
        ),
        migrations.CreateModel(
            name="Circuit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                ("model", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[("closed", "Closed"), ("open", "Open")],
                        default="closed",
                        max_length=10,
                    ),
                ),
                ("failures", models.FloatField(default=0)),
                ("counting_since", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("open_until", models.DateTimeField(blank=True, null=True)),
                ("probe_until", models.DateTimeField(blank=True, null=True)),
                ("needs_person", models.BooleanField(default=False)),
                ("refused_key_hash", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("failure_limit", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("window_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("open_seconds", models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                "db_table": "circuits",
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "model"), name="circuits_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["closed", "open"])),
                        name="circuits_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "open"), _negated=True),
                            ("opened_at__isnull", False),
                            _connector="OR",
                        ),
                        name="circuits_open_has_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CircuitEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=20)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("happened_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "caused_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "circuit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="interviews.circuit",
                    ),
                ),
            ],
            options={
                "db_table": "circuit_events",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ModelSpend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("provider", models.CharField(max_length=40)),
                ("cost", models.DecimalField(decimal_places=8, default=0, max_digits=20)),
                ("tokens", models.PositiveBigIntegerField(default=0)),
                ("call_count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "db_table": "model_spend",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "provider"), name="model_spend_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question_keys", models.JSONField(default=list)),
                ("purpose", models.CharField(max_length=20)),
                ("provider", models.CharField(max_length=40)),
                ("model", models.CharField(max_length=120)),
                ("host", models.CharField(blank=True, max_length=255)),
                ("prompt_version", models.CharField(max_length=40)),
                ("tokens_in", models.PositiveIntegerField(default=0)),
                ("tokens_out", models.PositiveIntegerField(default=0)),
                ("tokens_cached", models.PositiveIntegerField(default=0)),
                ("cost", models.DecimalField(decimal_places=8, default=0, max_digits=20)),
                ("currency", models.CharField(default="USD", max_length=3)),
                ("milliseconds", models.PositiveIntegerField(default=0)),
                ("outcome", models.CharField(max_length=20)),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("sent_hash", models.CharField(max_length=64)),
                ("sent_text", models.TextField(blank=True)),
                ("called_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="interviews.interviewsession",
                    ),
                ),
            ],
            options={
                "db_table": "model_calls",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["session", "-id"], name="model_calls_of_session"),
                    models.Index(fields=["called_at"], name="model_calls_by_time"),
                ],
            },
        ),
        migrations.RunPython(freeze, thaw),
        AppendOnly(table="model_calls"),
        migrations.RunPython(conversation.create_view, conversation.drop_view),
    ]
