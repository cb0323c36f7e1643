"""The ready-made call, as data: what Progr'ESS of Hauts-de-Seine asks, reads and pays.

Everything may be changed afterwards. Figures: 100 000 €, 15 000 € a project at most (hauts-de-seine.fr,
« Programme d'actions départementales PROGR'ESS »). Texts of law carry their reference and their date.
"""

from typing import Any

NAME = "Progr'ESS"
ENVELOPE, CAP = "100000.00", "15000.00"
# A call of winter: closed on 6 February at the last minute of the day (month, day, hour, minute).
CLOSING = (2, 6, 23, 59)

EDITION: dict[str, Any] = {
    "prefix": "PROG",
    "summary": "Une aide aux projets de l'économie sociale et solidaire qui améliorent la vie quotidienne.",
    "description": (
        "Vous portez un projet utile aux habitants, dans leur vie de tous les jours : se nourrir, se déplacer, se "
        "soigner, réparer, faire garder un enfant, rompre l'isolement.\n\nL'aide finance un projet que vous avez "
        "imaginé et que vous conduisez vous-même."
    ),
    "themes": [{"code": "quotidien", "label": "Vie quotidienne"}],
    "eligible_costs": (
        "Dépenses de fonctionnement directement liées au projet : salaires, achats, prestations, déplacements, "
        "communication, part des charges courantes. Pas d'investissement lourd."
    ),
    "benefits": [
        "Accompagnement individuel au financement",
        "Une place en incubateur selon les projets",
        "L'entrée dans le réseau des lauréats",
    ],
    "amount_max": CAP,
    "max_rate": "80.00",
    "one_award_each": True,
    "instalments": [
        {"kind": "advance", "percent": 70, "condition": "À la notification"},
        {"kind": "balance", "percent": 30, "condition": "Après le bilan"},
    ],
    "convention_from": "23000.00",
    "de_minimis_ceiling": "300000.00",
    "state_aid": "de_minimis",
    "legal_basis": "",
    "nature": {},
    "grace_minutes": 15,
    "reviews_wanted": 2,
    "quorum": 3,
    "is_blind": False,
    "reading": {"score": "mean", "official": "raw", "floor": 50, "gap": 10, "partial": 70},
    "closing_message": (
        "L'appel est clos. Les dossiers déposés sont en cours de lecture ; chaque structure recevra une réponse motivée."
    ),
}

_ART_10_1 = (
    "Loi n° 2000-321 du 12 avril 2000, article 10-1 ; décret n° 2021-1947 du 31 décembre 2021"
)
_DE_MINIMIS = "Règlement (UE) 2023/2831 du 13 décembre 2023"

RULES: list[dict[str, Any]] = [
    {
        "code": "forme", "label": "Une structure de l'ESS, ou agréée ESUS", "kind": "form_or_label", "operator": "",
        "value": {"families": ["association", "foundation", "mutual", "cooperative"], "labels": ["lab-esus"]},
        "severity": "blocking", "source": "register",
        "explanation_ok": "Votre forme juridique, ou votre agrément ESUS, permet de candidater.",
        "explanation_ko": "L'appel est ouvert aux associations, fondations, mutuelles, coopératives et aux sociétés agréées ESUS à la date de clôture.",
        "how_to_fix": "Si votre agrément ESUS est en cours, demandez à l'un de vos partenaires de l'ESS de porter le projet.",
        "legal_ref": "Loi n° 2014-856 du 31 juillet 2014, article 1 ; code du travail, article L3332-17-1",
        "legal_ref_on": "2014-07-31",
    },
    {
        "code": "siret", "label": "Un établissement en activité", "kind": "siret_alive", "operator": "",
        "value": {}, "severity": "blocking", "source": "register",
        "explanation_ok": "Votre SIRET est en activité.",
        "explanation_ko": "Il faut un établissement en activité au répertoire Sirene.",
        "how_to_fix": "Demandez un SIRET à l'INSEE, ou corrigez le numéro.",
    },
    {
        "code": "lieu", "label": "Une action sur le territoire", "kind": "action_place", "operator": "any",
        "value": {}, "severity": "blocking", "source": "declared",
        "explanation_ok": "Votre action a lieu sur le territoire.",
        "explanation_ko": "L'action doit avoir lieu, au moins en partie, dans une commune du territoire.",
        "how_to_fix": "Indiquez les communes où l'action se déroule.",
    },
    {
        "code": "anciennete", "label": "Six mois d'existence", "kind": "age", "operator": "",
        "value": {"months": 6}, "severity": "to_check", "source": "register",
        "explanation_ok": "Votre structure existe depuis au moins six mois.",
        "explanation_ko": "Une structure de moins de six mois à la date de clôture est regardée de plus près.",
        "how_to_fix": "Dites dans le dossier ce que vous avez déjà fait ensemble.",
    },
    {
        "code": "bilans", "label": "Des bilans à jour", "kind": "reports_done", "operator": "",
        "value": {}, "severity": "blocking", "source": "register",
        "explanation_ok": "Aucun bilan ne vous est réclamé.",
        "explanation_ko": "Les bilans des aides passées doivent être rendus.",
        "how_to_fix": "Rendez ce bilan : la candidature pourra être déposée aussitôt.",
    },
    {
        "code": "montant", "label": "Un montant et un taux dans les limites", "kind": "amount", "operator": "",
        "value": {}, "severity": "blocking", "source": "computed",
        "explanation_ok": "Le montant demandé respecte le plafond et la part maximale du coût.",
        "explanation_ko": "Le montant demandé ne dépasse ni le plafond de l'appel, ni la part maximale du coût du projet.",
        "how_to_fix": "Réduisez la demande, ou complétez les autres financements.",
    },
    {
        "code": "engagement", "label": "Le contrat d'engagement républicain", "kind": "commitment", "operator": "",
        "value": {}, "severity": "blocking", "source": "declared",
        "explanation_ok": "Vous avez souscrit au contrat d'engagement républicain, ou il ne vous concerne pas.",
        "explanation_ko": "Une association ou une fondation souscrit au contrat d'engagement républicain avant de recevoir une aide publique.",
        "how_to_fix": "Cochez la case de la rubrique « Attestations ».",
        "legal_ref": _ART_10_1, "legal_ref_on": "2021-12-31",
    },
    {
        "code": "societe", "label": "Une base légale pour une société", "kind": "legal_basis", "operator": "",
        "value": {"note": ""}, "severity": "to_check", "source": "computed",
        "explanation_ok": "Votre forme juridique ne demande pas de vérification particulière.",
        "explanation_ko": "Pour une société commerciale, la collectivité vérifie qu'un texte lui permet d'aider votre projet.",
        "how_to_fix": "Dites en quoi le projet relève de la solidarité ou de l'insertion.",
        "legal_ref": "Loi n° 2015-991 du 7 août 2015 (NOTRe)", "legal_ref_on": "2015-08-07",
    },
    {
        "code": "minimis", "label": "Le plafond des aides de minimis", "kind": "de_minimis", "operator": "",
        "value": {}, "severity": "to_check", "source": "computed",
        "explanation_ok": "Vos aides de minimis sur trois ans restent sous le plafond.",
        "explanation_ko": "La somme des aides de minimis sur trois ans, celle-ci comprise, reste sous le plafond ; au-delà, nous regardons ensemble.",
        "how_to_fix": "Vérifiez la somme de vos aides des trois dernières années.",
        "legal_ref": _DE_MINIMIS, "legal_ref_on": "2023-12-13",
    },
]  # fmt: skip


