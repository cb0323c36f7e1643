"""Adjectives of a structure."""

from typing import TYPE_CHECKING

from django.db import models

from maillage.structures.enums import EssStatus, State

if TYPE_CHECKING:
    from maillage.spaces.models import Space


class StructureQuerySet(models.QuerySet["Structure"]):  # type: ignore[name-defined]
    def unmerged(self) -> "StructureQuerySet":
        return self.filter(merged_into__isnull=True)

    def published(self) -> "StructureQuerySet":
        """Shown to the public: alive, not merged, not judged out of the ESS."""
        return self.unmerged().filter(state=State.ACTIVE).exclude(ess_status=EssStatus.EXCLUDED)

    def in_space(self, space: "Space") -> "StructureQuerySet":
        """With at least one open establishment in a commune of the perimeter."""
        establishments = self.model._meta.get_field("establishments").related_model.objects
        codes = space.perimeter.filter(until__isnull=True).values("municipality_code")
        # Not EXISTS: asked once for the whole space, the set is five times quicker on SQLite.
        inside = establishments.filter(state=State.ACTIVE, municipality_code__in=codes)
        return self.filter(pk__in=inside.order_by().values("structure_id"))
