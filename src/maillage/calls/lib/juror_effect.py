"""Scores without what belongs to each juror: score = mean + project + juror + noise, the two effects shrunk.

A ridge of two factors: their penalties are ratios of variances, estimated by restricted likelihood (EM). A
juror who reads a good lot is not taken for a generous one, as centring and scaling each juror would. With too
few readings the penalties are `DEFAULT_PENALTIES`. Source of the method: mixed-model equations (Henderson, 1975).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from maillage.calls.lib.readings import Bools, Floats, Ints, Readings, totals

# Noise over the variance of projects, and over that of jurors.
DEFAULT_PENALTIES = (0.5, 1.0)
_LEAST = 12  # readings below which nothing is estimated
_ROUNDS, _SETTLED = 400, 1e-5
_DRAWS, _SEED = 400, 20_260_206
_TINY = 1e-9


@dataclass(frozen=True)
class Adjusted:
    """`scores` `[P]` on 100; `jurors` `[J]` in points (above 0: generous); `low`, `high` ranks that hold 9 times in 10.

    `groups` above 1: jurors and projects fall in sets that share no reading, whose scores cannot be compared.
    """

    scores: Floats
    jurors: Floats
    low: Ints
    high: Ints
    penalties: tuple[float, float]
    is_estimated: bool
    groups: int

    @property
    def is_connected(self) -> bool:
        return self.groups <= 1


def adjust(readings: Readings) -> Adjusted:
    """Adjusted score and interval of rank of every project; NaN (and rank 0) for one without a reading."""
    values = totals(readings)
    said = ~np.isnan(values)
    system = _System(
        readings.project[said],
        readings.juror[said],
        values[said],
        len(readings.projects),
        len(readings.jurors),
    )
    penalties, is_estimated = _penalties(system)
    system.solve(*penalties)
    read = system.per_project > 0
    scores = np.where(read, system.mean + system.projects, np.nan)
    low, high = _intervals(system, read)
    return Adjusted(
        scores,
        system.jurors,
        low,
        high,
        penalties,
        is_estimated,
        _groups(system, read),
    )


class _System:
    """The mixed-model equations; projects are eliminated first, what is left has one row per juror and the mean."""

    def __init__(
        self, project: Ints, juror: Ints, values: Floats, projects: int, jurors: int
    ) -> None:
        self.values, self.project, self.juror = values, project, juror
        self.per_project = np.bincount(project, minlength=projects).astype(float)
        # Columns: the mean, then each juror.
        self.cross = np.zeros((projects, jurors + 1))
        np.add.at(self.cross, (project, juror + 1), 1.0)
        self.cross[:, 0] = self.per_project
        rest = np.zeros((jurors + 1, jurors + 1))
        per_juror = np.bincount(juror, minlength=jurors).astype(float)
        rest[0, 0] = len(values)
        rest[0, 1:] = rest[1:, 0] = per_juror
        rest[np.arange(1, jurors + 1), np.arange(1, jurors + 1)] = per_juror
        self.rest = rest
        self.sum_project = np.bincount(project, weights=values, minlength=projects)
        self.sum_rest = np.concatenate(
            [[values.sum()], np.bincount(juror, weights=values, minlength=jurors)]
        )
        self.mean, self.noise = 0.0, 1.0
        self.projects, self.jurors = np.zeros(projects), np.zeros(jurors)

    def solve(self, for_project: float, for_juror: float) -> None:
        jurors = len(self.jurors)
        self.inner = 1.0 / (self.per_project + for_project)
        self.through = self.cross * self.inner[:, None]
        left = self.rest - self.cross.T @ self.through
        left[np.arange(1, jurors + 1), np.arange(1, jurors + 1)] += for_juror
        self.inverse = np.linalg.inv(left + _TINY * np.eye(jurors + 1))
        rest = self.inverse @ (self.sum_rest - self.through.T @ self.sum_project)
        self.mean, self.jurors = float(rest[0]), rest[1:]
        self.projects = self.inner * (self.sum_project - self.cross @ rest)
        fitted = self.mean + self.projects[self.project] + self.jurors[self.juror]
        freedom = max(len(self.values) - 1, 1)
        self.noise = max(float(self.values @ (self.values - fitted)) / freedom, _TINY)

    def spread(self) -> tuple[float, float]:
        """Variances of projects and of jurors, as this solution says (one step of EM)."""
        counted = self.per_project > 0
        inside = self.inner + np.einsum("ij,jk,ik->i", self.through, self.inverse, self.through)
        projects = self.projects[counted] @ self.projects[counted] + self.noise * float(
            inside[counted].sum()
        )
        own = np.diag(self.inverse)[1:]
        jurors = self.jurors @ self.jurors + self.noise * float(own.sum())
        return float(projects) / max(int(counted.sum()), 1), float(jurors) / max(len(own), 1)


def _penalties(system: _System) -> tuple[tuple[float, float], bool]:
    read = int((system.per_project > 0).sum())
    count = len(system.values)
    if count < _LEAST or count <= read or len(system.jurors) < 2 or read < 3:
        return DEFAULT_PENALTIES, False
    now = DEFAULT_PENALTIES
    for _ in range(_ROUNDS):
        system.solve(*now)
        projects, jurors = system.spread()
        following = (
            system.noise / max(projects, system.noise * 1e-3),
            system.noise / max(jurors, system.noise * 1e-3),
        )
        moved = max(abs(np.log(b / a)) for a, b in zip(now, following, strict=True))
        now = following
        if moved < _SETTLED:
            break
    return (float(now[0]), float(now[1])), True


def _intervals(system: _System, read: Bools) -> tuple[Ints, Ints]:
    """Ranks between which each project stays in 90 % of draws of the posterior (normal, exact for this model)."""
    low = np.zeros(len(read), dtype=np.int64)
    high = np.zeros(len(read), dtype=np.int64)
    kept = np.flatnonzero(read)
    if not len(kept):
        return low, high
    draw = np.random.default_rng(_SEED)
    centre = np.concatenate([[system.mean], system.jurors])
    values, vectors = np.linalg.eigh(system.inverse * system.noise)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    rest = centre + draw.standard_normal((_DRAWS, len(centre))) @ root.T
    middle = system.inner[kept] * (system.sum_project[kept] - rest @ system.cross[kept].T)
    sigma = np.sqrt(system.noise * system.inner[kept])
    drawn = rest[:, :1] + middle + draw.standard_normal(middle.shape) * sigma
    order = np.argsort(-drawn, axis=1)
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(1, len(kept) + 1)[None, :], axis=1)
    places.sort(axis=0)
    low[kept] = places[int(0.05 * _DRAWS)]
    high[kept] = places[int(0.95 * _DRAWS) - 1]
    return low, high


def _groups(system: _System, read: Bools) -> int:
    """How many sets of jurors and projects that share no reading."""
    projects, jurors = len(read), len(system.jurors)
    ones = np.ones(len(system.values))
    graph = coo_matrix(
        (ones, (system.project, system.juror + projects)),
        shape=(projects + jurors, projects + jurors),
    )
    _, label = connected_components(graph, directed=False)
    return len(set(label[:projects][read].tolist()))
