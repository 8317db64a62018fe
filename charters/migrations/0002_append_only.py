"""An issued revision is never changed."""

from django.db import migrations

from accounts.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("charters", "0001_initial"), ("accounts", "0002_append_only")]

    operations = [AppendOnly(table="ai_project_charters", deeds=("update", "delete"))]
