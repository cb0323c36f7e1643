"""The form of the ready-made call: the questions of form 12156, in its order, and those of a jury.

Sections carry the number (1 to 7) under which form 12156 (« Demande de subvention(s) », loi 2000-321, art. 9-1 and 10)
prints them; words are ours. Shape: `lib/form.py`.
"""

from typing import Any

_ASSOCIATIONS = {"field": "forme", "op": "in", "value": ["association", "foundation"]}
_COMPANIES = {"field": "forme", "op": "in", "value": ["commercial", "cooperative"]}
_DOCUMENTS = ["pdf", "png", "jpg", "odt", "docx"]
_SHEETS = ["pdf", "ods", "xlsx", "odt", "docx"]

_IDENTITY: dict[str, Any] = {
    "code": "identite",
    "title": "Votre structure",
    "intro": "Ce que l'annuaire ou les registres savent déjà est rempli : relisez, corrigez.",
    "fields": [
        {"code": "nom", "type": "text", "label": "Nom de la structure", "required": True,
         "max_length": 250, "reuse": "structure.name", "cerfa": 1, "blind": True},
        {"code": "sigle", "type": "text", "label": "Sigle", "max_length": 40,
         "reuse": "structure.acronym", "cerfa": 1, "blind": True},
        {"code": "forme", "type": "choice", "label": "Forme juridique", "required": True, "reuse": "structure.family",
         "cerfa": 1,
         "choices": [["association", "Association"], ["foundation", "Fondation ou fonds de dotation"],
                     ["mutual", "Mutuelle"], ["cooperative", "Coopérative (SCOP, SCIC, CAE…)"],
                     ["commercial", "Société commerciale agréée ESUS"], ["other", "Autre"]]},
        {"code": "siret", "type": "siret", "label": "Numéro SIRET", "required": True,
         "reuse": "structure.siret", "cerfa": 1, "blind": True},
        {"code": "rna", "type": "rna", "label": "Numéro RNA", "help": "W suivi de 9 caractères.",
         "reuse": "structure.rna", "cerfa": 1, "condition": _ASSOCIATIONS, "blind": True},
        {"code": "siege", "type": "text", "label": "Adresse du siège", "required": True, "max_length": 250,
         "reuse": "structure.address", "cerfa": 1, "blind": True},
        {"code": "commune_siege", "type": "commune", "label": "Commune du siège", "required": True,
         "reuse": "structure.commune", "cerfa": 1},
        {"code": "site", "type": "url", "label": "Site web", "reuse": "structure.website", "cerfa": 1, "blind": True},
        {"code": "objet", "type": "long_text", "label": "Objet de la structure", "required": True,
         "max_length": 1500, "reuse": "structure.description", "cerfa": 1, "blind": True},
        {"code": "representant", "type": "text", "label": "Représentante ou représentant légal", "required": True,
         "max_length": 120, "cerfa": 1, "personal": True, "blind": True},
        {"code": "qualite", "type": "text", "label": "Sa qualité", "required": True, "max_length": 80,
         "help": "Présidente, gérant, directrice avec délégation…", "cerfa": 1},
        {"code": "contact", "type": "text", "label": "Personne qui suit le dossier", "required": True,
         "max_length": 120, "cerfa": 1, "personal": True, "blind": True},
        {"code": "courriel", "type": "email", "label": "Son adresse e-mail", "required": True,
         "cerfa": 1, "personal": True, "blind": True},
        {"code": "telephone", "type": "phone", "label": "Son téléphone", "cerfa": 1, "personal": True,
         "blind": True},
    ],
}  # fmt: skip

_RELATIONS: list[dict[str, Any]] = [
    {
        "code": "administration",
        "title": "Vos relations avec l'administration",
        "fields": [
            {"code": "agrements", "type": "choices", "label": "Agréments et reconnaissances", "cerfa": 2,
             "choices": [["esus", "ESUS (entreprise solidaire d'utilité sociale)"],
                         ["siae", "Insertion par l'activité économique"],
                         ["jep", "Jeunesse et éducation populaire"], ["sport", "Sport"],
                         ["environnement", "Protection de l'environnement"],
                         ["utilite", "Reconnaissance d'utilité publique"], ["autre", "Autre"]]},
            {"code": "esus_jusqu", "type": "date", "label": "Agrément ESUS valable jusqu'au", "cerfa": 2,
             "help": "La date qui figure sur la décision.",
             "condition": {"field": "agrements", "op": "contains", "value": "esus"}},
            {"code": "impots", "type": "yes_no", "label": "Êtes-vous soumis aux impôts commerciaux ?", "cerfa": 2},
        ],
    },
    {
        "code": "reseaux",
        "title": "Vos réseaux",
        "fields": [
            {"code": "reseaux", "type": "long_text", "label": "Réseaux, unions, fédérations dont vous êtes membre",
             "max_length": 800, "cerfa": 3, "blind": True},
        ],
    },
    {
        "code": "moyens",
        "title": "Vos moyens humains",
        "intro": "Au 31 décembre de l'année passée.",
        "fields": [
            {"code": "adherents", "type": "integer", "label": "Adhérentes et adhérents", "minimum": "0", "cerfa": 4},
            {"code": "benevoles", "type": "integer", "label": "Bénévoles", "minimum": "0", "cerfa": 4},
            {"code": "salaries", "type": "integer", "label": "Salariées et salariés", "required": True,
             "minimum": "0", "cerfa": 4},
            {"code": "etp", "type": "text", "label": "En équivalents temps plein", "max_length": 10, "cerfa": 4},
            {"code": "mis_a_disposition", "type": "integer", "label": "Agents publics mis à disposition",
             "minimum": "0", "cerfa": 4},
        ],
    },
    {
        "code": "budget_structure",
        "title": "Le budget de la structure",
        "intro": "L'année en cours. Charges et produits doivent être égaux.",
        "fields": [
            {"code": "budget_annuel", "type": "budget", "label": "Budget prévisionnel de la structure",
             "required": True, "cerfa": 5},
        ],
    },
]  # fmt: skip

