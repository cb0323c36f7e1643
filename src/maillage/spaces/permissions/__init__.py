"""Who may do what in a space. A refusal carries a reason that can be shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from maillage.accounts.models import Profile
from maillage.accounts.queries import has_second_factor
from maillage.spaces.models import Role, Space
from maillage.spaces.permissions.matrix import Who, allows

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User


@dataclass(frozen=True)
class Verdict:
    """`reason` can be shown to who is refused."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(allowed=True)
# Roles that open the management; partners and jurors have a role, and no key.
MANAGERS = frozenset({Role.Kind.ADMINISTRATOR, Role.Kind.AGENT})
_WHO = {
    Role.Kind.ADMINISTRATOR: Who.ADMINISTRATOR,
    Role.Kind.AGENT: Who.AGENT,
    Role.Kind.PARTNER: Who.PARTNER,
    Role.Kind.JUROR: Who.JUROR,
}
_REASONS = {
    "space.manage": "Cette page est réservée aux agents de l'espace {space}.",
    "space.administer": "Cette page est réservée aux administrateurs de l'espace {space}.",
    "space.audit": "Cette page est réservée aux administrateurs de l'espace {space}.",
    "calls.read": "Cette page est réservée aux jurés des appels de l'espace {space}.",
    "vocabulary.keep": (
        "Le vocabulaire et les règles sont communs à tous les espaces : l'hébergeur a confié leur tenue "
        "à d'autres que les administrateurs de l'espace {space}."
    ),
    "host.audit": "Cette page est réservée à l'hébergeur de l'installation.",
}


def with_role_of(user_id: int | None) -> QuerySet[Space]:
    """Spaces that carry the role of this person: their page then asks one question less."""
    if user_id is None:
        return Space.objects.all()
    mine = Role.objects.filter(space=OuterRef("pk"), user=user_id).values("kind")[:1]
    return Space.objects.annotate(
        role_kind=Coalesce(Subquery(mine), Value("")), role_user=Value(user_id)
    )


def role_of(user: "User | AnonymousUser", space: Space) -> str:
    """Role of `user` in `space`, or an empty string."""
    if not user.is_authenticated:
        return ""
    if getattr(space, "role_user", None) == user.pk:
        return str(space.role_kind)  # type: ignore[attr-defined]  # `with_role_of` read it
    return Role.objects.filter(space=space, user=user).values_list("kind", flat=True).first() or ""


def roles_of(user: "User | AnonymousUser", space: Space | None = None) -> frozenset[Who]:
    """Everything `user` is at this address, structures left out. One query in a space, none elsewhere."""
    if not user.is_authenticated:
        return frozenset({Who.VISITOR})
    roles = {Who.RESIDENT}
    if user.profile == Profile.PROJECT_HOLDER:
        roles.add(Who.PROJECT_HOLDER)
    if user.is_staff:
        roles.add(Who.HOST)
    kind = role_of(user, space) if space is not None else ""
    if kind:
        roles.add(_WHO[Role.Kind(kind)])
    if kind == Role.Kind.ADMINISTRATOR and space is not None and space.keeps_vocabulary:
        roles.add(Who.VOCABULARY_KEEPER)
    return frozenset(roles)


def reason_of(act: str, space: Space | None = None) -> str:
    """Why `act` is refused, in one sentence that can be shown."""
    sentence = _REASONS.get(act, "Vous n'avez pas le rôle qui ouvre cette page.")
    return sentence.format(space=space.name if space else "")


def may(act: str, user: "User | AnonymousUser", space: Space | None = None) -> Verdict:
    """Verdict of the table of roles for `act` in `space`."""
    if allows(act, roles_of(user, space)):
        return YES
    return Verdict(allowed=False, reason=reason_of(act, space))


def can_manage(user: "User | AnonymousUser", space: Space) -> Verdict:
    """Open the management pages, edit structures, import, read what agents alone read.

    As at the doors of the management (`spaces/access.py`), the account must have a second factor.
    """
    verdict = may("space.manage", user, space)
    if verdict and not has_second_factor(user):
        return Verdict(allowed=False, reason="Ajoutez d'abord un second facteur à votre compte.")
    return verdict


def sees(space: Space, roles: frozenset[Who]) -> bool:
    """A space that is not open yet is seen by the people who have a role in it, whatever the role."""
    return space.is_public or not roles.isdisjoint(_WHO.values())


def can_see(user: "User | AnonymousUser", space: Space) -> Verdict:
    """Read the public pages."""
    if sees(space, roles_of(user, space)):
        return YES
    return Verdict(allowed=False, reason="Cet espace n'est pas encore ouvert au public.")
