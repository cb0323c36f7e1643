"""Door plate of the spaces: what they keep of people, and who must hand over before leaving."""

from typing import Any

from maillage.core.personal import forgotten, told
from maillage.core.room import PersonalData, Room, register
from maillage.spaces.models import Role


def last_administrator(user: Any) -> list[str]:
    """Spaces that nobody else administers."""
    administrators = Role.objects.filter(
        kind=Role.Kind.ADMINISTRATOR, user__is_active=True
    ).exclude(user=user)
    alone = Role.objects.filter(user=user, kind=Role.Kind.ADMINISTRATOR).exclude(
        space__in=administrators.values("space")
    )
    return [
        f"Vous êtes la dernière personne à administrer l'espace « {name} » : nommez d'abord quelqu'un d'autre."
        for name in alone.order_by("space__name").values_list("space__name", flat=True)
    ]


ROOM = register(
    Room(
        name="spaces",
        label="Espaces",
        personal=(
            PersonalData(
                model="spaces.Role",
                fields=("user",),
                label="Rôles dans des espaces",
                export=told(
                    "spaces.Role", "user", espace="space__name", rôle="kind", depuis="created_at"
                ),
                erase=forgotten("spaces.Role", "user"),
            ),
        ),
        before_leaving=(last_administrator,),
    )
)
