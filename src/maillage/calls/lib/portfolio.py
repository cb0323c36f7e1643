"""Which projects, and how much each: the best use of an envelope under the rules that were chosen.

Maximises the sum of quality × euros (a sum of scores alone would prefer many small middling files). Money is whole
cents from end to end: the solver (HiGHS, in scipy) proposes, sums are checked again in integers. Whoever is forced
in by a person passes the floor and the no-leapfrog rule, which a reason must then tell.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    ENVELOPE = "envelope"
    FLOOR = "floor"
    LEAPFROG = "leapfrog"
    PARTIAL = "partial"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MINIMUM = "minimum"
    ORGANISATION = "organisation"
    EXCLUSION = "exclusion"
    FORCED_IN = "forced_in"
    FORCED_OUT = "forced_out"


# What asks for more; the others are limits.
WISHES = frozenset({Kind.AT_LEAST, Kind.MINIMUM, Kind.FORCED_IN})


@dataclass(frozen=True)
class Rule:
    """One constraint that can be named, and set aside. `key` tells those of one kind apart."""

    kind: Kind
    key: str = ""


@dataclass(frozen=True)
class Candidate:
    """`quality` in thousandths of a point; `asked` in cents. `groups` are `axis:value` that minima count.

    `organisations` are those it would pay: two candidates that share one cannot both be chosen.
    """

    key: int
    quality: int
    asked: int
    groups: AbstractSet[str] = frozenset()
    organisations: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class Minimum:
    """At least `count` projects among those of `group` (`axis:value`)."""

    group: str
    count: int


@dataclass(frozen=True)
class Problem:
    """Money in cents, `partial` in percent of the request, `floor` and `gap` in thousandths of a point.

    An award is the whole request (or `cap`), or a multiple of `step` between `partial` % of it and it.
    """

    candidates: tuple[Candidate, ...]
    envelope: int
    cap: int | None = None
    partial: int = 100
    step: int = 10_000
    floor: int | None = None
    gap: int | None = None
    least: int | None = None
    most: int | None = None
    one_each: bool = True
    minima: tuple[Minimum, ...] = ()
    exclusions: tuple[tuple[int, int], ...] = ()
    forced_in: AbstractSet[int] = frozenset()
    forced_out: AbstractSet[int] = frozenset()

    def whole(self, one: Candidate) -> int:
        """The most it may get."""
        return one.asked if self.cap is None else min(one.asked, self.cap)

    def lowest(self, one: Candidate) -> int:
        """The least that a partial award may be: `partial` % of what it may get, to the cent above."""
        return -(-self.whole(one) * self.partial // 100)

    def rules(self) -> list[Rule]:
        """Every constraint of this problem, limits first; names are `Rule`s, words are for pages."""
        found = [Rule(Kind.ENVELOPE)]
        if self.floor is not None:
            found.append(Rule(Kind.FLOOR))
        if self.gap is not None:
            found.append(Rule(Kind.LEAPFROG))
        if self.partial > 0:
            found.append(Rule(Kind.PARTIAL))
        if self.most is not None:
            found.append(Rule(Kind.AT_MOST))
        found += [Rule(Kind.ORGANISATION, name) for name in self.shared_organisations()]
        found += [Rule(Kind.EXCLUSION, f"{a}-{b}") for a, b in self.exclusions]
        found += [Rule(Kind.FORCED_OUT, str(key)) for key in sorted(self.forced_out)]
        if self.least is not None:
            found.append(Rule(Kind.AT_LEAST))
        found += [Rule(Kind.MINIMUM, one.group) for one in self.minima]
        found += [Rule(Kind.FORCED_IN, str(key)) for key in sorted(self.forced_in)]
        return found

    def shared_organisations(self) -> list[str]:
        """Those that two candidates or more would pay, when one award each is the rule."""
        if not self.one_each:
            return []
        count: dict[str, int] = {}
        for one in self.candidates:
            for name in one.organisations:
                count[name] = count.get(name, 0) + 1
        return sorted(name for name, times in count.items() if times > 1)

    def rivals(self) -> dict[int, frozenset[int]]:
        """Who cannot be chosen beside whom."""
        found: dict[int, set[int]] = {one.key: set() for one in self.candidates}
        for name in self.shared_organisations():
            beside = {one.key for one in self.candidates if name in one.organisations}
            for key in beside:
                found[key] |= beside - {key}
        for a, b in self.exclusions:
            if a in found and b in found and a != b:
                found[a].add(b)
                found[b].add(a)
        return {key: frozenset(others) for key, others in found.items()}


@dataclass(frozen=True)
class Portfolio:
    """`amounts` in cents by candidate. `is_proven`: nothing better exists, the solver closed its search."""

    amounts: dict[int, int]
    is_proven: bool

    @property
    def total(self) -> int:
        return sum(self.amounts.values())


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together (take one away and they can), and what comes nearest.

    `shortfalls`: how many are missing of each wish in `nearest`, which keeps every limit. `envelope_needed`: cents
    that would satisfy everything else, None when more money would not help.
    """

    rules: tuple[Rule, ...]
    shortfalls: dict[Rule, int] = field(default_factory=dict)
    nearest: Portfolio | None = None
    envelope_needed: int | None = None


