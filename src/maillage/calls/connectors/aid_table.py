"""Tables of public aid as authorities publish them: SCDL « subventions » 2.1.1, and what they made of it.

A row is refused when nobody could use it (no beneficiary, no amount, a person instead of an organisation); it is kept
with a reserve when a number or a date can't be trusted: it then never counts for a SIREN it may not be of.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from maillage.calls.connectors.aid_mending import Mender, plain_name
from maillage.core.tabular.cells import identifiers, values
from maillage.core.tabular.cells.text import CellError, quoted, text
from maillage.core.tabular.errors import Problem, TableError
from maillage.core.tabular.reading import open_table

# The names a column goes by, without accents, blanks or signs; the first that is there is taken.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("nombeneficiaire", "beneficiaire", "raisonsociale", "association", "nomorganisme",
             "nomassociation", "tiers", "nom"),
    "siret": ("idbeneficiaire", "siret", "siretounir", "numerosiret", "siretbeneficiaire", "siren"),
    "rna": ("rnabeneficiaire", "rna", "numerorna"),
    "amount": ("montant", "montantvote", "mandate", "montantsubvention", "montantattribue",
               "montanttotal", "subvention"),
    "date": ("dateconvention", "datedecision", "datedeliberation", "date", "annee", "exercice"),
    "period": ("datesperiodeversement", "dateversement", "datepremierversement"),
    "giver": ("nomattribuant", "attribuant", "financeur"),
    "purpose": ("objet", "objetdudossier", "libelle", "intitule"),
    "de_minimis": ("notificationue", "deminimis"),
    "share": ("pourcentagesubvention",),
}  # fmt: skip
NEEDED = {"name": "le bénéficiaire", "amount": "le montant"}
_PERIOD = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}")
_YEAR = re.compile(r"\b(19|20)\d{2}\b")
_PERSON = re.compile(r"[12]\d{12}(\d{2})?")  # a number of social security, with or without its key
_MOST = Decimal("9999999999.99")


@dataclass(slots=True)
class Draft:
    """One aid to be kept. `amount` is the beneficiary's share, in euros."""

    line: int
    name: str
    giver: str
    amount: Decimal
    siren: str = ""
    siret: str = ""
    rna: str = ""
    decided_on: dt.date | None = None
    purpose: str = ""
    is_de_minimis: bool = False


@dataclass
class Reading:
    """What a file says. `reserves` are rows kept all the same; both name the line and say why in French."""

    drafts: list[Draft] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    reserves: list[Problem] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    mended: int = 0

    def by_code(self) -> dict[str, int]:
        """How many refusals and reserves of each kind, the most frequent first."""
        return dict(Counter(one.code for one in (*self.refused, *self.reserves)).most_common())


def read(source: Path | bytes, *, giver: str, today: dt.date) -> Reading:
    """`giver` is who gave when the file does not say. Raises `TableError` when it can't be used."""
    mender = Mender()
    table = open_table(source, mend=mender.mend)
    columns = recognise(table.headers)
    missing = [words for name, words in NEEDED.items() if name not in columns]
    if missing:
        raise TableError(
            f"Il manque une colonne pour {' et '.join(missing)} : le nom d'au moins une colonne doit le dire "
            "(par exemple « nomBeneficiaire », « montant »)."
        )
    reading = Reading(columns=columns)
    may_be_people = plain_name(columns.get("siret", "")) == "siretounir"
    for line, row in table.rows():
        cells = {name: row.get(header, "") for name, header in columns.items()}
        try:
            draft, reserves = _draft(line, cells, giver=giver, today=today, people=may_be_people)
        except CellError as error:
            reading.refused.append(Problem(line, error.code, error.message))
        else:
            reading.drafts.append(draft)
            reading.reserves += reserves
    reading.refused = sorted([*reading.refused, *table.take_problems()], key=lambda one: one.line)
    reading.warnings, reading.mended = list(table.warnings), mender.count
    if mender.count:
        reading.warnings.append(
            f"{mender.count} lignes décalées par une virgule sans guillemets ont été remises dans leurs colonnes."
        )
    return reading


def recognise(headers: list[str]) -> dict[str, str]:
    """Which column says what: our name → the file's header."""
    known = {plain_name(header): header for header in reversed(headers)}
    found = {}
    for name, aliases in COLUMNS.items():
        alias = next((alias for alias in aliases if alias in known), None)
        if alias is not None:
            found[name] = known[alias]
    return found


