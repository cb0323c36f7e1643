from django.apps import AppConfig


class SpacesConfig(AppConfig):
    name = "maillage.spaces"
    label = "spaces"
    verbose_name = "Espaces"
    default_auto_field = "django.db.models.BigAutoField"
