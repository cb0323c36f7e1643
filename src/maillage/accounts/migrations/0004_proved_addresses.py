"""People who have a password proved their address by the link through which they chose it."""

from django.db import migrations


def prove(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    known = set(EmailAddress.objects.values_list("user_id", flat=True))
    EmailAddress.objects.bulk_create(
        EmailAddress(
            user_id=pk, email=email.lower(), primary=True, verified=not password.startswith("!")
        )
        for pk, email, password in User.objects.values_list("pk", "email", "password")
        if pk not in known
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_privacy"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(prove, migrations.RunPython.noop)]
