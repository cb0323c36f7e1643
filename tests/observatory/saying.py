"""Declared needs in one call."""

from datetime import timedelta
from typing import Any

from maillage.observatory.enums import DeclaredState
from maillage.observatory.models import DeclaredNeed, Echo
from maillage.spaces.models import Space
from tests.factories import NOW


def make_declared(
    space: Space, text: str = "Personne ne répare les vélos.", **fields: Any
) -> DeclaredNeed:
    """A published need of Montreuil, said a day ago, unless told otherwise."""
    fields = {
        "need_code": "",
        "municipality_code": "93048",
        "said_at": NOW - timedelta(days=1),
        "state": DeclaredState.PUBLISHED,
    } | fields
    return DeclaredNeed.objects.create(space=space, text=text, **fields)


def make_echoes(declared: DeclaredNeed, number: int) -> None:
    Echo.objects.bulk_create(
        Echo(declared=declared, key=f"{declared.pk}-{rank}", at=NOW) for rank in range(number)
    )
