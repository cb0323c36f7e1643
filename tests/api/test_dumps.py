"""The exports of the night: what they hold, when they are kept, what a full disk or a killed process leaves."""

import hashlib
import io
import json
import resource
import zipfile
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import frictionless
import openpyxl
import pytest
from data_inclusion.schema import v1
from django.core.management import CommandError, call_command
from django.utils import timezone
from rdflib import Graph

from maillage.api.lib import shelf
from maillage.api.queries.data_page import dumps_are_late
from maillage.api.queries.dumps import dumps
from maillage.api.tasks import dump_of
from maillage.core import journal
from maillage.core.jobs import drain, enqueue
from maillage.moderation.models import Restriction
from maillage.sources.models import ImportRun
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import Suppression
from tests.api.conftest import body_of
from tests.factories import NOW, Cast, make_establishment, make_space, make_structure

pytestmark = pytest.mark.django_db
NAME = "annuaire-val-de-bievre-2026-11-22.zip"


@pytest.fixture(autouse=True)
def var(settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def space(cast: Cast, cafe):
    reindex()
    journal.tick("structures")
    return cast.space


def put(space, day: date, made_at: datetime | None = None) -> str:
    """A small file on the shelf."""
    made_at = made_at or datetime(day.year, day.month, day.day, 4, 15, tzinfo=UTC)
    name = shelf.name_of(space.slug, day)

    def write(path: Path) -> int:
        path.write_bytes(b"PK" + name.encode())
        return 3

    assert shelf.keep(space.pk, name, write, made_at=made_at)
    return name


def names(space) -> list[str]:
    return [one.name for one in shelf.dumps_of(space.pk)]


def test_a_dump_holds_every_format_and_says_where_it_comes_from(space, client, settings, tmp_path):
    ImportRun.objects.create(
        space=space, connector="rna", status="applied", source_date=date(2026, 10, 1),
        created_at=NOW, applied_at=NOW,
    )  # fmt: skip
    assert dump_of(space, now=NOW)
    (row,) = client.get(f"/api/v1/spaces/{space.slug}/exports").json()["results"]
    answer = client.get(row["url"].removeprefix(settings.BASE_URL))
    content = body_of(answer)
    assert answer["Content-Disposition"] == f'attachment; filename="{NAME}"'
    assert (len(content), hashlib.sha256(content).hexdigest()) == (row["size"], row["sha256"])
    assert (row["name"], row["date"], row["structures"]) == (NAME, "2026-11-22", 1)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "LISEZMOI.txt", "annuaire.csv", "annuaire.geojson", "annuaire.gpkg",
            "data-inclusion/structures.json", "data-inclusion/services.json", "taxonomies.ttl",
            "schema-annuaire.json", "datapackage.json",
        ]  # fmt: skip
        archive.extractall(tmp_path / "lu")
    read = tmp_path / "lu"
    for extension in ("csv", "geojson"):
        live = body_of(client.get(f"/{space.slug}/annuaire/export.{extension}"))
        assert (read / f"annuaire.{extension}").read_bytes() == live
    assert (read / "annuaire.gpkg").read_bytes()[:15] == b"SQLite format 3"
    (structure,) = json.loads((read / "data-inclusion/structures.json").read_text())
    v1.Structure.model_validate(structure, context={"ignore_warnings": False})
    assert len(Graph().parse(read / "taxonomies.ttl", format="turtle")) > 500
    report = frictionless.Package(str(read / "datapackage.json")).validate()
    assert report.flatten(["message"]) == []
    assert report.stats["tasks"] == 1
    told = (read / "LISEZMOI.txt").read_text()
    for sentence in (
        "État du 22 novembre 2026 : 1 structure publiée.",
        "Licence Ouverte 2.0 : https://www.etalab.gouv.fr/",
        "Citez « Collectivité de test »",
        "Répertoire national des associations (Ministère de l'Intérieur), données du 2026-10-01. Licence : Licence Ouverte 2.0.",
    ):
        assert sentence in told
    again = client.get(
        row["url"].removeprefix(settings.BASE_URL), headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_the_workbook_reads_back_like_the_csv(space, client):
    book = openpyxl.load_workbook(
        io.BytesIO(body_of(client.get(f"/{space.slug}/annuaire/export.xlsx")))
    )
    header, row = list(book.active.iter_rows(values_only=True))
    cells = dict(zip(header, row, strict=True))
    assert (cells["Nom"], cells["Sigle"]) == ("Café des Possibles", "CDP")
    assert cells["Date de création"].date() == date(2012, 5, 4)


@pytest.mark.django_db(transaction=True)
def test_the_job_of_the_night_makes_those_that_are_missing(space, cast: Cast):
    closed = make_space("fermee", is_public=False)
    enqueue("api.dumps")
    (done,) = drain()
    assert (done.status, done.result) == ("done", {"made": 2})
    today = timezone.localdate()
    before = (shelf.root() / str(space.pk) / names(space)[0]).stat().st_mtime_ns
    assert names(space) == [shelf.name_of(space.slug, today)]
    assert names(closed) == []
    enqueue("api.dumps")
    (again,) = drain()
    assert again.result == {"made": 0}
    assert (shelf.root() / str(space.pk) / names(space)[0]).stat().st_mtime_ns == before


def test_a_full_disk_leaves_what_was_there(space, client, var):
    put(space, date(2026, 11, 21))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        with pytest.raises(OSError, match=r"File too large|disk|GeoPackage"):
            dump_of(space, now=NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(space) == ["annuaire-val-de-bievre-2026-11-21.zip"]
    left = sorted(one.name for one in (shelf.root() / str(space.pk)).iterdir())
    assert left == ["annuaire-val-de-bievre-2026-11-21.json", "annuaire-val-de-bievre-2026-11-21.zip"]  # fmt: skip
    assert list(var.glob(".gpkg-*")) == []
    assert dump_of(space, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_one_space_that_fails_does_not_keep_the_others_from_theirs(space, cast, monkeypatch):
    from maillage.api import tasks

    kept = tasks.write_dump

    def write(path: Path, *, space, now) -> int:
        if space == cast.space:
            raise OSError(28, "No space left on device")
        return kept(path, space=space, now=now)

    monkeypatch.setattr(tasks, "write_dump", write)
    enqueue("api.dumps")
    (done,) = drain()
    assert done.status == "queued"
    assert "1 exports n'ont pas pu être écrits" in done.error
    assert (len(names(cast.space)), len(names(cast.other_space))) == (0, 1)


def test_what_a_killed_process_left_is_neither_shown_nor_kept(space, client):
    folder = shelf.root() / str(space.pk)
    (folder / ".dump-mort").mkdir(parents=True)
    (folder / ".dump-mort" / NAME).write_bytes(b"PK half")
    (folder / "annuaire-val-de-bievre-2026-11-20.json").write_text("{}")  # killed between both
    (folder / "annuaire-val-de-bievre-2026-11-19.zip").write_bytes(b"PK, by hand, without note")
    half = put(space, date(2026, 11, 18))
    with (folder / half).open("ab") as file:
        file.write(b"more")
    assert names(space) == []
    for name in (NAME, half, "annuaire-val-de-bievre-2026-11-19.zip", "..%2f..%2fmaillage.sqlite3"):
        answer = client.get(f"/api/v1/spaces/{space.slug}/exports/{name}")
        assert answer.status_code == 404, name
    assert dump_of(space, now=NOW)
    assert names(space) == [NAME]
    assert not (folder / ".dump-mort").exists()
    assert not (folder / "annuaire-val-de-bievre-2026-11-20.json").exists()


@pytest.mark.one_engine
def test_seven_days_and_the_first_of_each_month_are_kept(space):
    day, first, today = date(2025, 11, 1), date(2025, 11, 1), NOW.date()
    while day <= today:
        if day.month != 3 or day.day >= 9:  # the worker was stopped in early March
            put(space, day)
        day += timedelta(days=1)
    shelf.prune(space.pk, today)
    kept = [one.day for one in reversed(shelf.dumps_of(space.pk))]
    months = [date(2025 + (m > 12), (m - 1) % 12 + 1, 9 if m == 15 else 1) for m in range(12, 24)]
    assert first not in kept
    assert kept == [*months, *(today - timedelta(days=n) for n in range(6, -1, -1))]
    assert shelf.prune(space.pk, today) == 0


def test_what_was_taken_out_of_sight_leaves_old_exports_too(space, cafe, client):
    put(space, date(2026, 11, 21))
    path = f"/api/v1/spaces/{space.slug}/exports/annuaire-val-de-bievre-2026-11-21.zip"
    assert body_of(client.get(path)).startswith(b"PK")
    Suppression.objects.create(structure=cafe, field="email", at=NOW - timedelta(hours=1))
    assert client.get(path).status_code == 404
    assert client.get(f"/api/v1/spaces/{space.slug}/exports").json()["count"] == 0
    assert dump_of(space, now=NOW)
    assert names(space) == [NAME]


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"email_visibility": ["public", "members"]}, [NAME]),
        ({"place 7 address_is_public": [True, False]}, [NAME]),
        ({"disclosure": ["O", "P"]}, [NAME]),
        ({"place 7 disclosure": ["O", "P"]}, [NAME]),
        (
            {"email_visibility": ["members", "public"], "place 7 address_is_public": [False, True]},
            None,
        ),
        ({"description": ["disclosure", "address_is_public"]}, None),
    ],
)
def test_what_is_kept_back_since_leaves_old_exports_the_next_night(
    space, cafe, cast, changes, kept
):
    old = put(space, date(2026, 11, 21))
    journal.record("edit", cafe, by=cast.chloe, at=NOW - timedelta(hours=1), changes=changes)
    assert dump_of(space, now=NOW)
    assert names(space) == (kept or [NAME, old])


