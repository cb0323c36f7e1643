from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "maillage.moderation"
    label = "moderation"
    verbose_name = "Contributions"
    default_auto_field = "django.db.models.BigAutoField"
