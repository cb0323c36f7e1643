"""Open data of grants: the format « subventions » of the SCDL, version 2.1.1.

Source: https://schema.data.gouv.fr/scdl/subventions/ (Table Schema, décret n° 2017-779 du 5 mai 2017 and arrêté du 17
novembre 2017). A row is a mapping of texts, as in the CSV. `problems` says in French what the official schema
refuses, and what it lets through though it is wrong: an identifier that a spreadsheet destroyed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from stdnum.fr import siret

OBJECT_LENGTH = 256
YES_NO = ("oui", "non")
NATURES = (
    "aide en numéraire",
    "aide en nature",
    "aide en numéraire;aide en nature",
    "aide en nature;aide en numéraire",
)
CONDITIONS = ("unique", "échelonné", "autre")
LABELS = (
    "en cours d'intruction",
    "attribuée",
    "ineligible",
    "refusée",
)  # as the schema writes them


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `kind` is a type of Table Schema; `pattern`, `among` and `longest` are its constraints."""

    name: str
    about: str
    kind: str = "string"
    required: bool = False
    pattern: str = ""
    among: tuple[str, ...] = ()
    longest: int = 0


_PERIOD = r"[0-9]{4}\-[0-9]{2}\-[0-9]{2}(\/[0-9]{4}\-[0-9]{2}\-[0-9]{2})?"
FIELDS = (
    Field("idSubvention", "Numéro de la subvention"),
    Field("nomAttribuant", "Collectivité qui attribue", required=True),
    Field("idAttribuant", "SIRET de la collectivité", required=True, pattern=r"\d{14}"),
    Field("nomServiceInstructeur", "Service instructeur"),
    Field("idServiceInstructeur", "Identifiant du service instructeur", required=True),
    Field("nomBeneficiaire", "Bénéficiaire", required=True),
    Field("idBeneficiaire", "SIRET du bénéficiaire"),
    Field("rnaBeneficiaire", "Numéro RNA du bénéficiaire", pattern=r"W\d{9}"),
    Field("exerciceBudgetaire", "Exercice budgétaire", "integer"),
    Field("pluriannualite", "Pluriannuelle", among=YES_NO),
    Field("anneesPluriannualite", "Années"),
    Field("dateDecision", "Date de la décision", "date"),
    Field("dateConvention", "Date de la convention, ou de la décision", "date", required=True),
    Field("referenceDecision", "Référence de la décision"),
    Field("dateCreation", "Date de la demande", "date"),
    Field("dateDebut", "Début de l'action", "date"),
    Field("dateFin", "Fin de l'action", "date"),
    Field("dispositif", "Dispositif"),
    Field("sousDispositif", "Sous-dispositif"),
    Field("statutLabel", "État de la demande", among=LABELS),
    Field("objet", "Objet", required=True, longest=OBJECT_LENGTH),
    Field("nature", "Nature", required=True, among=NATURES),
    Field("montantDemande", "Montant demandé (€)", "number"),
    Field("montant", "Montant attribué avant partage (€)", "number"),
    Field("nomOutilInstruction", "Outil d'instruction"),
    Field("nomOutilVersement", "Outil de versement"),
    Field("ej", "Engagement juridique"),
    Field("cléVersement", "Clé de versement"),
    Field("conditionsVersement", "Conditions de versement", required=True, among=CONDITIONS),
    Field("descriptionConditionsVersement", "Description des conditions", required=True, longest=256),
    Field("datesPeriodeVersement", "Date ou période de versement", required=True, pattern=_PERIOD),
    Field("cofinancement", "Cofinancée", among=YES_NO),
    Field("attribuantsCofinanceurs", "Cofinanceurs"),
    Field("idCofinancement", "Identifiant du cofinancement"),
    Field("idRAE", "Numéro au répertoire des aides aux entreprises", longest=5),
    Field("notificationUE", "Aide notifiée ou de minimis", required=True, among=YES_NO),
    Field("pourcentageSubvention", "Part du bénéficiaire (0,01 à 1)", "number", required=True),
    Field("evaluationCout", "Coût de l'évaluation (€)", "number"),
    Field("evaluation", "Évaluation"),
    Field("dateMiseAJour", "Mise à jour", "date"),
)  # fmt: skip
NAMES = tuple(field.name for field in FIELDS)
_REQUIRED = tuple(field.name for field in FIELDS if field.required)
_SCIENTIFIC = re.compile(r"^\d([.,]\d+)?E\+?\d+$", re.IGNORECASE)


