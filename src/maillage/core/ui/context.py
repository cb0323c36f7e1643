"""What every template may read."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`space` is the space of the address, `None` elsewhere; `base_url` has no final slash."""
    return {
        "space": getattr(request, "space", None),
        "base_url": settings.BASE_URL,
        "basemap_style": settings.BASEMAP_STYLE,
    }
