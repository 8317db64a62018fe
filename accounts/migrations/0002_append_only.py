"""The record of deeds can be added to and read, nothing else."""

from django.db import migrations

from accounts.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [AppendOnly(table="audit_logs", deeds=("update", "delete"))]
