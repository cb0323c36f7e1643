"""Take the calls of the demonstration away. Files and awards protect each other from a slip, so the order matters."""

from django.apps import apps

from maillage.calls.models import (
    Agreement,
    Application,
    Award,
    AwardReport,
    Deposit,
    Edition,
    Envelope,
    Instalment,
    Paper,
    Programme,
    PublishedGrant,
    Recovery,
)
from maillage.core.models import Upload

_ORDER = (
    PublishedGrant, Agreement, Paper, Recovery, Instalment, AwardReport, Award, Deposit, Application,
    Edition, Programme, Envelope,
)  # fmt: skip


def wipe_calls() -> list[Upload]:
    """Delete every call, and return the files that nobody names any more."""
    uploads = list(Upload.objects.filter(pk__in=_files()))
    for model in _ORDER:
        model.objects.all().delete()
    return uploads


def _files() -> set[int]:
    """Keys of the uploads that a table of the room names."""
    found: set[int] = set()
    for model in apps.get_app_config("calls").get_models(include_auto_created=True):
        for field in model._meta.fields:
            if field.related_model is Upload:
                keys = model._default_manager.order_by().values_list(field.attname, flat=True)
                found |= set(keys) - {None}
    return found
