"""Fields that follow from others: they are computed at the end of a plan, so that the report shows them."""

from maillage.sources.actions.state import StructureState


def derive(state: StructureState) -> None:
    """Set the derived fields of `state`."""
