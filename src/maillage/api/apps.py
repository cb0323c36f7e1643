from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "maillage.api"
    label = "api"
    verbose_name = "Données ouvertes"
    default_auto_field = "django.db.models.BigAutoField"
