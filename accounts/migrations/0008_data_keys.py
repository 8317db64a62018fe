"""Keys of sealed values, and the columns of this room that hold such."""

import django.db.models.functions.datetime
from django.db import migrations, models

from accounts import sealed_fields
from accounts.sealed_columns import SealColumn


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_webhook_endpoints_off"),
    ]

    operations = [
        SealColumn(
            model_name="idempotencyrecord",
            name="body",
            field=sealed_fields.SealedJSONField(blank=True, null=True),
        ),
        SealColumn(
            model_name="webhookendpoint",
            name="previous_secret",
            field=sealed_fields.SealedTextField(blank=True, max_length=500),
        ),
        SealColumn(
            model_name="webhookendpoint",
            name="secret",
            field=sealed_fields.SealedTextField(max_length=500),
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(editable=False, unique=True)),
                ("wrapped", models.CharField(blank=True, max_length=200)),
                ("wrapped_by", models.CharField(blank=True, max_length=20)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "data_keys",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("destroyed_at", None),
                                models.Q(("wrapped", ""), _negated=True),
                                models.Q(("wrapped_by", ""), _negated=True),
                            ),
                            models.Q(
                                ("destroyed_at__isnull", False), ("wrapped", ""), ("wrapped_by", "")
                            ),
                            _connector="OR",
                        ),
                        name="data_keys_destroyed_is_empty",
                    )
                ],
            },
        ),
    ]
