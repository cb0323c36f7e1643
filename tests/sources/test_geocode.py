"""Geocoding a space: an import like any other, dry run, applied once, taken back."""

import json

import pytest
from django.core.management import CommandError, call_command

from maillage.sources.actions.runs import apply_run, create_run, plan_run, undo_run
from maillage.sources.connectors import geocoding, geoplateforme
from maillage.sources.connectors.geocoding import GeocodingConnector
from maillage.sources.models import ImportRun
from maillage.structures.models import Establishment
from tests.factories import NOW, make_establishment, make_space, make_structure
from tests.sources.geocoder import Geocoder, serving, status
from tests.sources.pipeline import dump

pytestmark = pytest.mark.django_db

NO_POINT = {"lon": None, "lat": None, "location_quality": "none"}


@pytest.fixture
def geocoder(settings, monkeypatch):
    monkeypatch.setattr(geoplateforme, "SPACING_SECONDS", 0)
    monkeypatch.setattr(geoplateforme, "LONGEST_PAUSE_SECONDS", 0)
    with serving(Geocoder()) as server:
        settings.GEOCODING_API = server.url
        yield server


@pytest.fixture
def space():
    return make_space("val", communes=("93048", "93055"))


def place(address="1 rue Pépin", **fields) -> Establishment:
    return make_establishment(
        make_structure("La Fabrique"), **({"address": address} | NO_POINT | fields)
    )


def planned(space, **options) -> ImportRun:
    run = create_run(space, "geocoding", files={}, options=options, by=None, now=NOW)
    return plan_run(run, GeocodingConnector(), now=NOW)


def asked(geocoder) -> list[str]:
    return [row["adresse"] for rows in geocoder.requests for row in rows]


def location(row: Establishment) -> tuple:
    row.refresh_from_db()
    return (row.lon, row.lat, row.location_quality, row.location_source, row.location_score)


def test_a_dry_run_writes_nothing_then_apply_does_and_undo_takes_back(geocoder, space):
    geocoder.known = {"1 rue Pépin": (2.44, 48.86, 0.91, "housenumber")}
    row = place()
    before = dump(space)
    run = planned(space)
    assert (run.counts["updated"], dump(space)) == (1, before)
    apply_run(run, now=NOW)
    assert location(row) == (2.44, 48.86, "house", "geoplateforme", 0.91)
    assert row.provenance["lon"]["source"] == "geocoding"
    undo_run(run, by=None, now=NOW)
    assert dump(space) == before


def test_the_same_geocoding_twice_changes_nothing(geocoder, space):
    geocoder.known = {
        "1 rue Pépin": (2.44, 48.86, 0.91, "housenumber"),
        "Les Murs": (2.45, 48.86, 0.8, "locality"),
    }
    place(), place("Les Murs")
    apply_run(planned(space), now=NOW)
    before = dump(space)
    for options, count in (({}, 1), ({"all": True}, 2)):
        run = planned(space, **options)
        assert (run.counts["updated"], run.counts["unchanged"]) == (0, count)
        apply_run(run, now=NOW)
        assert dump(space) == before


@pytest.mark.parametrize(
    ("score", "kind", "quality"),
    [
        (0.5, "housenumber", "house"),
        (0.499, "housenumber", "area"),
        (0.9, "street", "street"),
        (0.3, "street", "area"),
        (0.9, "locality", "area"),
        (0.9, "municipality", "area"),
        (0.9, "poi", "area"),
    ],
)
def test_a_point_is_exact_by_its_score_and_its_kind(geocoder, space, score, kind, quality):
    geocoder.known = {"1 rue Pépin": (2.44, 48.86, score, kind)}
    row = place()
    apply_run(planned(space), now=NOW)
    assert location(row) == (2.44, 48.86, quality, "geoplateforme", score)