def table_schema() -> dict[str, object]:
    """The Table Schema of what we publish, for a reader that cannot reach the official one."""
    fields: list[dict[str, object]] = []
    for field in FIELDS:
        constraints: dict[str, object] = {"required": field.required}
        if field.pattern:
            constraints["pattern"] = f"^{field.pattern}$"
        if field.among:
            constraints["enum"] = list(field.among)
        if field.longest:
            constraints["maxLength"] = field.longest
        if field.name == "pourcentageSubvention":
            constraints |= {"minimum": 0.01, "maximum": 1}
        fields.append(
            {
                "name": field.name,
                "title": field.about,
                "type": field.kind,
                "constraints": constraints,
            }
        )
    return {"name": "subventions", "version": "2.1.1", "fields": fields}


def missing_columns(header: Sequence[str]) -> list[str]:
    """Columns that every row needs and the file does not have; check them before any row."""
    known = {name.strip() for name in header}
    return [name for name in _REQUIRED if name not in known]


def problems(row: Mapping[str, str]) -> list[str]:
    """What is wrong with a row, a sentence each; nothing for a row that can be published."""
    found = [sentence for field in FIELDS if (sentence := _problem(field, row.get(field.name, "")))]
    found += [
        sentence
        for name in ("idAttribuant", "idBeneficiaire")
        if (sentence := _siret_problem(name, row.get(name, "")))
    ]
    if not row.get("idBeneficiaire") and not row.get("rnaBeneficiaire"):
        found.append("idBeneficiaire, rnaBeneficiaire : il faut l'un des deux.")
    return found


def _problem(field: Field, value: str) -> str:
    if not value:
        return f"{field.name} : il manque." if field.required else ""
    if field.kind in {"number", "integer"}:
        return _number_problem(field, value)
    return _text_problem(field, value)


def _text_problem(field: Field, value: str) -> str:
    if field.longest and len(value) > field.longest:
        return f"{field.name} : {len(value)} caractères, {field.longest} au plus."
    if field.among and value not in field.among:
        return f"{field.name} : « {value} » n'est pas dans la liste ({', '.join(field.among)})."
    if field.pattern and not re.fullmatch(field.pattern, value):
        return f"{field.name} : « {value} » n'a pas la forme attendue."
    if field.kind == "date" and not _is_day(value):
        return f"{field.name} : « {value} » n'est pas une date AAAA-MM-JJ."
    return ""


def _number_problem(field: Field, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return f"{field.name} : « {value} » n'est pas un nombre (point décimal, sans espace)."
    if field.kind == "integer" and number != number.to_integral_value():
        return f"{field.name} : « {value} » n'est pas un nombre entier."
    if field.name == "pourcentageSubvention" and not Decimal("0.01") <= number <= 1:
        return f"{field.name} : {value} n'est pas entre 0.01 et 1."
    return ""


def _siret_problem(name: str, value: str) -> str:
    """Only what the official schema lets through or says badly; a wrong shape of `idAttribuant` is told above."""
    if not value or (name == "idAttribuant" and not re.fullmatch(r"\d{14}", value)):
        return ""
    if _SCIENTIFIC.match(value):
        return f"{name} : « {value} » a été abîmé par un tableur : remettez les quatorze chiffres."
    if len(value) == 9 and value.isdigit():
        return f"{name} : « {value} » est un SIREN ; il faut le SIRET, à quatorze chiffres."
    if not siret.is_valid(value) or siret.compact(value) != value:
        return f"{name} : « {value} » n'est pas un SIRET."
    return ""


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