def _draft(
    line: int, cells: dict[str, str], *, giver: str, today: dt.date, people: bool
) -> tuple[Draft, list[Problem]]:
    name = text(cells["name"])[:250]
    if not name:
        raise CellError("sans-beneficiaire", "La ligne ne nomme aucun bénéficiaire.")
    digits = re.sub(r"\D", "", cells.get("siret", ""))
    if people and _PERSON.fullmatch(digits):
        raise CellError(
            "personne",
            "Le numéro est celui d'une personne (sécurité sociale) : la ligne n'est pas gardée.",
        )
    draft = Draft(line, name, text(cells.get("giver", ""))[:200] or giver, _amount(cells["amount"]))
    reserves = list(_fill(draft, cells, today))
    draft.purpose = text(cells.get("purpose", ""))[:300]
    return draft, [Problem(line, error.code, error.message) for error in reserves]


def _amount(value: str) -> Decimal:
    amount = values.amount(value)
    if amount is None:
        raise CellError("sans-montant", "La ligne ne dit pas de montant.")
    if amount <= 0:
        raise CellError(
            "montant-nul", f"Le montant {quoted(value)} n'est pas celui d'une aide reçue."
        )
    if amount > _MOST:
        raise CellError("montant-trop-grand", f"Le montant {quoted(value)} est invraisemblable.")
    return amount.quantize(Decimal("0.01"))


def _fill(draft: Draft, cells: dict[str, str], today: dt.date) -> Iterator[CellError]:
    """Numbers, date and share; what can't be trusted is left empty, and told."""
    try:
        draft.siret, draft.siren = identifiers.siret_or_siren(cells.get("siret", ""))
        if draft.siren and not draft.siret:
            yield CellError("siren-seul", "Un SIREN est écrit à la place du SIRET : il suffit.")
    except CellError as error:
        yield error
    try:
        draft.rna = identifiers.rna(cells.get("rna", ""))
    except CellError as error:
        yield error
    draft.decided_on, error = _day(cells, today)
    if error is not None:
        yield error
    try:
        draft.is_de_minimis = bool(values.boolean(cells.get("de_minimis", "")))
    except CellError as error:
        yield error
    yield from _share(draft, cells.get("share", "").strip().strip(";% "))


def _day(cells: dict[str, str], today: dt.date) -> tuple[dt.date | None, CellError | None]:
    """The day of the decision, else that of the payment, else the one a sentence holds."""
    said = cells.get("date", "")
    try:
        day = values.date(said, today=today)
    except CellError as error:
        inside = _PERIOD.search(said) or _YEAR.search(said)
        if inside is None:
            return _period(cells, today)[0], error
        try:
            day = values.date(inside[0], today=today)
        except CellError:
            return None, error
        found = f"La date {quoted(said)} n'est pas une date : {quoted(inside[0])} y est lu."
        return day, CellError("date-phrase", found)
    if day is not None:
        return day, None
    return _period(cells, today)


def _period(cells: dict[str, str], today: dt.date) -> tuple[dt.date | None, CellError | None]:
    inside = _PERIOD.search(cells.get("period", ""))
    if inside is None:
        return None, CellError(
            "sans-date", "La ligne ne dit pas de date : elle ne compte dans aucun cumul."
        )
    try:
        day = values.date(inside[0], today=today)
    except CellError as error:
        return None, error
    return day, CellError(
        "date-versement",
        f"Sans date de décision, celle du versement est prise : {quoted(inside[0])}.",
    )


def _share(draft: Draft, said: str) -> Iterator[CellError]:
    """`amount` of the file is before it is shared between beneficiaries (SCDL): keep this one's part."""
    try:
        share = values.amount(said)
    except CellError:
        yield CellError(
            "part", f"La part {quoted(said)} n'est pas lisible : le montant entier est gardé."
        )
        return
    if share is None or share == 1:
        return
    if 1 < share <= 100:
        yield CellError("part", f"La part {quoted(said)} est lue comme un pourcentage.")
        share /= 100
    if not 0 < share <= 1:
        yield CellError(
            "part", f"La part {quoted(said)} est impossible : le montant entier est gardé."
        )
        return
    draft.amount = max((draft.amount * share).quantize(Decimal("0.01")), Decimal("0.01"))
