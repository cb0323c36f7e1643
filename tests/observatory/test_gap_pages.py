"""What is missing, as it is read: three layers side by side, on every kind of space."""

import csv
import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from maillage.observatory.actions.measure import measure
from maillage.observatory.models import DeclaredNeed, Echo, GapMeasure, Need
from maillage.observatory.queries.answering import answering
from maillage.observatory.queries.gap_maps import cells_map
from maillage.observatory.queries.gaps import gaps_of
from maillage.observatory.queries.supply import load_supply
from maillage.territories.models import Neighbourhood, PopulationCell, PopulationCount
from tests.factories import (
    NOW,
    make_cast,
    make_establishment,
    make_label,
    make_space,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db

MONTREUIL, PANTIN, BOBIGNY = "93048", "93055", "93008"
TERM = "sec-ree-02"


def answering_in(*communes: str, name: str = "", term: str = TERM, **fields):
    structure = make_structure(name, **fields)
    for code in communes:
        make_establishment(structure, municipality_code=code, siret=None)
    tag(structure, make_term("sector", term))
    return structure


@pytest.fixture
def space(client):
    """Six menders in Montreuil, none in Bobigny, one in Pantin."""
    made = make_space("val", communes=(MONTREUIL, PANTIN, BOBIGNY))
    for number in range(6):
        answering_in(MONTREUIL, name=f"Atelier {number}")
    answering_in(PANTIN, name="Café de Pantin").establishments.update(lon=2.43, lat=48.905)
    measure(made, now=NOW)
    return made


def page(client, name: str, *args: str, query: str = "", status: int = 200) -> str:
    answer = client.get(reverse(f"gaps:{name}", args=args) + query)
    assert answer.status_code == status
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode()


def test_home_ranks_the_most_probable_lacks(client, space):
    text = page(client, "home", "val")
    first = re.search(r'gap-lines.*?<a href="([^"]+)">([^<]+)</a>', text, re.DOTALL)
    assert first.groups() == ("/val/manques/besoin/reparation/93008/", "Réparation : Bobigny")
    assert "Probablement moins d&#x27;offre qu&#x27;ailleurs\u00a0: " in text
    assert "0 structure pour 56" in text


def test_choosing_a_place_leads_to_its_page_with_the_theme(client, space):
    answer = client.get("/val/manques/?lieu=93008&theme=Alimentation&comparer=")
    assert answer.status_code == 302
    assert answer["Location"] == "/val/manques/lieu/93008/?theme=Alimentation"
    assert client.get("/val/manques/?lieu=75120").status_code == 200


def test_a_place_shows_its_needs_and_the_theme_narrows_them(client, space):
    whole = page(client, "place", "val", BOBIGNY)
    assert whole.count("gap-line is-") == len(gaps_of(space).needs)
    part = page(client, "place", "val", BOBIGNY, query="?theme=Se déplacer")
    assert part.count("gap-line is-") == 2
    assert "L&#x27;annuaire en sait trop peu ici" in whole


def test_layers_stand_apart_on_the_line(client, space):
    said = DeclaredNeed.objects.create(
        space=space, need_code="reparation", municipality_code=BOBIGNY, state="published", said_at=NOW
    )  # fmt: skip
    for key in ("a", "b"):
        Echo.objects.create(declared=said, key=key, at=NOW)
    DeclaredNeed.objects.create(
        space=space, need_code="reparation", municipality_code=BOBIGNY, state="waiting", said_at=NOW
    )  # fmt: skip
    need = gaps_of(space).needs["reparation"]
    before = [line.place.code for line in gaps_of(space).of_need(need)]
    lines = {line.place.code: line for line in gaps_of(space).of_need(need)}
    assert before == [BOBIGNY, PANTIN, MONTREUIL]
    assert (lines[BOBIGNY].voices, lines[PANTIN].voices) == (3, 0)
    assert "3 voix disent que cela manque" in page(client, "need", "val", "reparation")


def test_the_sheet_of_a_gap_says_numbers_who_answers_and_what_to_do(client, space):
    text = page(client, "gap", "val", "reparation", BOBIGNY)
    row = GapMeasure.objects.get(need_code="reparation", place_code=BOBIGNY, snapshot=None)
    assert f"{row.expected:.2f}".replace(".", ",") in text
    assert f"{row.probability:.2f}".replace(".", ",") in text
    assert "Café de Pantin" in text
    assert "répond déjà à ce besoin à Pantin" in text
    assert "data-print" in text
    assert "Mesuré le" in text
    assert "Ouvrir un dossier" not in text


def test_history_of_a_gap_is_that_of_its_snapshots(client, space):
    from maillage.observatory.actions.measure import freeze
    from maillage.observatory.models import DatedSnapshot

    for days in (60, 30):
        moment = NOW - timedelta(days=days)
        freeze(DatedSnapshot.objects.create(space=space, on=moment.date(), taken_at=moment))
    text = page(client, "gap", "val", "reparation", BOBIGNY)
    assert len(re.findall(r'<th scope="row">\d+\S* \w+ 2026</th>', text)) == 2


def test_what_answers_on_the_page_is_what_the_measure_counts(space):
    Need.objects.create(
        space=space, code="large", theme="T", label="L", question="?",
        terms=["sec-ree", "lab-tl"], activities=["88.91", "95"],
    )  # fmt: skip
    make_term("sector", TERM)
    make_label(answering_in(PANTIN, term="sec-spo-01"), make_term("label", "lab-tl"))
    for code in ("88.91A", "8891B", "95.29Z", "9529Z", "01.11Z"):
        answering_in(PANTIN, term="sec-spo-01", activity_code=code)
    needs = tuple(gaps_of(space).needs.values())
    supply = load_supply(space, needs, now=NOW)
    for need in needs:
        ids = set(supply.ids[supply.answers[need.code]].tolist())
        assert ids == set(answering(space, need, now=NOW).values_list("pk", flat=True)), need.code
    assert supply.answers["large"].sum() == 7 + 1 + 4


def test_one_commune_has_nothing_to_compare_with_and_chosen_peers_do(client, space):
    alone = make_space("seul", communes=("75120",))
    make_structure("Une", in_space=alone)
    measure(alone, now=NOW)
    text = page(client, "place", "seul", "75120")
    assert "Pas de comparaison possible" in text
    assert "rien à comparer" in page(client, "home", "seul")
    text = page(client, "place", "seul", "75120", query="?comparer=val&theme=Réemploi et déchets")
    assert "moins d&#x27;offre que dans Val" in text
    assert "0 structure pour" in text


def test_peers_are_not_compared_on_other_people_or_another_need(client, space):
    alone = make_space("seul", communes=("75120",))
    Need.objects.create(
        space=alone, code="reparation", theme="R", label="R", question="?", terms=["sec-spo"]
    )
    measure(alone, now=NOW)
    text = page(client, "gap", "seul", "reparation", "75120", query="?comparer=val")
    assert "Pas de comparaison possible" in text


def test_a_space_not_measured_yet_says_so(client):
    make_space("neuf")
    for name, args in (
        ("home", ()),
        ("place", (PANTIN,)),
        ("need", ("creche",)),
        ("gap", ("creche", PANTIN)),
    ):
        assert "Pas encore de mesure" in page(client, name, "neuf", *args)
    assert "opportunité" in page(client, "opportunities", "neuf")


def test_what_is_not_followed_or_not_here_does_not_exist(client, space):
    Need.objects.create(
        space=space, code="sport", theme="T", label="S", question="?", is_active=False
    )
    page(client, "need", "val", "sport", status=404)
    page(client, "need", "val", "rien", status=404)
    page(client, "place", "val", "75120", status=404)
    page(client, "gap", "val", "creche", "75120", status=404)
    assert "Sport pour tous" not in page(client, "home", "val")


def test_the_table_to_take_away_keeps_layers_in_their_columns(client, space):
    rows = list(
        csv.DictReader(
            page(client, "export", "val").removeprefix("\ufeff").splitlines(), delimiter=";"
        )
    )
    assert len(rows) == GapMeasure.objects.filter(space=space, snapshot=None).count()
    found = next(r for r in rows if (r["Besoin"], r["Code du lieu"]) == ("reparation", MONTREUIL))
    assert (found["Structures qui y répondent"], found["Personnes qui le disent"]) == ("6", "0")
    assert found["Information insuffisante"] == "non"


def test_the_map_shades_communes_with_the_level_of_the_table(client, space):
    outline = json.loads(page(client, "communes", "val", "reparation"))
    levels = {
        one["properties"]["code"]: one["properties"].get("level") for one in outline["features"]
    }
    lines = gaps_of(space).of_need(gaps_of(space).needs["reparation"])
    assert levels == {line.place.code: line.level for line in lines}


def test_squares_are_drawn_and_joined_when_they_are_many(client, space, monkeypatch):
    PopulationCell.objects.bulk_create(
        PopulationCell(code=f"c{x}-{y}", municipality_code=MONTREUIL, lon=2.43 + x * 0.0027, lat=48.85 + y * 0.0018,
                       population=50 + x, year=2019, source="t")
        for x in range(8) for y in range(8)
    )  # fmt: skip
    measure(space, now=NOW)
    drawn = json.loads(page(client, "cells", "val", "reparation"))["features"]
    assert len(drawn) == 64
    assert {one["properties"]["level"] for one in drawn} <= {"lacking", "unclear", "served"}
    monkeypatch.setattr("maillage.observatory.queries.gap_maps.MOST_SQUARES", 20)
    gaps = gaps_of(space)
    joined = json.loads(cells_map(gaps, gaps.needs["sport"], now=NOW))["features"]
    assert len(joined) <= 20
    assert sum(one["properties"]["people"] for one in joined) == sum(50 + x for x in range(8)) * 8
    assert "Là où vivent les gens" in page(client, "need", "val", "reparation")
    assert "carreaux.geojson" in page(client, "need", "val", "reparation", query="?vue=carreaux")


def test_a_neighbourhood_has_its_sheet(client, space):
    square = {
        "type": "Polygon",
        "coordinates": [[[2.4, 48.8], [2.5, 48.8], [2.5, 48.9], [2.4, 48.8]]],
    }
    for code in ("QN09301M", "QN09302M"):
        Neighbourhood.objects.create(
            kind="qpv", code=code, name=f"Quartier {code}", municipality_codes=[MONTREUIL], geometry=square, source="t"
        )  # fmt: skip
        PopulationCount.objects.create(place_code=code, count=4_000, year=2020, source="t")
    measure(space, now=NOW)
    assert "Quartier QN09301M" in page(client, "home", "val")
    text = page(client, "gap", "val", "reparation", "QN09301M")
    assert "Aucune structure connue, ni ici ni dans le reste du territoire" in text
    assert "Atelier 0" in text


def test_opportunities_name_who_could_and_with_what(client, space):
    lender = answering_in(PANTIN, name="La Caisse", term="sec-fin-01")
    tag(lender, make_term("role", "rol-fin"))
    kin = answering_in(BOBIGNY, name="Recyclerie de Bobigny", term="sec-ree-01")
    measure(space, now=NOW)
    text = page(client, "opportunities", "val")
    assert "Café de Pantin" in text
    assert (
        f"{kin.name}</a> travaille déjà ici dans «\u00a0Réemploi, réparation et déchets\u00a0»"
        in text
    )
    assert "La Caisse</a> finance des projets" in text


def test_from_home_a_resident_is_there_in_two_presses_and_says_it_in_the_third(client, space):
    home = client.get("/val/").content.decode()
    assert f'href="{reverse("gaps:place", args=["val", BOBIGNY])}"' in home
    assert 'href="/val/manques/"' in home
    commune = client.get(f"/val/annuaire/commune/{BOBIGNY}/")
    if commune.status_code == 200:
        assert reverse("gaps:place", args=["val", BOBIGNY]) in commune.content.decode()


def test_agents_may_open_a_working_file_from_the_sheet():
    cast = make_cast()
    make_structure("Une", in_space=cast.space)
    measure(cast.space, now=NOW)
    address = reverse("gaps:gap", args=[cast.space.slug, "creche", PANTIN])
    assert cast.client("chloe").get(address).status_code == 200
    assert (
        "Besoins suivis"
        in cast.client("chloe").get(f"/{cast.space.slug}/manques/").content.decode()
    )


@pytest.mark.parametrize("name", ["home", "place", "need", "gap"])
def test_queries_do_not_grow_with_structures(client, space, name, django_assert_max_num_queries):
    args = {
        "home": (),
        "place": (BOBIGNY,),
        "need": ("reparation",),
        "gap": ("reparation", BOBIGNY),
    }
    address = reverse(f"gaps:{name}", args=["val", *args[name]])
    client.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(10):
        answering_in(MONTREUIL, PANTIN)
    measure(space, now=NOW)
    with django_assert_max_num_queries(len(few)):
        client.get(address)
    assert len(few) <= 40


def test_the_home_of_a_country_leads_to_the_page_of_gaps_without_listing_its_communes(
    client, space, monkeypatch
):
    short = client.get(f"/{space.slug}/").content.decode()
    monkeypatch.setattr("maillage.observatory.room._MOST_PLACES", 1)
    long = client.get(f"/{space.slug}/").content.decode()
    listed = f'href="/{space.slug}/manques/lieu/'
    assert (listed in short, listed in long) == (True, False)
    assert f'href="/{space.slug}/manques/"' in long
