"""The table of files for a spreadsheet: chosen columns, those about people only when they are asked."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from maillage.calls.lib.answer_words import said
from maillage.calls.lib.form import Field, FieldType, Form
from maillage.calls.models import Application
from maillage.calls.queries.call_figures import TOLD
from maillage.calls.queries.examining import answers_of
from maillage.core.tabular.writing import Column, Kind

_HIDDEN_STATES = {"reviewed", "deliberated"}
_MUTE = {FieldType.FILE, FieldType.PARTNERS, FieldType.NOTE}


@dataclass(frozen=True)
class Choice:
    """A column that may be asked: `is_personal` ones are written in the journal when they leave."""

    column: Column
    read: Callable[[Application], Any]
    is_personal: bool = False


def _state(one: Application) -> str:
    """The outcome is told once notified; until then, what the jury did is « évaluée »."""
    if one.status in _HIDDEN_STATES and one.edition.status not in TOLD:
        return "évaluée"
    return str(one.get_status_display())


def _of_lead(name: str) -> Callable[[Application], str]:
    def read(one: Application) -> str:
        lead = next((row for row in one.partners.all() if row.role == "lead"), None)
        return str(getattr(lead, name)) if lead else ""

    return read


def _theme(one: Application) -> str:
    return next((row["label"] for row in one.edition.themes if row["code"] == one.theme), one.theme)


def _others(one: Application) -> str:
    return ", ".join(row.name for row in one.partners.all() if row.role != "lead")


def _choice(
    name: str,
    title: str,
    read: Callable[[Application], Any],
    *,
    width: int = 18,
    kind: Kind = "string",
    personal: bool = False,
) -> tuple[str, Choice]:
    return name, Choice(Column(name, title, width, kind), read, personal)


CHOICES: dict[str, Choice] = dict(
    [
        _choice("number", "Numéro", lambda one: one.reference),
        _choice("call", "Appel", lambda one: one.edition.title, width=30),
        _choice("lead", "Chef de file", lambda one: one.lead_name, width=30),
        _choice("siret", "SIRET du chef de file", _of_lead("siret")),
        _choice("partners", "Partenaires", _others, width=40),
        _choice("title", "Projet", lambda one: one.title, width=40),
        _choice("state", "État", _state),
        _choice("theme", "Thème", _theme, width=24),
        _choice("typology", "Typologie", lambda one: one.typology),
        _choice("places", "Communes de l'action (INSEE)", lambda one: one.places, width=24),
        _choice("requested", "Montant demandé (€)", lambda one: one.requested, kind="number"),
        _choice("cost", "Coût total (€)", lambda one: one.total_cost, kind="number"),
        _choice("starts", "Début", lambda one: one.starts_on, kind="date"),
        _choice("ends", "Fin", lambda one: one.ends_on, kind="date"),
        _choice(
            "deposited",
            "Déposée le",
            lambda one: one.deposited_at and one.deposited_at.date(),
            kind="date",
        ),
        _choice(
            "silence", "Rejet implicite le", lambda one: one.implicit_rejection_on, kind="date"
        ),
        _choice("agent", "Suivie par", lambda one: str(one.assigned_to or ""), width=24),
        _choice("contact", "Contact", _of_lead("contact_name"), width=24, personal=True),
        _choice(
            "email", "Adresse e-mail du contact", _of_lead("contact_email"), width=30, personal=True
        ),
        _choice("representative", "Représentant légal", _of_lead("representative"), personal=True),
    ]
)
USUAL = ("number", "lead", "siret", "title", "state", "theme", "requested", "cost", "agent")


def answer_choices(form: Form) -> dict[str, Choice]:
    """The questions of one call, by `r_<code>`."""
    return {
        f"r_{one.code}": Choice(
            Column(f"r_{one.code}", one.label[:120], 30), _answer(one), one.personal
        )
        for one in form.fields
        if one.type not in _MUTE
    }


def _answer(field: Field) -> Callable[[Application], str]:
    def read(one: Application) -> str:
        held = one.__dict__
        if "_exported" not in held:
            held["_exported"] = answers_of(one)
        return said(field, held["_exported"].get(field.code))

    return read


def rows(files: Iterable[Application], chosen: dict[str, Choice]) -> Iterator[dict[str, Any]]:
    """One row a file; files come with `edition`, `assigned_to` and `partners`."""
    for one in files:
        yield {name: choice.read(one) for name, choice in chosen.items()}
