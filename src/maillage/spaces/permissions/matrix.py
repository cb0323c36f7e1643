"""Who may do what: the one table of roles and acts. `maillage roles` prints it in docs/roles.md.

A view names its act; a guard works out the roles of the person there and then and asks `allows`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """Roles a person may hold at the same time, relative to a space and a structure."""

    VISITOR = "visiteur"
    RESIDENT = "résident"  # signed in
    PROJECT_HOLDER = "porteur de projet"
    MEMBER = "membre de la structure"
    STRUCTURE_ADMIN = "administrateur de la structure"
    PARTNER = "partenaire de l'espace"
    JUROR = "juré de l'espace"
    AGENT = "agent de l'espace"
    ADMINISTRATOR = "administrateur de l'espace"
    HOST = "hébergeur"


@dataclass(frozen=True)
class Act:
    """`code` is `room.verb`; `who` are the roles that may."""

    code: str
    label: str
    who: frozenset[Who]


_EVERYONE = frozenset(Who)
_SIGNED_IN = _EVERYONE - {Who.VISITOR}
_TEAM = frozenset({Who.AGENT, Who.ADMINISTRATOR})
_KEEPERS = frozenset({Who.MEMBER, Who.STRUCTURE_ADMIN})

ACTS: dict[str, Act] = {
    act.code: act
    for act in (
        Act("public.read", "Lire les pages publiques", _EVERYONE),
        Act("contribution.send", "Proposer, corriger, signaler", _EVERYONE),
        Act("account.keep", "Tenir son compte, ses messages, ses données", _SIGNED_IN),
        Act("structure.claim", "Demander à tenir une fiche", _SIGNED_IN),
        Act("structure.edit", "Modifier la fiche de sa structure", _KEEPERS),
        Act("structure.history", "Lire l'historique de sa structure et restaurer", _KEEPERS),
        Act("structure.members", "Inviter, retirer, transmettre", frozenset({Who.STRUCTURE_ADMIN})),
        Act("space.manage", "Gérer l'espace : fiches, imports, file d'attente, appels", _TEAM),
        Act("space.administer", "Régler l'espace, nommer des personnes", frozenset({Who.ADMINISTRATOR})),
        Act("host.audit", "Chercher dans le journal de toute l'installation", frozenset({Who.HOST})),
    )
}  # fmt: skip


def allows(act: str, roles: frozenset[Who]) -> bool:
    """Whether one of `roles` may do `act`. Raises KeyError for an act that is not in the table."""
    return bool(ACTS[act].who & roles)
