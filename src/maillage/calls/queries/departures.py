"""When a proposal departs from what was agreed before: the scenario that was kept, else the official ranking."""

from collections.abc import Iterable
from decimal import Decimal

from maillage.accounts.models import User
from maillage.calls.enums import JuryOutcome
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Application, JurySession, Scenario
from maillage.calls.queries.jury import files_of, pending_decisions
from maillage.calls.queries.ranking import official_ranks


def departure(
    session: JurySession, file: Application, outcome: str, amount: Decimal, *, by: User
) -> str:
    """Why a reason is asked, in a sentence; empty when the proposal follows what was agreed.

    Files that `by` may not know of are not told.
    """
    kept = Scenario.objects.filter(edition=session.edition, is_kept=True).first()
    if kept is not None:
        return _from_scenario(kept, file, outcome, amount)
    return _from_ranking(session, file, outcome, by)


def _from_scenario(kept: Scenario, file: Application, outcome: str, amount: Decimal) -> str:
    lines = {line["application"]: Decimal(line["amount"]) for line in kept.lines}
    planned = lines.get(file.pk, Decimal(0))
    given = amount if outcome == JuryOutcome.AWARD else Decimal(0)
    if given == planned:
        return ""
    if not planned:
        return f"Le scénario « {kept.name} », retenu, ne finance pas ce dossier."
    return f"Le scénario « {kept.name} », retenu, donne {in_euros(planned)} à ce dossier."


def _from_ranking(session: JurySession, file: Application, outcome: str, by: User) -> str:
    """Funding below a file that is not; or leaving aside one better placed than a funded one."""
    places = official_ranks(session.edition)
    own = places.get(file.pk)
    others = {
        one.application_id: one.outcome
        for one in pending_decisions(session.edition)
        .filter(application__in=files_of(session.edition, by))
        .exclude(application=file)
    }
    if outcome == JuryOutcome.AWARD:
        if own is None:
            return "Ce dossier n'est pas classé : sans note, ou sous une note éliminatoire."
        passed = _placed(places, (key for key, said in others.items() if said != JuryOutcome.AWARD))
        if passed and passed[0] < own:
            return f"Ce dossier, classé {_th(own)}, passerait devant le {_th(passed[0])}, qui n'est pas retenu."
        return ""
    funded = _placed(places, (key for key, said in others.items() if said == JuryOutcome.AWARD))
    if own is not None and funded and funded[-1] > own:
        return f"Ce dossier, classé {_th(own)}, est mieux placé que le {_th(funded[-1])}, qui est retenu."
    return ""


def _placed(places: dict[int, int | None], keys: Iterable[int]) -> list[int]:
    """Ranks of these files, the best first; those that have none are left out."""
    return sorted(place for key in keys if (place := places.get(key)) is not None)


def _th(rank: int) -> str:
    return "1er" if rank == 1 else f"{rank}e"
