"""What every template may read."""

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`space` is set by the views of a space; `None` elsewhere."""
    return {"space": getattr(request, "space", None)}
