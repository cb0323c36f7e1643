"""A fresh database knows the communes of France: the shipped COG is loaded at once."""

from django.db import migrations

from maillage.territories.actions.load import load_territories


def load(apps, schema_editor):
    load_territories(apps=apps, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("territories", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=False)]