def _levels(*words: str) -> list[str]:
    return list(words)


CRITERIA: list[dict[str, Any]] = [
    {"code": "besoin", "label": "Réponse aux besoins du quotidien des publics fragiles", "weight": 25,
     "description": "Le besoin est réel, connu, et la réponse change la vie de personnes fragiles.",
     "anchors": _levels("Aucun besoin décrit", "Besoin affirmé, sans preuve ni public précis",
                        "Besoin décrit, public identifié, réponse partielle",
                        "Besoin étayé avec les personnes, réponse adaptée",
                        "Besoin constaté avec les personnes, réponse qu'elles ont contribué à construire")},
    {"code": "innovation", "label": "Innovation sociale", "weight": 15,
     "description": "Ce qui est nouveau ici, et pourquoi ce serait mieux.",
     "anchors": _levels("Rien de nouveau", "Variante d'une offre déjà présente ici",
                        "Nouveau sur le territoire, connu ailleurs", "Façon de faire nouvelle, argumentée",
                        "Nouvelle, essayée, et que d'autres pourraient reprendre")},
    {"code": "ancrage", "label": "Ancrage et coopérations locales", "weight": 20,
     "description": "Qui fait quoi avec qui, sur le territoire.",
     "anchors": _levels("Aucun lien local", "Partenaires cités, sans engagement", "Un partenaire engagé",
                        "Plusieurs partenaires engagés, rôles clairs",
                        "Coopération durable, décidée ensemble, moyens partagés")},
    {"code": "faisabilite", "label": "Faisabilité et équipe", "weight": 15,
     "description": "Le calendrier, les moyens et l'équipe permettent de réussir.",
     "anchors": _levels("Ni calendrier ni équipe", "Calendrier flou, équipe à trouver",
                        "Étapes claires, équipe partielle", "Étapes, équipe et moyens réunis",
                        "Tout est prêt, les risques sont prévus")},
    {"code": "modele", "label": "Modèle économique et cofinancement", "weight": 10,
     "description": "Le budget tient, et la suite après l'aide est pensée.",
     "anchors": _levels("Budget absent ou incohérent", "Tout repose sur cette aide",
                        "Cofinancement annoncé", "Cofinancement acquis en partie, suite pensée",
                        "Cofinancement acquis, équilibre crédible après l'aide")},
    {"code": "impact", "label": "Impact et évaluation", "weight": 10,
     "description": "Ce qui changera, et comment on le saura.",
     "anchors": _levels("Aucun effet décrit", "Effets généraux, sans mesure", "Quelques indicateurs",
                        "Indicateurs suivis avec une cible", "Évaluation avec les personnes, partagée")},
    {"code": "ecologie", "label": "Transition écologique", "weight": 5,
     "description": "Le projet prend soin du vivant et des ressources.",
     "anchors": _levels("Effets négatifs ignorés", "Intention seule", "Une action précise",
                        "Plusieurs actions, suivies", "Au cœur du projet, mesurée")},
]  # fmt: skip

# Structures made up to try the rules; the commune of the action is one of the space's own.
EXAMPLES: list[dict[str, Any]] = [
    {
        "label": "Une association du territoire, à jour de tout",
        "facts": {
            "family": "association", "created_on": "2015-03-01", "requested": "9000", "total_cost": "15000",
            "commitment": True, "siret_state": "active", "aids": [], "overdue": [],
        },
        "expected": {
            "forme": "yes", "siret": "yes", "lieu": "yes", "anciennete": "yes", "montant": "yes",
            "engagement": "yes", "societe": "yes", "minimis": "yes",
        },
    },
    {
        "label": "Une société sans agrément, qui demande trop",
        "facts": {
            "family": "commercial", "labels": [], "created_on": "2015-03-01", "requested": "20000",
            "total_cost": "21000", "siret_state": "active", "aids": [],
        },
        "expected": {"forme": "no", "siret": "yes", "lieu": "yes", "montant": "no", "societe": "to_check"},
    },
]  # fmt: skip
