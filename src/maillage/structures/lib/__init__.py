"""Words and data of the room that no model holds."""

from maillage.structures.lib.reference import (
    DATA,
    Reference,
    python_value,
    read_reference,
    source_label,
    wire,
)

__all__ = ["DATA", "Reference", "python_value", "read_reference", "source_label", "wire"]
