"""What is missing, in a report: three layers side by side, each with its formula and its date, never one number."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from maillage.core.charts import Lines as LineChart
from maillage.core.charts import Series, number
from maillage.observatory.lib.report import (
    Beside,
    Block,
    Drawing,
    Grid,
    Lines,
    Note,
    Report,
    Section,
    Words,
    in_full,
)
from maillage.observatory.lib.sections import SECTIONS
from maillage.observatory.models import GapMeasure, InformationGap
from maillage.observatory.queries.declared import DeclaredSummary, declared_in
from maillage.observatory.queries.gaps import Gaps, Line, gaps_of, history_of, whole_place
from maillage.observatory.queries.reports_figures import Asked
from maillage.spaces.models import Space

FORMULA = (
    "Modèle gamma–Poisson : taux lissé = (α + y) / (β + n), où y est le nombre de structures et n la population "
    "comptée ; probabilité de manque = P(θ < taux de référence, sachant y)."
)
_SPEAK = (
    "Ce nombre dit qui a pris la parole ; il ne mesure pas le besoin et ne change aucune mesure."
)
_UNSURE = (
    "L'information est dite insuffisante quand l'annuaire ne connaît personne ici, ou moins de la moitié des "
    "structures que connaissent des lieux de cette population, ou quand plus de la moitié des fiches n'ont pas été "
    "confirmées depuis un an ou n'ont pas de secteur."
)
_MOST = 12


def gap_report(space: Space, need_code: str, place_code: str, *, now: datetime) -> Report:
    """One need in one place. Raises LookupError when the space follows neither."""
    gaps = gaps_of(space)
    need, place = gaps.needs.get(need_code), gaps.places.get(place_code)
    if need is None or place is None:
        raise LookupError(f"{need_code} {place_code}")
    line = gaps.one(need, place)
    declared = declared_in(space, need_code=need.code, place_code=place.code)
    day = in_full(timezone.localdate(gaps.measured_at or now))
    parts = [
        Section(
            "layers",
            "Trois couches, jamais additionnées",
            (
                Beside(
                    (
                        _measured(line),
                        _declared(declared, "Ce que les gens disent"),
                        _unknown_here(line, whole_place(space, place)),
                    )
                ),
            ),
        )
    ]
    history = history_of(space, need, place)
    if len(history) > 1:
        parts.append(_history(history))
    if declared.files:
        parts.append(_files(declared, {}, {}))
    parts.append(
        Section(
            "about",
            "De quoi il s'agit",
            (
                Words(need.description or need.question),
                Note(f"On accepte d'aller jusqu'à {_metres(need.reach)} pour cela."),
            ),
        )
    )
    demo = " Démonstration : structures inventées." if space.is_demo else ""
    return Report(
        title=f"{need.label} : {place.name}",
        over="Fiche manque",
        subtitle=f"{need.question} {space.name}, mesure du {day}",
        author=space.authority,
        foot=f"Source : annuaire de {space.name}, population municipale de l'Insee, {day}.{demo}",
        at=gaps.measured_at or now,
        sections=tuple(parts),
    )


def _measured(line: Line | None) -> Section:
    title = "Ce que l'on mesure"
    if line is None:
        return Section(
            "measured",
            title,
            (Words("Rien n'est mesuré ici : la population du lieu n'est pas connue."),),
        )
    measure = line.measure
    rows = [
        f"{number(measure.supply)} structure{'s' if measure.supply > 1 else ''} pour {number(measure.population, 0)} {line.people}"
    ]
    if measure.rate is not None:
        rows.append(f"{number(measure.rate, 2)} pour 10 000 personnes")
    if measure.expected is not None:
        rows.append(f"{number(measure.expected, 2)} pour 10 000 dans les autres lieux")
    if measure.shrunk is not None:
        rows.append(f"taux lissé : {number(measure.shrunk, 2)} pour 10 000")
    if measure.probability is not None:
        rows.append(f"probabilité de manque : {number(measure.probability, 2)}")
    if measure.nearest is not None:
        rows.append(f"la plus proche à {_metres(measure.nearest)} à vol d'oiseau, en moyenne")
    if measure.accessibility is not None:
        rows.append(f"accessibilité (2SFCA) : {number(measure.accessibility, 2)} pour 10 000")
    blocks: list[Block] = [Words(f"{line.words}.", strong=True), Lines(tuple(rows))]
    if line.target_missing:
        blocks.append(
            Words(
                f"Ce besoin vise les {line.target_missing} : leur nombre n'est pas connu dans toutes les communes, "
                "tous les habitants sont donc comptés."
            )
        )
    at = in_full(timezone.localdate(measure.measured_at))
    blocks.append(Note(f"{FORMULA} Mesuré le {at}."))
    return Section("measured", title, tuple(blocks))


def _declared(declared: DeclaredSummary, title: str) -> Section:
    if not declared.count:
        words = (
            "Personne n'a encore dit que cela manque. Cela ne prouve pas que tout va bien : "
            "peut-être que personne n'a été interrogé."
        )
        return Section("declared", title, (Words(words), Note(_SPEAK)))
    voices = f"{number(declared.voices)} personne{'s' if declared.voices > 1 else ''} ou structure{'s' if declared.voices > 1 else ''} le disent."
    said = tuple(
        f"« {one.text[:200]} » {one.place}, {in_full(timezone.localdate(one.said_at))}"
        for one in declared.latest
        if one.text
    )
    blocks: list[Block] = [Words(voices, strong=True)]
    if said:
        blocks.append(Lines(said))
    latest = in_full(timezone.localdate(declared.latest[0].said_at))
    blocks.append(
        Note(
            f"Messages relus puis publiés : {number(declared.count)} ; « moi aussi » : {number(declared.echoes)}. "
            f"Le dernier est du {latest}. {_SPEAK}"
        )
    )
    return Section("declared", title, tuple(blocks))


def _unknown_here(line: Line | None, whole: InformationGap | None) -> Section:
    silent = line is not None and line.is_silent
    words = (
        "L'annuaire en sait trop peu ici : ce qui paraît manquer peut être là."
        if silent
        else "L'annuaire connaît assez ce lieu pour que la mesure ait un sens."
    )
    blocks: list[Block] = [Words(words, strong=True)]
    rows = _information(whole) if whole is not None else []
    if line is not None and line.info is not None:
        many = "s" if line.info.old > 1 else ""
        rows.append(
            f"parmi celles qui répondent à ce besoin, {number(line.info.old)} fiche{many} ancienne{many} "
            f"sur {number(line.info.known)}"
        )
    if rows:
        blocks.append(Lines(tuple(rows)))
    at = f" Compté le {in_full(timezone.localdate(whole.measured_at))}." if whole else ""
    blocks.append(Note(f"{_UNSURE}{at}"))
    return Section("unknown", "Ce que l'on ne sait pas", tuple(blocks))


def _information(row: InformationGap) -> list[str]:
    known = f"{number(row.known)} structures connues, tous besoins"
    if row.expected is not None:
        known += f", pour {number(row.expected, 0)} dans des lieux de cette population"
    return [
        known,
        f"{number(row.old)} fiches sans confirmation depuis un an",
        f"{number(row.untold)} sans secteur",
    ]


def _history(rows: list[GapMeasure]) -> Section:
    kept = [(row.snapshot.on, row) for row in rows if row.snapshot is not None]
    chart = LineChart(
        title="Structures pour 10 000 personnes, à chaque relevé",
        summary=f"Du {in_full(kept[0][0])} au {in_full(kept[-1][0])}.",
        ticks=tuple(in_full(on) for on, _row in kept),
        series=(
            Series("ici", tuple(row.rate for _on, row in kept)),
            Series("taux de référence", tuple(row.expected for _on, row in kept)),
        ),
        at=tuple(float(on.toordinal()) for on, _row in kept),
        name="Relevé",
    )
    return Section("history", "Au fil des relevés", (Drawing(chart),))


def _metres(metres: float) -> str:
    return f"{number(metres / 1000, 1)} km" if metres >= 1000 else f"{number(round(metres, -1))} m"


# Parts of a territory's report.


def gaps_part(asked: Asked) -> Section | None:
    """The needs most probably under-served there; each line says its layer only."""
    gaps = gaps_of(asked.space)
    lines = _ranked(gaps, asked.commune)
    if not lines:
        return None
    grid = Grid(
        "Besoins les plus probablement mal couverts",
        ("Besoin", "Lieu", "Mesure", "Structures"),
        tuple(
            (line.need.label, line.place.name, line.words, number(line.measure.supply))
            for line in lines
        ),
        (3,),
    )
    day = in_full(timezone.localdate(gaps.measured_at)) if gaps.measured_at else ""
    return Section("gaps", SECTIONS["gaps"].label, (grid, Note(f"{FORMULA} Mesuré le {day}.")))


def _ranked(gaps: Gaps, commune: str, limit: int = _MOST) -> list[Line]:
    if commune:
        place = gaps.places.get(commune)
        found = gaps.in_place(place) if place else []
        return [line for line in found if line.measure.probability is not None][:limit]
    return gaps.top(limit=limit)


def most_missing(space: Space, *, limit: int) -> list[Line]:
    return _ranked(gaps_of(space), "", limit)


def declared_part(asked: Asked) -> Section | None:
    declared = declared_in(asked.space, place_code=asked.commune)
    section = _declared(declared, SECTIONS["declared"].label)
    if not declared.count:
        return section
    needs = gaps_of(asked.space).needs
    rows = tuple(
        (needs[one.code].label if one.code in needs else "Autre chose", number(one.voices))
        for one in declared.by_need[:_MOST]
    )
    grid = Grid(
        "Besoins dits, par nombre de personnes", ("Besoin", "Personnes ou structures"), rows, (1,)
    )
    return Section("declared", section.title, (section.blocks[0], grid, *section.blocks[1:]))


def unknown_part(asked: Asked) -> Section | None:
    """Places where silence is no absence."""
    rows = InformationGap.objects.filter(space=asked.space, snapshot=None, need_code="")
    if asked.commune:
        rows = rows.filter(place_code=asked.commune)
    places = gaps_of(asked.space).places
    found = [row for row in rows if row.place_code in places]
    if not found:
        return None
    silent = [row for row in found if row.is_silent]
    words = f"L'annuaire en sait assez dans chacun des {number(len(found))} lieux."
    if silent:
        words = f"L'annuaire en sait trop peu dans {number(len(silent))} lieux sur {number(len(found))}."
    blocks: list[Block] = [Words(words, strong=True)]
    if silent or asked.commune:
        blocks.append(
            Grid(
                "Ce que l'annuaire connaît",
                ("Lieu", "Connues", "Attendues", "Fiches anciennes", "Sans secteur"),
                tuple(
                    (
                        places[row.place_code].name,
                        number(row.known),
                        "–" if row.expected is None else number(row.expected, 0),
                        number(row.old),
                        number(row.untold),
                    )
                    for row in (silent or found)[:40]
                ),
                (1, 2, 3, 4),
            )
        )
    at = in_full(timezone.localdate(found[0].measured_at))
    blocks.append(Note(f"{_UNSURE} Compté le {at}."))
    return Section("unknown", SECTIONS["unknown"].label, tuple(blocks))


def files_part(asked: Asked) -> Section | None:
    declared = declared_in(asked.space, place_code=asked.commune)
    if not declared.files:
        return None
    gaps = gaps_of(asked.space)
    needs = {code: need.label for code, need in gaps.needs.items()}
    places = {code: place.name for code, place in gaps.places.items()}
    return _files(declared, needs, places)


def _files(declared: DeclaredSummary, needs: dict[str, str], places: dict[str, str]) -> Section:
    def about(need: str, place: str) -> str:
        told = [needs.get(need, ""), places.get(place, "")]
        return ", ".join(one for one in told if one)

    lines = tuple(
        f"{about(one.need_code, one.place_code) or 'Un dossier'} : ouvert le "
        f"{in_full(timezone.localdate(one.opened_at))}, étape : {one.step}"
        for one in declared.files
    )
    return Section("files", SECTIONS["files"].label, (Lines(lines),))


PARTS: dict[str, Callable[[Asked], Section | None]] = {
    "gaps": gaps_part,
    "declared": declared_part,
    "unknown": unknown_part,
    "files": files_part,
}
