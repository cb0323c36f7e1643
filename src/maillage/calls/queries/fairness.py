"""How outcomes fall on kinds of applicants. Advisory: small numbers prove nothing, and the page says so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from maillage.accounts.models import User
from maillage.calls.enums import AwardStatus, JuryOutcome
from maillage.calls.models import Application, Award, Edition
from maillage.calls.queries.jury import files_of
from maillage.calls.queries.scenario_words import group_label
from maillage.structures.enums import SizeBand
from maillage.territories.queries.codes import names_by_code

FEW = 10  # files of a group below which its rate says nothing
_SIZES = dict(SizeBand.choices)
_PLACES = 8


@dataclass(frozen=True)
class Share:
    """A group: how many files, how many proposed for funding, for how much out of what they asked."""

    label: str
    files: int
    funded: int
    asked: Decimal
    given: Decimal

    @property
    def rate(self) -> int:
        return round(100 * self.funded / self.files) if self.files else 0

    @property
    def is_small(self) -> bool:
        return self.files < FEW


@dataclass(frozen=True)
class Panel:
    title: str
    shares: tuple[Share, ...]


def fairness_of(edition: Edition, user: User) -> list[Panel]:
    """Of the files that the person may know of, as they are proposed or decided now."""
    files = list(files_of(edition, user).prefetch_related("partners__structure"))
    proposed: dict[int, Decimal] = {}
    rows = edition.sessions.filter(decisions__application__in=files).values_list(
        "decisions__application", "decisions__outcome", "decisions__amount", "decisions__at"
    )
    for key, outcome, amount, _ in sorted(rows, key=lambda row: row[3]):
        proposed[key] = amount if outcome == JuryOutcome.AWARD else Decimal(0)
    known = _funded_before(files, edition)
    names = names_by_code()
    return [
        Panel("Typologie déclarée", _shares(files, proposed, lambda one: _typology(edition, one))),
        Panel("Taille du chef de file", _shares(files, proposed, _size)),
        Panel(
            "Déjà aidé par la collectivité",
            _shares(
                files,
                proposed,
                lambda one: "déjà aidé" if _lead(one) in known else "première aide",
            ),
        ),
        Panel(
            "Commune principale de l'action",
            _shares(
                files,
                proposed,
                lambda one: (
                    names.get(str(one.places[0]), str(one.places[0])) if one.places else "non dite"
                ),
            )[:_PLACES],
        ),
    ]


def _shares(
    files: Iterable[Application],
    proposed: dict[int, Decimal],
    group: Callable[[Application], str],
) -> tuple[Share, ...]:
    found: dict[str, list[Application]] = {}
    for one in files:
        found.setdefault(group(one), []).append(one)
    return tuple(
        Share(
            label,
            len(inside),
            sum(proposed.get(one.pk, Decimal(0)) > 0 for one in inside),
            sum((one.requested or Decimal(0) for one in inside), Decimal(0)),
            sum((proposed.get(one.pk, Decimal(0)) for one in inside), Decimal(0)),
        )
        for label, inside in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def _typology(edition: Edition, one: Application) -> str:
    return group_label(edition, f"typology:{one.typology}") if one.typology else "non déclarée"


def _lead(one: Application) -> int | None:
    return next(
        (partner.structure_id for partner in one.partners.all() if partner.role == "lead"), None
    )


def _size(one: Application) -> str:
    lead = next((partner for partner in one.partners.all() if partner.role == "lead"), None)
    band = lead.structure.size_band if lead and lead.structure else ""
    return str(_SIZES.get(band, "")) or "inconnue"


def _funded_before(files: list[Application], edition: Edition) -> set[int | None]:
    leads = {_lead(one) for one in files} - {None}
    return set(
        Award.objects.filter(structure__in=leads, envelope__space=edition.space)
        .exclude(application__edition=edition)
        .exclude(status__in=[AwardStatus.PROPOSED, AwardStatus.REVOKED])
        .values_list("structure", flat=True)
    )
