"""The categories of letters for which a person sets a rhythm, in French."""

from maillage.core.letters.kinds import kinds

LABELS = {
    "structures": "Les structures dont vous tenez la fiche",
    "claims": "Vos demandes de fiche",
    "freshness": "Rappels : vos fiches sont-elles justes ?",
    "contributions": "Vos contributions à l'annuaire",
    "moderation": "Pour les agents : contributions à examiner",
    "agents": "Pour les agents : demandes et alertes de l'espace",
    "candidatures": "Vos candidatures aux appels à projets",
    "juries": "Vos lectures de candidatures",
    "follows": "Ce que vous suivez",
    "searches": "Vos recherches enregistrées",
}


FOR_AGENTS = frozenset({"moderation", "agents"})


def categories() -> dict[str, str]:
    """Code to French label, of every category that some room writes to."""
    used = {kind.category for kind in kinds() if kind.category}
    known = {code: label for code, label in LABELS.items() if code in used}
    return known | {code: code.capitalize() for code in sorted(used - known.keys())}


def label_of(category: str) -> str:
    return LABELS.get(category, category.capitalize())