def test_elsewhere_or_before_the_newest_nothing_is_removed(space, cafe, cast):
    old = put(space, date(2026, 11, 21))
    changes = {"email_visibility": ["public", "agents"]}
    journal.record("edit", cafe, by=cast.chloe, at=NOW - timedelta(days=3), changes=changes)
    far = make_structure("Loin", in_space=None)
    make_establishment(far, municipality_code="75120")
    journal.record("edit", far, by=cast.chloe, at=NOW - timedelta(hours=1), changes=changes)
    assert dump_of(space, now=NOW)
    assert names(space) == [NAME, old]


def test_a_text_that_another_space_took_out_of_sight_leaves_too(space, cafe, cast):
    path = put(space, date(2026, 11, 21))
    Restriction.objects.create(
        space=cast.other_space, structure=cafe, measure="text", target="description",
        ground="law", ground_text="x", facts="y", by=cast.chloe, at=NOW - timedelta(hours=1),
    )  # fmt: skip
    assert [one.name for one in dumps(space)] == []
    assert names(space) == [path]


def test_shelves_of_spaces_that_are_gone_are_emptied(space):
    put(space, date(2026, 11, 21))
    (shelf.root() / "999999").mkdir()
    shelf.forget_others([space.pk])
    assert [one.name for one in shelf.root().iterdir()] == [str(space.pk)]


