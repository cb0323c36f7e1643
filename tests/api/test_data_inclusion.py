"""data·inclusion v1: every row is judged by the official package, what can't be valid is left out and told."""

import gzip

import pytest
from data_inclusion.schema import v1
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.api.lib.crosswalks import data_inclusion, lines
from maillage.core import journal
from maillage.structures.models import Service, Term
from tests.api.conftest import body_of
from tests.factories import (
    Cast,
    make_establishment,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db
HEARD = {"ignore_warnings": False}


def test_a_structure_and_its_service(cafe, read, settings):
    (row,) = read("data-inclusion/structures.json")
    assert row == {
        "source": "maillage-val-de-bievre",
        "id": f"maillage-val-de-bievre--{cafe.pk}",
        "nom": "Café des Possibles",
        "date_maj": "2026-11-22",
        "description": "Un café associatif où l'on répare aussi des vélos.",
        "lien_source": f"{settings.BASE_URL}/val-de-bievre/structures/{cafe.slug}/",
        "siret": cafe.establishments.get().siret,
        "commune": "Montreuil",
        "code_postal": "93100",
        "code_insee": "93048",
        "adresse": "1 rue de la République",
        "longitude": 2.44123,
        "latitude": 48.86123,
        "telephone": "+33148000001",
        "courriel": "bonjour@cafe.example.org",
        "site_web": "https://cafe.example/",
        "horaires_accueil": "Mo-Fr 09:00-18:00",
        "reseaux_porteurs": ["aci", "mjc"],
    }
    v1.Structure.model_validate(row, context=HEARD)
    (service,) = read("data-inclusion/services.json")
    v1.Service.model_validate(service, context=HEARD)
    assert service == {
        "source": "maillage-val-de-bievre",
        "structure_id": row["id"],
        "id": f"maillage-val-de-bievre--service-{cafe.services.get().pk}",
        "nom": "Atelier vélo",
        "description": "Réparer son vélo avec un bénévole.",
        "date_maj": "2026-11-22",
        "lien_source": row["lien_source"],
        "thematiques": ["mobilite--entretenir-reparer-son-vehicule"],
        "frais": "gratuit",
        "frais_precisions": "Gratuit",
        "publics": ["jeunes"],
        "conditions_acces": "Sur inscription.",
        **{
            name: row[name]
            for name in (
                "commune", "code_postal", "code_insee", "adresse", "longitude", "latitude",
                "horaires_accueil", "telephone", "courriel",
            )
        },
    }  # fmt: skip


def test_every_row_of_a_rough_directory_is_valid_or_told(cast: Cast, read):
    rough = {
        "Ab": "nom de moins de 3 caractères",
        "N" * 151: "nom de plus de 150 caractères",
        "Avenir": "date de mise à jour hors du siècle ou à venir",
    }
    for name in rough:
        make_structure(name, in_space=cast.space)
    made = make_structure("Avant", in_space=cast.space, provenance={"name": {"source": "rna", "date": "1999-12-31"}})  # fmt: skip
    later = {"name": {"source": "rna", "date": "2031-01-01"}}
    type(made).objects.filter(name="Avenir").update(provenance=later)
    odd = make_structure(
        "Étrange", description="Bof", website="https://" + "a" * 70 + ".fr", email="x@maison.local", phone="appelez Paul"
    )  # fmt: skip
    make_establishment(odd, postal_code="9310", municipality_code="93048", siret=None)
    for name, text in (("Va", "Assez long"), ("Assez long", "Non"), ("Bon service", "Pour tous.")):
        Service.objects.create(structure=odd, name=name, description=text, fee="5 €")
    Service.objects.create(structure=made, name="Perdu", description="Avec sa structure.")

    structures, services = read("data-inclusion/structures.json"), read("data-inclusion/services.json")  # fmt: skip
    for row in structures:
        v1.Structure.model_validate(row, context=HEARD)
    for row in services:
        v1.Service.model_validate(row, context=HEARD)
    assert [row["nom"] for row in structures] == ["Étrange"]
    assert not {"description", "courriel", "telephone", "code_postal", "siret"} & structures[0].keys()  # fmt: skip
    assert [(row["nom"], row["frais_precisions"]) for row in services] == [("Bon service", "5 €")]
    assert "frais" not in services[0]

    report = read("data-inclusion/rapport.json")
    assert (report["structures"]["written"], report["structures"]["left_out"]) == (1, 4)
    told = {one["name"]: one["reason"] for one in report["structures"]["rows"]}
    assert told == rough | {"Avant": rough["Avenir"]}
    assert (report["services"]["written"], report["services"]["left_out"]) == (1, 3)
    assert {one["reason"] for one in report["services"]["rows"]} == {
        "nom de moins de 3 caractères",
        "présentation de moins de 5 caractères",
        "structure écartée",
    }


def test_two_sectors_say_no_theme_and_an_invented_structure_says_so(cafe, read):
    tag(cafe, make_term("sector", "sec-res-03"))
    type(cafe).objects.filter(pk=cafe.pk).update(is_demo=True)
    (service,) = read("data-inclusion/services.json")
    (row,) = read("data-inclusion/structures.json")
    assert "thematiques" not in service
    assert row["nom"] == "Café des Possibles (structure inventée)"


def test_filters_narrow_it(cafe, cast, read):
    make_structure("Autre", in_space=cast.space)
    assert len(read("data-inclusion/structures.json")) == 2
    assert [row["nom"] for row in read("data-inclusion/structures.json?label=lab-esus")] == [
        "Café des Possibles"
    ]


def test_queries_do_not_grow_and_a_known_file_is_not_sent_again(cafe, cast, client, read):
    read("data-inclusion/structures.json")
    path = f"/api/v1/spaces/{cast.space.slug}/data-inclusion/services.json"

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
            b"".join(answer.streaming_content)
        return len(asked)

    before = queries()
    for number in range(5):
        make_structure(f"Lieu {number}", in_space=cast.space)
    read("data-inclusion/structures.json")
    assert queries() == before
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(body_of(packed)) == body_of(first)
    assert "Accept-Encoding" in first["Vary"]
    other = client.get(f"{path}?label=lab-esus", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200
    journal.tick("structures")
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_table_of_codes_names_only_what_exists():
    fields = {
        "publics": v1.Public,
        "thematiques": v1.Thematique,
        "reseaux_porteurs": v1.ReseauPorteur,
    }
    ours = set(Term.objects.values_list("code", flat=True))
    for line in lines("data_inclusion.csv"):
        assert line["code"] in ours
        assert fields[line["champ"]](line["valeur"])
        assert line["sure"] in {"oui", "non"}
    assert ("lab-cs", "reseaux_porteurs") not in data_inclusion()
    publics = {value for (_code, field), value in data_inclusion().items() if field == "publics"}
    assert publics == {one.value for one in v1.Public}
