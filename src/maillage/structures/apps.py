from django.apps import AppConfig


class StructuresConfig(AppConfig):
    name = "maillage.structures"
    label = "structures"
    verbose_name = "Structures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from maillage.structures import receivers  # noqa: F401, PLC0415  (needs the models)
