"""The trail only grows: the database itself refuses to change or remove an entry, whoever of this program asks."""

from django.db import migrations

SQLITE = tuple(
    f"CREATE TRIGGER audit_no_{act} BEFORE {act.upper()} ON audit_auditentry "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"
    for act in ("update", "delete")
)
POSTGRES = (
    "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit trail only grows'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_auditentry "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditentry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
)


def refuse(apps, editor):
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [("audit", "0001_chain_what_was_done")]

    operations = [migrations.RunPython(refuse, migrations.RunPython.noop)]
