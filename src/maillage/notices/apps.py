from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "maillage.notices"
    label = "notices"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"
