"""Who keeps which structure, and who asks to."""

from typing import Any

from django.db.models import Q, QuerySet

from maillage.accounts.models import User
from maillage.spaces.models import Role, Space
from maillage.spaces.permissions import MANAGERS
from maillage.spaces.queries import spaces_containing
from maillage.structures.lib.domains import address_on, domain_of_site, own_domains
from maillage.structures.models import Claim, Membership, MembershipInvitation, Structure
from maillage.structures.queries.disclosure import contacts_for

PENDING = (Claim.State.OPEN, Claim.State.PROVING)
# Origins of values that whoever asks for the page, or a friend, may have written on it.
_BY_ANYBODY = frozenset({"membre", "contribution"})
_LIVING = Q(user__is_active=True, user__erased_at=None)


def members_of(structure: Structure) -> QuerySet[Membership]:
    """Memberships in force, administrators first, with their people."""
    found = Membership.objects.filter(structure=structure, ended_at=None).select_related("user")
    return found.order_by("kind", "since", "pk")


def administrators_of(structure: Structure) -> QuerySet[Membership]:
    """Those who can really open the page: a closed account keeps nothing."""
    return members_of(structure).filter(_LIVING, kind=Membership.Kind.ADMINISTRATOR)


def is_kept(structure_id: int) -> bool:
    """Whether a person with a living account keeps this page."""
    kept = Membership.objects.filter(_LIVING, structure_id=structure_id, ended_at=None)
    return kept.exists()


def open_invitations(structure: Structure) -> QuerySet[MembershipInvitation]:
    return structure.invitations.filter(accepted_at=None, withdrawn_at=None).order_by("-created_at")


def pending_claims(structure: Structure) -> QuerySet[Claim]:
    claims = Claim.objects.filter(structure=structure, state__in=PENDING)
    return claims.select_related("user").order_by("created_at", "pk")


def structures_of(user: User) -> dict[str, Any]:
    """`memberships` in force and `claims` of a person, newest first, with their structures."""
    memberships = Membership.objects.filter(user=user, ended_at=None)
    claims = Claim.objects.filter(user=user).exclude(state=Claim.State.WITHDRAWN)
    return {
        "memberships": list(
            memberships.filter(structure__merged_into=None)
            .select_related("structure")
            .order_by("structure__name", "pk")
        ),
        "claims": list(
            claims.exclude(state=Claim.State.ACCEPTED)
            .select_related("structure")
            .order_by("-created_at", "-pk")[:20]
        ),
    }


def teams_of(structure: Structure) -> list[tuple[Space, list[User]]]:
    """Spaces that show the structure, each with its agents and administrators. Three queries."""
    codes = structure.establishments.values_list("municipality_code", flat=True)
    spaces = list(spaces_containing(codes))
    roles = Role.objects.filter(_LIVING, space__in=spaces, kind__in=MANAGERS)
    people: dict[int, list[User]] = {}
    for role in roles.select_related("user").order_by("user_id"):
        people.setdefault(role.space_id, []).append(role.user)
    return [(space, people.get(space.pk, [])) for space in spaces]


def domains_of(structure: Structure) -> list[str]:
    """Domains on which an address shows that somebody belongs to this structure."""
    return own_domains(structure.website, structure.email)


def told_domains(structure: Structure) -> list[str]:
    """Those of `domains_of` that everybody reads on the page: a contact kept back is not told by its domain."""
    shown = contacts_for(structure)
    return own_domains(shown.website, shown.email)


def is_vouched(structure: Structure, proof: str) -> bool:
    """Whether a register or an agent wrote the site or address that `proof` (a domain, an address) comes from."""
    facts = structure.provenance or {}
    known = {
        name: getattr(structure, name)
        for name in ("website", "email")
        if (facts.get(name) or {}).get("source") not in _BY_ANYBODY
    }
    address, domain = address_on(known.get("email", ""))
    return proof.lower() in {domain_of_site(known.get("website", "")), address.lower(), domain}


def shares_domain(structure: Structure, domain: str) -> bool:
    """Whether another page of the directory has the same domain, or address: the seat of a network, its groups."""
    others = Structure.objects.unmerged().exclude(pk=structure.pk)
    if "@" in domain:
        return others.filter(email__iexact=domain).exists()
    near = others.filter(Q(website__icontains=domain) | Q(email__iendswith=f"@{domain}"))
    return any(
        domain in {domain_of_site(website), address_on(email)[1]}
        for website, email in near.values_list("website", "email")[:500]
    )
