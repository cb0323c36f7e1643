"""The whole-number programme of `portfolio.Problem`, solved by HiGHS, and why it has no answer when it has none."""

import math
from collections.abc import Set as AbstractSet
from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from maillage.calls.lib.portfolio import (
    WISHES,
    Candidate,
    Conflict,
    Kind,
    Portfolio,
    Problem,
    Rule,
    broken,
    excused_by,
    stands,
)

SECONDS = 20.0
_PROVEN, _LIMIT, _NONE = 0, 1, 2  # statuses of scipy.optimize.milp


class SolverTiredError(Exception):
    """Neither an answer nor the proof that there is none, within the time allowed."""


def solve(problem: Problem, *, seconds: float = SECONDS) -> Portfolio | Conflict:
    """The best choice, or the rules that no choice can keep. Raises `SolverTiredError`."""
    rules = frozenset(problem.rules())
    found = _Programme(problem, rules).best(seconds)
    if found is None:
        return _explain(problem, rules, seconds)
    return found


class _Programme:
    """Columns per candidate: chosen, given whole, steps given; then one per prefix of the ranking, one per lack."""

    def __init__(
        self, problem: Problem, rules: AbstractSet[Rule], *, elastic: bool = False
    ) -> None:
        self.problem, self.rules = problem, rules
        self.count = len(problem.candidates)
        self.place = {one.key: n for n, one in enumerate(problem.candidates)}
        self.columns = 3 * self.count
        self.low = [0.0] * self.columns
        self.high = [1.0] * self.columns
        self.lines: list[tuple[dict[int, float], float, float]] = []
        self.lacks: dict[Rule, int] = {}
        self.elastic = elastic
        for n, one in enumerate(problem.candidates):
            self._amount(n, one)
        self._limits()
        self._leapfrog()
        self._wishes()

    def _has(self, kind: Kind, key: str = "") -> bool:
        return Rule(kind, key) in self.rules

    def _column(self, low: float, high: float) -> int:
        self.low.append(low)
        self.high.append(high)
        self.columns += 1
        return self.columns - 1

    def _row(self, terms: dict[int, float], low: float, high: float) -> None:
        self.lines.append((terms, low, high))

    def _amount(self, n: int, one: Candidate) -> None:
        """Chosen, it gets the whole or a number of steps; not chosen, nothing."""
        problem = self.problem
        chosen, whole, steps = n, self.count + n, 2 * self.count + n
        most = (problem.whole(one) - 1) // problem.step
        lowest = problem.lowest(one) if self._has(Kind.PARTIAL) else 1
        least = max(-(-lowest // problem.step), 1)
        if problem.whole(one) <= 0:
            self.high[chosen] = 0.0
        if least > most:  # no partial award fits: all or nothing
            self.high[steps] = 0.0
            self._row({chosen: 1, whole: -1}, 0, 0)
            return
        self.high[steps] = float(most)
        self._row({whole: 1, chosen: -1}, -np.inf, 0)
        self._row({steps: 1, chosen: -float(most), whole: float(most)}, -np.inf, 0)
        self._row({steps: 1, chosen: -float(least), whole: float(least)}, 0, np.inf)

    def _limits(self) -> None:
        problem = self.problem
        if self._has(Kind.ENVELOPE):
            terms = self.money()
            shared = math.gcd(problem.step, *(int(value) for value in terms.values() if value))
            self._row(
                {column: value // shared for column, value in terms.items()},
                -np.inf,
                problem.envelope // shared,
            )
        for n, one in enumerate(problem.candidates):
            forced = one.key in problem.forced_in
            if self._has(Kind.FLOOR) and not forced and one.quality < (problem.floor or 0):
                self.high[n] = 0.0
            if self._has(Kind.FORCED_OUT, str(one.key)):
                self.high[n] = 0.0
        if self._has(Kind.AT_MOST):
            self._row(dict.fromkeys(range(self.count), 1.0), -np.inf, problem.most or 0)
        for name in problem.shared_organisations():
            if self._has(Kind.ORGANISATION, name):
                beside = [
                    n for n, one in enumerate(problem.candidates) if name in one.organisations
                ]
                self._row(dict.fromkeys(beside, 1.0), -np.inf, 1)
        for a, b in problem.exclusions:
            if self._has(Kind.EXCLUSION, f"{a}-{b}") and a in self.place and b in self.place:
                self._row({self.place[a]: 1.0, self.place[b]: 1.0}, -np.inf, 1)

    def _leapfrog(self) -> None:
        """`whole_prefix[k]`: the k strongest are funded, or excused; a project asks for those above it by the gap."""
        problem = self.problem
        if problem.gap is None or not self._has(Kind.LEAPFROG):
            return
        strong = sorted(
            (one for one in problem.candidates if stands(problem, one)),
            key=lambda one: -one.quality,
        )
        before: int | None = None
        prefixes: list[int] = []
        for one in strong:
            column = self._column(0.0, 1.0)
            terms = {column: 1.0, self.place[one.key]: -1.0}
            terms |= dict.fromkeys((self.place[key] for key in excused_by(problem, one)), -1.0)
            self._row(terms, -np.inf, 0)
            if before is not None:
                self._row({column: 1.0, before: -1.0}, -np.inf, 0)
            before = column
            prefixes.append(column)
        for n, one in enumerate(problem.candidates):
            above = sum(other.quality >= one.quality + problem.gap for other in strong)
            if above and one.key not in problem.forced_in:
                self._row({n: 1.0, prefixes[above - 1]: -1.0}, -np.inf, 0)

    def _wishes(self) -> None:
        problem = self.problem
        if self._has(Kind.AT_LEAST):
            terms = dict.fromkeys(range(self.count), 1.0)
            self._wish(Rule(Kind.AT_LEAST), terms, problem.least or 0)
        for one in problem.minima:
            if self._has(Kind.MINIMUM, one.group):
                inside = [
                    n for n, each in enumerate(problem.candidates) if one.group in each.groups
                ]
                self._wish(Rule(Kind.MINIMUM, one.group), dict.fromkeys(inside, 1.0), one.count)
        for key in sorted(problem.forced_in):
            if self._has(Kind.FORCED_IN, str(key)) and key in self.place:
                self._wish(Rule(Kind.FORCED_IN, str(key)), {self.place[key]: 1.0}, 1)

    def _wish(self, rule: Rule, terms: dict[int, float], count: int) -> None:
        if self.elastic:
            self.lacks[rule] = self._column(0.0, float(count))
            terms = terms | {self.lacks[rule]: 1.0}
        self._row(terms, count, np.inf)

    def money(self) -> dict[int, float]:
        """Cents that each column gives."""
        found: dict[int, float] = {}
        for n, one in enumerate(self.problem.candidates):
            found[self.count + n] = float(self.problem.whole(one))
            found[2 * self.count + n] = float(self.problem.step)
        return found

    def worth(self) -> dict[int, float]:
        money = self.money()
        return {
            column: -cents * self.problem.candidates[column % self.count].quality
            for column, cents in money.items()
        }

    def run(self, goal: dict[int, float], seconds: float) -> OptimizeResult:
        cost = np.zeros(self.columns)
        for column, value in goal.items():
            cost[column] = value
        if len(cost) and np.abs(cost).max() > 0:
            cost = cost / np.abs(cost).max()
        constraints = []
        if self.lines:
            counts = [len(terms) for terms, _, _ in self.lines]
            matrix = csr_array(
                (
                    np.array([value for terms, _, _ in self.lines for value in terms.values()]),
                    np.array([column for terms, _, _ in self.lines for column in terms]),
                    np.concatenate([[0], np.cumsum(counts)]),
                ),
                shape=(len(self.lines), self.columns),
            )
            constraints = [
                LinearConstraint(
                    matrix, [low for _, low, _ in self.lines], [high for _, _, high in self.lines]
                )
            ]
        return milp(
            cost,
            integrality=np.ones(self.columns),
            bounds=Bounds(self.low, self.high),
            constraints=constraints,
            options={"mip_rel_gap": 0.0, "time_limit": seconds},
        )

    def amounts(self, result: OptimizeResult) -> dict[int, int]:
        found = {}
        for n, one in enumerate(self.problem.candidates):
            if round(result.x[n]):
                whole = round(result.x[self.count + n]) * self.problem.whole(one)
                found[one.key] = whole + round(result.x[2 * self.count + n]) * self.problem.step
        return found

    def best(self, seconds: float) -> Portfolio | None:
        """The best choice, None when there is none."""
        if not self.count:
            wanted = any(rule.kind in WISHES for rule in self.rules)
            return None if wanted else Portfolio({}, is_proven=True)
        result = self.run(self.worth(), seconds)
        if result.status == _NONE:
            return None
        if result.x is None:
            raise SolverTiredError(result.message)
        amounts = self.amounts(result)
        if broken(self.problem, amounts) and frozenset(self.problem.rules()) == self.rules:
            raise SolverTiredError("The answer does not keep the rules in whole cents.")
        return Portfolio(amounts, is_proven=result.status == _PROVEN)

    def is_possible(self, seconds: float) -> bool:
        if not self.count:
            return not any(rule.kind in WISHES for rule in self.rules)
        result = self.run({}, seconds)
        if result.status == _NONE:
            return False
        if result.x is None:
            raise SolverTiredError(result.message)
        return True


def _explain(problem: Problem, rules: AbstractSet[Rule], seconds: float) -> Conflict:
    """Take rules away one by one: those without which an answer appears are the conflict."""
    kept = set(rules)
    for rule in problem.rules():
        if not _Programme(problem, kept - {rule}).is_possible(seconds):
            kept.remove(rule)
    conflict = Conflict(tuple(rule for rule in problem.rules() if rule in kept))
    if not problem.candidates:
        return conflict
    lacking = _Programme(problem, rules, elastic=True)
    result = lacking.run(dict.fromkeys(lacking.lacks.values(), 1.0), seconds)
    if result.x is not None:
        missing = {rule: round(result.x[column]) for rule, column in lacking.lacks.items()}
        missing = {rule: lack for rule, lack in missing.items() if lack}
        conflict = replace(
            conflict, shortfalls=missing, nearest=_nearest(problem, missing, seconds)
        )
    if any(rule.kind == Kind.ENVELOPE for rule in kept):
        richer = _Programme(problem, rules - {Rule(Kind.ENVELOPE)})
        result = richer.run(richer.money(), seconds)
        if result.x is not None:
            needed = sum(richer.amounts(result).values())
            conflict = replace(conflict, envelope_needed=needed)
    return conflict


def _nearest(problem: Problem, missing: dict[Rule, int], seconds: float) -> Portfolio | None:
    """The best choice once each wish asks for what can be had."""
    eased = replace(
        problem,
        least=None
        if problem.least is None
        else problem.least - missing.get(Rule(Kind.AT_LEAST), 0),
        minima=tuple(
            replace(one, count=one.count - missing.get(Rule(Kind.MINIMUM, one.group), 0))
            for one in problem.minima
        ),
        forced_in=frozenset(
            key for key in problem.forced_in if Rule(Kind.FORCED_IN, str(key)) not in missing
        ),
    )
    return _Programme(eased, frozenset(eased.rules())).best(seconds)
