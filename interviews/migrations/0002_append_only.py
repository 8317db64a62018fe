"""What was written stays as it was written, and the conversation can be read in one place."""

from django.db import migrations

from accounts.append_only import AppendOnly

TABLES = (
    "answer_attempts",
    "assessments",
    "follow_ups",
    "checkpoints",
    "problem_statements",
    "metric_alignment_matrix",
    "data_quality_scorecards",
    "user_contexts",
    "ethical_risk_reports",
)

CONVERSATION = """
CREATE VIEW conversation_history AS
SELECT 'q' || a.id AS id, a.session_id, a.question_key, a.position, 0 AS attempt_number,
       'question' AS kind, 0 AS kind_order, a.question_text AS text, NULL AS value,
       NULL AS score, NULL AS happened_at
FROM answers a
UNION ALL
SELECT 'a' || t.id, a.session_id, a.question_key, a.position, t.number,
       'attempt', 1, '', t.value, NULL, t.submitted_at
FROM answer_attempts t JOIN answers a ON a.id = t.answer_id
UNION ALL
SELECT 's' || s.id, a.session_id, a.question_key, a.position, t.number,
       'assessment', 2, s.scored_by, NULL, s.score, s.assessed_at
FROM assessments s JOIN answer_attempts t ON t.id = s.attempt_id
JOIN answers a ON a.id = t.answer_id
UNION ALL
SELECT 'f' || f.id, a.session_id, a.question_key, a.position, t.number,
       'follow_up', 3, f.text, NULL, NULL, s.assessed_at
FROM follow_ups f JOIN assessments s ON s.id = f.assessment_id
JOIN answer_attempts t ON t.id = s.attempt_id JOIN answers a ON a.id = t.answer_id
WHERE f.position = 1
"""


def create_view(apps, schema_editor):
    statement = CONVERSATION
    if schema_editor.connection.vendor == "postgresql":
        # PostgreSQL wants the columns' types said in the first branch of a union.
        statement = (
            statement.replace("NULL AS value", "NULL::jsonb AS value")
            .replace("NULL AS score", "NULL::numeric AS score")
            .replace("NULL AS happened_at", "NULL::timestamptz AS happened_at")
        )
    schema_editor.execute(statement, params=None)


def drop_view(apps, schema_editor):
    schema_editor.execute("DROP VIEW conversation_history")


class Migration(migrations.Migration):
    dependencies = [("interviews", "0001_initial"), ("accounts", "0002_append_only")]

    operations = [
        *(AppendOnly(table=table) for table in TABLES),
        migrations.RunPython(create_view, drop_view),
    ]
