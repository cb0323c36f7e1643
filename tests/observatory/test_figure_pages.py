"""The pages of the observatory: what they say, to whom, and how little they ask."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.test import Client

from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.core.tabular.reading import open_table
from maillage.observatory.enums import Indicator
from maillage.observatory.lib.definitions import DEFINITIONS
from maillage.observatory.models import DatedSnapshot, FigureBatch, SourcedFigure
from maillage.observatory.queries.compare import choices, compare, spaces_seen
from maillage.observatory.queries.figures import territory_figures
from tests.factories import NOW, Cast, make_establishment, make_sourced, make_space, make_structure
from tests.observatory.town import make_town

pytestmark = pytest.mark.django_db
GOOD = {
    "indicator": "jobs", "value": "33 200", "year": "2019", "place_kind": "department",
    "place_code": "93", "source": "Cress", "perimeter": "Salariés", "confidence": "published",
}  # fmt: skip


@pytest.fixture
def town(cast: Cast) -> Cast:
    make_town(cast.space, size=40)
    return cast


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.one_engine
def test_every_indicator_is_defined() -> None:
    assert set(DEFINITIONS) == set(Indicator.values)
    for one in DEFINITIONS.values():
        assert all((one.label, one.unit, one.definition, one.formula, one.source, one.perimeter))


def test_the_first_page_opens_definition_and_list_of_each_figure(town: Cast) -> None:
    html = page(Client(), "/val-de-bievre/observatoire/")
    figures = territory_figures(town.space, now=NOW)
    for indicator in figures.by_indicator:
        assert f'href="/val-de-bievre/observatoire/{indicator}/"' in html
    assert 'href="/val-de-bievre/annuaire/"' in html
    assert "axe=family" in html
    assert html.count('class="chart-image"') >= 8


def test_a_commune_narrows_everything_and_one_of_elsewhere_is_not_found(town: Cast) -> None:
    html = page(Client(), "/val-de-bievre/observatoire/?commune=93055")
    assert "Pantin en chiffres" in html
    assert "commune=93055" in html
    said = page(Client(), "/val-de-bievre/observatoire/jobs/?commune=93055")
    assert "La répartition des emplois d'une commune n'est pas publiée" in said.replace(
        "&#x27;", "'"
    )
    for path in ("", "jobs/", "jobs.csv"):
        page(Client(), f"/val-de-bievre/observatoire/{path}?commune=75120", 404)


def test_the_page_of_a_figure_says_all_there_is_to_know(town: Cast) -> None:
    html = page(Client(), "/val-de-bievre/observatoire/jobs/?axe=family")
    text = words(html).replace("&#x27;", "'")
    definition = DEFINITIONS["jobs"]
    for said in (definition.definition, definition.formula, definition.source, "Compté le"):
        assert said in text
    assert html.count('class="chart-image"') == 1
    assert "secret" in html
    page(Client(), "/val-de-bievre/observatoire/bonheur/", 404)
    page(Client(), "/val-de-bievre/observatoire/jobs/?axe=nimporte")


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_file_of_a_figure_hides_what_the_page_hides(town: Cast, extension: str) -> None:
    answer = Client().get(f"/val-de-bievre/observatoire/jobs.{extension}?axe=family")
    body = b"".join(answer.streaming_content)
    table = open_table(body)
    rows = [row for _, row in table.rows()]
    shown = territory_figures(town.space, now=NOW).by_indicator["jobs"]
    expected = [shown.total, *shown.breakdowns["family"].rows]
    assert [row["code"] for row in rows] == [one.key for one in expected]
    for row, one in zip(rows, expected, strict=True):
        assert (row["valeur"] == "") == one.is_secret
        if one.is_secret:
            assert (row["borne basse"], row["secret statistique"]) == ("", "oui")
        else:
            assert float(row["valeur"].replace(",", ".")) == one.value
    assert any(one.is_secret for one in expected)


def test_there_is_no_file_of_what_is_not_counted(town: Cast) -> None:
    page(Client(), "/val-de-bievre/observatoire/wage_bill.csv", 404)
    page(Client(), "/val-de-bievre/observatoire/jobs.pdf", 404)
    html = page(Client(), "/val-de-bievre/observatoire/wage_bill/")
    assert "Aucun chiffre ici" in html


def test_published_figures_stand_beside_ours_with_the_reason_they_differ(town: Cast) -> None:
    make_sourced(town.space, source_url="javascript:alert(1)")
    make_sourced(
        town.space, place_kind="space", place_code="val-de-bievre", place_label="Val de Bièvre",
        value=10_000, source="Agence", perimeter="Tous les emplois, intérim compris.",
    )  # fmt: skip
    make_sourced(town.other_space, source="Une autre collectivité")
    html = page(Client(), "/val-de-bievre/observatoire/")
    text = words(html).replace("&#x27;", "'")
    assert "Tous les emplois, intérim compris." in text
    assert "Notre comptage fait" in text
    assert "Un autre territoire : les deux nombres ne se comparent pas." in text
    assert "Une autre collectivité" not in text
    assert "javascript:" not in html


def test_an_empty_space_is_told_so(cast: Cast) -> None:
    assert "Rien à compter encore" in page(Client(), "/val-de-bievre/observatoire/")


def test_pages_ask_a_bounded_number_of_questions(town: Cast, django_assert_max_num_queries) -> None:
    client = Client()
    page(client, "/val-de-bievre/observatoire/")
    for _ in range(5):
        make_sourced(town.space, source=f"Source {_}")
    with django_assert_max_num_queries(30):
        page(client, "/val-de-bievre/observatoire/")
    with django_assert_max_num_queries(14):
        page(client, "/val-de-bievre/observatoire/jobs/")


def test_territories_are_compared_per_10_000_inhabitants_and_ranked(town: Cast) -> None:
    asked = ["espace:val-de-bievre", "commune:93048", "departement:93", "commune:69381", "rien:1"]
    seen = spaces_seen(town.space)
    found = compare(town.space, asked, "structures", seen=seen, now=NOW)
    whole, town_hall, department, lyon = found
    figures = territory_figures(town.space, now=NOW)
    assert whole.value == figures.total("structures").value
    assert whole.rate == pytest.approx(whole.value * 10_000 / figures.population)
    assert town_hall.value == figures.breakdown("structures", "commune").row("93048").value
    assert (department.communes, department.covered, department.is_partial) == (39, 3, True)
    assert (lyon.value, lyon.rate) == (None, None)
    assert "pas été importés ici" in lyon.reason
    query = "&".join(f"t={one}" for one in asked)
    html = page(Client(), f"/val-de-bievre/observatoire/comparer/?{query}")
    assert html.count('class="chart-image"') == 1 + 3
    ranked = re.findall(r'<tr><th scope="row">([^<]+)</th>', html)[:4]
    assert ranked[-1] == "Lyon 1er Arrondissement"


def test_seven_territories_are_six_and_a_sentence(town: Cast) -> None:
    codes = ("93048", "93055", "93008", "93010", "93006", "93045", "93053")
    query = "&".join(f"t=commune:{code}" for code in codes)
    html = page(Client(), f"/val-de-bievre/observatoire/comparer/?{query}")
    assert "les 6 premiers sont comparés" in html


def test_a_space_that_is_not_open_covers_nothing_for_others(cast: Cast) -> None:
    closed = make_space("ferme", is_public=False, communes=("75120",))
    make_structure("Cachée", in_space=closed)
    journal.tick("structures")
    seen = spaces_seen(cast.space)
    assert closed not in seen
    (found,) = compare(cast.space, ["commune:75120"], "structures", seen=seen, now=NOW)
    assert (found.covered, found.value) == (0, None)
    assert compare(cast.space, ["espace:ferme"], "structures", seen=seen, now=NOW) == []
    offered = [one.value for _, group in choices(cast.space, seen=seen) for one in group]
    assert "espace:ferme" not in offered
    assert "commune:93048" in offered


def test_comparing_never_tells_what_the_table_of_communes_hides(cast: Cast) -> None:
    """Two of three communes are hidden; a territory that holds one of them would tell the other."""
    space = cast.space
    space.perimeter.create(municipality_code="93008")
    for number in range(6):
        one = make_structure(f"Grande {number}", size_band="12")
        make_establishment(one, municipality_code="93048", size_band="12")
    for code, count in (("93055", 2), ("93008", 4)):
        for number in range(count):
            one = make_structure(f"Petite {code} {number}", size_band="11")
            make_establishment(one, municipality_code=code, size_band="11")
    journal.tick("structures")
    hidden = [
        row.key
        for row in territory_figures(space, now=NOW).breakdown("jobs", "commune").rows
        if row.is_secret
    ]
    assert sorted(hidden) == ["93008", "93055"]
    seen = [space]
    asked = ["commune:93008", "commune:93048", "espace:val-de-bievre", "departement:93"]
    found = compare(space, asked, "jobs", seen=seen, now=NOW)
    assert [one.value for one in found] == [None, 207.0, 294.0, 294.0]
    assert found[0].reason == "Secret statistique."


def test_the_page_of_a_neighbour_hides_what_the_table_of_a_space_hides(cast: Cast) -> None:
    """Pantin is hidden at home only so that Bobigny cannot be found by difference: nobody else may say it."""
    neighbour = make_space("voisins", communes=("75120",))
    cast.space.perimeter.create(municipality_code="93008")
    for code, count in (("93048", 6), ("93055", 4), ("93008", 2), ("75120", 3)):
        for number in range(count):
            one = make_structure(f"{code} {number}", size_band="11")
            make_establishment(one, municipality_code=code, size_band="11")
    journal.tick("structures")
    asked = [
        "commune:93055", "commune:93048", "espace:val-de-bievre", "departement:93", "commune:75120",
    ]  # fmt: skip
    for space in (neighbour, cast.space):
        found = compare(space, asked, "jobs", seen=spaces_seen(space), now=NOW)
        assert [one.value for one in found] == [None, 87.0, 174.0, 174.0, 43.5]


def test_comparing_never_tells_a_total_that_its_space_hides(cast: Cast) -> None:
    """One employer makes nearly all of a commune alone with jobs: total and commune are hidden in every table."""
    neighbour = make_space("voisins", communes=("75120",))
    for band in ("41", "03", "03"):
        one = make_structure(f"Bande {band}", size_band=band)
        make_establishment(one, municipality_code="93048", size_band=band)
    for number in range(6):
        one = make_structure(f"Voisine {number}", size_band="41")
        make_establishment(one, municipality_code="75120", size_band="41")
    journal.tick("structures")
    asked = ["espace:val-de-bievre", "region:11", "espace:voisins"]
    found = compare(neighbour, asked, "jobs", seen=spaces_seen(neighbour), now=NOW)
    assert [one.value for one in found] == [None, None, 4497.0]


def test_an_agent_enters_changes_and_removes_a_figure(cast: Cast) -> None:
    client = cast.client("chloe")
    base = "/val-de-bievre/gestion/observatoire/"
    answer = client.post(f"{base}nouveau/", GOOD)
    assert (answer.status_code, answer["Location"]) == (302, base)
    figure = SourcedFigure.objects.get()
    assert (figure.value, figure.place_label, figure.entered_by) == (
        33_200, "Seine-Saint-Denis", cast.chloe,
    )  # fmt: skip
    assert "Seine-Saint-Denis" in page(client, base)
    again = client.post(f"{base}nouveau/", GOOD)
    assert again.status_code == 422
    assert "existe déjà" in again.content.decode()
    assert 'value="33' in page(client, f"{base}{figure.pk}/")
    changed = client.post(f"{base}{figure.pk}/", GOOD | {"value": "34000", "year": "2020"})
    assert changed.status_code == 302
    figure.refresh_from_db()
    assert (figure.value, figure.year) == (34_000, 2020)
    entry = JournalEntry.objects.get(action="figure_changed")
    assert entry.changes["year"] == [2019, 2020]
    assert client.get(f"{base}{figure.pk}/retirer/").status_code == 200
    assert client.post(f"{base}{figure.pk}/retirer/").status_code == 302
    assert not SourcedFigure.objects.exists()
    assert JournalEntry.objects.get(action="figure_removed").changes["value"][0] == "34000.0000"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"place_code": "999"}, "n'est le code d'aucun territoire"),
        ({"place_code": ""}, "Donnez le code"),
        ({"indicator": "jobs_share", "value": "107"}, "de 0 à 100"),
        ({"value": "-3"}, "supérieur"),
        ({"value": "beaucoup"}, "nombre"),
        ({"year": "2090"}, "inférieur"),
        ({"source_url": "javascript:alert(1)"}, "URL"),
        ({"source": ""}, "obligatoire"),
        ({"place_kind": "space", "place_code": "ailleurs"}, "pas cet espace"),
        ({"place_kind": "cell"}, "choix"),
    ],
)
def test_a_wrong_figure_changes_nothing_and_loses_nothing(
    cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    answer = cast.client("chloe").post(
        "/val-de-bievre/gestion/observatoire/nouveau/", GOOD | {"perimeter": "Gardé"} | wrong
    )
    html = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 422
    assert sentence in html
    assert "Gardé" in html
    assert not SourcedFigure.objects.exists()


def send(client: Client, content: bytes, connector: str = "table"):
    file = io.BytesIO(content)
    file.name = "chiffres.csv"
    return client.post(
        "/val-de-bievre/gestion/observatoire/fichier/", {"connector": connector, "file": file}
    )


def test_a_file_is_tried_applied_and_taken_back_on_screen(cast: Cast) -> None:
    client = cast.client("chloe")
    lines = (
        "indicateur;sorte de territoire;code;année;valeur;source;périmètre",
        "emplois salariés;département;93;2019;33200;Cress;Salariés",
        "emplois salariés;département;xx;2019;33200;Cress;Salariés",
    )
    sent = send(client, "\n".join(lines).encode())
    assert sent.status_code == 302
    html = page(client, sent["Location"])
    text = words(html).replace("&#x27;", "'")
    assert "Rien n'est encore écrit" in text
    assert "« xx » n'est le code d'aucun territoire" in text
    assert not SourcedFigure.objects.exists()
    # Nobody of another space finds it.
    stranger = sent["Location"].replace("val-de-bievre", "plaine-sud")
    assert cast.client("bruno").get(stranger).status_code == 404
    applied = client.post(sent["Location"])
    batch = FigureBatch.objects.get()
    assert applied["Location"].endswith(f"/lots/{batch.pk}/")
    assert SourcedFigure.objects.get().batch == batch
    assert "n&#x27;est le code" in page(client, applied["Location"])
    twice = client.post(sent["Location"], follow=True)
    assert "ne change rien" in twice.content.decode()
    assert FigureBatch.objects.count() == 1
    assert client.post(f"{applied['Location']}annuler/").status_code == 302
    assert not SourcedFigure.objects.exists()
    again = client.post(f"{applied['Location']}annuler/", follow=True)
    assert "déjà été annulé" in again.content.decode()


@pytest.mark.parametrize(
    ("content", "connector"),
    [
        (b"", "table"),
        (b"siren;nom\n1;x\n", "table"),
        (b"%PDF-1.4 x", "urssaf_ess"),
        (b"PK\x03\x04 coupe", "table"),
        (b"\x00\x01\x02", "table"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_its_field(
    cast: Cast, content: bytes, connector: str, settings
) -> None:

    answer = send(cast.client("chloe"), content, connector)
    assert answer.status_code == 422
    assert 'id="id_file_error"' in answer.content.decode()
    kept = Path(settings.UPLOADS_DIR) / "imports"
    assert not kept.exists() or list(kept.iterdir()) == []


def test_an_agent_takes_a_snapshot_and_the_line_appears(town: Cast) -> None:
    client = town.client("chloe")
    path = "/val-de-bievre/gestion/observatoire/releves/"
    assert "Aucun relevé encore" in page(client, path)
    assert client.post(path, {"note": "Avant le plan"}).status_code == 302
    assert "Avant le plan" in page(client, path)
    twice = client.post(path, {"note": "Encore"})
    assert twice.status_code == 422
    assert "un par jour" in twice.content.decode()
    DatedSnapshot.objects.update(on="2025-01-01")
    html = page(Client(), "/val-de-bievre/observatoire/structures/")
    assert "d&#x27;un relevé à l&#x27;autre" in html
    assert "chart-line-1" in html


def test_the_csv_opens_in_a_spreadsheet(town: Cast) -> None:
    answer = Client().get("/val-de-bievre/observatoire/structures.csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body), delimiter=";"))
    assert rows[0][0] == "territoire"
    assert rows[1][:3] == ["Val de Bièvre", "Structures", "ensemble"]
    assert answer["Content-Disposition"] == (
        'attachment; filename="observatoire-val-de-bievre-structures.csv"'
    )