_PROJECT: list[dict[str, Any]] = [
    {
        "code": "projet",
        "title": "Votre projet",
        "fields": [
            {"code": "titre", "type": "text", "label": "Titre du projet", "required": True, "max_length": 120,
             "help": "Sans le nom de votre structure : le jury peut lire sans les noms.",
             "meaning": "title", "cerfa": 6, "public": True},
            {"code": "resume", "type": "long_text", "label": "Le projet en quelques phrases", "required": True,
             "max_length": 1500, "meaning": "summary", "cerfa": 6, "public": True,
             "help": "Publié si vous êtes lauréat : ce que vous ferez, pour qui, où."},
            {"code": "theme", "type": "choice", "label": "Thème", "required": True, "meaning": "theme",
             "choices": [["quotidien", "Vie quotidienne"]], "cerfa": 6},
            {"code": "nature_projet", "type": "choice", "label": "C'est", "required": True, "cerfa": 6,
             "choices": [["premiere", "une première demande"], ["renouvellement", "un renouvellement"]]},
            {"code": "besoin", "type": "long_text", "label": "À quel besoin du quotidien répondez-vous ?",
             "required": True, "max_length": 3000, "cerfa": 6,
             "help": "Qui vous l'a dit, comment vous l'avez constaté."},
            {"code": "actions", "type": "long_text", "label": "Que ferez-vous ?", "required": True,
             "max_length": 3000, "cerfa": 6},
            {"code": "innovation", "type": "long_text", "label": "Qu'est-ce qui est nouveau ici ?",
             "required": True, "max_length": 2000},
            {"code": "publics", "type": "choices", "label": "Pour qui ?", "required": True, "meaning": "audiences",
             "cerfa": 6,
             "choices": [["enfants", "Enfants"], ["jeunes", "Jeunes"], ["aines", "Personnes âgées"],
                         ["handicap", "Personnes handicapées"], ["familles", "Familles"],
                         ["emploi", "Personnes en recherche d'emploi"], ["precarite", "Personnes en précarité"],
                         ["tous", "Tout le monde"]]},
            {"code": "beneficiaires", "type": "integer", "label": "Combien de personnes ?", "required": True,
             "minimum": "1", "cerfa": 6},
            {"code": "communes", "type": "communes", "label": "Dans quelles communes ?", "required": True,
             "meaning": "places", "cerfa": 6},
            {"code": "debut", "type": "date", "label": "Début", "required": True, "meaning": "starts_on",
             "cerfa": 6},
            {"code": "fin", "type": "date", "label": "Fin", "required": True, "meaning": "ends_on", "cerfa": 6},
            {"code": "equipe", "type": "long_text", "label": "Qui le conduira ?", "required": True,
             "max_length": 2000, "cerfa": 6, "blind": True},
            {"code": "etapes", "type": "repeated", "label": "Étapes", "max_rows": 12,
             "fields": [
                 {"code": "etape", "type": "text", "label": "Étape", "required": True, "max_length": 160},
                 {"code": "quand", "type": "text", "label": "Quand", "required": True, "max_length": 60},
             ]},
            {"code": "typologie", "type": "choice", "label": "Vous vous sentez plutôt", "meaning": "typology",
             "help": "Votre réponse ne compte pas dans la note.",
             "choices": [["entrepreneurial", "une entreprise sociale"],
                         ["militant", "un collectif citoyen ou militant"], ["other", "autre"]]},
        ],
    },
    {
        "code": "cooperations",
        "title": "Avec qui",
        "fields": [
            {"code": "partenaires", "type": "partners", "label": "Structures qui portent le projet avec vous",
             "cerfa": 6},
            {"code": "cooperations", "type": "long_text", "label": "Coopérations locales", "required": True,
             "max_length": 2000, "cerfa": 6, "blind": True},
        ],
    },
    {
        "code": "budget_projet",
        "title": "Le budget du projet",
        "fields": [
            {"code": "cout", "type": "money", "label": "Coût total du projet", "required": True,
             "minimum": "1", "meaning": "total_cost", "cerfa": 6},
            {"code": "demande", "type": "money", "label": "Montant demandé", "required": True,
             "minimum": "1", "maximum": "15000", "meaning": "requested", "cerfa": 7},
            {"code": "budget", "type": "budget", "label": "Budget prévisionnel du projet", "required": True,
             "help": "Charges et produits doivent être égaux. Notre participation figure dans les produits.",
             "cerfa": 6},
            {"code": "modele", "type": "long_text", "label": "Modèle économique et cofinancements",
             "required": True, "max_length": 2000},
        ],
    },
    {
        "code": "effets",
        "title": "Effets attendus",
        "fields": [
            {"code": "indicateurs", "type": "indicators", "label": "Indicateurs", "required": True, "max_rows": 8,
             "cerfa": 6, "help": "Deux ou trois suffisent : le bilan les reprendra."},
            {"code": "evaluation", "type": "long_text", "label": "Comment saurez-vous que cela marche ?",
             "required": True, "max_length": 1500, "cerfa": 6},
            {"code": "ecologie", "type": "long_text", "label": "Et la transition écologique ?",
             "required": True, "max_length": 1500},
        ],
    },
]  # fmt: skip