def test_only_what_needs_a_point_and_may_leave_is_asked(geocoder, space):
    place("rue du Manque")
    place("rue Approximative", lon=2.4, lat=48.8, location_quality="area")
    place("rue Exacte", lon=2.4, lat=48.8, location_quality="house")
    place("rue Privée", address_is_public=False)
    place("  ")
    place("rue Corrigée", provenance={"lon": {"by": 1}})
    place("rue Fermée", state="ceased")
    place("rue Lointaine", municipality_code="75120")
    gone = place("rue Archivée")
    gone.structure.state = "archived"
    gone.structure.save()
    run = planned(space)
    assert asked(geocoder) == ["rue du Manque", "rue Approximative"]
    assert run.counts["outside_reasons"] == {
        "déjà situé à l'adresse": 1,
        "adresse non publique : elle n'est pas envoyée": 1,
        "sans adresse": 1,
        "point placé par une personne": 1,
    }


def test_what_is_not_found_or_found_elsewhere_is_refused_with_its_reason(geocoder, space):
    geocoder.known = {"2 rue Ailleurs": (2.35, 48.85, 0.9, "street")}
    geocoder.elsewhere = {"2 rue Ailleurs"}
    rows = [place("Nulle part"), place("2 rue Ailleurs")]
    run = planned(space)
    assert [(issue.code, issue.message, issue.excerpt) for issue in run.issues.all()] == [
        ("adresse_introuvable", "« La Fabrique » : adresse introuvable.", "Nulle part, Montreuil"),
        (
            "autre_commune",
            "« La Fabrique » : l'adresse est trouvée dans une autre commune.",
            "2 rue Ailleurs, Montreuil",
        ),
    ]
    apply_run(run, now=NOW)
    assert {location(row)[:3] for row in rows} == {(None, None, "none")}


def test_a_register_s_point_stays(geocoder, space):
    """Sirene weighs more: its approximate point is not replaced, nor half of it."""
    geocoder.known = {"1 rue Pépin": (2.44, 48.86, 0.91, "housenumber")}
    owner = {"source": "sirene", "date": "2026-11-01"}
    owned = dict.fromkeys(("lon", "lat", "location_quality"), owner)
    row = place(
        lon=2.4, lat=48.8, location_quality="area", location_source="Sirene", provenance=owned
    )
    run = planned(space)
    (change,) = run.changes.all()
    assert {operation.get("on") for operation in change.operations} <= {"structure", None}
    assert [note["field"] for note in change.notes] == ["lon", "lat"]
    apply_run(run, now=NOW)
    assert location(row) == (2.4, 48.8, "area", "Sirene", None)


def test_many_addresses_go_in_batches(geocoder, space, monkeypatch):
    monkeypatch.setattr(geocoding, "BATCH_ROWS", 3)
    structure = make_structure()
    for rank in range(7):
        make_establishment(structure, **({"address": f"{rank} rue Pépin"} | NO_POINT))
    planned(space)
    assert [len(rows) for rows in geocoder.requests] == [3, 3, 1]
    assert asked(geocoder) == [f"{rank} rue Pépin" for rank in range(7)]


def test_nothing_to_ask_asks_nothing(geocoder, space):
    run = planned(space)
    assert (geocoder.requests, run.counts["updated"], run.status) == ([], 0, "planned")


def test_the_command(geocoder, space, capsys):
    geocoder.known = {"1 rue Pépin": (2.44, 48.86, 0.91, "street")}
    row = place()
    call_command("geocode", "--space", "val")
    assert location(row)[0] is None
    call_command("geocode", "--space", "val", "--apply")
    assert location(row) == (2.44, 48.86, "street", "geoplateforme", 0.91)
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {key: last[key] for key in ("created", "updated", "refused")} == {
        "created": 0,
        "updated": 1,
        "refused": 0,
    }


def test_a_service_that_is_down_changes_nothing(geocoder, space):
    """The second batch fails: nothing of the first is written."""
    geocoder.moods = [None, *[status(503)] * 5]
    geocoder.known = {"1 rue Pépin": (2.44, 48.86, 0.91, "street")}
    rows = [place(), place("2 rue Pépin")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geocoding, "BATCH_ROWS", 1)
        with pytest.raises(CommandError, match="ne répond pas après 5 essais") as caught:
            call_command("geocode", "--space", "val", "--apply")
    assert caught.value.returncode == 2
    assert [location(row)[0] for row in rows] == [None, None]
    run = ImportRun.objects.get()
    assert (run.status, run.changes.count()) == ("failed", 0)
