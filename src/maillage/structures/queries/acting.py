"""For whom a person may act: themselves, the structures they keep, the spaces they manage."""

from dataclasses import dataclass

from django.db.models import CharField, Value

from maillage.accounts.models import User
from maillage.spaces.models import Role
from maillage.spaces.permissions import MANAGERS
from maillage.structures.models import Membership, Structure


@dataclass(frozen=True, slots=True)
class Identity:
    """`kind` is `structure` or `space`; `slug` is the space's."""

    kind: str
    pk: int
    label: str
    slug: str = ""


def identities_of(user: User) -> list[Identity]:
    """Structures, then spaces, by name. One query."""
    text = CharField()
    held = Membership.objects.filter(user=user, ended_at=None, structure__merged_into=None)
    structures = held.values_list(
        Value("structure", output_field=text),
        "structure_id",
        "structure__name",
        Value("", output_field=text),
    )
    spaces = Role.objects.filter(user=user, kind__in=MANAGERS).values_list(
        Value("space", output_field=text), "space_id", "space__name", "space__slug"
    )
    rows = structures.order_by().union(spaces.order_by(), all=True)
    found = [Identity(*row) for row in rows]
    return sorted(found, key=lambda one: (one.kind != "structure", one.label.casefold()))


def structure_kept(user: User, structure_id: int) -> Structure | None:
    """The structure, while `user` keeps its page."""
    return Structure.objects.filter(
        pk=structure_id, merged_into=None, memberships__user=user, memberships__ended_at=None
    ).first()
