"""The journal is written and read, never corrected: the database itself refuses.

One change is allowed: forgetting the network of a line, at the end of its retention. Emptying a
database on purpose goes through `core/journal_lock.py`.
"""

from django.db import migrations

from maillage.core.search.operations import VendorSQL

TABLE = "core_journalentry"
REFUSAL = "Le journal ne se corrige pas."
KEPT = (
    "id", "at", "by_id", "action", "subject_type", "subject_id", "space_id", "run_id", "changes",
    "reason", "acting_for",
)  # fmt: skip
_SAME = " AND ".join(f'new."{name}" IS old."{name}"' for name in KEPT)
SQLITE = [
    f"""
    CREATE TRIGGER core_journal_no_update BEFORE UPDATE ON {TABLE}
    WHEN NOT (new.network = '' AND {_SAME})
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
    f"""
    CREATE TRIGGER core_journal_no_delete BEFORE DELETE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION core_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('maillage.journal_unlocked', true) = 'yes' THEN
            RETURN CASE TG_OP WHEN 'UPDATE' THEN new ELSE old END;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF new.network = '' AND to_jsonb(new) - 'network' = to_jsonb(old) - 'network' THEN
                RETURN new;
            END IF;
        END IF;
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER core_journal_no_change BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION core_journal_refuse()
    """,
    f"""
    CREATE TRIGGER core_journal_no_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION core_journal_refuse()
    """,
]


class Migration(migrations.Migration):
    dependencies = [("core", "0007_letters_in_one_outbox")]

    operations = [
        VendorSQL(
            "sqlite",
            SQLITE,
            ["DROP TRIGGER core_journal_no_delete", "DROP TRIGGER core_journal_no_update"],
        ),
        VendorSQL(
            "postgresql",
            POSTGRESQL,
            [
                f"DROP TRIGGER core_journal_no_truncate ON {TABLE}",
                f"DROP TRIGGER core_journal_no_change ON {TABLE}",
                "DROP FUNCTION core_journal_refuse()",
            ],
        ),
    ]
