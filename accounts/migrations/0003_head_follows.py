"""The head of the record of deeds moves with each row, in the database itself.

One statement less for every deed, and a head that cannot disagree with the rows.
"""

from django.db import migrations

POSTGRESQL = [
    """CREATE FUNCTION uaip_move_audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE audit_head SET sequence = NEW.sequence, hash = NEW.hash WHERE id = 1;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER audit_logs_move_head AFTER INSERT ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION uaip_move_audit_head()""",
]
SQLITE = [
    """CREATE TRIGGER audit_logs_move_head AFTER INSERT ON audit_logs BEGIN
    UPDATE audit_head SET sequence = NEW.sequence, hash = NEW.hash WHERE id = 1; END""",
]


def follow(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        schema_editor.execute(statement, params=None)


def stop_following(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_logs_move_head ON audit_logs", params=None)
        schema_editor.execute("DROP FUNCTION uaip_move_audit_head()", params=None)
    else:
        schema_editor.execute("DROP TRIGGER audit_logs_move_head", params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_append_only")]

    operations = [migrations.RunPython(follow, stop_following)]
