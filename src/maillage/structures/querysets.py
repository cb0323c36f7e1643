"""Adjectives of a structure."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

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
        from maillage.structures.models import Establishment  # noqa: PLC0415  (models import this module)

        codes = space.perimeter.filter(until__isnull=True).values("municipality_code")
        return self.filter(
            Exists(
                Establishment.objects.filter(
                    Q(state=State.ACTIVE), structure=OuterRef("pk"), municipality_code__in=codes
                )
            )
        )
