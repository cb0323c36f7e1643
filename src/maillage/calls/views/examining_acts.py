"""The acts of the pages of one file: the form of each, what it does, the sentence that says it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from maillage.accounts.models import User
from maillage.calls.actions.aids import declare_aid
from maillage.calls.actions.instruction import admissibility, corrections, talking
from maillage.calls.actions.instruction.assigning import assign, follow, route
from maillage.calls.actions.instruction.checking import check_registers, note_siret
from maillage.calls.actions.instruction.overruling import evaluate_again, overrule
from maillage.calls.forms.inbox import CorrectionForm
from maillage.calls.forms.instruction import (
    AssignForm,
    DeclaredAidForm,
    DropForm,
    InadmissibleForm,
    MessageForm,
    NoteForm,
    OverruleForm,
    ReasonForm,
    SiretForm,
    WaiverForm,
)
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Admissibility, Application
from maillage.calls.queries.examining import correctable, form_for, pending_of
from maillage.moderation.queries.scope import agents_of

Said = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """`tab` is the page that shows the form; `do` gives the sentence of its success."""

    tab: str
    do: Callable[..., str]
    kind: type[forms.Form] = forms.Form
    given: Callable[[Application], dict[str, Any]] = lambda _application: {}

    def form(self, application: Application, data: Any, files: Any) -> forms.Form:
        """Identifiers of its fields are its own: many forms share a page."""
        prefix = f"{self.do.__name__.strip('_')}_%s"
        return self.kind(data, files, auto_id=prefix, **self.given(application))


def _admit(one: Application, said: Said, *, by: User, now: datetime) -> str:
    admissibility.admit(one, by=by, now=now)
    return f"{one} est recevable."


def _propose(one: Application, said: Said, *, by: User, now: datetime) -> str:
    admissibility.propose_inadmissible(one, **said, by=by, now=now)
    return "Irrecevabilité proposée : une autre personne doit la confirmer."


def _confirm(one: Application, said: Said, *, by: User, now: datetime) -> str:
    admissibility.confirm(_pending(one), by=by, now=now)
    return "Irrecevabilité confirmée : le motif part au candidat."


def _decline(one: Application, said: Said, *, by: User, now: datetime) -> str:
    admissibility.decline(_pending(one), by=by, now=now)
    return "Proposition écartée : le dossier suit son cours."


def _pending(one: Application) -> Admissibility:
    found = pending_of(one)
    if found is None:
        raise StepRefused("Cette proposition a déjà été tranchée. Rechargez la page.")
    return found


def _reexamine(one: Application, said: Said, *, by: User, now: datetime) -> str:
    admissibility.reexamine(one, **said, by=by, now=now)
    return "Le dossier est de nouveau à examiner."


def _drop(one: Application, said: Said, *, by: User, now: datetime) -> str:
    admissibility.drop(one, **said, by=by, now=now)
    return "Dossier classé sans suite : le motif part au candidat."


def _shortlist(one: Application, said: Said, *, by: User, now: datetime) -> str:
    admissibility.shortlist(one, by=by, now=now)
    return "Le candidat est invité au dossier complet."


def _open_review(one: Application, said: Said, *, by: User, now: datetime) -> str:
    admissibility.open_review(one, by=by, now=now)
    return "L'évaluation est ouverte."


def _waive(one: Application, said: Said, *, by: User, now: datetime) -> str:
    admissibility.waive_reviews(one, **said, by=by, now=now)
    return "Dispense de lectures notée." if said["reason"].strip() else "Dispense retirée."


def _correct(one: Application, said: Said, *, by: User, now: datetime) -> str:
    corrections.ask_correction(one, **said, by=by, now=now)
    return "Correction demandée : seules ces réponses sont rouvertes."


def _close(one: Application, said: Said, *, by: User, now: datetime) -> str:
    corrections.close_correction(one, by=by, now=now)
    return "Correction close : le dossier reste tel qu'il est déposé."


def _send(one: Application, said: Said, *, by: User, now: datetime) -> str:
    talking.send_message(one, **said, by=by, now=now)
    return "Message envoyé."


def _mark_read(one: Application, said: Said, *, by: User, now: datetime) -> str:
    talking.mark_messages_read(one, by=by, now=now)
    return "Messages marqués comme lus."


def _note(one: Application, said: Said, *, by: User, now: datetime) -> str:
    talking.write_note(one, **said, by=by, now=now)
    return "Note gardée."


def _assign(one: Application, said: Said, *, by: User, now: datetime) -> str:
    user = User.objects.filter(pk=int(said["user"])).first() if said["user"] else None
    assign(one, user, by=by, now=now)
    return f"Dossier confié à {user}." if user else "Personne ne suit plus ce dossier."


def _route(one: Application, said: Said, *, by: User, now: datetime) -> str:
    user = route(one, now=now, by=by, again=True)
    if user is None:
        raise StepRefused("Aucune règle d'aiguillage ne convient à ce dossier.")
    return f"Dossier confié à {user}."


def _follow(one: Application, said: Said, *, by: User, now: datetime) -> str:
    follow(one, wanted=True, by=by, now=now)
    return "Vous suivez ce dossier."


def _unfollow(one: Application, said: Said, *, by: User, now: datetime) -> str:
    follow(one, wanted=False, by=by, now=now)
    return "Vous ne suivez plus ce dossier."


def _check(one: Application, said: Said, *, by: User, now: datetime) -> str:
    check_registers(one, by=by, now=now)
    return "Registres interrogés."


def _siret(one: Application, said: Said, *, by: User, now: datetime) -> str:
    alive = said.pop("alive") == "oui"
    note_siret(one, alive=alive, **said, by=by, now=now)
    return "Votre vérification est gardée, avec sa source et sa date."


def _declare(one: Application, said: Said, *, by: User, now: datetime) -> str:
    lead = one.partners.filter(role="lead").select_related("structure").first()
    if lead is None:
        raise StepRefused("Cette candidature n'a pas de chef de file.")
    who = {"name": lead.name, "siret": lead.siret, "rna": lead.rna, "structure": lead.structure}
    declare_aid(one.edition.space, **who, **said, by=by, now=now)
    check_registers(one, now=now)
    return "Aide notée, et cumul refait."


def _overrule(one: Application, said: Said, *, by: User, now: datetime) -> str:
    overrule(one, **said, by=by, now=now)
    return (
        "Votre réponse est gardée avec sa raison."
        if said["outcome"]
        else "La réponse de la règle vaut de nouveau."
    )


def _evaluate(one: Application, said: Said, *, by: User, now: datetime) -> str:
    evaluate_again(one, by=by, now=now)
    return "Règles essayées sur ce que l'on sait aujourd'hui."


def _people(one: Application) -> dict[str, Any]:
    initial = {"user": str(one.assigned_to_id or "")}
    return {"colleagues": agents_of(one.edition.space), "initial": initial}


def _asked(one: Application) -> dict[str, Any]:
    return {"asked": correctable(form_for(one))}


def _causes(one: Application) -> dict[str, Any]:
    return {"rules": list(one.edition.rules.all()), "form": form_for(one)}


ACTS: dict[str, Act] = {
    "recevable": Act("examine", _admit),
    "irrecevable": Act("examine", _propose, InadmissibleForm, _causes),
    "confirmer": Act("examine", _confirm),
    "ecarter": Act("examine", _decline),
    "reexaminer": Act("examine", _reexamine, ReasonForm),
    "sans-suite": Act("examine", _drop, DropForm),
    "complet": Act("examine", _shortlist),
    "evaluation": Act("examine", _open_review),
    "dispense": Act(
        "examine", _waive, WaiverForm, lambda one: {"initial": {"reason": one.review_waiver}}
    ),
    "correction": Act("examine", _correct, CorrectionForm, _asked),
    "clore-correction": Act("examine", _close),
    "noter": Act("examine", _note, NoteForm),
    "confier": Act("examine", _assign, AssignForm, _people),
    "aiguiller": Act("examine", _route),
    "suivre": Act("examine", _follow),
    "ne-plus-suivre": Act("examine", _unfollow),
    "verifier": Act("examine", _check),
    "siret": Act("examine", _siret, SiretForm),
    "aide": Act("examine", _declare, DeclaredAidForm),
    "regle": Act("examine", _overrule, OverruleForm),
    "regles": Act("examine", _evaluate),
    "ecrire": Act("talk", _send, MessageForm),
    "lus": Act("talk", _mark_read),
}
