"""Scenarios of an envelope: the problem they solve, what each one does, side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maillage.calls.lib.portfolio import Candidate, Minimum, Problem, broken
from maillage.calls.lib.scenario import POINT, Settings
from maillage.calls.lib.sharing import cents, euros_of
from maillage.calls.models import Application, Edition, Scenario
from maillage.calls.queries.jury import EXAMINED, money_of
from maillage.calls.queries.ranking import official_standings
from maillage.calls.queries.scenario_words import group_label, rule_label

_FLOOR, _GAP, _PARTIAL = 50, 10, 70


def usual_settings(edition: Edition) -> Settings:
    """What the call announced (`reading`, `minima`), else a quality floor of 50, a gap of 10 points, 70 % at least."""
    said = edition.reading
    return Settings(
        partial=int(said.get("partial", _PARTIAL)),
        floor=int(float(said.get("floor", _FLOOR)) * POINT),
        gap=int(float(said.get("gap", _GAP)) * POINT),
        least=edition.awards_min,
        most=edition.awards_max,
        one_each=edition.one_award_each,
        minima=tuple(
            (f"{one['axis']}:{one['value']}", int(one["count"])) for one in edition.minima
        ),
    )


def candidates_of(edition: Edition) -> tuple[list[Application], tuple[Candidate, ...]]:
    """Every ranked file of the jury and what the solver needs of it, the best first.

    A file without a score, or under a disqualifying one, is no candidate. Callers check that the person may see all.
    """
    standings = official_standings(edition)
    files = [
        one
        for one in Application.objects.filter(
            edition=edition, status__in=EXAMINED
        ).prefetch_related("partners")
        if standings[one.pk].rank is not None
    ]
    files.sort(key=lambda one: (standings[one.pk].rank or 0, one.number or 0))
    return files, tuple(
        Candidate(
            key=one.pk,
            quality=round((standings[one.pk].score or 0) * POINT),
            asked=cents(one.requested or Decimal(0)),
            groups=groups_of(one),
            organisations=frozenset(_organisations(one)),
        )
        for one in files
    )


def groups_of(file: Application) -> frozenset[str]:
    """What minima count it in: its communes and their départements, its typology, its theme."""
    zones = {str(code) for code in file.places} | {_department(str(code)) for code in file.places}
    named = [f"zone:{code}" for code in zones]
    named += [f"typology:{file.typology}"] * bool(file.typology)
    named += [f"theme:{file.theme}"] * bool(file.theme)
    return frozenset(named)


def _department(code: str) -> str:
    return code[:3] if code.startswith("97") else code[:2]


def _organisations(file: Application) -> Iterable[str]:
    for one in file.partners.all():
        if one.role != "unfunded" and one.refused_at is None:
            yield (
                f"s{one.structure_id}"
                if one.structure_id
                else f"n{one.siret or one.name.casefold()}"
            )


def problem_of(edition: Edition, settings: Settings) -> Problem:
    _, candidates = candidates_of(edition)
    return problem_with(edition, candidates, settings)


def problem_with(
    edition: Edition, candidates: tuple[Candidate, ...], settings: Settings
) -> Problem:
    known = {one.key for one in candidates}
    return Problem(
        candidates,
        envelope=cents(money_of(edition).available),
        cap=None if edition.amount_max is None else cents(edition.amount_max),
        partial=settings.partial,
        step=settings.step,
        floor=settings.floor,
        gap=settings.gap,
        least=settings.least,
        most=settings.most,
        one_each=settings.one_each,
        minima=tuple(Minimum(group, count) for group, count in settings.minima if count),
        exclusions=tuple(pair for pair in settings.exclusions if set(pair) <= known),
        forced_in=frozenset(settings.forced_in) & known,
        forced_out=frozenset(settings.forced_out) & known,
    )


def amounts_of(scenario: Scenario) -> dict[int, Decimal]:
    return {line["application"]: Decimal(line["amount"]) for line in scenario.lines}


def leaps(standings: Mapping[int, Any], funded: Iterable[int], every: Iterable[int]) -> list[int]:
    """Funded files placed after one that is not: each needs its reason."""
    chosen = set(funded)
    out = [
        standings[key].rank
        for key in every
        if key not in chosen and standings[key].rank is not None
    ]
    best_out = min(out, default=None)
    if best_out is None:
        return []
    return [
        key
        for key in chosen
        if key in standings and (standings[key].rank is None or standings[key].rank > best_out)
    ]


@dataclass(frozen=True)
class Column:
    """One scenario among those compared. `minima` are `(words, reached, wanted)`; `shares` `(words, files, euros)`."""

    scenario: Scenario
    amounts: dict[int, Decimal]
    total: Decimal
    left: Decimal
    quality: float | None
    minima: tuple[tuple[str, int, int], ...]
    typologies: tuple[tuple[str, int, Decimal], ...]
    broken: tuple[str, ...]

    @property
    def is_over(self) -> bool:
        return self.left < 0


@dataclass(frozen=True)
class Comparison:
    files: tuple[Application, ...]
    columns: tuple[Column, ...]
    ranks: dict[int, int | None]
    scores: dict[int, float | None]


def compare(edition: Edition, scenarios: Iterable[Scenario]) -> Comparison:
    """Who is in which, for how much, with what each one does to the whole. Only for who may see every file."""
    files, candidates = candidates_of(edition)
    standings = official_standings(edition)
    usual = usual_settings(edition)
    problem = problem_with(edition, candidates, usual)
    columns = tuple(_column(edition, one, problem, files) for one in scenarios)
    extra = {key for column in columns for key in column.amounts} - {one.pk for one in files}
    files += list(Application.objects.filter(edition=edition, pk__in=extra).order_by("number"))
    return Comparison(
        tuple(files),
        columns,
        {key: one.rank for key, one in standings.items()},
        {key: one.score for key, one in standings.items()},
    )


def _column(
    edition: Edition, scenario: Scenario, problem: Problem, files: list[Application]
) -> Column:
    amounts = amounts_of(scenario)
    by_key = {one.pk: one for one in files}
    quality = {one.key: one.quality / POINT for one in problem.candidates}
    total = sum(amounts.values(), Decimal(0))
    weighed = sum(float(amount) * quality.get(key, 0) for key, amount in amounts.items())
    minima = tuple(
        (
            group_label(edition, one.group),
            sum(one.group in groups_of(by_key[key]) for key in amounts if key in by_key),
            one.count,
        )
        for one in problem.minima
    )
    whole = {key: cents(amount) for key, amount in amounts.items()}
    return Column(
        scenario,
        amounts,
        total,
        euros_of(problem.envelope) - total,
        weighed / float(total) if total else None,
        minima,
        _typologies(edition, amounts, by_key),
        tuple(rule_label(edition, rule, by_key) for rule in broken(problem, whole)),
    )


def _typologies(
    edition: Edition, amounts: dict[int, Decimal], files: dict[int, Application]
) -> tuple[tuple[str, int, Decimal], ...]:
    found: dict[str, list[Decimal]] = {}
    for key, amount in amounts.items():
        if key in files:
            found.setdefault(files[key].typology, []).append(amount)
    return tuple(
        (
            group_label(edition, f"typology:{code}") if code else "non déclarée",
            len(given),
            sum(given, Decimal(0)),
        )
        for code, given in sorted(found.items())
    )
