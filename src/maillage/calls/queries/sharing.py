"""A plan of readings in words: what each file and each juror would get, and why."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from maillage.calls.lib.assigning import Plan
from maillage.calls.models import Juror
from maillage.calls.queries.naming import agent_viewpoint
from maillage.calls.queries.planning import Situation

# Files shown in full on the preview; the rest is counted, and written all the same.
MOST_SHOWN = 200


@dataclass(frozen=True)
class PlannedReader:
    """`state`: `begun` (does not move), `same` (announced already), `new`, `out` (announced, taken back)."""

    name: str
    state: str
    why: str


@dataclass
class PlannedFile:
    pk: int
    label: str
    theme: str
    readers: list[PlannedReader] = field(default_factory=list)
    missing: int = 0
    why_missing: str = ""


@dataclass
class PlannedLoad:
    name: str
    before: int
    after: int
    most: int | None

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.after >= self.most


@dataclass
class ShownPlan:
    files: list[PlannedFile]
    loads: list[PlannedLoad]
    new: int
    out: int
    missing: int
    groups: int
    more: int = 0


def shown_plan(around: Situation, plan: Plan) -> ShownPlan:
    wanted = set(plan.pairs)
    seen_by = agent_viewpoint(around.edition)
    themes = {one["code"]: one["label"] for one in around.edition.themes}
    by_file: dict[int, list[PlannedReader]] = defaultdict(list)
    everybody = {one.pk: one for one in around.edition.jurors.select_related("user")}
    for file, reader in sorted(around.kept):
        by_file[file].append(
            PlannedReader(_name(everybody, reader), "begun", "déjà ouvert ou confié à la main")
        )
    for pair in plan.pairs:
        state = "same" if pair in around.waiting else "new"
        why = _why(around, pair, themes, is_tie=pair in plan.ties)
        by_file[pair[0]].append(PlannedReader(_name(everybody, pair[1]), state, why))
    dropped = [pair for pair in around.waiting if pair not in wanted]
    for file, reader in dropped:
        why = (
            "un lien avec ce dossier"
            if (file, reader) in around.forbidden
            else "pour mieux répartir"
        )
        by_file[file].append(PlannedReader(_name(everybody, reader), "out", why))
    files = [
        PlannedFile(
            pk,
            seen_by.label(one),
            themes.get(one.theme, ""),
            by_file[pk],
            plan.missing.get(pk, 0),
            _why_missing(around, pk) if pk in plan.missing else "",
        )
        for pk, one in around.applications.items()
    ]
    before = Counter(reader for _file, reader in around.waiting)
    after = Counter(reader for _file, reader in plan.pairs)
    kept = {one.pk: one.kept for one in around.readers}
    loads = [
        PlannedLoad(str(one.user), kept[pk] + before[pk], kept[pk] + after[pk], one.load_max)
        for pk, one in around.jurors.items()
    ]
    return ShownPlan(
        files[:MOST_SHOWN],
        sorted(loads, key=lambda one: -one.after),
        sum(pair not in around.waiting for pair in plan.pairs),
        len(dropped),
        sum(plan.missing.values()),
        plan.groups,
        max(0, len(files) - MOST_SHOWN),
    )


def _name(everybody: dict[int, Juror], pk: int) -> str:
    return str(everybody[pk].user) if pk in everybody else "une autre personne"


def _why(around: Situation, pair: tuple[int, int], themes: dict[str, str], *, is_tie: bool) -> str:
    theme, skills = around.applications[pair[0]].theme, around.jurors[pair[1]].skills
    if is_tie:
        return "relie deux groupes de lecteurs"
    if theme and theme in skills:
        return f"connaît « {themes.get(theme, theme)} »"
    if theme and skills:
        return "hors de ses thèmes : personne d'autre de libre, ou charge mieux partagée"
    return "partage la charge"


def _why_missing(around: Situation, pk: int) -> str:
    if not around.jurors:
        return "aucun juré ne lit"
    tied = sum(file == pk for file, _reader in around.forbidden)
    full = [one for one in around.readers if one.most is not None]
    if tied and full:
        return f"{tied} écartés ou à trancher, et les autres ont leur compte"
    if tied:
        return f"{tied} écartés ou à trancher : il manque des jurés"
    return "les jurés ont leur compte : nommez-en, ou relevez leur maximum"
