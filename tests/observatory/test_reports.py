"""Reports: one tree for the page and the document; layers apart; one sheet for the elected; what agents keep is theirs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.observatory.actions.measure import measure
from maillage.observatory.enums import Indicator
from maillage.observatory.lib.report import Beside, Drawing, Grid, Report, Section, Words, in_full
from maillage.observatory.lib.sections import MOST, SECTIONS, USUAL, known
from maillage.observatory.models import DeclaredNeed, Echo, SavedReport, SourcedFigure
from maillage.observatory.queries.gaps import gaps_of
from maillage.observatory.queries.reports import saved_report, summary_report, territory_report
from maillage.observatory.queries.reports_gaps import gap_report
from maillage.observatory.views import printing
from maillage.structures.actions.indexing import reindex
from tests.factories import NOW, make_establishment, make_space, make_structure, make_term, tag
from tests.pdf_checks import read, text_of

pytestmark = pytest.mark.django_db
MARKUP = '#panic("x") *gras* <b>&amp; $x$'


@pytest.fixture
def space():
    space = make_space("est", name="Est", communes=("93048", "93055", "93006"))
    food = make_term("sector", "sec-ali", "Alimentation")
    for rank, code in enumerate(("93048", "93048", "93048", "93048", "93055", "93055")):
        made = make_structure(
            f"Structure {rank}", size_band="11", size_year=2024, created_on="2020-01-01"
        )
        make_establishment(made, municipality_code=code, size_band="11")
        tag(made, food, main=food)
    publish()
    return space


def publish() -> None:
    reindex()
    journal.tick("structures")


def parts(report: Report) -> list[str]:
    return [section.code for section in report.sections]


def url(path: str = "") -> str:
    return f"/est/rapports/{path}"


def test_the_page_and_the_document_say_the_same(space) -> None:
    page = Client().get(url("territoire/"))
    answer = Client().get(url("territoire.pdf"))
    found = read(answer.content)
    assert found.faults == []
    assert (found.title, found.language) == ("Est", "fr-FR")
    report = page.context["report"]
    assert found.tags["H2"] == len(report.sections)
    body = page.content.decode()
    text = text_of(answer.content).replace(" ", "")
    for section in report.sections:
        assert section.title.replace(" ", "") in text
        assert f'id="{section.code}"' in body
    assert len(found.alternatives) == sum(
        isinstance(block, Drawing) for section in report.sections for block in section.blocks
    )
    assert text.count("Source:Registresimportésdanscetannuaire") >= 3


def test_every_part_of_figures_tells_its_definition_its_source_and_its_date(space) -> None:
    report = territory_report(space, now=NOW, sections=[*SECTIONS])
    day = "22 novembre 2026"
    for section in report.sections:
        if section.code in {
            "families",
            "sectors",
            "communes",
            "sizes",
            "ages",
            "movements",
            "jobs",
        }:
            told = " ".join(one.text for one in section.blocks if one.kind == "note")
            assert "Source : " in told, section.code
            assert day in told, section.code
    assert day in report.foot


def test_parts_come_in_the_order_asked_for_and_unknown_ones_are_left_out(space) -> None:
    report = territory_report(space, now=NOW, sections=["sectors", "figures", "inconnu", "sectors"])
    assert parts(report) == ["sectors", "figures"]


def test_a_commune_has_its_own_sheet_and_no_other_place_has(space) -> None:
    page = Client().get(url("?commune=93055"))
    assert page["Location"] == url("territoire/93055/")
    report = Client().get(page["Location"]).context["report"]
    assert report.title == "Pantin"
    assert "communes" not in parts(report)
    assert read(Client().get(url("territoire/93055.pdf")).content).faults == []
    assert Client().get(url("territoire/75056/")).status_code == 404
    assert Client().get(url("territoire/inconnue.pdf")).status_code == 404
    assert Client().get(url("?commune=75056")).status_code == 200


def test_secret_jobs_stay_secret_in_every_form(space) -> None:
    """Two employers in Pantin: their jobs are told neither there nor by difference."""
    report = territory_report(space, now=NOW, sections=["figures", "jobs"], commune="93055")
    tiles = next(block for block in report.sections[0].blocks if block.kind == "tiles")
    jobs = next(one for one in tiles.items if one.label.startswith("Emplois salariés"))
    assert jobs.value == "secret"
    text = text_of(Client().get(url("territoire/93055.pdf")).content)
    assert "secret" in text
    assert "30 (20 à 38)" not in text


def test_published_figures_stand_beside_with_their_source_and_perimeter(space) -> None:
    SourcedFigure.objects.create(
        space=space, indicator=Indicator.JOBS, place_kind="space", place_code="est", place_label="Est",
        year=2023, value=Decimal("33200.0000"), source="Observatoire régional", perimeter="ESS au sens de l'Insee.",
        confidence="published", entered_at=NOW,
    )  # fmt: skip
    report = territory_report(space, now=NOW, sections=["published"])
    grid = next(block for block in report.sections[0].blocks if isinstance(block, Grid))
    assert grid.rows == (
        (
            "Est",
            "Emplois salariés : 33\u202f200",
            "Observatoire régional, 2023",
            "ESS au sens de l'Insee. (publiée, méthode non vérifiée ici)",
        ),
    )


def test_an_empty_space_has_a_page_and_a_document() -> None:
    make_space("vide", name="Vide")
    page = Client().get("/vide/rapports/territoire/")
    assert page.status_code == 200
    assert read(Client().get("/vide/rapports/territoire.pdf").content).faults == []
    assert read(Client().get("/vide/rapports/synthese.pdf").content).pages == 1
    assert Client().get("/vide/rapports/").status_code == 200


def test_a_document_is_kept_while_what_it_tells_is_the_same(space, monkeypatch) -> None:
    first = Client().get(url("synthese.pdf"))
    assert first["Content-Type"] == "application/pdf"
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = Client().get(url("synthese.pdf"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with monkeypatch.context() as patched:
        patched.setattr("maillage.observatory.views.printing.make", None)
        assert Client().get(url("synthese.pdf")).content == first.content
    made = make_structure("Une de plus")
    make_establishment(made, municipality_code="93048")
    publish()
    assert Client().get(url("synthese.pdf"))["ETag"] != first["ETag"]


def test_a_space_that_is_not_open_prints_for_its_agents_only(cast) -> None:
    cast.space.is_public = False
    cast.space.save()
    path = f"/{cast.space.slug}/rapports/synthese.pdf"
    assert Client().get(path).status_code == 404
    assert cast.client("chloe").get(path)["Cache-Control"].startswith("private")


# One need in one place


@pytest.fixture
def measured(space):
    measure(space, now=NOW)
    return space


def said(space, text: str = "Il faudrait une épicerie.", **fields):
    return DeclaredNeed.objects.create(
        space=space, text=text, said_at=NOW, **({"state": "published", "municipality_code": "93055", "need_code": need(space)} | fields),
    )  # fmt: skip


def need(space) -> str:
    return next(iter(gaps_of(space).needs))


def layers(report: Report) -> tuple[Section, ...]:
    block = report.sections[0].blocks[0]
    assert isinstance(block, Beside)
    return block.parts


def test_the_three_layers_stand_side_by_side_each_with_its_method(measured) -> None:
    one = said(measured)
    Echo.objects.create(declared=one, key="a", at=NOW)
    said(measured, "Pas encore lu", state="waiting")
    report = gap_report(measured, need(measured), "93055", now=NOW)
    assert [part.code for part in layers(report)] == ["measured", "declared", "unknown"]
    for part in layers(report):
        assert part.blocks[-1].kind == "note"
        assert "22 novembre 2026" in part.blocks[-1].text
    told = " ".join(report.texts())
    assert "2 personnes ou structures le disent." in told
    assert "Pas encore lu" not in told
    page = Client().get(url(f"manque/{need(measured)}/93055/")).content.decode()
    assert page.count('<section class="card"') == 3
    found = read(Client().get(url(f"manque/{need(measured)}/93055/fiche.pdf")).content)
    assert (found.faults, found.tags["H3"]) == ([], 3)


def test_what_people_say_moves_no_other_layer(measured) -> None:
    before = layers(gap_report(measured, need(measured), "93055", now=NOW))
    for rank in range(5):
        said(measured, f"Besoin {rank}")
    after = layers(gap_report(measured, need(measured), "93055", now=NOW))
    assert before[0] == after[0]
    assert before[2] == after[2]
    assert before[1] != after[1]


@pytest.mark.parametrize("path", ["inconnu/93055", "{need}/75056", "{need}/nulle-part"])
def test_a_need_or_a_place_that_is_not_followed_has_no_sheet(measured, path: str) -> None:
    path = path.format(need=need(measured))
    assert Client().get(url(f"manque/{path}/")).status_code == 404
    assert Client().get(url(f"manque/{path}/fiche.pdf")).status_code == 404


def test_a_place_not_measured_says_so(space) -> None:
    report = gap_report(space, need(space), "93055", now=NOW)
    assert "Rien n'est mesuré ici" in " ".join(report.texts())


def test_what_was_said_is_printed_as_it_was_said(measured) -> None:
    said(measured, MARKUP)
    text = text_of(Client().get(url(f"manque/{need(measured)}/93055/fiche.pdf")).content)
    assert MARKUP.replace(" ", "") in text.replace(" ", "")
    page = Client().get(url(f"manque/{need(measured)}/93055/")).content.decode()
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;amp;" in page


# One sheet for the elected


def test_the_summary_is_one_page_whatever_names_are_like(measured) -> None:
    for rank, code in enumerate(list(gaps_of(measured).needs)[:9]):
        said(measured, "x" * 600, need_code=code, municipality_code=("93048", "93055")[rank % 2])
    measured.name = "Communauté de communes " + "du très long nom " * 5
    measured.save()
    for term in range(8):
        sector = make_term(
            "sector", f"sec-{term}", f"Secteur {term} " + "au libellé interminable " * 4
        )
        made = make_structure(f"S {term}", size_band="11")
        make_establishment(made, municipality_code="93055")
        tag(made, sector, main=sector)
    publish()
    measure(measured, now=NOW)
    found = read(Client().get(url("synthese.pdf")).content)
    assert (found.pages, found.faults, found.sizes) == (1, [], [(595, 842)])
    assert any("Valeurs : " in words for words in found.alternatives), "no table follows the chart"


def test_the_summary_keeps_the_layers_apart(measured) -> None:
    report = summary_report(measured, now=NOW)
    beside = next(b for s in report.sections for b in s.blocks if isinstance(b, Beside))
    assert [part.code for part in beside.parts] == ["measured", "declared", "unknown"]


# What agents keep

NEW = "/val-de-bievre/rapports/gardes/nouveau/"
FILLED = {"title": " Bilan  2026 ", "foreword": "Bonjour.\n\nMerci.", "place_code": "", "rank_sectors": "2", "rank_figures": "1"}  # fmt: skip


def keep(cast, **changes: object) -> SavedReport:
    answer = cast.client("chloe").post(NEW, FILLED | changes)
    kept = SavedReport.objects.latest("pk")
    assert answer["Location"] == f"/val-de-bievre/rapports/gardes/{kept.pk}/"
    return kept


def test_an_agent_chooses_parts_and_their_order(cast) -> None:
    kept = keep(cast)
    assert (kept.title, kept.sections, kept.by) == (
        "Bilan 2026",
        ["figures", "sectors"],
        cast.chloe,
    )
    page = cast.client("chloe").get(f"/val-de-bievre/rapports/gardes/{kept.pk}/").content.decode()
    assert "<p>Bonjour.</p>" in page
    content = cast.client("chloe").get(f"/val-de-bievre/rapports/gardes/{kept.pk}/rapport.pdf")
    assert read(content.content).title == "Bilan 2026"
    assert "Bonjour." in text_of(content.content)
    assert content["Cache-Control"].startswith("private")
    listed = cast.client("chloe").get("/val-de-bievre/rapports/").content.decode()
    assert "Bilan 2026" in listed
    assert "Bilan 2026" not in Client().get("/val-de-bievre/rapports/").content.decode()
    assert JournalEntry.objects.filter(action="report_saved", by=cast.chloe).count() == 1


def test_a_report_is_changed_copied_and_forgotten(cast) -> None:
    kept = keep(cast)
    base, client = f"/val-de-bievre/rapports/gardes/{kept.pk}/", cast.client("chloe")
    form = client.get(f"{base}modifier/").context["form"]
    assert [f.initial for f in form.ranks if f.initial] == [1, 2]
    seen = form.initial["seen"]
    client.post(f"{base}modifier/", FILLED | {"title": "Bilan 2027", "seen": seen})
    kept.refresh_from_db()
    assert kept.title == "Bilan 2027"
    copied = client.post(f"{base}copier/")["Location"]
    assert SavedReport.objects.latest("pk").title == "Copie de Bilan 2027"
    assert copied.endswith("/modifier/")
    client.post(f"{base}effacer/")
    assert [one.title for one in SavedReport.objects.all()] == ["Copie de Bilan 2027"]
    acts = JournalEntry.objects.filter(action__startswith="report_").order_by("pk")
    assert [one.action for one in acts] == [
        "report_saved", "report_changed", "report_saved", "report_forgotten",
    ]  # fmt: skip


def test_two_agents_who_change_it_at_once_lose_nothing(cast) -> None:
    kept = keep(cast)
    address = f"/val-de-bievre/rapports/gardes/{kept.pk}/modifier/"
    seen = kept.saved_at.isoformat()
    SavedReport.objects.update(saved_at=kept.saved_at + timedelta(seconds=1), title="D'un autre")
    answer = cast.client("chloe").post(address, FILLED | {"title": "Le mien", "seen": seen})
    assert "a changé depuis que vous l&#x27;avez ouvert" in answer.content.decode()
    assert 'value="Le mien"' in answer.content.decode()
    kept.refresh_from_db()
    assert kept.title == "D'un autre"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rank_sectors": "", "rank_figures": ""}, "Donnez un rang à une partie au moins"),
        ({"title": ""}, "title"),
        ({"rank_figures": "premier"}, "rank_figures"),
        ({"place_code": "75056"}, "place_code"),
        ({"foreword": "x" * 1501}, "foreword"),
    ],
)
def test_wrong_choices_are_told_and_nothing_is_kept(cast, changes, words: str) -> None:
    answer = cast.client("chloe").post(NEW, FILLED | changes)
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert words in errors or words in str(errors)
    assert not SavedReport.objects.exists()


def test_a_report_of_a_commune_that_left_is_not_found_and_can_be_changed(cast) -> None:
    kept = keep(cast, place_code="93048")
    cast.space.perimeter.filter(municipality_code="93048").delete()
    client = cast.client("chloe")
    assert client.get(f"/val-de-bievre/rapports/gardes/{kept.pk}/").status_code == 404
    assert client.get(f"/val-de-bievre/rapports/gardes/{kept.pk}/modifier/").status_code == 200


def test_another_space_s_report_does_not_exist_here(cast) -> None:
    kept = keep(cast)
    make_space("ailleurs")
    assert cast.client("chloe").get(f"/ailleurs/rapports/gardes/{kept.pk}/").status_code in {
        403,
        404,
    }
    assert Client().get(f"/val-de-bievre/rapports/gardes/{kept.pk}/").status_code in {302, 404}


def test_a_hand_written_row_does_no_harm(cast) -> None:
    kept = keep(cast)
    kept.sections = {"figures": 1}
    assert parts(saved_report(kept, now=NOW))[0] == "figures"
    kept.sections = ["figures", 3, None, "figures"]
    assert parts(saved_report(kept, now=NOW)) == ["figures"]


def test_codes_of_parts() -> None:
    assert set(USUAL) <= set(SECTIONS)
    assert known([*SECTIONS, *SECTIONS]) == tuple(SECTIONS)[:MOST]
    assert known(["jobs", "figures"], of_commune=True) == ("figures",)


def test_dates_are_in_full() -> None:
    assert in_full(NOW.date()) == "22 novembre 2026"
    assert in_full(NOW.date().replace(day=1, month=3)) == "1er mars 2026"
    assert list(Report("a", "b", "c", "d", "e", NOW, (Section("x", "f", (Words("g"),)),)).texts())


def test_an_address_has_so_many_documents_made_and_reads_those_that_are(space, monkeypatch):
    monkeypatch.setattr(printing, "HOURLY", 1)
    made = []
    monkeypatch.setattr(printing, "make", lambda *_, **__: made.append(1) or b"%PDF")
    printing._made.clear()
    first, second = url("synthese.pdf"), url("territoire.pdf")
    assert [Client().get(path).status_code for path in (first, first, second)] == [200, 200, 429]
    assert len(made) == 1
    refused = Client().get(second)
    assert "réessayez dans une heure" in refused.content.decode()
    assert refused["Retry-After"] == "3600"
    assert Client(REMOTE_ADDR="192.0.2.9").get(second).status_code == 200
    printing._made.clear()