def test_the_page_lists_them_and_teaches_when_there_is_none(space, client):
    page = unescape(client.get(f"/{space.slug}/donnees/").content.decode())
    assert "Pas encore d'export complet" in page
    assert f'href="/{space.slug}/annuaire/export.gpkg"' in page
    put(space, date(2026, 11, 21))
    page = client.get(f"/{space.slug}/donnees/").content.decode()
    assert f'href="/api/v1/spaces/{space.slug}/exports/annuaire-val-de-bievre-2026-11-21.zip"' in page  # fmt: skip
    assert "Export du 21 novembre 2026" in page
    assert "Licence Ouverte 2.0" in page


def test_nothing_is_offered_of_a_space_that_is_not_open(space, cast: Cast):
    put(space, date(2026, 11, 21))
    space.is_public = False
    space.save()
    agent = cast.client("chloe")
    assert "exports/annuaire" not in agent.get(f"/{space.slug}/donnees/").content.decode()
    name = "annuaire-val-de-bievre-2026-11-21.zip"
    assert agent.get(f"/api/v1/spaces/{space.slug}/exports/{name}").status_code == 404


def test_the_host_is_told_when_nights_are_missed(space, cast: Cast):
    type(space).objects.update(created_at=NOW - timedelta(days=9))
    (found,) = dumps_are_late(NOW)
    assert found.told == "Aucun export complet depuis deux jours : plaine-sud, val-de-bievre."
    for one in (cast.space, cast.other_space):
        put(one, NOW.date(), NOW - timedelta(hours=5))
    (found,) = dumps_are_late(NOW)
    assert found.remedy == ""


def test_the_host_makes_them_at_once(space, capsys):
    call_command("dump_open_data", space=space.slug)
    call_command("dump_open_data", space=space.slug)
    assert capsys.readouterr().out.splitlines() == [
        "val-de-bievre : fait.",
        "val-de-bievre : déjà fait aujourd’hui.",
    ]
    with pytest.raises(CommandError, match="Aucun espace ouvert ne s'appelle « absent »"):
        call_command("dump_open_data", space="absent")
