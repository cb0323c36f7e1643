"""Scenarios: made, copied, shown to the jury, kept. None of them proposes anything by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.enums import ScenarioMethod
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.portfolio import Conflict, Portfolio, Problem
from maillage.calls.lib.portfolio_solver import SolverTiredError, solve
from maillage.calls.lib.scenario import Settings, down_the_ranking
from maillage.calls.lib.sharing import euros_of
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Application, Edition, Scenario
from maillage.calls.queries.jury import (
    SITTING,
    files_of,
    is_recused_somewhere,
    may_record,
    money_of,
)
from maillage.calls.queries.ranking import official_standings
from maillage.calls.queries.scenario_words import explained
from maillage.calls.queries.scenarios import (
    amounts_of,
    candidates_of,
    leaps,
    problem_with,
)
from maillage.core import journal

MOST = 40
_RECUSED = "Un scénario porte sur tous les dossiers, et vous êtes récusé de l'un d'eux : une autre personne s'en charge."
_STALE = "Une autre personne vient de modifier ce scénario : relisez, puis recommencez."


@dataclass(frozen=True)
class Draft:
    """A scenario as typed. `amounts` by file (manual); `reasons` of lines that pass over a better placed file."""

    name: str
    method: str
    settings: Settings
    amounts: Mapping[int, Decimal] | None = None
    reasons: Mapping[int, str] | None = None


@transaction.atomic
def save_scenario(
    edition: Edition,
    draft: Draft,
    *,
    by: User,
    now: datetime,
    scenario: Scenario | None = None,
    version: int = 0,
) -> Scenario:
    """Compute and keep it; one without a solution too, with why.

    One that is too dear is saved, shown in red, and cannot be kept as THE one. Raises `StepRefused`.
    """
    mine = _held(edition, by)
    one = _locked(scenario, version) if scenario is not None else None
    if one is None:
        if mine.scenarios.count() >= MOST:
            raise StepRefused(f"Cet appel a déjà {MOST} scénarios : effacez-en un d'abord.")
        one = Scenario(edition=mine, created_by=by, created_at=now)
    elif one.is_kept:
        raise StepRefused("Ce scénario est retenu : dupliquez-le pour en changer.")
    if not draft.name.strip():
        raise StepRefused("Donnez un nom au scénario.")
    if draft.method not in ScenarioMethod.values:
        raise StepRefused("Choisissez une méthode dans la liste.")
    one.name, one.method = draft.name.strip()[:120], draft.method
    one.parameters = draft.settings.as_json()
    amounts, report = _computed(mine, draft)
    reasons = draft.reasons or {}
    one.lines = [
        {
            "application": key,
            "amount": str(amount),
            "reason": (reasons.get(key) or draft.settings.forced_in.get(key, ""))[:500],
        }
        for key, amount in amounts.items()
    ]
    one.report = report
    one.total = sum(amounts.values(), Decimal(0))
    one.version += 1
    one.save()
    journal.record(
        "scenario_saved",
        one,
        by=by,
        at=now,
        changes={"total": str(one.total), "projets": len(one.lines)},
        space_id=mine.space_id,
    )
    return one


def _computed(edition: Edition, draft: Draft) -> tuple[dict[int, Decimal], dict[str, object]]:
    if draft.method == ScenarioMethod.MANUAL:
        return _typed(edition, draft), {}
    files, candidates = candidates_of(edition)
    problem = problem_with(edition, candidates, draft.settings)
    if draft.method == ScenarioMethod.RANKED:
        asked = [(one.key, problem.whole(one)) for one in candidates]
        found = down_the_ranking(asked, problem.envelope, draft.settings)
        return {key: euros_of(value) for key, value in found.items()}, {}
    return _best(edition, problem, {one.pk: one for one in files}, draft.settings)


def _best(
    edition: Edition, problem: Problem, files: dict[int, Application], settings: Settings
) -> tuple[dict[int, Decimal], dict[str, object]]:
    reasons = {**settings.forced_in, **settings.forced_out}
    if any(not why.strip() for why in reasons.values()):
        raise StepRefused("Écrivez le motif de chaque dossier financé ou écarté d'office.")
    try:
        answer = solve(problem)
    except SolverTiredError as error:
        raise StepRefused(
            "Le calcul n'a pas abouti dans le temps prévu : assouplissez une contrainte, ou arrondissez davantage."
        ) from error
    if isinstance(answer, Conflict):
        return {}, {"conflict": explained(edition, problem, answer, files)}
    return _in_euros(answer), {"proven": answer.is_proven}


def _in_euros(answer: Portfolio) -> dict[int, Decimal]:
    return {key: euros_of(value) for key, value in answer.amounts.items()}


def _typed(edition: Edition, draft: Draft) -> dict[int, Decimal]:
    amounts = {key: one for key, one in (draft.amounts or {}).items() if one}
    files = {one.pk: one for one in Application.objects.filter(edition=edition, pk__in=amounts)}
    for key, amount in amounts.items():
        file = files.get(key)
        if file is None:
            raise StepRefused("Un dossier de ce scénario n'est plus devant le jury.")
        if amount < 0 or amount != amount.quantize(Decimal("0.01")):
            raise StepRefused(f"{file} : un montant positif, avec deux décimales au plus.")
        if file.requested is not None and amount > file.requested:
            raise StepRefused(
                f"{file} : {in_euros(amount)} dépasse la demande ({in_euros(file.requested)})."
            )
    return amounts


@transaction.atomic
def copy_scenario(scenario: Scenario, *, by: User, now: datetime) -> Scenario:
    """The same under « Copie de… », neither shown nor kept."""
    edition = _held(scenario.edition, by)
    if edition.scenarios.count() >= MOST:
        raise StepRefused(f"Cet appel a déjà {MOST} scénarios : effacez-en un d'abord.")
    twin = Scenario.objects.create(
        edition=edition,
        name=f"Copie de {scenario.name}"[:120],
        method=scenario.method,
        parameters=scenario.parameters,
        lines=scenario.lines,
        report=scenario.report,
        total=scenario.total,
        created_by=by,
        created_at=now,
    )
    journal.record("scenario_saved", twin, by=by, at=now, space_id=edition.space_id)
    return twin


@transaction.atomic
def share_scenario(
    scenario: Scenario, *, shown: bool, by: User, now: datetime, version: int
) -> Scenario:
    """Show it to the jurors of the call, or no longer."""
    edition = _held(scenario.edition, by)
    one = _locked(scenario, version)
    one.is_shared, one.version = shown, one.version + 1
    one.save(update_fields=["is_shared", "version"])
    journal.record(
        "scenario_shared", one, by=by, at=now, changes={"montré": shown}, space_id=edition.space_id
    )
    return one


@transaction.atomic
def keep_scenario(scenario: Scenario, *, by: User, now: datetime, version: int) -> Scenario:
    """The one that the session starts from: departing from it will ask for a reason.

    It must hold in the envelope, and say why each line that passes over a better placed file does so.
    """
    edition = _held(scenario.edition, by)
    one = _locked(scenario, version)
    money = money_of(edition)
    if not one.lines:
        raise StepRefused("Ce scénario ne finance aucun projet.")
    if one.total > money.available:
        raise StepRefused(
            f"Ce scénario dépasse l'enveloppe de {in_euros(one.total - money.available)} : il ne peut pas être retenu."
        )
    if one.method == ScenarioMethod.MANUAL:
        _reasons_given(edition, one, by)
    edition.scenarios.filter(is_kept=True).update(is_kept=False)
    one.is_kept, one.version = True, one.version + 1
    one.save(update_fields=["is_kept", "version"])
    journal.record("scenario_kept", one, by=by, at=now, space_id=edition.space_id)
    return one


def _reasons_given(edition: Edition, one: Scenario, by: User) -> None:
    standings = official_standings(edition)
    every = list(files_of(edition, by).values_list("pk", flat=True))
    passing = set(leaps(standings, amounts_of(one), every))
    bare = {line["application"] for line in one.lines if not line.get("reason", "").strip()}
    missing = Application.objects.filter(pk__in=passing & bare).order_by("number")
    if missing:
        names = ", ".join(str(file) for file in missing)
        raise StepRefused(
            f"Ces dossiers passent devant un mieux classé : écrivez pourquoi avant de retenir le scénario ({names})."
        )


@transaction.atomic
def drop_kept(edition: Edition, *, by: User, now: datetime) -> None:
    """No scenario is kept any more: the official ranking is again what proposals depart from."""
    mine = _held(edition, by)
    for one in mine.scenarios.filter(is_kept=True):
        one.is_kept, one.version = False, one.version + 1
        one.save(update_fields=["is_kept", "version"])
        journal.record("scenario_dropped", one, by=by, at=now, space_id=mine.space_id)


@transaction.atomic
def forget_scenario(scenario: Scenario, *, by: User, now: datetime, version: int) -> None:
    edition = _held(scenario.edition, by)
    one = _locked(scenario, version)
    if one.is_kept:
        raise StepRefused("Ce scénario est retenu : choisissez-en un autre avant de l'effacer.")
    journal.record(
        "scenario_forgotten", one, by=by, at=now, reason=one.name, space_id=edition.space_id
    )
    one.delete()


def _held(edition: Edition, by: User) -> Edition:
    mine = (
        Edition.objects.select_for_update(of=("self",)).select_related("space").get(pk=edition.pk)
    )
    verdict = may_record(by, mine)
    if not verdict:
        raise StepRefused(verdict.reason)
    if is_recused_somewhere(by, mine):
        raise StepRefused(_RECUSED)
    if mine.status not in SITTING:
        raise StepRefused("Le jury de cet appel n'est pas en cours.")
    return mine


def _locked(scenario: Scenario, version: int) -> Scenario:
    one = Scenario.objects.select_for_update(of=("self",)).filter(pk=scenario.pk).first()
    if one is None or one.version != version:
        raise StepRefused(_STALE)
    return one
