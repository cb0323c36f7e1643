"""Turn what was invented into rows, in a few long statements."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from maillage.accounts.models import User
from maillage.demo.lib.specs import LabelSpec, Spec
from maillage.structures.actions.ess import EssFacts, derived_fields
from maillage.structures.actions.slugs import SlugBook
from maillage.structures.models import Establishment, Label, Structure, StructureTerm, Term
from maillage.structures.queries.perimeter import load_perimeter

REGISTER = (
    "name",
    "legal_name",
    "siren",
    "rna",
    "legal_category",
    "activity_code",
    "size_band",
    "created_on",
)
BY_HAND = ("description", "website", "email", "phone", "acronym")
PLACE = ("address", "postal_code", "municipality_code", "opened_on")


class Writer:
    """Keeps what it wrote by case, so that the history can speak of it."""

    def __init__(self, people: Mapping[str, User], *, now: datetime, today: date) -> None:
        self.people, self.now, self.today = people, now, today
        self.by_case: dict[str, Structure] = {}
        self.structures: list[Structure] = []
        self.establishments: list[Establishment] = []
        self._slugs = SlugBook()
        self._perimeter = load_perimeter()
        self._terms = dict(Term.objects.values_list("code", "pk"))
        self._source_date = today.replace(day=1)

    @property
    def structure_ids(self) -> list[int]:
        return [structure.pk for structure in self.structures]

    @property
    def place_ids(self) -> list[int]:
        return [place.pk for place in self.establishments]

    def write(self, specs: list[Spec]) -> None:
        """Structures, then what hangs from them."""
        self.structures = Structure.objects.bulk_create([self._structure(spec) for spec in specs])
        pairs = list(zip(specs, self.structures, strict=True))
        self.by_case = {spec.case: structure for spec, structure in pairs if spec.case}
        self._date_entries(pairs)
        StructureTerm.objects.bulk_create(
            row for spec, one in pairs for row in self._terms_of(spec, one)
        )
        places = [row for spec, one in pairs for row in self._places(spec, one)]
        self.establishments = Establishment.objects.bulk_create(places)
        heads: dict[int, list[Establishment]] = {}
        for place in self.establishments:
            heads.setdefault(place.structure_id, []).append(place)
        Label.objects.bulk_create(
            self._label(held, one, heads) for spec, one in pairs for held in spec.labels
        )

    def _structure(self, spec: Spec) -> Structure:
        fields = dict(spec.fields)
        confirmed = self.moment(spec.confirmed) if spec.confirmed is not None else None
        confirmed_by = self.people["membre" if spec.rank % 3 else "agent"] if confirmed else None
        return Structure(
            **fields | derived_fields(self._facts(spec), self._perimeter),
            slug=self._slugs.new(fields["name"], spec.places[0]["municipality_code"]),
            provenance=self._provenance(spec, confirmed, confirmed_by),
            confirmed_at=confirmed,
            confirmed_by=confirmed_by,
            is_demo=True,
        )

    def _facts(self, spec: Spec) -> EssFacts:
        fields = spec.fields
        valid = [
            held.code for held in spec.labels if held.lasts is None or held.since + held.lasts >= 0
        ]
        return EssFacts(
            legal_category=fields["legal_category"],
            activity_code=fields["activity_code"],
            activity_nomenclature=fields["activity_nomenclature"],
            flag=fields["ess_flag_sirene"],
            in_list=fields["in_ess_list"],
            valid_labels=frozenset(valid),
            size_band=fields["size_band"],
            is_employer=fields["is_employer"],
        )

    def _provenance(
        self, spec: Spec, confirmed: datetime | None, by: User | None
    ) -> dict[str, Any]:
        """Register fields come from the register, the others from the person who filled the page."""
        register = {"source": "sirene", "date": self._source_date.isoformat()}
        found: dict[str, Any] = {}
        if spec.fields["siren"]:
            found = {name: dict(register) for name in REGISTER if spec.fields.get(name)}
        for name in BY_HAND:
            if spec.fields.get(name) and confirmed and by:
                found[name] = {
                    "source": "agent",
                    "by": by.pk,
                    "at": confirmed.isoformat(),
                    "date": confirmed.date().isoformat(),
                }
            elif spec.fields.get(name):
                found[name] = {"source": "demo", "date": self._source_date.isoformat()}
        return found

    def _date_entries(self, pairs: Iterable[tuple[Spec, Structure]]) -> None:
        """`created_at` is the day of the entry in the directory, not that of the demonstration."""
        rows = []
        for spec, structure in pairs:
            structure.created_at = self.moment(spec.entered)
            structure.updated_at = max(
                structure.created_at, structure.confirmed_at or structure.created_at
            )
            rows.append(structure)
        Structure.objects.bulk_update(rows, ["created_at", "updated_at"], batch_size=300)

    def _terms_of(self, spec: Spec, structure: Structure) -> Iterable[StructureTerm]:
        codes = [code for code in (spec.main_sector, *spec.terms) if code]
        for code in codes:
            yield StructureTerm(
                structure=structure, term_id=self._terms[code], is_main=code == spec.main_sector
            )

    def _places(self, spec: Spec, structure: Structure) -> Iterable[Establishment]:
        register = {"source": "sirene", "date": self._source_date.isoformat()}
        for place in spec.places:
            provenance = (
                {name: dict(register) for name in PLACE if place.get(name)}
                if place["siret"]
                else {}
            )
            yield Establishment(structure=structure, provenance=provenance, **place)

    def _label(
        self, held: LabelSpec, structure: Structure, places: dict[int, list[Establishment]]
    ) -> Label:
        since = self.today + timedelta(days=held.since)
        return Label(
            structure=structure,
            establishment=places[structure.pk][held.place] if held.place is not None else None,
            term_id=self._terms[held.code],
            identifier=held.identifier,
            valid_from=since,
            valid_to=since + timedelta(days=held.lasts) if held.lasts is not None else None,
            proof=held.proof,
            source=held.source,
            source_date=self._source_date,
        )

    def moment(self, days_ago: int) -> datetime:
        """Half past ten, that many days ago (now at the latest)."""
        day = self.today - timedelta(days=days_ago)
        moment = timezone.make_aware(datetime.combine(day, time(10, 30)))
        return min(moment, self.now)
