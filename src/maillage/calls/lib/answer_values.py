"""One answer, read by the type of its field: the value to keep, or one French sentence that says what is wrong."""

import datetime as dt
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from stdnum import iban as iban_rule
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siret as siret_rule

from maillage.calls.lib.conditions import number_of
from maillage.calls.lib.form import Field, FieldType
from maillage.core.tabular.cells import contacts, values
from maillage.core.tabular.cells.text import CellError

TEXT_LONGEST, LONG_TEXT_LONGEST = 300, 10_000
MOST_CHOSEN = 2000
MOST_MONEY = Decimal("9999999999.99")
_SHAPE = "Cette réponse n'a pas la forme attendue : répondez de nouveau à la question."
_NOISE = re.compile(r"[\s.\-_/'’\u00a0\u202f\u2009]+")
# « W » and nine characters: a letter may stand third (Corsica: W2A…).
_RNA = re.compile(r"^W\d[A-Z\d]\d{7}$")
_INSEE = re.compile(r"^(\d{5}|2[AB]\d{3})$")
_MOST_INTEGER = 10**12


class AnswerError(Exception):
    """The answer cannot be kept as it is. The message is one French sentence."""


def limit_of(field: Field) -> int:
    """Characters at most, for a field that is written."""
    usual = LONG_TEXT_LONGEST if field.type == FieldType.LONG_TEXT else TEXT_LONGEST
    return min(field.max_length or usual, LONG_TEXT_LONGEST)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise AnswerError(_SHAPE)
    return value.strip()


def _text(field: Field, value: Any) -> str:
    text = _string(value).replace("\r\n", "\n")
    longest = limit_of(field)
    if len(text) > longest:
        raise AnswerError(
            f"Ce texte a {len(text)} caractères : retirez-en {len(text) - longest} "
            f"pour tenir en {longest}."
        )
    if field.type == FieldType.TEXT and "\n" in text:
        raise AnswerError("Cette réponse tient en une ligne : retirez les retours à la ligne.")
    return text


def _bounds(field: Field, number: Decimal, shown: Callable[[Decimal], str]) -> None:
    low, high = number_of(field.minimum), number_of(field.maximum)
    if low is not None and number < low:
        raise AnswerError(f"Il faut au moins {shown(low)}.")
    if high is not None and number > high:
        raise AnswerError(f"Il faut au plus {shown(high)}.")


