"""Who may do what: the one table of roles and acts. `maillage roles` prints it in docs/roles.md.

A view names its act (`spaces/access.py`, `structures/access.py`); the guard works out the roles of the
person there and then and asks `allows`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """Roles a person may hold at the same time, relative to a space and a structure."""

    VISITOR = "visiteur"
    RESIDENT = "résident"
    PROJECT_HOLDER = "porteur de projet"
    MEMBER = "membre de la structure"
    STRUCTURE_ADMIN = "administrateur de la structure"
    PARTNER = "partenaire de l'espace"
    JUROR = "juré de l'espace"
    AGENT = "agent de l'espace"
    ADMINISTRATOR = "administrateur de l'espace"
    VOCABULARY_KEEPER = "administrateur d'un espace qui tient le vocabulaire"
    HOST = "hébergeur"


# Each role in one sentence, and in a few letters for the head of a table.
DEFINITIONS: dict[Who, tuple[str, str]] = {
    Who.VISITOR: ("Visiteur", "Personne qui n'est pas connectée."),
    Who.RESIDENT: ("Résident", "Personne connectée, sans autre rôle."),
    Who.PROJECT_HOLDER: ("Porteur", "Personne connectée qui a dit venir avec un projet."),
    Who.MEMBER: ("Membre", "Personne qui tient la fiche d'une structure avec d'autres."),
    Who.STRUCTURE_ADMIN: ("Adm. structure", "Membre qui invite, retire et transmet."),
    Who.PARTNER: (
        "Partenaire",
        "Financeur, organisme d'accompagnement, bailleur ou acheteur invité par l'espace. Voit les pages publiques, même d'un espace fermé, et rien de la gestion.",
    ),
    Who.JUROR: (
        "Juré",
        "Personne qui lira les dossiers d'un appel. Voit les pages publiques, même d'un espace fermé, et rien de la gestion.",
    ),
    Who.AGENT: ("Agent", "Personne de la collectivité qui gère l'espace."),
    Who.ADMINISTRATOR: ("Adm. espace", "Agent qui règle aussi l'espace et nomme les personnes."),
    Who.VOCABULARY_KEEPER: (
        "Adm. vocabulaire",
        "Administrateur d'un espace à qui l'hébergeur a confié le vocabulaire et les règles communs (`maillage keep_vocabulary`).",
    ),
    Who.HOST: (
        "Hébergeur",
        "Personne qui fait tourner l'installation. N'entre dans la gestion d'aucun espace sans y avoir un rôle.",
    ),
}  # fmt: skip

# Titles of the groups of acts: what stands before the dot of their codes.
GROUPS = {
    "public": "Pages publiques",
    "contribution": "Contributions",
    "account": "Compte",
    "structure": "Fiche d'une structure",
    "space": "Gestion d'un espace",
    "calls": "Appels à projets",
    "vocabulary": "Vocabulaire et règles communs",
    "host": "Installation",
}


@dataclass(frozen=True)
class Act:
    """`code` is `group.verb`; `label` is a sentence without its final dot; `who` are the roles that may."""

    code: str
    label: str
    who: frozenset[Who]

    @property
    def group(self) -> str:
        return self.code.partition(".")[0]


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
        Act("space.audit", "Chercher dans le journal de l'espace", frozenset({Who.ADMINISTRATOR})),
        Act("calls.read", "Lire et noter les dossiers qui lui sont confiés", frozenset({Who.PARTNER, Who.JUROR, *_TEAM})),
        Act("vocabulary.keep", "Changer les termes, les synonymes et les règles de l'ESS, communs à tous les espaces", frozenset({Who.VOCABULARY_KEEPER})),
        Act("host.audit", "Chercher dans le journal de toute l'installation", frozenset({Who.HOST})),
    )
}  # fmt: skip


def allows(act: str, roles: frozenset[Who]) -> bool:
    """Whether one of `roles` may do `act`. Raises KeyError for an act that is not in the table."""
    return bool(ACTS[act].who & roles)
