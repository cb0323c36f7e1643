"""Lines of the journal about files that a person is recused of: they are nowhere for that person either."""

from functools import cache

from django.apps import apps
from django.db.models import Model, Q

from maillage.accounts.models import User
from maillage.calls.models import Application, Interest

_DEEPEST = 3


def recused_lines(user: User) -> Q:
    """What to exclude from `JournalEntry`; an empty `Q` for who is recused of nothing (one query then)."""
    away = list(
        Interest.objects.filter(user=user.pk, recused=True).values_list("application", flat=True)
    )
    hidden = Q()
    if not away:
        return hidden
    for label, path in _paths().items():
        model = apps.get_model(label)
        keys = model._default_manager.filter(**{f"{path}__in": away}).values_list("pk", flat=True)
        if keys:
            hidden |= Q(subject_type=label, subject_id__in=[str(pk) for pk in keys])
    return hidden


@cache
def _paths() -> dict[str, str]:
    """For each table of the room that hangs on a file: the way to it (`review__application`)."""
    found = {Application._meta.label_lower: "pk"}
    for _round in range(_DEEPEST):
        for model in apps.get_app_config("calls").get_models():
            label = model._meta.label_lower
            if label not in found:
                path = _way(model, found)
                if path:
                    found[label] = path
    return found


def _way(model: type[Model], known: dict[str, str]) -> str:
    """By a column that always says which file, first."""
    fields = sorted(
        (one for one in model._meta.concrete_fields if one.many_to_one or one.one_to_one),
        key=lambda one: (one.null, one.related_model is not Application),
    )
    for one in fields:
        target = one.related_model
        label = target._meta.label_lower if isinstance(target, type) else ""
        if label in known:
            return one.name if known[label] == "pk" else f"{one.name}__{known[label]}"
    return ""
