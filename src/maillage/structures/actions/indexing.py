"""Keep the full-text search of structures: a copy of what the public may read, never a truth.

Call it inside the transaction that changes structures, establishments, labels or terms.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from maillage.core import search
from maillage.structures.enums import Family, State
from maillage.structures.models import (
    Activity,
    Establishment,
    Label,
    LegalCategory,
    Structure,
    StructureTerm,
)
from maillage.structures.queries.disclosure import is_open
from maillage.territories.models import Municipality, Neighbourhood

KIND = "structures"
ARCHIVED_KIND = "structures.archived"  # found by agents only
_CHUNK = 1000


def reindex(structure_ids: Iterable[int] | None = None) -> int:
    """Index these structures, or all of them; the number of structures that can be found.

    Structures that were merged, archived or deleted are no longer found; agents find the archived
    ones under their own kind.
    """
    if structure_ids is None:
        search.remove(KIND, None)
        search.remove(ARCHIVED_KIND, None)
        structure_ids = Structure.objects.order_by("id").values_list("id", flat=True).iterator()
    rest, count = iter(structure_ids), 0
    while chunk := list(islice(rest, _CHUNK)):
        archived = set(
            Structure.objects.filter(id__in=chunk, state=State.ARCHIVED).values_list(
                "id", flat=True
            )
        )
        documents = list(_documents(chunk))
        alive = [document for document in documents if document.id not in archived]
        put_away = [document for document in documents if document.id in archived]
        search.remove(KIND, set(chunk) - {document.id for document in alive})
        search.remove(ARCHIVED_KIND, set(chunk) - {document.id for document in put_away})
        count += search.index(KIND, alive)
        search.index(ARCHIVED_KIND, put_away)
    return count


def _documents(ids: list[int]) -> Iterator[search.Document]:
    structures = Structure.objects.unmerged().filter(id__in=ids)
    disclosures = dict(structures.values_list("id", "disclosure"))
    names, places = _places(ids, disclosures)
    terms = _grouped(
        StructureTerm.objects.filter(structure_id__in=ids).values_list(
            "structure_id", "term__label", "term__parent__label"
        )
    )
    labels = _grouped(
        Label.objects.filter(structure_id__in=ids).values_list(
            "structure_id", "term__label", "identifier"
        )
    )
    categories = dict(LegalCategory.objects.values_list("code", "label"))
    activities = {
        (nomenclature, code): label
        for nomenclature, code, label in Activity.objects.values_list(
            "nomenclature", "code", "label"
        )
    }
    for structure in structures.order_by("id").iterator(chunk_size=_CHUNK):
        key = [
            structure.siren,
            structure.rna,
            Family(structure.family).label if structure.family else "",
            categories.get(structure.legal_category),
            *labels[structure.id],
            *terms[structure.id],
            *names[structure.id],
        ]
        activity = (structure.activity_nomenclature, structure.activity_code)
        yield search.Document(
            structure.id,
            title=_text([structure.name, structure.acronym, structure.legal_name]),
            key=_text(key),
            body=_text([structure.description, activities.get(activity), *places[structure.id]]),
        )


def _places(
    ids: list[int], disclosures: dict[int, str]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Commune names, postal codes, SIRET and signs; then addresses and neighbourhoods, public only."""
    rows = list(
        Establishment.objects.filter(structure_id__in=ids, state=State.ACTIVE)
        .order_by("structure_id", "-is_head_office", "id")
        .prefetch_related("neighbourhoods")
    )
    communes = dict(
        Municipality.objects.filter(code__in={row.municipality_code for row in rows}).values_list(
            "code", "name"
        )
    )
    quarters = dict(
        Neighbourhood.objects.filter(establishments__establishment__structure_id__in=ids)
        .exclude(kind=Neighbourhood.Kind.IRIS)
        .values_list("id", "name")
    )
    names: dict[int, list[str]] = defaultdict(list)
    places: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        names[row.structure_id] += [
            communes.get(row.municipality_code, ""),
            row.postal_code,
            row.siret or "",
            row.name,
        ]
        disclosure = disclosures.get(row.structure_id, "")
        if is_open(disclosure, row.disclosure, address_is_public=row.address_is_public):
            places[row.structure_id].append(row.address)
            places[row.structure_id] += [
                quarters.get(link.neighbourhood_id, "") for link in row.neighbourhoods.all()
            ]
    return names, places


def _grouped(rows: Iterable[tuple[int, str, str | None]]) -> dict[int, list[str]]:
    grouped: dict[int, list[str]] = defaultdict(list)
    for structure_id, *texts in rows:
        grouped[structure_id] += [text for text in texts if text]
    return grouped


def _text(parts: Iterable[str | None]) -> str:
    return ". ".join(dict.fromkeys(part for part in parts if part))
