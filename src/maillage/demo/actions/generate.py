"""Fill a space with as many invented structures as asked, to see how the platform holds."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.text import slugify

from maillage.core import journal
from maillage.core.bulk import add_rows, after_given_keys, without_indexes
from maillage.core.database import refresh_statistics
from maillage.core.jobs import enqueue
from maillage.core.search.loading import Loading, Pieces
from maillage.core.search.models import SearchDocument, SearchWord
from maillage.demo.lib.national import LOT, Commune, Country, Invention, Told
from maillage.demo.queries import situation
from maillage.spaces.actions import create_space
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.actions.indexing import KIND
from maillage.structures.actions.upkeep import JOB
from maillage.structures.enums import Axis, Disclosure, Family
from maillage.structures.models import (
    Activity,
    Establishment,
    Label,
    LegalCategory,
    Structure,
    StructureTerm,
    Term,
    Upkeep,
)
from maillage.structures.queries.perimeter import load_perimeter
from maillage.territories.models import Municipality

LARGEST = 5_000_000
_TABLES = (Structure, Establishment, StructureTerm, Label, Upkeep, SearchDocument, SearchWord)
_SOURCE = "sirene"
_DEPTH = {"lab-esus": 3, "lab-siae": 2, "lab-jep": 6, "lab-cs": 1, "lab-evs": 1, "lab-tl": 1}
_NAF = Activity.Nomenclature.NAF2.value


class GenerateRefusedError(Exception):
    """Nothing can be invented here. The message is a French sentence."""


def generate(
    count: int, *, now: datetime, slug: str = "france", seed: int = 1, told: Told | None = None
) -> Space:
    """`count` published structures over the space of this address, made over all France if it is not there.

    All in one transaction: cut short, nothing was done. `told` is given (done, total). Raises
    `GenerateRefusedError` in production and beside real data.
    """
    _refuse_what_must_be(count)
    with transaction.atomic():
        space = Space.objects.filter(slug=slug).first() or _whole_country(slug, now=now)
        communes = _communes(space)
        if not communes:
            raise GenerateRefusedError(f"L'espace « {slug} » n'a aucune commune peuplée.")
        last = Structure.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        country = Country(communes, seed=seed, start=last)
        with without_indexes(*_TABLES):
            writer = Writer(now=now)
            for number in range(-(-count // LOT)):
                lot = country.lot(number, min(LOT, count - number * LOT))
                writer.write(lot)
                if told:
                    told(min(count, (number + 1) * LOT), count)
            writer.close()
        after_given_keys(Structure, Establishment, StructureTerm, Label)
        refresh_statistics(*_TABLES, rows=count)
        journal.tick("structures")
        enqueue(JOB)
    return space


def _refuse_what_must_be(count: int) -> None:
    if settings.PRODUCTION:
        raise GenerateRefusedError(
            "Inventer des structures est refusé en production (MAILLAGE_ENV=production)."
        )
    if not 1 <= count <= LARGEST:
        raise GenerateRefusedError(
            f"--structures vaut {count} ; attendu : un nombre de 1 à {LARGEST}."
        )
    found = situation()
    if found.real_spaces or found.real_structures:
        raise GenerateRefusedError(
            "Cette base contient des données qui ne sont pas inventées : rien n'a été changé. "
            "Choisissez une autre base (MAILLAGE_VAR_DIR ou MAILLAGE_DATABASE_URL)."
        )


def _whole_country(slug: str, *, now: datetime) -> Space:
    codes = Municipality.objects.exclude(kind=Municipality.Kind.WHOLE).values_list(
        "code", flat=True
    )
    return create_space(
        slug,
        name="France entière",
        authority="Collectivité d'essai",
        codes=list(codes),
        by=None,
        now=now,
        is_demo=True,
        tagline="Des structures inventées, sur toutes les communes de France.",
    )


def _communes(space: Space) -> list[Commune]:
    rows = Municipality.objects.in_bulk(perimeter_codes(space))
    return [
        Commune(
            code=code,
            name=one.name,
            region=one.region_code,
            department=one.department_code,
            postal_codes=tuple(one.postal_codes.split()),
            population=one.population or 0,
            lon=one.lon,
            lat=one.lat,
        )
        for code, one in sorted(rows.items())
        if one.population
    ]


class Writer:
    """Writes lots of inventions: the rows of each table, and what the search reads of them."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.day = now.date().replace(day=1)
        self._moment = now.astimezone(UTC).replace(microsecond=0, tzinfo=None)
        self._zone = "+00:00" if connection.vendor == "postgresql" else ""
        self._perimeter = load_perimeter()
        terms = list(Term.objects.filter(ended_on__isnull=True).select_related("parent"))
        self._terms = {term.code: term for term in terms}
        self._audiences = sorted(
            (term for term in terms if term.axis == Axis.AUDIENCE), key=lambda term: term.code
        )
        self._labels = [
            self._terms[code] for code, n in _DEPTH.items() if code in self._terms for _ in range(n)
        ]
        self._forms = dict(LegalCategory.objects.values_list("code", "label"))
        trades = Activity.objects.filter(nomenclature=_NAF)
        self._trades = dict(trades.values_list("code", "label"))
        self._slugs: dict[str, str] = {}
        # Ranks start where keys end: the key of a structure is its rank and one.
        self._place = _last(Establishment)
        self._search = Loading(KIND)
        self._provenance = json.dumps({"name": {"source": _SOURCE, "date": self.day.isoformat()}})

    def write(self, lot: list[Invention]) -> None:
        moment = f"{self._moment}{self._zone}"
        add_rows(
            Structure,
            ("id", "slug", "name", "siren", "rna", "family", "legal_category", "activity_code",
             "description", "size_band", "is_employer", "created_on", "disclosure",
             "created_at", "confirmed_at"),
            map(self._structure, lot),
            activity_nomenclature=_NAF, size_year=self.day.year - 2, ess_flag_sirene=True,
            ess_status="confirmed", provenance=self._provenance, is_demo=True, updated_at=moment,
        )  # fmt: skip
        add_rows(
            Establishment,
            ("id", "structure_id", "siret", "is_head_office", "address", "postal_code",
             "municipality_code", "lon", "lat", "location_quality", "disclosure"),
            (row for one in lot for row in self._places(one)),
            location_source=_SOURCE,
        )  # fmt: skip
        add_rows(
            StructureTerm,
            ("structure_id", "term_id", "is_main"),
            (
                (one.rank + 1, term.pk, main)
                for one in lot
                for main, term in ((True, self._sector(one)), (False, self._audience(one)))
                if term is not None
            ),
        )
        add_rows(
            Label,
            ("structure_id", "term_id"),
            ((one.rank + 1, label.pk) for one in lot if (label := self._label(one)) is not None),
            source=_SOURCE,
        )
        add_rows(
            Upkeep,
            ("structure_id",),
            ((one.rank + 1,) for one in lot),
            counts_from=self.day.isoformat(),
        )
        self._search.add(map(self._pieces, lot))

    def close(self) -> None:
        self._search.close()

    def _structure(self, one: Invention) -> tuple[Any, ...]:
        # Entered over three years; one in five was confirmed by a person since.
        entered = self._moment - timedelta(minutes=one.day * 1_440 * 3 + one.rank % 1_440)
        confirmed = entered + (self._moment - entered) / 2 if one.rank % 5 == 0 else None
        form = self._perimeter.form(one.legal_category)
        return (
            one.rank + 1,
            f"{'-'.join(self._slug(part) for part in one.name)}-{one.rank + 1}",
            " ".join(one.name),
            one.siren,
            one.rna,
            self._family(one),
            one.legal_category,
            one.activity_code,
            " ".join(one.description),
            one.size_band,
            one.size_band not in {"NN", "00"},
            (date(one.year, 1, 1) + timedelta(days=one.day)).isoformat(),
            Disclosure.PARTIAL.value if one.is_partial else Disclosure.PUBLIC.value,
            f"{entered}{self._zone}",
            f"{confirmed}{self._zone}" if confirmed and form else None,
        )

    def _places(self, one: Invention) -> Iterator[tuple[Any, ...]]:
        for rank, place in enumerate(one.places):
            self._place += 1
            yield (
                self._place,
                one.rank + 1,
                place.siret,
                rank == 0,
                f"{place.number} {place.street}",
                place.postal_code,
                place.commune.code,
                place.lon,
                place.lat,
                "none" if place.lon is None else "house",
                Disclosure.PARTIAL.value if one.is_partial else Disclosure.PUBLIC.value,
            )

    def _family(self, one: Invention) -> str:
        form = self._perimeter.form(one.legal_category)
        # A commercial company enters the ESS by what it declares, not by its form.
        return form.family if form and form.family != Family.OTHER else Family.COMMERCIAL.value

    def _sector(self, one: Invention) -> Term | None:
        return self._terms.get(self._perimeter.sector(_NAF, one.activity_code))

    def _audience(self, one: Invention) -> Term | None:
        if one.audience < 0 or not self._audiences:
            return None
        return self._audiences[one.audience % len(self._audiences)]

    def _label(self, one: Invention) -> Term | None:
        if not one.is_labelled or not self._labels:
            return None
        return self._labels[one.rank % len(self._labels)]

    def _slug(self, part: str) -> str:
        slug = self._slugs.get(part)
        if slug is None:
            slug = self._slugs[part] = slugify(part.replace("'", " "))[:45].strip("-")
        return slug

    def _pieces(self, one: Invention) -> Pieces:
        """What `indexing` would write: the same words, in the same order."""
        terms = [term for term in (self._sector(one), self._audience(one)) if term is not None]
        label = self._label(one)
        key = [
            one.siren,
            one.rna,
            Family(self._family(one)).label,
            self._forms.get(one.legal_category),
            label.label if label else None,
            *(text for term in terms for text in (term.label, term.parent and term.parent.label)),
            *(
                text
                for place in one.places
                for text in (place.commune.name, place.postal_code, place.siret)
            ),
        ]
        opened = [] if one.is_partial else one.places
        streets = {f"{place.number} {place.street}": place for place in opened}.values()
        return Pieces(
            one.rank + 1,
            title=one.name,
            key=tuple(dict.fromkeys(text for text in key if text)),
            body=(
                *one.description,
                self._trades.get(one.activity_code, ""),
                *(text for place in streets for text in (place.number, place.street)),
            ),
        )


def _last(model: Any) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
