"""What a form is: the shape of `FormVersion.definition`, read into dataclasses.

    {"sections": [{"code", "title", "intro", "fields": [{"code", "type", "label", …}]}]}

An answer is JSON, by type:
- `text`, `long_text`, `email`, `phone`, `url`, `siret`, `rna`, `iban`, `choice`, `date` (ISO): a string;
- `integer`: a number; `money`: a string of euros (`"1250.00"`); `yes_no`, `certify`: true or false;
- `choices`, `communes` (INSEE codes): a list of strings; `commune`: a code;
- `budget`: `{"charges": [line], "produits": [line]}`, a line being
  `{"account": "60", "label", "amount": "100.00", "status": "acquired"|"asked"|"expected", "ours": bool}`;
- `indicators`: `[{"label", "unit", "target"}]`;
- `repeated`: a list of `{inner code: answer}`;
- `file`: nothing (see `Attachment`); `partners`: nothing (see `Partner`); `note`: shown, never answered.

A condition is `{}` (always), `{"field", "op", "value"}` with `op` in `eq ne lt le gt ge in contains filled`,
or `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}`. A field that its condition hides is neither asked nor kept
at the deposit.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FieldType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes_no"
    CERTIFY = "certify"
    CHOICE = "choice"
    CHOICES = "choices"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    SIRET = "siret"
    RNA = "rna"
    IBAN = "iban"
    COMMUNE = "commune"
    COMMUNES = "communes"
    BUDGET = "budget"
    PARTNERS = "partners"
    INDICATORS = "indicators"
    FILE = "file"
    REPEATED = "repeated"
    NOTE = "note"


# What an answer also says of the file: copied to the column of the same name of `Application`.
MEANINGS = frozenset(
    {
        "title", "summary", "theme", "requested", "total_cost", "starts_on", "ends_on", "places",
        "typology", "audiences",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One question.

    `meaning` names a column of `Application` (`MEANINGS`). `reuse` is where to find the answer already told: a path
    of the structure (`structure.siret`), or the kind of a `KeptFile`. `cerfa` is the section (1 to 7) of form
    12156 where it is printed. `blind` hides it from readers when the call is read without names. `holder`, of an
    IBAN, is the code of the text field that says whose account it is. `minimum` and `maximum` bound a number, a
    sum, a day (ISO) or how many one may choose. `max_rows` counts the lines of a table (each side of a budget).
    """

    code: str
    type: FieldType
    label: str
    help: str = ""
    required: bool = False
    max_length: int | None = None
    minimum: str = ""
    maximum: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    condition: dict[str, Any] = field(default_factory=dict)
    meaning: str = ""
    reuse: str = ""
    holder: str = ""
    cerfa: int | None = None
    personal: bool = False
    blind: bool = False
    public: bool = False
    accepts: tuple[str, ...] = ()
    max_files: int = 1
    max_rows: int = 20
    fields: tuple["Field", ...] = ()


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    intro: str = ""
    condition: dict[str, Any] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Form:
    sections: tuple[Section, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field of the first level, in order."""
        return tuple(one for section in self.sections for one in section.fields)

    def field(self, code: str) -> Field:
        """Raises KeyError for a code that the form does not have."""
        return {one.code: one for one in self.fields}[code]

    def meaning(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.meaning == name), None)


def form_of(definition: dict[str, Any]) -> Form:
    """Read a definition that `lib/form_check.py` accepted. Raises KeyError or ValueError for another."""
    return Form(tuple(_section(one) for one in definition.get("sections", ())))


def _section(raw: dict[str, Any]) -> Section:
    return Section(
        code=raw["code"],
        title=raw["title"],
        intro=raw.get("intro", ""),
        condition=raw.get("condition", {}),
        fields=tuple(_field(one) for one in raw.get("fields", ())),
    )


def _field(raw: dict[str, Any]) -> Field:
    known = dict(raw)
    return Field(
        type=FieldType(known.pop("type")),
        choices=tuple((code, label) for code, label in known.pop("choices", ())),
        accepts=tuple(known.pop("accepts", ())),
        fields=tuple(_field(one) for one in known.pop("fields", ())),
        **known,
    )
