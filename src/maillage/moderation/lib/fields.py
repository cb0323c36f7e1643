"""What anybody may propose about a structure, field by field. Values are texts from here to the decision."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from maillage.moderation.lib.text import one_line, paragraphs
from maillage.structures.enums import Axis
from maillage.structures.models import Establishment, Structure, Term
from maillage.territories.queries import names_by_code

STRUCTURE, PLACE, TERM = "structure", "place", "term"


@dataclass(frozen=True, slots=True)
class Field:
    """`owner` says what holds it: the structure, one of its places, or its main sector's term."""

    name: str
    label: str
    owner: str = STRUCTURE
    is_long: bool = False


FIELDS = {
    field.name: field
    for field in (
        Field("name", "nom"),
        Field("acronym", "sigle"),
        Field("description", "présentation", is_long=True),
        Field("sector", "secteur principal", TERM),
        Field("address", "adresse", PLACE),
        Field("postal_code", "code postal", PLACE),
        Field("municipality_code", "commune", PLACE),
        Field("website", "site web"),
        Field("email", "adresse e-mail"),
        Field("phone", "téléphone"),
        Field("siren", "SIREN"),
        Field("rna", "numéro RNA"),
        Field("siret", "SIRET", PLACE),
    )
}
IDENTIFIERS = frozenset({"siren", "rna", "siret"})
CORRECTABLE = tuple(name for name in FIELDS if name not in IDENTIFIERS)


def clean_values(fields: Mapping[str, object]) -> dict[str, str]:
    """Texts as they will be kept. Raises `ValidationError` by field; KeyError for an unknown one."""
    values: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    for name, value in fields.items():
        text = paragraphs(value) if FIELDS[name].is_long else one_line(value)
        try:
            values[name] = _checked(name, text)
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise ValidationError(errors)
    return values


def _checked(name: str, text: str) -> str:
    if name in _CHECKS:
        return _CHECKS[name](text)
    owner = Establishment if FIELDS[name].owner == PLACE else Structure
    return str(owner._meta.get_field(name).clean(text, None) or "")  # type: ignore[union-attr]


def _website(text: str) -> str:
    if text and "://" not in text:
        text = f"https://{text}"
    if text and not re.match(r"https?://", text, re.IGNORECASE):
        raise ValidationError("Une adresse de site commence par https:// ou http://.")
    return str(Structure._meta.get_field("website").clean(text, None))


def _phone(text: str) -> str:
    if text and not re.fullmatch(r"\+?[0-9 .()-]{4,20}", text):
        raise ValidationError("Un numéro de téléphone ne contient que des chiffres et des espaces.")
    return text


def _postal_code(text: str) -> str:
    if text and not re.fullmatch(r"[0-9]{5}", text):
        raise ValidationError("Un code postal a cinq chiffres.")
    return text


def _municipality(text: str) -> str:
    if text and text not in names_by_code():
        raise ValidationError("Cette commune n'est pas connue.")
    return text


def _sector(text: str) -> str:
    known = Term.objects.filter(axis=Axis.SECTOR, code=text, ended_on__isnull=True)
    if text and not known.exists():
        raise ValidationError("Ce secteur n'est pas dans la liste.")
    return text


def _siren(text: str) -> str:
    number = re.sub(r"[\s.]", "", text)
    if number and not (re.fullmatch(r"[0-9]{9}", number) and siren_number.is_valid(number)):
        raise ValidationError(
            "Ce SIREN n'existe pas : il faut neuf chiffres dont le dernier est une clé."
        )
    return number


def _siret(text: str) -> str:
    number = re.sub(r"[\s.]", "", text)
    if number and not (re.fullmatch(r"[0-9]{14}", number) and siret_number.is_valid(number)):
        raise ValidationError(
            "Ce SIRET n'existe pas : il faut quatorze chiffres dont le dernier est une clé."
        )
    return number


def _rna(text: str) -> str:
    number = re.sub(r"\s", "", text).upper()
    if number and not re.fullmatch(r"W[0-9][0-9A-Z][0-9]{7}", number):
        raise ValidationError("Un numéro RNA est un W suivi de neuf chiffres.")
    return number


_CHECKS = {
    "website": _website,
    "phone": _phone,
    "postal_code": _postal_code,
    "municipality_code": _municipality,
    "sector": _sector,
    "siren": _siren,
    "siret": _siret,
    "rna": _rna,
}
