"""What the addresses of the calls need to exist, for tests that visit every page: one entry per part of the room."""

from typing import Any

from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus
from maillage.spaces.models import Space
from tests.calls.factories import make_award, make_edition, make_submitted
from tests.factories import NOW


def call_arguments(space: Space) -> dict[str, dict[str, Any]]:
    """Arguments by name of address; those of the space itself are added by who visits."""
    told = make_edition(space, status=EditionStatus.NOTIFIED)
    laureate = make_submitted(told, status=ApplicationStatus.AWARDED)
    make_award(laureate, status=AwardStatus.RUNNING, notified_at=NOW)
    return {
        "grants:results": {"slug": told.slug},
        "grants:laureate": {"reference": laureate.reference.lower()},
    }
