"""The envelope is guarded by the database: whatever writes an award, its money is added here, and the
constraint `envelope_never_exceeded` refuses a cent too much, also between two transactions at once.

On SQLite, a later migration that rebuilds `calls_award` loses these triggers: it must run `GUARD` again.
"""

from django.db import migrations

from maillage.core.search.operations import VendorSQL

_ADD = "UPDATE calls_envelope SET reserved = ROUND(reserved + new.reserved, 2) WHERE id = new.envelope_id;"
_TAKE = "UPDATE calls_envelope SET reserved = ROUND(reserved - old.reserved, 2) WHERE id = old.envelope_id;"
_NAMES = ("calls_award_added", "calls_award_changed", "calls_award_gone")
SQLITE_DROP = [f"DROP TRIGGER IF EXISTS {name}" for name in _NAMES]
SQLITE = [
    *SQLITE_DROP,
    f"CREATE TRIGGER calls_award_added AFTER INSERT ON calls_award BEGIN {_ADD} END",
    f"""
    CREATE TRIGGER calls_award_changed AFTER UPDATE OF reserved, envelope_id ON calls_award
    BEGIN {_TAKE} {_ADD} END
    """,
    f"CREATE TRIGGER calls_award_gone AFTER DELETE ON calls_award BEGIN {_TAKE} END",
]
POSTGRESQL_DROP = [
    "DROP TRIGGER IF EXISTS calls_award_weighs ON calls_award",
    "DROP FUNCTION IF EXISTS calls_weigh_award()",
]
POSTGRESQL = [
    *POSTGRESQL_DROP,
    """
    CREATE FUNCTION calls_weigh_award() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            UPDATE calls_envelope SET reserved = reserved - old.reserved WHERE id = old.envelope_id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            UPDATE calls_envelope SET reserved = reserved + new.reserved WHERE id = new.envelope_id;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER calls_award_weighs AFTER INSERT OR DELETE OR UPDATE OF reserved, envelope_id ON calls_award
    FOR EACH ROW EXECUTE FUNCTION calls_weigh_award()
    """,
]
GUARD = [
    VendorSQL("sqlite", SQLITE, SQLITE_DROP),
    VendorSQL("postgresql", POSTGRESQL, POSTGRESQL_DROP),
]


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_initial")]

    operations = GUARD
