"""Past imports, made by the real pipeline: one applied, one taken back, one waiting, one that failed."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from maillage.accounts.models import User
from maillage.core.tabular.reading import TableError, open_table
from maillage.demo.actions.rows import Writer
from maillage.demo.lib import numbers
from maillage.demo.lib.catalogue import DATA
from maillage.demo.lib.catalogue import places as places_of_communes
from maillage.sources.actions.runs import apply_run, create_run, plan_run, undo_run
from maillage.sources.connectors.base import SourceError
from maillage.sources.connectors.registry import connector
from maillage.sources.connectors.table.memory import proposal_for
from maillage.sources.models import ImportRun
from maillage.spaces.models import Space
from maillage.structures.actions.save import update_structure
from maillage.structures.models import Structure

IMPORTED = 6  # structures that the applied list brings
DOUBTS = ("expiring_label", "long_name", "approximate_point")
UPDATED = ("eight_places", "expired_esus")
CONFIRMED = ("fresh", "no_point")


def tell_imports(writer: Writer, spaces: dict[str, Space], agent: User) -> None:
    """Four lists of an agent. What they bring is invented too, and flagged as such."""
    east, envol = spaces["est-ensemble"], spaces["terres-d-envol"]
    _confirm_telephones(writer, east, agent)
    salon = _plan(envol, "salon-de-l-emploi.csv", agent, writer.moment(9))
    apply_run(salon, now=_soon(writer.moment(9)))
    undo_run(salon, by=agent, now=_soon(_soon(writer.moment(9))))
    _plan(spaces["hauts-de-seine"], "export-du-site.csv", agent, writer.moment(3))
    forum = _plan(east, "forum-des-associations.csv", agent, writer.moment(1), _more_rows(writer))
    apply_run(forum, now=_soon(writer.moment(1)))
    _plan(spaces["paris-20e"], "conseil-de-quartier.csv", agent, writer.moment(1))
    entered = writer.moment(1)
    Structure.objects.filter(is_demo=False).update(
        is_demo=True, created_at=entered, updated_at=entered
    )


def _plan(
    space: Space, name: str, by: User, now: datetime, more: list[list[str]] | None = None
) -> ImportRun:
    """Read a list as the screen does: columns proposed by their names. A bad file leaves a failed run."""
    path = _kept(name, more or [])
    options: dict[str, Any] = {"source": "Liste de l'agent (démonstration)"}
    try:
        table = open_table(path)
        options["mapping"] = proposal_for(space, table).mapping
    except TableError:
        options["mapping"] = {}
    run = create_run(space, "table", files={"file": path}, options=options, by=by, now=now)
    try:
        return plan_run(run, connector("table"), now=now)
    except SourceError:
        return run


def _kept(name: str, more: list[list[str]]) -> Path:
    """A copy of the shipped list among the uploads, with rows about structures drawn this time."""
    folder = Path(settings.UPLOADS_DIR) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO((DATA / "imports" / name).read_text(encoding="utf-8"))
    text.seek(0, io.SEEK_END)
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(more)
    (folder / name).write_text(text.getvalue(), encoding="utf-8")
    return folder / name


def _more_rows(writer: Writer) -> list[list[str]]:
    """Rows that look like known structures, refresh some, and contradict what people confirmed."""
    places = {place.structure_id: place for place in reversed(writer.establishments) if place.siret}
    rows = []
    for number, case in enumerate((*DOUBTS, *UPDATED, *CONFIRMED)):
        structure = writer.by_case[case]
        place = places[structure.pk]
        siret = "" if case in DOUBTS else place.siret or ""
        address = "17 place du Marché" if case in DOUBTS else ""
        city = places_of_communes()[place.municipality_code].name
        phone = numbers.phone(4050 + number)
        rows.append([structure.name, siret, address, place.postal_code, city, phone] + [""] * 5)
    return rows


def _confirm_telephones(writer: Writer, space: Space, agent: User) -> None:
    for number, case in enumerate(CONFIRMED):
        update_structure(
            writer.by_case[case],
            {"phone": numbers.phone(4090 + number)},
            by=agent,
            now=writer.moment(2),
            space=space,
        )


def _soon(moment: datetime) -> datetime:
    return moment + timedelta(minutes=4)
