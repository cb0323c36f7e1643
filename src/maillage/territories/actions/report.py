"""What an import of shapes would do, then did."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class ShapeReport:
    """Counts of communes or neighbourhoods, but `refused`: features of the file, each with its reason."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    repaired: int = 0
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, int]:
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "repaired": self.repaired,
            "refused": len(self.refused),
        }
