from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "maillage.calls"
    label = "calls"
    verbose_name = "Appels à projets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from maillage.calls import receivers  # noqa: F401, PLC0415  (needs the models)
