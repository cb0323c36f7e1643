"""The tables of the observatory against their published schemas, judged by frictionless."""

from pathlib import Path

import frictionless
import pytest
from django.test import Client

from maillage.observatory.actions.measure import measure
from maillage.observatory.models import GapMeasure
from tests.api.conftest import body_of
from tests.factories import NOW, Cast
from tests.observatory.town import make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast: Cast) -> Cast:
    make_town(cast.space, size=24)
    return cast


def judged(client: Client, path: str, schema: str, folder: Path) -> frictionless.Report:
    answer = client.get(path)
    assert answer.status_code == 200
    file = folder / "table.csv"
    file.write_bytes(body_of(answer))
    return frictionless.Resource(
        path=file.name,
        basepath=str(folder),
        encoding="utf-8-sig",
        schema=frictionless.Schema.from_descriptor(client.get(f"/api/v1/schema/{schema}").json()),
        dialect=frictionless.Dialect.from_descriptor({"csv": {"delimiter": ";"}}),
    ).validate()


@pytest.mark.parametrize("indicator", ["structures", "jobs"])
def test_figures_follow_their_schema(town: Cast, client, tmp_path, indicator):
    path = f"/{town.space.slug}/observatoire/{indicator}.csv"
    report = judged(client, path, "chiffres.json", tmp_path)
    assert report.flatten(["rowNumber", "fieldName", "note"]) == []
    assert report.tasks[0].stats["rows"] > 10


def test_gaps_follow_their_schema(town: Cast, client, tmp_path):
    measure(town.space, now=NOW)
    report = judged(client, f"/{town.space.slug}/manques/manques.csv", "manques.json", tmp_path)
    assert report.flatten(["rowNumber", "fieldName", "note"]) == []
    assert report.tasks[0].stats["rows"] == GapMeasure.objects.filter(space=town.space).count() > 10