def worth(problem: Problem, amounts: dict[int, int]) -> int:
    """What is maximised: quality × euros, in thousandths of a point × cents."""
    quality = {one.key: one.quality for one in problem.candidates}
    return sum(quality[key] * cents for key, cents in amounts.items())


def broken(problem: Problem, amounts: dict[int, int]) -> list[Rule]:
    """The rules that a choice of amounts does not keep, in exact arithmetic: also for what people chose by hand."""
    found: list[Rule] = []
    chosen = [one for one in problem.candidates if amounts.get(one.key, 0) > 0]
    keys = {one.key for one in chosen}
    free = [one for one in chosen if one.key not in problem.forced_in]
    if sum(amounts.values()) > problem.envelope:
        found.append(Rule(Kind.ENVELOPE))
    if problem.floor is not None and any(one.quality < problem.floor for one in free):
        found.append(Rule(Kind.FLOOR))
    if _leaps(problem, keys):
        found.append(Rule(Kind.LEAPFROG))
    if any(
        not problem.lowest(one) <= amounts[one.key] <= problem.whole(one)
        or (amounts[one.key] % problem.step and amounts[one.key] != problem.whole(one))
        for one in chosen
    ):
        found.append(Rule(Kind.PARTIAL))
    if problem.most is not None and len(keys) > problem.most:
        found.append(Rule(Kind.AT_MOST))
    found += [
        Rule(Kind.ORGANISATION, name)
        for name in problem.shared_organisations()
        if sum(name in one.organisations for one in chosen) > 1
    ]
    found += [Rule(Kind.EXCLUSION, f"{a}-{b}") for a, b in problem.exclusions if {a, b} <= keys]
    found += [Rule(Kind.FORCED_OUT, str(key)) for key in sorted(problem.forced_out & keys)]
    if problem.least is not None and len(keys) < problem.least:
        found.append(Rule(Kind.AT_LEAST))
    found += [
        Rule(Kind.MINIMUM, one.group)
        for one in problem.minima
        if sum(one.group in candidate.groups for candidate in chosen) < one.count
    ]
    found += [Rule(Kind.FORCED_IN, str(key)) for key in sorted(problem.forced_in - keys)]
    return found


def stands(problem: Problem, one: Candidate) -> bool:
    """Whether it must be funded before clearly weaker ones: neither put aside by a person, nor under the floor."""
    if one.key in problem.forced_out:
        return False
    return problem.floor is None or one.quality >= problem.floor


def excused_by(problem: Problem, strong: Candidate) -> set[int]:
    """Rivals not clearly weaker: one of them funded, nobody leaps over `strong`."""
    gap = problem.gap or 0
    quality = {one.key: one.quality for one in problem.candidates}
    beside = problem.rivals()[strong.key]
    return {key for key in beside if quality[key] > strong.quality - gap}


def _leaps(problem: Problem, keys: AbstractSet[int]) -> bool:
    if problem.gap is None:
        return False
    passers = [
        one.quality
        for one in problem.candidates
        if one.key in keys and one.key not in problem.forced_in
    ]
    if not passers:
        return False
    weakest = min(passers)
    return any(
        one.quality >= weakest + problem.gap
        and one.key not in keys
        and stands(problem, one)
        and not (excused_by(problem, one) & keys)
        for one in problem.candidates
    )
