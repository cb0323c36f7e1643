"""The tabs of a report, and the page of the one that is open."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from maillage.sources.models import ImportChange, ImportIssue, ImportRun
from maillage.sources.queries.report import changes_of, describe
from maillage.sources.queries.runs import issues_of

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Tab:
    """`kind` is that of changes, `severity` that of issues; one of the two is set."""

    key: str
    label: str
    count: int
    kind: str = ""
    severity: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class TabPage:
    """`rows` are `ChangeView`s or issues, as the tab says."""

    page: "Page[Any]"
    rows: list[Any]


def tabs_of(run: ImportRun) -> list[Tab]:
    counts = dict.fromkeys(ImportChange.Kind.values, 0)
    for kind in run.changes.order_by().values_list("kind", flat=True):
        counts[kind] += 1
    kinds, severities = ImportChange.Kind, ImportIssue.Severity
    return [
        Tab("nouvelles", "Nouvelles", counts[kinds.CREATE], kind=kinds.CREATE,
            empty="Aucune structure nouvelle : toutes celles du fichier sont déjà dans l'annuaire."),
        Tab("changements", "Mises à jour", counts[kinds.UPDATE], kind=kinds.UPDATE,
            empty="Aucune fiche connue ne change."),
        Tab("suggestions", "Suggestions", counts[kinds.SUGGEST], kind=kinds.SUGGEST,
            empty="Aucune valeur confirmée par une personne n'est contredite."),
        Tab("refusees", "Lignes refusées", issues_of(run, severities.REFUSED).count(),
            severity=severities.REFUSED, empty="Aucune ligne n'est refusée."),
        Tab("reserves", "Réserves", issues_of(run, severities.WARNING).count(),
            severity=severities.WARNING, empty="Aucune ligne n'est acceptée avec réserve."),
        Tab("inchangees", "Sans changement", counts[kinds.UNCHANGED], kind=kinds.UNCHANGED,
            empty="Aucune fiche du fichier n'est déjà exactement la même."),
    ]  # fmt: skip


def page_of(run: ImportRun, tab: Tab, number: str | None) -> TabPage:
    if tab.kind:
        changes = Paginator(changes_of(run, tab.kind), PER_PAGE).get_page(number)
        return TabPage(changes, describe(changes))
    issues = Paginator(issues_of(run, tab.severity), PER_PAGE).get_page(number)
    return TabPage(issues, list(issues))
