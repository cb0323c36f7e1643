"""Questions about spaces."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from maillage.spaces.models import Space

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User


def perimeter_codes(space: Space) -> frozenset[str]:
    """INSEE codes of the communes in force. Kept on the object: one query per request."""
    kept: frozenset[str] | None = space.__dict__.get("_perimeter_codes")
    if kept is None:
        current = space.perimeter.filter(until__isnull=True)
        kept = frozenset(current.values_list("municipality_code", flat=True))
        space.__dict__["_perimeter_codes"] = kept
    return kept


def spaces_of(user: "User | AnonymousUser") -> QuerySet[Space]:
    """Spaces in which `user` has a role, by name."""
    if not user.is_authenticated:
        return Space.objects.none()
    return Space.objects.filter(roles__user=user).order_by("name")


def spaces_containing(codes: Iterable[str]) -> QuerySet[Space]:
    """Spaces whose perimeter in force has one of these communes, by name; open to the public or not."""
    return (
        Space.objects.filter(
            perimeter__municipality_code__in=set(codes), perimeter__until__isnull=True
        )
        .distinct()
        .order_by("name")
    )
