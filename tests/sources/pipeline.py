"""A connector whose stream is given by the test, and the two steps of an import in one call."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, ClassVar

from maillage.sources.actions.runs import apply_run, create_run, plan_run
from maillage.sources.connectors.base import (
    EstablishmentRecord,
    Item,
    LabelRecord,
    ReadContext,
    SourceRecord,
)
from maillage.sources.models import ImportRun
from maillage.spaces.models import Space
from maillage.structures.models import Structure
from tests.factories import NOW


class Stream:
    key: ClassVar[str] = "table"
    label: ClassVar[str] = "Flux de test"
    source: ClassVar[str] = "test"

    def __init__(
        self, items: Iterable[Item], key: str = "table", said_on: date | None = None
    ) -> None:
        self.items, self.key, self.said_on = list(items), key, said_on

    def read(self, context: ReadContext) -> Iterator[Item]:
        yield from self.items

    def source_date(self, context: ReadContext) -> date | None:
        return self.said_on


def plan(
    space: Space, *items: Item, key: str = "table", said_on: date | None = None, **extra: Any
) -> ImportRun:
    now: datetime = extra.pop("now", NOW)
    run = create_run(space, key, files={}, options={}, by=extra.pop("by", None), now=now)
    return plan_run(run, Stream(items, key, said_on), now=now)


def imported(space: Space, *items: Item, **options: Any) -> ImportRun:
    run = plan(space, *items, **options)
    apply_run(run, now=options.get("now", NOW))
    run.refresh_from_db()
    return run


def record(name: str = "La Recyclerie", siren: str = "", **extra: Any) -> SourceRecord:
    """A record with one open place in Montreuil, unless `places` says otherwise."""
    places = extra.pop("places", None)
    siret = extra.pop("siret", "")
    fields = {"name": name} if name else {}
    fields |= extra.pop("fields", {})
    if places is None:
        places = (place(siret=siret),)
    labels = tuple(
        LabelRecord(code) if isinstance(code, str) else code for code in extra.pop("labels", ())
    )
    return SourceRecord(siren=siren, fields=fields, establishments=places, labels=labels, **extra)


def place(
    code: str = "93048", address: str = "12 rue de Paris", siret: str = "", **fields: Any
) -> EstablishmentRecord:
    return EstablishmentRecord(
        siret=siret, fields={"municipality_code": code, "address": address, **fields}
    )


def dump(space: Space) -> list[dict[str, Any]]:
    """Everything the directory holds of a space but primary keys and moments, in a stable order."""
    return [
        {
            **{name: getattr(structure, name) for name in ("slug", "name", "siren", "rna", "description", "state",
               "ess_status", "family", "website", "provenance")},
            "places": [
                (p.siret, p.address, p.municipality_code, p.lon, p.state, p.provenance)
                for p in structure.establishments.order_by("siret", "address")
            ],
            "terms": sorted(structure.structure_terms.values_list("term__code", "is_main")),
            "labels": sorted(structure.labels.values_list("term__code", "identifier")),
        }
        for structure in Structure.objects.in_space(space).order_by("slug")
    ]  # fmt: skip
