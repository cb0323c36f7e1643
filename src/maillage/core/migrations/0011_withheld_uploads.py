# A file that an agent hid is served to nobody.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0010_throttle'),
    ]

    operations = [
        migrations.AlterField(
            model_name='upload',
            name='state',
            field=models.CharField(choices=[('quarantined', "en attente d'analyse"), ('clean', 'accepté'), ('infected', "refusé par l'antivirus"), ('withheld', 'caché par un agent')], max_length=11, verbose_name='état'),
        ),
    ]
