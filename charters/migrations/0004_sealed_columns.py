"""Charters and their prose may be sealed; nothing changes in the rows that are there."""

from django.db import migrations

from accounts import sealed_fields
from accounts.sealed_columns import SealColumn


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_data_keys"),
        ("charters", "0003_prose"),
    ]

    operations = [
        SealColumn(
            model_name="prose",
            name="drafts",
            field=sealed_fields.SealedJSONField(blank=True, default=dict),
        ),
        SealColumn(
            model_name="prose",
            name="edits",
            field=sealed_fields.SealedJSONField(blank=True, default=dict),
        ),
        SealColumn(
            model_name="revision",
            name="content",
            field=sealed_fields.SealedJSONField(),
        ),
    ]
