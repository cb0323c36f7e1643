"""Questions about spaces."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from maillage.spaces.models import Role, Space

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


def roles_held(user: "User | AnonymousUser") -> list[Role]:
    """Every role of `user`, with its space, by name of the space."""
    if not user.is_authenticated:
        return []
    return list(Role.objects.filter(user=user).select_related("space").order_by("space__name"))


def vocabulary_keepers() -> list[str]:
    """Names of the spaces whose administrators keep the vocabulary that all share.

    One that is not open is not named: nobody elsewhere may know of it.
    """
    kept = Space.objects.filter(keeps_vocabulary=True, is_public=True)
    return list(kept.values_list("name", flat=True))


def spaces_containing(codes: Iterable[str]) -> QuerySet[Space]:
    """Spaces whose perimeter in force has one of these communes, by name; open to the public or not."""
    return (
        Space.objects.filter(
            perimeter__municipality_code__in=set(codes), perimeter__until__isnull=True
        )
        .distinct()
        .order_by("name")
    )
