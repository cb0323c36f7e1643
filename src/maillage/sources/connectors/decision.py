"""A record kept aside until a person said what it is; it enters like any other source's."""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from maillage.sources.connectors.base import (
    EstablishmentRecord,
    Item,
    LabelRecord,
    ReadContext,
    SourceRecord,
)


class DecisionConnector:
    key: ClassVar[str] = "decision"
    label: ClassVar[str] = "Décision sur un doublon possible"
    source: ClassVar[str] = "source d'origine de la fiche"

    def read(self, context: ReadContext) -> Iterator[Item]:
        yield record_from_json(context.options["record"])

    def source_date(self, context: ReadContext) -> date | None:
        said = context.options.get("date")
        return date.fromisoformat(said) if said else None


def record_from_json(stored: dict[str, Any]) -> SourceRecord:
    """The inverse of `dataclasses.asdict` after a trip through JSON."""
    return SourceRecord(
        siren=stored["siren"],
        rna=stored["rna"],
        fields=stored["fields"],
        terms=tuple(stored["terms"]),
        main_sector=stored["main_sector"],
        labels=tuple(LabelRecord(**label) for label in stored["labels"]),
        establishments=tuple(EstablishmentRecord(**place) for place in stored["establishments"]),
        line=stored["line"],
    )
