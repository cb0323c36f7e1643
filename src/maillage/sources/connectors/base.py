"""What every connector yields, whatever it reads.

A connector turns a file or an API into a stream of `SourceRecord`, `Issue` and `Outside`. It knows
nothing of what is already in the directory: comparing, planning, applying and undoing are done once,
in `sources.actions`, for all connectors.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol


@dataclass(frozen=True, slots=True)
class EstablishmentRecord:
    """A place as the source knows it. `fields` uses the names of `structures.Establishment`.

    A field that is absent from `fields` is one the source says nothing about; `""` or `None` means
    that the source says it is empty. Dates are ISO strings; points are WGS84 degrees.
    """

    siret: str = ""
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def municipality_code(self) -> str:
        return str(self.fields.get("municipality_code") or "")


@dataclass(frozen=True, slots=True)
class LabelRecord:
    """A label of axis `label`, by code. `siret` is set when one establishment holds it."""

    code: str
    siret: str = ""
    identifier: str = ""
    valid_from: str | None = None
    valid_to: str | None = None
    proof: str = ""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One structure as the source knows it. `fields` uses the names of `structures.Structure`.

    The name, when the source gives one, is `fields["name"]`. `terms` are codes of any axis but
    labels; `main_sector` is one of them. `line` is the row of the source (header = 1) when it has one.
    """

    siren: str = ""
    rna: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    main_sector: str = ""
    labels: tuple[LabelRecord, ...] = ()
    establishments: tuple[EstablishmentRecord, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """A source row that is refused, or accepted with a reserve. `message` is a French sentence."""

    code: str
    message: str
    line: int | None = None
    severity: Literal["refused", "warning"] = "refused"
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """Source rows that are fine but not ours: other communes, natural persons, not ESS."""

    count: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Share of the source read so far, between 0 and 1."""

    done: float


Item = SourceRecord | Issue | Outside | Progress


class SourceError(Exception):
    """The source as a whole can't be read. The message is one French sentence for the agent."""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What a connector is given. `files` and `options` are named by the connector's command."""

    perimeter: frozenset[str]
    files: dict[str, Path] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


class Connector(Protocol):
    """`key` is stable (stored in provenance); `label` is French; `source` credits the producer."""

    key: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Stream the source. Raises `SourceError` before or while reading when it is unreadable."""
        ...

    def source_date(self, context: ReadContext) -> date | None:
        """Date of the data, when the source or the option `date` says it."""
        ...
