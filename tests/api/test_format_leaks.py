"""What a page keeps back is in no open format: street, exact point, contacts, structures that are not published."""

import pytest

from maillage.core import journal
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import Service
from tests.api.conftest import body_of
from tests.factories import Cast, make_establishment, make_structure

pytestmark = pytest.mark.django_db
STREET, LON, LAT = "13 impasse du Secret", 2.44321, 48.86789
SECRETS = ("Secret", "44321", "86789", "0102030405", "102030405", "x@prive.example")
PATHS = (
    "data-inclusion/structures.json",
    "data-inclusion/services.json",
    "data-inclusion/rapport.json",
    "murmurations.json",
    "structures.jsonld",
)


@pytest.fixture(params=["structure", "establishment", "address"])
def discreet(request, cast: Cast):
    of_structure = {"disclosure": "P"} if request.param == "structure" else {}
    of_place = {"structure": {}, "establishment": {"disclosure": "P"}, "address": {"address_is_public": False}}[request.param]  # fmt: skip
    structure = make_structure(
        "Discrète", phone="0102030405", email="x@prive.example",
        contact_visibility={"phone": "agents", "email": "members"}, **of_structure,
    )  # fmt: skip
    place = make_establishment(structure, address=STREET, lon=LON, lat=LAT, **of_place)
    for where in (place, None):
        Service.objects.create(
            structure=structure, establishment=where, name="Permanence", description="Pour tous."
        )
    reindex()
    journal.tick("structures")
    return structure


def test_no_format_tells_what_is_kept_back(discreet, cast: Cast, client):
    base = f"/api/v1/spaces/{cast.space.slug}/"
    for path in (*PATHS, f"murmurations/{discreet.pk}.json"):
        answer = client.get(base + path)
        assert answer.status_code == 200, path
        text = body_of(answer).decode()
        assert "Discrète" in text or "Permanence" in text or path.endswith("rapport.json"), path
        assert [word for word in SECRETS if word in text] == [], path


def test_what_is_not_published_is_nowhere(cast: Cast, client):
    here = make_structure("Cessée", in_space=cast.space, state="ceased")
    make_structure("Écartée", in_space=cast.space, ess_status="excluded")
    make_structure("Fusionnée", in_space=cast.space, merged_into=here)
    Service.objects.create(structure=here, name="Cessée aussi", description="Plus rien.")
    reindex()
    journal.tick("structures")
    base = f"/api/v1/spaces/{cast.space.slug}/"
    for path in PATHS:
        text = body_of(client.get(base + path)).decode()
        assert [word for word in ("Cessée", "Écartée", "Fusionnée") if word in text] == [], path
    assert client.get(f"{base}murmurations/{here.pk}.json").status_code == 404


def test_a_space_that_is_not_open_gives_nothing(cast: Cast, client):
    make_structure("Fermée", in_space=cast.space)
    cast.space.is_public = False
    cast.space.save()
    for path in PATHS:
        for visitor in (client, cast.client("aicha")):
            answer = visitor.get(f"/api/v1/spaces/{cast.space.slug}/{path}")
            assert answer.status_code == 404, path