_PAPERS: list[dict[str, Any]] = [
    {
        "code": "pieces",
        "title": "Pièces",
        "intro": "Les pièces déjà données une fois sont reprises.",
        "fields": [
            {"code": "statuts", "type": "file", "label": "Statuts à jour", "required": True,
             "accepts": _DOCUMENTS, "reuse": "statutes", "blind": True},
            {"code": "dirigeants", "type": "file", "label": "Liste des dirigeantes et dirigeants",
             "required": True, "accepts": _SHEETS, "reuse": "officers", "personal": True, "blind": True},
            {"code": "comptes", "type": "file", "label": "Comptes du dernier exercice clos", "required": True,
             "accepts": _SHEETS, "reuse": "accounts", "blind": True},
            {"code": "rapport", "type": "file", "label": "Dernier rapport d'activité", "accepts": _DOCUMENTS,
             "reuse": "activity_report", "blind": True},
            {"code": "rib", "type": "file", "label": "Relevé d'identité bancaire", "required": True,
             "accepts": _DOCUMENTS, "reuse": "iban", "personal": True, "blind": True},
            {"code": "decision_esus", "type": "file", "label": "Décision d'agrément ESUS", "required": True,
             "accepts": _DOCUMENTS, "reuse": "esus", "blind": True,
             "condition": {"field": "agrements", "op": "contains", "value": "esus"}},
            {"code": "pouvoir", "type": "file", "label": "Pouvoir de la personne qui signe",
             "help": "Si ce n'est pas le représentant légal.", "accepts": _DOCUMENTS, "blind": True},
        ],
    },
    {
        "code": "attestations",
        "title": "Attestations",
        "fields": [
            {"code": "iban", "type": "iban", "label": "IBAN", "required": True, "holder": "titulaire", "reuse": "structure.iban",
             "cerfa": 7, "personal": True, "blind": True},
            {"code": "titulaire", "type": "text", "label": "Titulaire du compte", "required": True,
             "max_length": 120, "help": "Le compte est au nom de la structure.", "cerfa": 7, "blind": True},
            {"code": "aides_3_ans", "type": "money", "label": "Aides de minimis reçues sur trois ans",
             "help": "Avec les entreprises qui vous sont liées. Zéro si aucune. Règlement (UE) 2023/2831.",
             "required": True, "minimum": "0", "cerfa": 7},
            {"code": "cer", "type": "certify", "required": True, "cerfa": 7, "condition": _ASSOCIATIONS,
             "label": "La structure souscrit au contrat d'engagement républicain (décret 2021-1947 du 31 "
                      "décembre 2021) et en a informé ses membres."},
            {"code": "societe", "type": "certify", "required": True, "condition": _COMPANIES,
             "label": "L'agrément ou les statuts qui fondent l'utilité sociale sont en vigueur."},
            {"code": "exactitude", "type": "certify", "required": True, "cerfa": 7,
             "label": "Les informations données sont exactes, et la structure est à jour de ses obligations "
                      "sociales et fiscales."},
        ],
    },
]  # fmt: skip


def cerfa_form(themes: list[dict[str, str]], most: str) -> dict[str, Any]:
    """The whole definition, with the themes of the edition and the most that may be asked (« 15000.00 »)."""
    project = [dict(section) for section in _PROJECT]
    for section in project:
        section["fields"] = [_fitted(one, themes, most) for one in section["fields"]]
    return {"sections": [_IDENTITY, *_RELATIONS, *project, *_PAPERS]}


def _fitted(field: dict[str, Any], themes: list[dict[str, str]], most: str) -> dict[str, Any]:
    if field.get("meaning") == "theme" and themes:
        return field | {"choices": [[one["code"], one["label"]] for one in themes]}
    if field.get("meaning") == "requested":
        return field | {"maximum": most}
    return field
