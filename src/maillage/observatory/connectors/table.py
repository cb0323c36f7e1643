"""Any table of published figures that an agent keeps: one row a figure, columns by their French names."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db.models import TextChoices

from maillage.core.tabular.cells.contacts import url
from maillage.core.tabular.cells.text import CellError, quoted, text
from maillage.core.tabular.cells.values import amount
from maillage.core.tabular.cells.values import date as day_of
from maillage.core.tabular.reading import TableError, open_table
from maillage.observatory.enums import Confidence, Indicator, PlaceKind
from maillage.observatory.lib.drafts import LARGEST, Draft, Reading, Refusal, folded
from maillage.observatory.queries.naming import PlaceUnknownError, named_place
from maillage.spaces.models import Space
from maillage.structures.enums import Family

# Field → names of its column. The first is the one that the guide and the model file give.
COLUMNS: dict[str, tuple[str, ...]] = {
    "indicator": ("indicateur", "indicator"),
    "place_kind": ("sorte_de_territoire", "place_kind", "type_de_territoire", "niveau"),
    "place_code": ("code_du_territoire", "place_code", "code", "code_insee", "code_territoire"),
    "place_label": ("territoire", "place_label", "nom_du_territoire"),
    "family": ("famille", "family", "famille_ess"),
    "sector": ("secteur", "sector"),
    "year": ("annee", "year", "millesime"),
    "value": ("valeur", "value"),
    "source": ("source",),
    "source_url": ("adresse_de_la_source", "source_url", "lien"),
    "published_on": ("publiee_le", "published_on", "date_de_publication"),
    "perimeter": ("perimetre", "perimeter", "perimetre_et_definition", "definition"),
    "confidence": ("confiance", "confidence"),
}
_NEEDED = ("indicator", "place_kind", "year", "value", "source", "perimeter")
_LONGEST = {"sector": 120, "source": 200, "perimeter": 600, "place_label": 160, "source_url": 300}


def read(path: Path, space: Space, *, today: date) -> Reading:
    """Raises `TableError` when a needed column is missing, or for what is no table."""
    table = open_table(path)
    known = {folded(header): header for header in table.headers}
    headers = {
        field: known[name]
        for field, names in COLUMNS.items()
        for name in [next((one for one in names if one in known), "")]
        if name
    }
    missing = [
        f"« {COLUMNS[field][0].replace('_', ' ')} »" for field in _NEEDED if field not in headers
    ]
    if missing:
        raise TableError(
            f"Il manque {'la colonne' if len(missing) == 1 else 'les colonnes'} {', '.join(missing)}."
        )
    reading = Reading(warnings=list(table.warnings))
    seen: set[tuple[object, ...]] = set()
    for line, cells in table.rows():
        reading.rows += 1
        said = {field: cells.get(header, "") for field, header in headers.items()}
        try:
            draft = _draft(line, said, space, today)
        except (CellError, PlaceUnknownError) as error:
            reading.refused.append(Refusal(line, str(error)))
            continue
        if draft.key in seen:
            reading.refused.append(
                Refusal(line, "Ce chiffre est déjà dit plus haut dans le fichier.")
            )
            continue
        seen.add(draft.key)
        reading.drafts.append(draft)
    problems = [Refusal(one.line, one.message) for one in table.take_problems()]
    reading.rows += len(problems)
    reading.refused = sorted(reading.refused + problems)
    return reading


def _draft(line: int, said: Mapping[str, str], space: Space, today: date) -> Draft:
    shown = {field: text(value) for field, value in said.items()}
    for field, longest in _LONGEST.items():
        if len(shown.get(field, "")) > longest:
            raise CellError(
                "longueur",
                f"« {COLUMNS[field][0].replace('_', ' ')} » dépasse {longest} caractères.",
            )
    for field in ("source", "perimeter"):
        if not shown[field]:
            raise CellError(
                "vide",
                f"« {COLUMNS[field][0]} » est vide : un chiffre sans {COLUMNS[field][0]} ne se compare pas.",
            )
    kind = _choice(PlaceKind, shown["place_kind"], "La sorte de territoire")
    place = named_place(space, kind, shown.get("place_code", ""), shown.get("place_label", ""))
    published = shown.get("published_on", "")
    return Draft(
        indicator=_choice(Indicator, shown["indicator"], "L'indicateur"),
        place_kind=place.kind,
        place_code=place.code,
        place_label=place.label,
        family=_choice(Family, shown["family"], "La famille") if shown.get("family") else "",
        sector=shown.get("sector", ""),
        year=_year(shown["year"], today),
        value=_value(said["value"]),
        source=shown["source"],
        source_url=url(shown["source_url"]) if shown.get("source_url") else "",
        published_on=day_of(published, today=today) if published else None,
        perimeter=shown["perimeter"],
        confidence=_choice(Confidence, shown["confidence"], "La confiance")
        if shown.get("confidence")
        else Confidence.PUBLISHED.value,
        line=line,
    )


def _choice(choices: type[TextChoices], said: str, what: str) -> str:
    """By code or by label, in the singular or the plural."""
    key = folded(said)
    for value, label in choices.choices:
        names = {folded(str(value)), folded(str(label))}
        if key in names or (key.endswith("s") and key[:-1] in names) or f"{key}s" in names:
            return str(value)
    known = ", ".join(str(label) for _, label in choices.choices)
    raise CellError("choix", f"{what} {quoted(said)} n'est pas connu. Attendu : {known}.")


def _year(said: str, today: date) -> int:
    if said.isdecimal() and len(said) == 4 and 1900 <= int(said) <= today.year:
        return int(said)
    raise CellError("annee", f"L'année {quoted(said)} n'est pas une année de 1900 à {today.year}.")


def _value(said: str) -> Decimal:
    shown = text(said).removesuffix("%").strip()
    value = amount(shown)
    if value is None:
        raise CellError("valeur", "La valeur est vide.")
    if not 0 <= value < LARGEST:
        raise CellError("valeur", f"La valeur {quoted(said)} n'est pas vraisemblable.")
    return value.quantize(Decimal("0.0001"))
