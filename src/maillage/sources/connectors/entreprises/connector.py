"""Companies and associations of the ESS of a territory, asked commune by commune."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone

from maillage.sources.connectors.base import Issue, Item, Outside, Progress, ReadContext
from maillage.sources.connectors.entreprises.client import EntreprisesClient
from maillage.sources.connectors.entreprises.harvest import Company, Harvest
from maillage.sources.connectors.entreprises.records import record
from maillage.sources.connectors.listing import date_option, known_sirens
from maillage.sources.connectors.membership import REASONS, TAKEN, membership
from maillage.structures.actions.ess import EssFacts
from maillage.structures.models import Activity
from maillage.structures.queries.perimeter import Perimeter, load_perimeter

MOST_PLACES = 100  # establishments of one company that the API gives at once


class EntreprisesConnector:
    """No file. Options: `url` of the API, else the installation's; `date`, else today.

    Pages already read are kept a day under `MAILLAGE_VAR_DIR`, without anybody's name: a harvest that was
    killed goes on where it stopped.
    """

    key: ClassVar[str] = "entreprises"
    label: ClassVar[str] = "API Recherche d'entreprises"
    source: ClassVar[str] = "API Recherche d'entreprises (DINUM), d'après Sirene et ESS France"

    def source_date(self, context: ReadContext) -> date | None:
        return date_option(context) or timezone.localdate()

    def read(self, context: ReadContext) -> Iterator[Item]:
        url = str(context.options.get("url") or settings.ENTREPRISES_API)
        gathered = _Gathered(context.perimeter)
        with EntreprisesClient(url) as client:
            harvest = Harvest(
                client, harvest_path(url, context.perimeter), _activities(), timezone.now()
            )
            for item in harvest.companies(sorted(context.perimeter)):
                if isinstance(item, Progress):
                    yield Progress(item.done * 0.95)
                elif isinstance(item, Issue):
                    yield item
                else:
                    gathered.add(item)
        yield from gathered.items(load_perimeter(), known_sirens())
        harvest.forget()


def harvest_path(url: str, perimeter: frozenset[str]) -> Path:
    """Where the pages of this territory are kept while they are gathered."""
    key = hashlib.sha256("\n".join([url, *sorted(perimeter)]).encode()).hexdigest()[:16]
    return Path(settings.VAR_DIR) / "entreprises" / f"{key}.jsonl"


def _activities() -> list[str]:
    found = Activity.objects.filter(nomenclature=Activity.Nomenclature.NAF2, code__contains=".")
    return sorted(found.values_list("code", flat=True))


class _Gathered:
    """Companies by SIREN, with their establishments of the territory by SIRET."""

    def __init__(self, perimeter: frozenset[str]) -> None:
        self.perimeter = perimeter
        self.companies: dict[str, Company] = {}
        self.places: dict[str, dict[str, dict[str, Any]]] = {}
        self.truncated: list[str] = []

    def add(self, company: Company) -> None:
        """A company comes once per commune and per question it answers: its places add up."""
        siren = str(company.get("siren") or "")
        if len(siren) != 9:
            return
        self.companies[siren] = company
        places = self.places.setdefault(siren, {})
        matching = company.get("matching_etablissements") or []
        if len(matching) >= MOST_PLACES:
            self.truncated.append(siren)
        for place in (company.get("siege") or {}, *matching):
            # The head office is told in more detail, and first.
            if place.get("commune") in self.perimeter and place.get("siret"):
                places.setdefault(str(place["siret"]), place)

    def items(self, tables: Perimeter, known: set[str]) -> Iterator[Item]:
        outside: Counter[str] = Counter()
        for siren in sorted(self.companies):
            company = self.companies[siren]
            verdict = TAKEN if siren in known else membership(_facts(company), tables)
            if verdict != TAKEN:
                outside[REASONS[verdict]] += 1
                continue
            found = record(company, self.places[siren], tables, known)
            if found is None:
                yield Issue(
                    "nom-absent",
                    f"L'unité légale {siren} n'a pas de nom diffusable : elle n'est pas importée.",
                    excerpt=siren,
                )
            elif found.establishments:
                yield found
            else:
                outside["sans établissement ouvert dans le territoire"] += 1
        for siren in sorted(set(self.truncated)):
            yield Issue(
                "etablissements-tronques",
                f"L'API ne donne que les {MOST_PLACES} premiers établissements de {siren} dans une "
                "commune.",
                severity="warning",
                excerpt=siren,
            )
        for reason, count in sorted(outside.items()):
            yield Outside(count, reason)


def _facts(company: Company) -> EssFacts:
    code = company.get("activite_principale")
    return EssFacts(
        legal_category=str(company.get("nature_juridique") or ""),
        activity_code=str(code or company.get("activite_principale_naf25") or ""),
        activity_nomenclature="NAFRev2" if code else "NAF2025",
        flag=True if (company.get("complements") or {}).get("est_ess") is True else None,
    )
