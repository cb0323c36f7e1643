"""Delays that an edition sets; what a released award still weighs. The envelope's triggers are laid again."""

from importlib import import_module

from django.db import migrations, models

GUARD = import_module("maillage.calls.migrations.0002_envelope_guard").GUARD


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0007_form_undo'),
        ('structures', '0007_call_list_indexes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='award',
            name='award_released_weighs_nothing',
        ),
        migrations.AddField(
            model_name='edition',
            name='payment_days',
            field=models.PositiveSmallIntegerField(default=60, verbose_name='délai de paiement (jours)'),
        ),
        migrations.AddField(
            model_name='edition',
            name='report_months',
            field=models.PositiveSmallIntegerField(default=6, verbose_name="bilan attendu après la fin de l'exercice (mois)"),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'renounced'), _negated=True), ('reserved', 0), _connector='OR'), name='award_renounced_weighs_nothing'),
        ),
        *GUARD,
    ]
