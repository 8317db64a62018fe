"""Facts and outcomes of decisions may be sealed; nothing changes in the rows that are there."""

from django.db import migrations

from accounts import sealed_fields
from accounts.sealed_columns import SealColumn


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_data_keys"),
        ("governance", "0006_packs"),
    ]

    operations = [
        SealColumn(model_name="decision", name="facts", field=sealed_fields.SealedJSONField()),
        SealColumn(model_name="decision", name="outcome", field=sealed_fields.SealedJSONField()),
    ]
