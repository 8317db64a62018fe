"""Tables of published rules, and which of them each decision used."""

from __future__ import annotations

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
        ("governance", "0005_inventory"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content_hash", models.CharField(max_length=64, unique=True)),
                ("content", models.JSONField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "rule_sets",
            },
        ),
        migrations.CreateModel(
            name="RuleProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("thresholds", "Thresholds"), ("pack", "Rule pack")], max_length=20
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("content", models.JSONField()),
                ("content_hash", models.CharField(max_length=64)),
                ("read_on_date", models.DateField(blank=True, null=True)),
                ("reason", models.TextField()),
                (
                    "proposed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("run", models.PositiveIntegerField(default=1)),
                ("tested_run", models.PositiveIntegerField(default=0)),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                ("tested_against", models.CharField(blank=True, max_length=64)),
                ("summary", models.JSONField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[("published", "Published"), ("withdrawn", "Withdrawn")],
                        max_length=20,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "rule_proposals",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="BacktestChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("run", models.PositiveIntegerField()),
                ("before", models.CharField(max_length=30)),
                ("after", models.CharField(max_length=30)),
                ("headline", models.CharField(max_length=10)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="governance.decision",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="governance.ruleproposal",
                    ),
                ),
            ],
            options={
                "db_table": "backtest_changes",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RulePublication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("thresholds", "Thresholds"), ("pack", "Rule pack")], max_length=20
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("content_hash", models.CharField(max_length=64)),
                ("summary", models.JSONField()),
                (
                    "published_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publication",
                        to="governance.ruleproposal",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "rule_publications",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="rule_set",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="governance.ruleset",
            ),
        ),
        migrations.CreateModel(
            name="CrosswalkDetails",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("values", models.JSONField()),
                ("reason", accounts.sealed_fields.SealedTextField(blank=True)),
                (
                    "noted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "charter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crosswalk_details",
                        to="charters.charter",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="charters.revision",
                    ),
                ),
            ],
            options={
                "db_table": "crosswalk_details",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("charter", "number"), name="crosswalk_details_numbered_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("key",),
                name="rule_proposals_one_open_per_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["thresholds", "pack"])),
                name="rule_proposals_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closed_by", None), ("end", "")),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("end__in", ["published", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="rule_proposals_closed_with_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", "published"), _negated=True),
                    models.Q(("closed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="rule_proposals_published_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="backtestchange",
            constraint=models.UniqueConstraint(
                fields=("proposal", "run", "decision"), name="backtest_changes_once_per_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulepublication",
            constraint=models.UniqueConstraint(
                fields=("key", "number"), name="rule_publications_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulepublication",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["thresholds", "pack"])),
                name="rule_publications_kind_known",
            ),
        ),
        AppendOnly("rule_sets", ("update", "delete")),
        AppendOnly("rule_publications", ("update", "delete")),
        AppendOnly("crosswalk_details", ("update", "delete")),
    ]
