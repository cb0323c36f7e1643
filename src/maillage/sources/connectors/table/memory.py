"""How the columns of a file are to be read: as last time for the same header, else as proposed."""

from typing import NamedTuple

from maillage.core.tabular.reading import Table
from maillage.sources.connectors.table.fields import is_target
from maillage.sources.connectors.table.proposal import header_key, propose, sample_of
from maillage.sources.models import ColumnMapping
from maillage.spaces.models import Space


class Proposal(NamedTuple):
    """`mapping` maps every header to a field ("" when not read); `name` is that of the kept mapping."""

    mapping: dict[str, str]
    name: str = ""


def proposal_for(space: Space, table: Table) -> Proposal:
    """What this space kept for this header, else a guess from names and content."""
    known = ColumnMapping.objects.filter(space=space, header_key=header_key(table.headers)).first()
    if known is None:
        return Proposal(propose(table.headers, sample_of(table)))
    kept = {
        header: target if is_target(target := known.mapping.get(header, "")) else ""
        for header in table.headers
    }
    return Proposal(kept, known.name)
