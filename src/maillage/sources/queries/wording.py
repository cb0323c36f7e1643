"""Fields and values of the directory in the words of the screens."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Field, Model
from django.utils import formats
from django.utils.dateparse import parse_date

from maillage.structures.enums import Family
from maillage.structures.models import Establishment, Structure, Term
from maillage.territories.queries import names_by_code

EMPTY = "(vide)"
_TITLES = {"municipality_code": "commune", "terms": "termes"}


def _field(model: type[Model], name: str) -> "Field[Any, Any] | None":
    return next((field for field in model._meta.fields if field.name == name), None)


def field_label(name: str, *, on_place: bool = False) -> str:
    """`website` → `Site web`."""
    field = _field(Establishment if on_place else Structure, name)
    label = _TITLES.get(name) or (str(field.verbose_name) if field else name)
    return label[:1].upper() + label[1:]


def value_text(name: str, value: Any, *, on_place: bool = False) -> str:
    """A stored JSON value as a person reads it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "oui" if value else "non"
    if name == "municipality_code":
        return f"{names_by_code().get(value, '')} ({value})".strip()
    field = _field(Establishment if on_place else Structure, name)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, str) and name.endswith("_on") and (day := parse_date(value)):
        return formats.date_format(day, "j F Y")
    return str(value)


class Words:
    """Labels of terms and titles of places, read once for a page of changes."""

    def __init__(self, codes: Iterable[str], place_ids: Iterable[str]) -> None:
        self._terms = dict(Term.objects.filter(code__in=set(codes)).values_list("code", "label"))
        ids = {int(key) for key in place_ids if key.isdigit()}
        rows = Establishment.objects.filter(pk__in=ids).values_list("pk", "siret", "address")
        self._places = {str(pk): siret or address for pk, siret, address in rows}

    def term(self, code: str) -> str:
        return self._terms.get(code, code)

    def place(self, key: str) -> str:
        return self._places.get(key) or ("nouveau lieu" if key.startswith("new-") else "lieu")


def held_by_source(counts: dict[str, Any]) -> list[tuple[str, list[tuple[str, int]]]]:
    """What the source of a run holds of the territory: structures by family, then by commune."""
    families = dict(Family.choices) | {"": "famille inconnue"}
    communes = names_by_code()
    groups = (
        ("Structures par famille", families, counts.get("families", {})),
        ("Structures par commune", communes, counts.get("communes", {})),
    )
    return [
        (title, sorted((names.get(key, key), count) for key, count in held.items()))
        for title, names, held in groups
        if held
    ]
