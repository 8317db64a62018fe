"""What ends a token family by itself, and where requests are counted without Redis."""

from typing import Any

from django.db import migrations, models


def without_log(apps: Any, schema_editor: Any) -> None:
    """Counting must not wait for the disk: after a crash PostgreSQL begins with an empty table."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE rate_limits SET UNLOGGED")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_people_and_keys")]

    operations = [
        migrations.CreateModel(
            name="RateLimit",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("busy_until", models.FloatField()),
            ],
            options={"db_table": "rate_limits"},
        ),
        migrations.RunPython(without_log, migrations.RunPython.noop),
        migrations.AddField(
            model_name="tokenfamily",
            name="auth_hash",
            field=models.CharField(default="", max_length=64),
        ),
    ]
