"""How the columns of a file are to be read: as last time for the same header, else as proposed."""

from typing import NamedTuple

from maillage.core.tabular.reading import Table
from maillage.sources.connectors.table.fields import LABEL_PREFIX, is_target
from maillage.sources.connectors.table.proposal import (
    header_key,
    is_yes_no,
    propose,
    sample_of,
)
from maillage.sources.connectors.table.vocabulary import Vocabulary
from maillage.sources.models import ColumnMapping
from maillage.spaces.models import Space
from maillage.structures.enums import Axis


class Proposal(NamedTuple):
    """`mapping` maps every header to a field ("" when not read); `name` is that of the kept mapping."""

    mapping: dict[str, str]
    name: str = ""


def proposal_for(space: Space, table: Table) -> Proposal:
    """What this space kept for this header, else a guess from names and content."""
    known = ColumnMapping.objects.filter(space=space, header_key=header_key(table.headers)).first()
    if known is None:
        sample = sample_of(table)
        return Proposal(propose(table.headers, sample) | _ticked(table, sample))
    kept = {
        header: target if is_target(target := known.mapping.get(header, "")) else ""
        for header in table.headers
    }
    return Proposal(kept, known.name)


def _ticked(table: Table, sample: list[dict[str, str]]) -> dict[str, str]:
    """Columns named after a label and filled with yes and no."""
    words = Vocabulary()
    found = {}
    for header in table.headers:
        codes, unknown = words.codes(header, Axis.LABEL)
        if len(codes) == 1 and not unknown and is_yes_no(row[header] for row in sample):
            found[header] = f"{LABEL_PREFIX}{codes[0]}"
    return found
