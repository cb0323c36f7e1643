"""Fields that each document may hold: what a person who writes a template reads, and an example of each."""

from dataclasses import dataclass

from maillage.calls.enums import PaperKind


@dataclass(frozen=True)
class Place:
    """`about` says what it is, in a few words; `example` is what the preview shows."""

    name: str
    about: str
    example: str


_COMMON = (
    Place("collectivite", "nom de la collectivité", "Département des Hauts-de-Seine"),
    Place("appel", "titre de l'appel", "Progr'ESS 2026"),
    Place("programme", "nom du programme", "Progr'ESS"),
    Place("annee", "année de l'appel", "2026"),
    Place("reference", "numéro de la candidature", "PROG26-0042"),
    Place("projet", "titre du projet", "Des vélos pour tous"),
    Place("beneficiaire", "nom du bénéficiaire ou du chef de file", "La Bicyclette solidaire"),
    Place("identifiant", "SIRET, ou RNA à défaut", "SIRET 123 456 789 00012"),
    Place("date", "date du document", "22 novembre 2026"),
    Place("contact", "adresse e-mail de l'appel", "ess@exemple.fr"),
)
_DECIDED = (
    Place("deliberation", "référence de la délibération", "CP-2026-118"),
    Place("date_deliberation", "date de la délibération", "12 octobre 2026"),
    Place("motifs", "motifs donnés au candidat", "Points forts : ancrage local."),
)
_MONEY = (
    Place("montant", "montant attribué", "7 500 €"),
    Place("montant_demande", "montant demandé", "9 000 €"),
    Place("objet", "objet de la subvention", "Des vélos pour tous"),
    Place("conditions", "conditions fixées", "Sans condition particulière."),
    Place(
        "versements",
        "liste des versements et de leurs conditions",
        "- avance de 5 250 € : à la notification",
    ),
    Place("convention", "si une convention est nécessaire, et pourquoi", "Aucune convention n'est obligatoire."),
    Place("aide_etat", "régime d'aide d'État, mention de minimis comprise", "Hors aide d'État."),
    Place("bilan", "quand le bilan est attendu", "30 juin 2027"),
    Place("delai_paiement", "délai de paiement en jours", "60"),
)  # fmt: skip
_AGREEMENT = (
    Place("numero_convention", "numéro de la convention", "PROG26-0042-C1"),
    Place("representant", "représentant légal du bénéficiaire", "Mme Nadia Haddad, présidente"),
    Place("duree", "durée de la convention", "un an"),
    Place("excedent", "ce que devient la part non dépensée", "La part non dépensée est reversée."),
    Place(
        "partenaires",
        "clause de reversement, et liste des partenaires",
        "Aucun reversement à un tiers n'est autorisé.",
    ),
    Place("seuil_convention", "seuil de la convention obligatoire", "23 000 €"),
)
_RECOVERY = (
    Place("montant_reversement", "somme à reverser", "1 200 €"),
    Place("motif_reversement", "pourquoi elle est demandée", "Dépense inférieure à la subvention."),
    Place("reverser_avant", "date limite du reversement", "22 janvier 2027"),
)
_RECEIPT = (
    Place("depose_le", "instant du dépôt", "6 février 2026 à 22 h 14 (heure de Paris)"),
    Place("rejet_implicite", "date du rejet implicite", "6 avril 2026"),
)

FIELDS: dict[str, tuple[Place, ...]] = {
    PaperKind.RECEIPT: (*_COMMON, *_RECEIPT),
    PaperKind.AWARD: (*_COMMON, *_DECIDED, *_MONEY),
    PaperKind.WAITING: (
        *_COMMON,
        *_DECIDED,
        Place("rang", "rang en liste d'attente", "2"),
    ),
    PaperKind.REJECTION: (*_COMMON, *_DECIDED),
    PaperKind.INADMISSIBLE: (
        *_COMMON,
        Place("motif", "motif de l'irrecevabilité", "Le siège est hors du département."),
    ),
    PaperKind.AGREEMENT: (*_COMMON, *_DECIDED[:2], *_MONEY, *_AGREEMENT),
    PaperKind.RECOVERY: (*_COMMON, *_DECIDED[:2], *_MONEY[:3], *_RECOVERY),
}
ABOUT = {place.name: place.about for places in FIELDS.values() for place in places}


def names_of(kind: str) -> set[str]:
    return {place.name for place in FIELDS[kind]}


def examples_of(kind: str) -> dict[str, str]:
    return {place.name: place.example for place in FIELDS[kind]}