def _integer(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise AnswerError(_SHAPE)
    shown = _NOISE.sub("", str(value)) if not str(value).strip().startswith("-") else str(value)
    if not re.fullmatch(r"-?\d{1,13}", shown.strip(), re.ASCII):
        raise AnswerError("Écrivez un nombre entier, en chiffres.")
    number = int(shown)
    if abs(number) > _MOST_INTEGER:
        raise AnswerError("Ce nombre est trop grand.")
    if number < 0 and not field.minimum:
        raise AnswerError("Ce nombre ne peut être négatif.")
    _bounds(field, Decimal(number), lambda one: spaced(str(one)))
    return number


def money_of(value: Any) -> Decimal:
    """Euros and cents of « 12 500,50 » or `"12500.50"`. Raises `AnswerError`."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise AnswerError(_SHAPE)
    try:
        amount = values.amount(str(value))
    except CellError:
        amount = None
    if amount is None:
        raise AnswerError("Écrivez un montant en euros, par exemple 12 500,50.")
    if amount < 0:
        raise AnswerError("Un montant ne peut être négatif.")
    # « 12.500 » might be twelve euros or twelve thousand: ask.
    if -int(amount.as_tuple().exponent) > 2:
        raise AnswerError(
            "Écrivez les milliers avec un espace et les centimes après une virgule : 12 500,50."
        )
    if amount > MOST_MONEY:
        raise AnswerError("Ce montant est trop grand.")
    return amount.quantize(Decimal("0.01"))


def _money(field: Field, value: Any) -> str:
    amount = money_of(value)
    _bounds(field, amount, euros)
    return str(amount)


def day_of(value: Any) -> dt.date:
    """Raises `AnswerError`; reads 2026-02-06, 06/02/2026 and « 6 février 2026 »."""
    shown = _string(value)
    try:
        if re.fullmatch(r"\d{4}|\d{8}", shown):
            raise CellError("date-format", "")  # noqa: TRY301  (one sentence for all)
        day = values.date(shown, today=dt.date(2190, 1, 1))
    except CellError:
        day = None
    if day is None:
        raise AnswerError("Écrivez une date, par exemple 06/02/2026.")
    return day


def _date(field: Field, value: Any) -> str:
    day = day_of(value)
    for bound, late in ((field.minimum, False), (field.maximum, True)):
        try:
            limit = dt.date.fromisoformat(bound)
        except ValueError:
            continue
        if late and day > limit:
            raise AnswerError(f"La date va jusqu'au {day_in_words(limit)}.")
        if not late and day < limit:
            raise AnswerError(f"La date commence au {day_in_words(limit)}.")
    return day.isoformat()


def _yes_no(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise AnswerError("Répondez par oui ou par non.")
    return value


def _certify(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise AnswerError(_SHAPE)
    if field.required and not value:
        raise AnswerError("Cochez cette case pour continuer.")
    return value


def _choice(field: Field, value: Any) -> str:
    code = _string(value)
    if code not in {known for known, _label in field.choices}:
        raise AnswerError("Choisissez une réponse de la liste.")
    return code


def _listed(field: Field, value: Any, what: str) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_CHOSEN:
        raise AnswerError(_SHAPE)
    codes = list(dict.fromkeys(_string(one) for one in value))
    low, high = number_of(field.minimum), number_of(field.maximum)
    if low is not None and codes and len(codes) < low:
        raise AnswerError(f"Choisissez au moins {low} {what}.")
    if high is not None and len(codes) > high:
        raise AnswerError(f"Choisissez au plus {high} {what}.")
    return codes


def _choices(field: Field, value: Any) -> list[str]:
    codes = _listed(field, value, "réponses")
    known = {code for code, _label in field.choices}
    if any(code not in known for code in codes):
        raise AnswerError("Choisissez des réponses de la liste.")
    return codes


def _commune(field: Field, value: Any) -> str:
    code = _string(value).upper()
    if not _INSEE.match(code):
        raise AnswerError("Choisissez une commune, ou écrivez son code INSEE (cinq caractères).")
    return code


def _communes(field: Field, value: Any) -> list[str]:
    return [_commune(field, one) for one in _listed(field, value, "communes")]


def _siret(field: Field, value: Any) -> str:
    number = _NOISE.sub("", _string(value))
    if not re.fullmatch(r"\d{14}", number, re.ASCII):
        raise AnswerError("Un SIRET a quatorze chiffres.")
    if number.endswith("00000") or not siret_rule.is_valid(number):
        raise AnswerError("Ce SIRET n'existe pas : son dernier chiffre, une clé, ne va pas.")
    return number


def _rna(field: Field, value: Any) -> str:
    number = _NOISE.sub("", _string(value)).upper()
    if not _RNA.match(number):
        raise AnswerError("Un numéro RNA est un W suivi de neuf caractères, comme W922001234.")
    return number


def _iban(field: Field, value: Any) -> str:
    number = _NOISE.sub("", _string(value)).upper()
    try:
        return str(iban_rule.validate(number))
    except (NumberError, ValueError):
        raise AnswerError(
            "Cet IBAN n'existe pas : recopiez-le du relevé d'identité bancaire."
        ) from None


def _email(field: Field, value: Any) -> str:
    try:
        address = contacts.email(_string(value))
    except CellError:
        address = ""
    if not address or len(address) > 254 or re.search(r"[\s,;]", _string(value)):
        raise AnswerError("Écrivez une adresse e-mail, comme nom@exemple.fr.")
    return address


def _phone(field: Field, value: Any) -> str:
    shown = _string(value)
    try:
        number = contacts.phone(shown)
    except CellError:
        number = ""
    if not number or len(shown) > 40:
        raise AnswerError("Écrivez un numéro de téléphone, comme 01 23 45 67 89.")
    return shown


def _url(field: Field, value: Any) -> str:
    try:
        address = contacts.url(_string(value))
    except CellError:
        address = ""
    if not address:
        raise AnswerError("Écrivez une adresse web, comme https://exemple.fr.")
    return address


_READERS: dict[FieldType, Callable[[Field, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.YES_NO: _yes_no,
    FieldType.CERTIFY: _certify,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.COMMUNE: _commune,
    FieldType.COMMUNES: _communes,
    FieldType.SIRET: _siret,
    FieldType.RNA: _rna,
    FieldType.IBAN: _iban,
    FieldType.EMAIL: _email,
    FieldType.PHONE: _phone,
    FieldType.URL: _url,
}
# What stands in one cell: a repeated block is made of these.
SIMPLE = frozenset(_READERS)


def read(field: Field, value: Any, communes: Collection[str] | None = None) -> Any:
    """The value to keep, in the shape of `lib/form.py`. Raises `AnswerError`, and KeyError for a table.

    `communes`, when given, are the codes that exist.
    """
    kept = _READERS[field.type](field, value)
    if communes is not None and field.type in {FieldType.COMMUNE, FieldType.COMMUNES}:
        asked = kept if isinstance(kept, list) else [kept]
        unknown = [code for code in asked if code not in communes]
        if unknown:
            raise AnswerError(f"Aucune commune n'a le code {unknown[0]}.")
    return kept


def tidied(field: Field, value: Any) -> Any:
    """As `read`, but what is wrong is given back as it was typed: nothing is lost."""
    try:
        return _READERS[field.type](field, value)
    except (AnswerError, KeyError):
        return value


def spaced(digits: str) -> str:
    """`12500` as « 12 500 » (narrow no-break spaces)."""
    whole, _dot, rest = digits.partition(".")
    sign = "-" if whole.startswith("-") else ""
    grouped = f"{int(whole.lstrip('-') or 0):,}".replace(",", "\u202f")
    return f"{sign}{grouped},{rest}" if rest.strip("0") else f"{sign}{grouped}"


def euros(amount: Decimal) -> str:
    """« 12 500,50 € »; cents only when there are some."""
    return f"{spaced(str(amount.quantize(Decimal('0.01'))))}\u00a0€"


_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def day_in_words(day: dt.date) -> str:
    first = "1er" if day.day == 1 else str(day.day)
    return f"{first} {_MONTHS[day.month - 1]} {day.year}"
