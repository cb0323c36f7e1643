"""Structures of data.inclusion, in both generations of its schema."""

import csv
import json

import pytest

from maillage.sources.connectors.base import Issue, Outside, ReadContext, SourceError, SourceRecord
from maillage.sources.connectors.data_inclusion import DataInclusionConnector
from tests.factories import make_structure

pytestmark = pytest.mark.django_db
V1 = {
    "id": "soliguide--lieu-1",
    "source": "soliguide",
    "siret": "90000000100017",
    "nom": "MJC INVENTÉE",
    "adresse": "3 rue de l'Exemple",
    "code_postal": "93100",
    "commune": "Montreuil",
    "code_insee": "93048",
    "longitude": 2.4419,
    "latitude": 48.8631,
    "telephone": "+33123456789",
    "courriel": "accueil@mjc.example",
    "site_web": "https://mjc.example",
    "description": "Ateliers et spectacles.",
    "reseaux_porteurs": ["mjc", "aci"],
    "date_maj": "2026-10-01",
}
V0 = {
    "id": "emplois--1",
    "source": "emplois-de-linclusion",
    "siret": "",
    "rna": "W931234567",
    "nom": "Jardin Inventé",
    "code_postal": "93100",
    "commune": "Montreuil",
    "code_insee": "93048",
    "typologie": "ACI",
    "labels_nationaux": "{mjc,pole-emploi}",
    "presentation_resume": "Un jardin.",
    "presentation_detail": "",
}


def read(path, *perimeter):
    context = ReadContext(frozenset(perimeter or ("93048",)), {"file": path})
    return list(DataInclusionConnector().read(context))


def as_json(folder, *rows):
    path = folder / "structures.json"
    path.write_text(json.dumps(list(rows), ensure_ascii=False), encoding="utf-8")
    return path


def records(items):
    return [item for item in items if isinstance(item, SourceRecord)]


def outside(items):
    return {item.reason: item.count for item in items if isinstance(item, Outside)}


def test_a_structure_of_v1(tmp_path):
    (record,) = records(read(as_json(tmp_path, V1)))
    assert (record.siren, record.rna) == ("900000001", "")
    assert record.fields == {
        "name": "MJC Inventée",
        "description": "Ateliers et spectacles.",
        "website": "https://mjc.example",
        "email": "accueil@mjc.example",
        "phone": "+33123456789",
    }
    assert [(label.code, label.siret, label.proof) for label in record.labels] == [
        ("lab-mjc", "90000000100017", "data.inclusion, soliguide"),
        ("lab-siae-aci", "90000000100017", "data.inclusion, soliguide"),
    ]
    assert record.terms == ("us-l1",)
    (place,) = record.establishments
    assert place.siret == "90000000100017"
    assert place.fields == {
        "address": "3 rue de l'Exemple",
        "postal_code": "93100",
        "municipality_code": "93048",
        "lon": 2.4419,
        "lat": 48.8631,
        "location_quality": "house",
        "location_source": "data.inclusion",
    }


def test_a_structure_of_v0_in_csv(tmp_path):
    path = tmp_path / "structures.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(V0))
        writer.writeheader()
        writer.writerow(V0)
    (record,) = records(read(path))
    assert (record.siren, record.rna) == ("", "W931234567")
    assert record.fields == {"name": "Jardin Inventé", "description": "Un jardin."}
    assert [label.code for label in record.labels] == ["lab-siae-aci", "lab-mjc"]


def test_public_services_are_left_out_unless_the_directory_knows_them(tmp_path):
    rows = [
        V1 | {"id": "1", "reseaux_porteurs": [], "siret": ""},
        V1 | {"id": "2", "reseaux_porteurs": ["ccas-cias"], "siret": ""},
        V1 | {"id": "3", "reseaux_porteurs": ["france-service"], "siret": ""},
        V1 | {"id": "4", "reseaux_porteurs": []},
        V1 | {"id": "5", "code_insee": "93055", "commune": "Pantin", "code_postal": "93500"},
        V0 | {"id": "6", "typologie": "ASSO", "rna": "", "labels_nationaux": ""},
    ]
    items = read(as_json(tmp_path, *rows))
    assert [record.fields["name"] for record in records(items)] == ["Jardin Inventé"]
    assert outside(items) == {
        "rien ne dit qu'elles sont de l'ESS": 4,
        "hors du périmètre": 1,
    }
    make_structure(siren="900000001")
    assert [record.siren for record in records(read(as_json(tmp_path, rows[3])))] == ["900000001"]


def test_flaws_are_told_and_the_rest_is_kept(tmp_path):
    rows = [
        V1 | {"telephone": "12", "siret": "90000000100018", "courriel": "non"},
        V1 | {"nom": ""},
    ]
    items = read(as_json(tmp_path, *rows))
    told = [(item.code, item.severity) for item in items if isinstance(item, Issue)]
    assert told == [
        ("siret-cle", "warning"),
        ("courriel", "warning"),
        ("telephone", "warning"),
        ("nom-absent", "refused"),
    ]
    (record,) = records(items)
    assert set(record.fields) == {"name", "description", "website"}
    assert record.siren == ""


def test_the_services_are_not_the_structures(tmp_path):
    path = as_json(tmp_path, {"id": "1", "structure_id": "2", "nom": "Cours"})
    with pytest.raises(SourceError, match="Il manque la colonne « source »"):
        read(path)
