"""Who may do what in a space. A refusal carries a reason that can be shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.spaces.models import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User
    from maillage.spaces.models import Space


@dataclass(frozen=True)
class Verdict:
    """`reason` can be shown to who is refused; `role` is what the person is in the space."""

    allowed: bool
    reason: str = ""
    role: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(allowed=True)
MANAGERS = frozenset({Role.Kind.ADMINISTRATOR, Role.Kind.AGENT})


def role_of(user: "User | AnonymousUser", space: "Space") -> str:
    """Role of `user` in `space`, or an empty string."""
    if not user.is_authenticated:
        return ""
    return Role.objects.filter(space=space, user=user).values_list("kind", flat=True).first() or ""


def can_manage(user: "User | AnonymousUser", space: "Space") -> Verdict:
    """Open the management pages, edit structures, import."""
    if (role := role_of(user, space)) in MANAGERS:
        return Verdict(allowed=True, role=role)
    return Verdict(
        allowed=False, reason=f"Cette page est réservée aux agents de l'espace {space.name}."
    )


def can_administer(user: "User | AnonymousUser", space: "Space") -> Verdict:
    """Change the space's settings, its perimeter rules and its people."""
    if (role := role_of(user, space)) == Role.Kind.ADMINISTRATOR:
        return Verdict(allowed=True, role=role)
    return Verdict(
        allowed=False,
        reason=f"Cette page est réservée aux administrateurs de l'espace {space.name}.",
    )


def can_see(user: "User | AnonymousUser", space: "Space") -> Verdict:
    """Read the public pages; a space that is not open yet is seen by the people who have a role in it."""
    if space.is_public or role_of(user, space):
        return YES
    return Verdict(allowed=False, reason="Cet espace n'est pas encore ouvert au public.")
