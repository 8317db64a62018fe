"""What people wrote may be sealed; nothing changes in the rows that are there."""

from importlib import import_module

from django.db import migrations

from accounts import sealed_fields
from accounts.sealed_columns import SealColumn

#: PostgreSQL changes no column that a view reads: the view goes and comes back.
VIEW = import_module("interviews.migrations.0002_append_only")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_data_keys"),
        ("interviews", "0005_sharing"),
    ]

    operations = [
        migrations.RunPython(VIEW.drop_view, VIEW.create_view),
        SealColumn(
            model_name="answer",
            name="unknown_note",
            field=sealed_fields.SealedTextField(blank=True, max_length=2000),
        ),
        SealColumn(
            model_name="answer",
            name="unknown_owner",
            field=sealed_fields.SealedTextField(blank=True, max_length=200),
        ),
        SealColumn(
            model_name="assessment",
            name="elements",
            field=sealed_fields.SealedJSONField(default=list),
        ),
        SealColumn(
            model_name="assessment",
            name="example",
            field=sealed_fields.SealedTextField(blank=True),
        ),
        SealColumn(
            model_name="assessment",
            name="passages",
            field=sealed_fields.SealedJSONField(default=list),
        ),
        SealColumn(
            model_name="attempt",
            name="value",
            field=sealed_fields.SealedJSONField(),
        ),
        SealColumn(
            model_name="candidate",
            name="passage",
            field=sealed_fields.SealedTextField(),
        ),
        SealColumn(
            model_name="candidate",
            name="place",
            field=sealed_fields.SealedTextField(blank=True, max_length=200),
        ),
        SealColumn(
            model_name="checkpoint",
            name="snapshot",
            field=sealed_fields.SealedJSONField(),
        ),
        SealColumn(
            model_name="coaching",
            name="replaced",
            field=sealed_fields.SealedJSONField(blank=True, null=True),
        ),
        SealColumn(
            model_name="coaching",
            name="text",
            field=sealed_fields.SealedTextField(blank=True),
        ),
        SealColumn(
            model_name="coaching",
            name="value",
            field=sealed_fields.SealedJSONField(),
        ),
        SealColumn(
            model_name="colleaguerequest",
            name="note",
            field=sealed_fields.SealedTextField(blank=True, max_length=500),
        ),
        SealColumn(
            model_name="colleaguerequest",
            name="reply",
            field=sealed_fields.SealedTextField(blank=True),
        ),
        SealColumn(
            model_name="dataqualityscorecard",
            name="content",
            field=sealed_fields.SealedJSONField(),
        ),
        SealColumn(
            model_name="draft",
            name="value",
            field=sealed_fields.SealedJSONField(),
        ),
        SealColumn(
            model_name="ethicalriskreport",
            name="content",
            field=sealed_fields.SealedJSONField(),
        ),
        SealColumn(
            model_name="finding",
            name="how_to_fix",
            field=sealed_fields.SealedTextField(),
        ),
        SealColumn(
            model_name="finding",
            name="message",
            field=sealed_fields.SealedTextField(),
        ),
        SealColumn(
            model_name="finding",
            name="quotes",
            field=sealed_fields.SealedJSONField(default=list),
        ),
        SealColumn(
            model_name="finding",
            name="reason",
            field=sealed_fields.SealedTextField(blank=True, max_length=2000),
        ),
        SealColumn(
            model_name="followup",
            name="text",
            field=sealed_fields.SealedTextField(max_length=2000),
        ),
        SealColumn(
            model_name="metricalignmentmatrix",
            name="content",
            field=sealed_fields.SealedJSONField(),
        ),
        SealColumn(
            model_name="modelcall",
            name="detail",
            field=sealed_fields.SealedTextField(blank=True, max_length=300),
        ),
        SealColumn(
            model_name="modelcall",
            name="sent_text",
            field=sealed_fields.SealedTextField(blank=True),
        ),
        SealColumn(
            model_name="problemstatement",
            name="content",
            field=sealed_fields.SealedJSONField(),
        ),
        SealColumn(
            model_name="proposal",
            name="content",
            field=sealed_fields.SealedBinaryField(null=True),
        ),
        SealColumn(
            model_name="proposal",
            name="name",
            field=sealed_fields.SealedTextField(max_length=200),
        ),
        SealColumn(
            model_name="usercontext",
            name="content",
            field=sealed_fields.SealedJSONField(),
        ),
        migrations.RunPython(VIEW.create_view, VIEW.drop_view),
    ]
