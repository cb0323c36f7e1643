"""Every new database has the reference tables; `load_reference` refreshes them later."""

from django.db import migrations


def fill(apps, schema_editor):
    from maillage.structures.actions.reference import Loaded, insert_reference
    from maillage.structures.lib import read_reference

    insert_reference(apps, read_reference(), Loaded(), refresh=False)


class Migration(migrations.Migration):
    dependencies = [("structures", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
