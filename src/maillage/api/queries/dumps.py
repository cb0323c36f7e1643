"""The nightly exports that may be given: those made since the last withdrawal."""

from datetime import datetime

from django.db.models import Max

from maillage.api.lib import shelf
from maillage.moderation.models import Restriction
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.models import Suppression


def withdrawn_at(space: Space) -> datetime | None:
    """When something of this directory was last taken out of sight: files made before still hold it."""
    suppressed = Suppression.objects.filter(
        structure__establishments__municipality_code__in=perimeter_codes(space)
    ).aggregate(last=Max("at"))["last"]
    restricted = Restriction.objects.filter(space=space).aggregate(last=Max("at"))["last"]
    return max((one for one in (suppressed, restricted) if one), default=None)


def dumps(space: Space) -> list[shelf.Dump]:
    """The newest first."""
    since = withdrawn_at(space)
    return [one for one in shelf.dumps_of(space.pk) if since is None or one.made_at >= since]
