"""Taxonomies, figures, gaps and imports: each says what its page says, and nothing that is kept back."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from maillage.core import journal
from maillage.observatory.models import (
    DeclaredNeed,
    Echo,
    GapMeasure,
    InformationGap,
    SourcedFigure,
)
from maillage.observatory.queries.figures import territory_figures
from maillage.observatory.queries.needs import needs_of
from maillage.sources.models import ImportRun
from maillage.structures.models import Term
from tests.api.test_gate import problem_of
from tests.factories import NOW, Cast, make_establishment, make_structure

pytestmark = pytest.mark.django_db


def get(client: Client, space, path: str) -> dict:
    answer = client.get(f"/api/v1/spaces/{space.slug}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_taxonomies(client):
    Term.objects.create(axis="sector", code="sec-fini", label="Fini", ended_on=date(2026, 1, 1))
    axes = {one["axis"]: one["terms"] for one in client.get("/api/v1/taxonomies").json()["axes"]}
    assert list(axes) == ["sector", "aim", "audience", "label", "role", "family", "size"]
    in_use = Term.objects.filter(axis="sector", ended_on=None).values_list("code", flat=True)
    assert {one["code"] for one in axes["sector"]} == set(in_use)
    assert {one["code"] for one in axes["size"]} == {
        "inconnue", "benevole", "1-9", "10-49", "50-et-plus",
    }  # fmt: skip


def test_needs_are_those_the_space_follows(client, cast: Cast):
    found = get(client, cast.space, "needs")
    assert [one["code"] for one in found["results"]] == [
        sheet.code for sheet in needs_of(cast.space)
    ]


def test_figures_keep_the_secret(client, cast: Cast):
    for number in range(9):
        one = make_structure(size_band="12" if number < 2 else "02", is_employer=True)
        make_establishment(one, municipality_code="93055" if number < 1 else "93048")
    journal.tick("structures")
    found = get(client, cast.space, "figures")
    shown = territory_figures(cast.space, now=datetime.now(UTC))
    assert [one["indicator"] for one in found["indicators"]] == list(shown.by_indicator)
    hidden = 0
    for one in found["indicators"]:
        counted = shown.by_indicator[one["indicator"]]
        assert one["total"]["value"] == counted.total.value
        for table in one["breakdowns"]:
            rows = counted.breakdowns[table["axis"]].rows
            assert [row["value"] for row in table["rows"]] == [row.value for row in rows]
            for row in table["rows"]:
                hidden += row["secret"]
                assert not row["secret"] or row["low"] is row["high"] is row["value"] is None
                assert "largest" not in row
    assert hidden > 0
    assert get(client, cast.space, "figures?commune=93055")["territory"] == "Pantin"
    problem_of(client.get(f"/api/v1/spaces/{cast.space.slug}/figures?commune=75101"), 404)


def test_sourced_figures(client, cast: Cast):
    for space, year in ((cast.space, 2023), (cast.space, 2024), (cast.other_space, 2024)):
        SourcedFigure.objects.create(
            space=space, indicator="jobs", place_kind="department", place_code="93", year=year,
            place_label="Seine-Saint-Denis", value=Decimal(33200), source="CRESS",
            perimeter="Salariés", confidence="published", entered_at=NOW, entered_by=cast.chloe,
        )  # fmt: skip
    found = get(client, cast.space, "figures/sourced")
    assert (found["count"], [one["year"] for one in found["results"]]) == (2, [2024, 2023])
    assert found["results"][0]["value"] == 33200.0
    assert get(client, cast.space, "figures/sourced?year=2023&indicator=jobs")["count"] == 1
    assert "chloe" not in str(found).lower()


def test_the_three_layers_stay_apart(client, cast: Cast):
    code = needs_of(cast.space)[0].code
    place = {"place_kind": "commune", "place_code": "93048", "measured_at": NOW}
    for space in (cast.space, cast.other_space):
        GapMeasure.objects.create(
            space=space, need_code=code, supply=2, population=10.0, target="under_25", **place
        )
        GapMeasure.objects.create(
            space=space, need_code="disparu", supply=2, population=10.0, **place
        )
        InformationGap.objects.create(
            space=space, need_code="", known=4, old=1, untold=0, is_silent=True, **place
        )
        for state in ("published", "waiting", "refused"):
            one = DeclaredNeed.objects.create(
                space=space, need_code=code, municipality_code="93048", text="mots d'une personne",
                email="x@prive.example", said_at=NOW, state=state, author=cast.denis,
            )  # fmt: skip
            Echo.objects.create(declared=one, user=cast.chloe, at=NOW)
    layers = get(client, cast.space, "gaps")["layers"]
    assert [one["layer"] for one in layers] == ["measured", "declared", "unknown"]
    found = {one["layer"]: client.get(one["url"]).json() for one in layers}
    assert {name: one["count"] for name, one in found.items()} == {
        "measured": 1, "declared": 1, "unknown": 1,
    }  # fmt: skip
    keys = {name: set(one["results"][0]) for name, one in found.items()}
    of_place = {"need_code", "place_kind", "place_code"}
    assert keys["measured"] & keys["declared"] == of_place
    assert keys["measured"] & keys["unknown"] == {*of_place, "measured_at", "expected"}
    (measured,) = found["measured"]["results"]
    assert (measured["population"], measured["target"]) == (10.0, "under_25")
    assert found["declared"]["results"][0]["echoes"] == 1
    assert "mots" not in str(found)
    assert "prive" not in str(found)
    assert get(client, cast.space, f"gaps/measured?need={code}&place=93048")["count"] == 1
    for query in ("need=autre", "place=93055", "place_kind=cell", "need=%00"):
        assert get(client, cast.space, f"gaps/measured?{query}")["count"] == (query == "need=%00")


def test_imports_tell_counts_and_no_file(client, cast: Cast):
    common = {
        "files": [{"name": "liste-de-marie.csv"}],
        "options": {"x": "secret"},
        "counts": {"created": 3, "note": "secret", "flag": True},
        "by": cast.chloe,
        "created_at": NOW,
        "applied_at": NOW,
        "source_date": date(2026, 11, 1),
    }
    for status in ("applied", "undone", "planned", "failed"):
        ImportRun.objects.create(space=cast.space, connector="sirene", status=status, **common)
    ImportRun.objects.create(space=cast.other_space, connector="rna", status="applied", **common)
    found = get(client, cast.space, "imports")
    assert found["count"] == 1
    one = found["results"][0]
    assert (one["source"], one["producer"], one["counts"]) == (
        "sirene", "INSEE, Sirene", {"created": 3},
    )  # fmt: skip
    for word in ("secret", "marie", "chloe"):
        assert word not in str(found).lower()


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "path",
    [
        "figures/sourced?year=abcd",
        "figures/sourced?page=0",
        "gaps/measured?page=667525464305640960",
        "gaps/unknown?page_size=101",
        "gaps/declared?need=" + "x" * 41,
        "figures?commune=930480",
        "imports?page=-1",
    ],
)
def test_what_cannot_be_read(client, cast: Cast, path: str):
    problem_of(client.get(f"/api/v1/spaces/{cast.space.slug}/{path}"), 422)


def test_a_nul_in_an_address_is_the_name_of_nothing(client, cast: Cast):
    base = f"/api/v1/spaces/{cast.space.slug}/figures"
    assert client.get(f"{base}?commune=%00").status_code == 404
    assert client.get(f"{base}/sourced?indicator=%00").status_code == 200
    frame = f"/{cast.space.slug}/integrer/chiffre/jobs/"
    assert client.get(f"{frame}?commune=93048").status_code == 200
    for commune in ("%00", "9304%C2%B2", "930/8"):
        assert client.get(f"{frame}?commune={commune}").status_code == 404, commune
