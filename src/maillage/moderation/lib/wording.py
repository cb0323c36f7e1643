"""Values and differences as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from maillage.moderation.lib.fields import FIELDS
from maillage.structures.models import Term
from maillage.territories.queries import names_by_code


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a contribution, in words. `before` is what the contributor was shown."""

    name: str
    label: str
    before: str
    after: str


def sector_labels(codes: set[str]) -> dict[str, str]:
    """Labels of these sectors; no query when there is none."""
    codes = codes - {""}
    return dict(Term.objects.filter(code__in=codes).values_list("code", "label")) if codes else {}


def said(name: str, value: str, sectors: Mapping[str, str]) -> str:
    if name == "municipality_code":
        return names_by_code().get(value, value)
    if name == "sector":
        return sectors.get(value, value)
    return value


def lines_of(
    fields: Mapping[str, str], seen: Mapping[str, str], sectors: Mapping[str, str] | None = None
) -> list[Line]:
    """The proposed fields, in the order of the form. `sectors` spares the query for their labels."""
    if sectors is None:
        sectors = sector_labels({fields.get("sector", ""), seen.get("sector", "")})
    return [
        Line(
            name,
            field.label,
            said(name, seen.get(name, ""), sectors),
            said(name, fields[name], sectors),
        )
        for name, field in FIELDS.items()
        if name in fields
    ]
