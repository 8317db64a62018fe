"""A computed decision is never changed."""

from django.db import migrations

from accounts.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial"), ("accounts", "0002_append_only")]

    operations = [AppendOnly(table="decisions", deeds=("update", "delete"))]
