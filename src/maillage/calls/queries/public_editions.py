"""Which calls the public may know of."""

from maillage.calls.enums import EditionStatus
from maillage.calls.models import Edition
from maillage.spaces.models import Space

# What is not published yet is known of agents only.
HIDDEN = (EditionStatus.DRAFT, EditionStatus.CHECKING)


def public_edition(space: Space, slug: str) -> Edition | None:
    found = Edition.objects.filter(space=space, slug=slug).exclude(status__in=HIDDEN).first()
    if found is not None:
        found.space = space
    return found
