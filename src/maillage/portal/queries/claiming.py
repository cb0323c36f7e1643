"""What the page « Tenir cette fiche » shows."""

from typing import Any

from maillage.accounts.models import User
from maillage.accounts.queries import verified_addresses
from maillage.structures.lib.domains import address_on
from maillage.structures.models import Structure
from maillage.structures.queries.people import (
    administrators_of,
    domains_of,
    is_kept,
    members_of,
    pending_claims,
    told_domains,
)


def claiming_page(structure: Structure, user: User | None) -> dict[str, Any]:
    """`domains` are those that may be told; `own_address` is an address of the person that proves by itself, or empty.

    `membership` is theirs when there is nothing left to ask for: a member may ask to administer a page that
    nobody administers.
    """
    administered = administrators_of(structure).exists()
    page: dict[str, Any] = {
        "structure": structure,
        "domains": told_domains(structure),
        "kept": is_kept(structure.pk),
        "administered": administered,
        "membership": None,
        "pending": None,
        "own_address": "",
        "form": None,
        "proof": "",
    }
    if user is not None:
        addresses, domains = sorted(verified_addresses(user)), domains_of(structure)
        page["own_address"] = next((one for one in addresses if address_on(one)[1] in domains), "")
        mine = members_of(structure).filter(user=user).first()
        page["membership"] = mine if mine is not None and administered else None
        page["pending"] = pending_claims(structure).filter(user=user).first()
    return page
