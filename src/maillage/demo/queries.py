"""What the database holds, seen by the demonstration."""

from dataclasses import dataclass

from maillage.core.models import JournalEntry
from maillage.demo.lib.cast import SPACES
from maillage.spaces.models import Space
from maillage.structures.models import Structure

BUILT = "demo.built"


@dataclass(frozen=True)
class Situation:
    """`built` is the recipe of the demonstration that is there, if one is: `{"size", "version"}`."""

    real_spaces: int
    real_structures: int
    demo_spaces: int
    built: dict[str, int] | None

    @property
    def is_empty(self) -> bool:
        return not (self.real_spaces or self.real_structures or self.demo_spaces)

    @property
    def is_demo(self) -> bool:
        """Every space is ours: structures that were added since may go with them."""
        return self.demo_spaces > 0 and self.real_spaces == 0


def situation() -> Situation:
    """Four queries."""
    slugs = [space.slug for space in SPACES]
    entry = JournalEntry.objects.filter(action=BUILT).order_by("-id").first()
    return Situation(
        real_spaces=Space.objects.filter(is_demo=False).count(),
        real_structures=Structure.objects.filter(is_demo=False).count(),
        demo_spaces=Space.objects.filter(is_demo=True, slug__in=slugs).count(),
        built=entry.changes.get("recipe", [None, None])[1] if entry else None,
    )
