"""Why an endpoint is off, how often it failed, and who removed it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_audit_search"),
    ]

    operations = [
        migrations.AlterField(
            model_name="webhookendpoint", name="url", field=models.CharField(max_length=500)
        ),
        migrations.AddField(
            model_name="webhookendpoint",
            name="failed_in_a_row",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="webhookendpoint",
            name="off_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("by_hand", "Switched off by hand"),
                    ("failing", "Too many deliveries failed in a row"),
                    ("gone", "The other side said that it is gone for good (410)"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="webhookendpoint",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="webhookendpoint",
            name="removed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("removed_at", None), ("removed_by", None)),
                    models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                    _connector="OR",
                ),
                name="webhook_endpoints_removed_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("removed_at", None), ("is_active", False), _connector="OR"),
                name="webhook_endpoints_removed_is_off",
            ),
        ),
    ]
