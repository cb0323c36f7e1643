"""The API Recherche d'entreprises: limits, ceiling, resumption, records."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from maillage.sources.connectors.base import Issue, Outside, ReadContext, SourceError, SourceRecord
from maillage.sources.connectors.entreprises import EntreprisesConnector, client, connector, harvest
from maillage.sources.connectors.entreprises.client import EntreprisesClient
from maillage.structures.models import Structure
from tests.factories import make_space, make_structure
from tests.sources.entreprises_api import Api, company, place, served

pytestmark = pytest.mark.django_db


class Watch:
    """Time that passes only when somebody sleeps."""

    def __init__(self):
        self.now = 0.0
        self.naps = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += seconds


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def api(settings, tmp_path, monkeypatch, watch):
    settings.VAR_DIR = tmp_path / "var"

    def patient(url):
        return EntreprisesClient(url, clock=watch.clock, sleep=watch.sleep)

    monkeypatch.setattr(connector, "EntreprisesClient", patient)
    with served(Api([company()])) as running:
        settings.ENTREPRISES_API = running.url
        yield running


def read(*perimeter):
    return list(EntreprisesConnector().read(ReadContext(frozenset(perimeter or ("93048",)))))


def records(items):
    return [item for item in items if isinstance(item, SourceRecord)]


def ask(api, watch, **params):
    with EntreprisesClient(api.url, clock=watch.clock, sleep=watch.sleep) as one:
        return one.search(harvest.Question("93048").params(1) | params)


def test_one_question_asks_what_is_needed_and_no_more(api):
    read()
    assert api.questions == [
        {
            "code_commune": "93048",
            "est_ess": "true",
            "etat_administratif": "A",
            "minimal": "true",
            "include": "siege,complements,matching_etablissements",
            "limite_matching_etablissements": "100",
            "per_page": "25",
            "page": "1",
        }
    ]


def test_a_company_becomes_a_record(api):
    (found,) = records(read())
    assert (found.siren, found.rna) == ("900000001", "W931234567")
    assert found.fields == {
        "name": "Atelier Invente",
        "legal_name": "ATELIER INVENTE",
        "acronym": "",
        "legal_category": "9220",
        "activity_code": "95.29Z",
        "activity_nomenclature": "NAFRev2",
        "size_band": "03",
        "size_year": 2024,
        "created_on": "2019-03-04",
        "state": "active",
        "ceased_on": None,
        "disclosure": "O",
        "ess_flag_sirene": True,
        "is_employer": True,
    }
    assert (found.terms, found.labels) == (("sec-ree",), ())
    (at,) = found.establishments
    assert at.siret == "90000000100017"
    assert at.fields == {
        "name": "",
        "is_head_office": True,
        "address": "12 bis avenue de l'Exemple",
        "postal_code": "93100",
        "municipality_code": "93048",
        "lon": 2.4419,
        "lat": 48.86311,
        "location_quality": "house",
        "location_source": "API Recherche d'entreprises",
        "address_is_public": True,
        "activity_code": "94.99Z",
        "activity_nomenclature": "NAFRev2",
        "size_band": "02",
        "size_year": 2024,
        "opened_on": "2019-03-04",
        "closed_on": None,
        "state": "active",
        "disclosure": "O",
    }


def test_nobody_s_name_is_kept_not_even_for_a_moment(api):
    seen = []
    reading = EntreprisesConnector().read(ReadContext(frozenset({"93048"})))
    path = connector.harvest_path(api.url, frozenset({"93048"}))
    for item in reading:
        seen.append(repr(item))
        seen.append(path.read_text() if path.exists() else "")
    assert "900000001" in "".join(seen)
    assert "SECRET" not in "".join(seen)
    assert not path.exists()


def test_labels_that_the_state_knows(api):
    more = {"type_siae": "ACI", "est_qualiopi": True, "est_rge": False, "est_bio": None}
    api.companies = [company(complements=more)]
    (found,) = records(read())
    assert [(label.code, label.siret) for label in found.labels] == [
        ("lab-siae-aci", "90000000100017"),
        ("lab-qualiopi", ""),
    ]


def test_partial_disclosure_and_private_addresses_keep_the_commune_only(api):
    hidden = place("90000000100017", adresse="[NON-DIFFUSIBLE] 93100 MONTREUIL")
    hidden["statut_diffusion_etablissement"] = "P"
    at_home = place("90000001000017", adresse="CHEZ MME X 3 RUE Y 93100 MONTREUIL")
    api.companies = [company(siege=hidden), company("900000010", siege=at_home)]
    for found in records(read()):
        fields = found.establishments[0].fields
        assert (fields["address"], fields["lon"], fields["address_is_public"]) == ("", None, False)
        assert fields["municipality_code"] == "93048"


def test_who_is_left_out(api):
    elsewhere = place("90000000500017", "75111")
    api.companies = [
        company("900000001", nature_juridique="1000"),
        company("900000002", nature_juridique="7410"),
        company("900000003", nom_raison_sociale="[ND]", nom_complet=None),
        company("900000004", matching=[place("90000000400017", etat_administratif="F")]),
        company("900000005", siege=elsewhere, matching=[place("90000000500025", est_siege=False)]),
    ]
    api.companies[3]["siege"] = elsewhere
    items = read()
    assert [found.siren for found in records(items)] == ["900000005"]
    assert [at.siret for at in records(items)[0].establishments] == ["90000000500025"]
    assert {item.reason: item.count for item in items if isinstance(item, Outside)} == {
        "entreprises individuelles (personnes physiques)": 1,
        "formes juridiques hors de l'ESS": 1,
        "sans établissement ouvert dans le territoire": 1,
    }
    assert [item.code for item in items if isinstance(item, Issue)] == ["nom-absent"]


def test_a_closed_place_is_told_when_the_directory_knows_the_structure(api):
    make_structure(siren="900000001")
    closed = place("90000000100025", etat_administratif="F", date_fermeture="2026-05-31")
    api.companies = [company(matching=[place("90000000100017"), closed])]
    (found,) = records(read())
    states = {at.siret: (at.fields["state"], at.fields["closed_on"]) for at in found.establishments}
    assert states == {
        "90000000100017": ("active", None),
        "90000000100025": ("ceased", "2026-05-31"),
    }


def test_a_company_of_two_communes_is_joined(api):
    both = [place("90000000100017"), place("90000000100025", "93055", est_siege=False)]
    api.companies = [company(matching=both)]
    (found,) = records(read("93048", "93055"))
    assert [at.municipality_code for at in found.establishments] == ["93048", "93055"]


def test_every_page_is_asked_once_and_the_pace_is_kept(api, watch):
    api.companies = [company(f"9{n:08d}") for n in range(60)]
    assert len(records(read("93048", "93055"))) == 60
    assert len(api.questions) == 4
    assert set(api.asked.values()) == {1}
    assert watch.naps == [pytest.approx(1 / client.PER_SECOND)] * 3
    assert client.PER_SECOND <= 7


def test_a_commune_at_the_ceiling_is_split_by_section_then_by_activity(api, monkeypatch):
    monkeypatch.setattr(harvest, "CEILING", 50)
    api.ceiling = 50
    counts = {"94.99Z": 45, "95.29Z": 30, "93.12Z": 20, "88.99B": 10}
    api.companies = [
        company(f"9{number:02d}{n:06d}", activite_principale=activity)
        for number, (activity, count) in enumerate(counts.items())
        for n in range(count)
    ]
    items = read()
    assert len(records(items)) == sum(counts.values())
    assert [item for item in items if isinstance(item, Issue)] == []
    sections = {question.get("section_activite_principale") for question in api.questions}
    assert sections == {None, *harvest.SECTIONS}
    activities = {question.get("activite_principale") for question in api.questions} - {None}
    assert {"94.99Z", "95.29Z"} <= activities
    assert all(94 <= int(code[:2]) <= 96 for code in activities)
    assert set(api.asked.values()) == {1}


def test_an_activity_still_at_the_ceiling_is_said(api, monkeypatch):
    monkeypatch.setattr(harvest, "CEILING", 50)
    api.ceiling = 50
    api.companies = [company(f"9{n:08d}", activite_principale="94.99Z") for n in range(70)]
    items = read()
    assert len(records(items)) == 50
    (issue,) = [item for item in items if isinstance(item, Issue)]
    assert (issue.code, issue.severity) == ("plafond", "warning")
    assert "94.99Z dans la commune 93048" in issue.message


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        ((429, {"Retry-After": "4"}, b"{}"), 4.0),
        ((429, {"Retry-After": "9999"}, b"{}"), client.LONGEST_WAIT),
        ((429, {}, b"{}"), 1.0),
        ((429, {"Retry-After": "bientôt".encode().decode("latin-1")}, b"{}"), 1.0),
        ((500, {}, b"oups"), 1.0),
        ((503, {}, b"{}"), 1.0),
        ((200, {}, b"<html>"), 1.0),
        ((200, {}, b'{"results": []}'), 1.0),
    ],
)
def test_a_trouble_is_waited_out(api, watch, reply, wait):
    api.replies = [reply]
    assert ask(api, watch)["total_results"] == 1
    assert watch.naps[0] == wait
    assert len(api.questions) == 2


def test_a_date_to_retry_after_is_understood(api, watch):
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    api.replies = [(429, {"Retry-After": soon}, b"{}")]
    ask(api, watch)
    assert 25 <= watch.naps[0] <= 31


def test_waits_double_and_are_bounded(api, watch):
    api.replies = [(502, {}, b"")] * 10
    with pytest.raises(SourceError, match="erreur 502"):
        ask(api, watch)
    assert len(api.questions) == client.ATTEMPTS
    assert watch.naps == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert all(left < right for left, right in pairwise(watch.naps))


def test_a_refused_question_is_not_asked_again(api, watch):
    with pytest.raises(SourceError) as error:
        ask(api, watch, per_page="30")
    assert str(error.value) == (
        "L'API Recherche d'entreprises refuse la question : Veuillez indiquer un numéro de page plus "
        "petit."
    )
    assert len(api.questions) == 1


def test_an_api_that_is_not_there(watch):
    with (
        EntreprisesClient("http://127.0.0.1:9", clock=watch.clock, sleep=watch.sleep) as one,
        pytest.raises(SourceError, match="pas de réponse"),
    ):
        one.search({"page": "1"})


def test_a_harvest_that_stopped_goes_on_where_it_was(api):
    api.companies = [company(f"9{n:08d}") for n in range(110)]
    api.stop_after = 3
    with pytest.raises(SourceError, match="relancez la même commande"):
        read()
    path = connector.harvest_path(api.url, frozenset({"93048"}))
    kept = path.read_text()
    assert kept.count('"key"') == 3
    # A kill in the middle of a line loses that page only.
    path.write_text(kept[:-20])
    api.stop_after, api.asked = None, type(api.asked)()
    assert len(records(read())) == 110
    assert sorted(int(dict(question)["page"]) for question in api.asked) == [3, 4, 5]
    assert not path.exists()


def test_an_old_harvest_is_not_taken_up(api):
    path = connector.harvest_path(api.url, frozenset({"93048"}))
    path.parent.mkdir(parents=True)
    old = datetime.now(UTC) - timedelta(days=2)
    path.write_text(
        f'{{"started":"{old.isoformat()}"}}\n{{"key":"93048///1","total":0,"results":[]}}\n'
    )
    assert len(records(read())) == 1
    path.write_text("n'importe quoi\n")
    assert len(records(read())) == 1


def test_the_command_fills_the_directory(api, capsys):
    make_space("ici", communes=("93048",))
    call_command("sync_entreprises", space="ici", apply=True)
    structure = Structure.objects.get()
    assert (structure.name, structure.ess_status) == ("Atelier Invente", "confirmed")
    call_command("sync_entreprises", space="ici", apply=True)
    assert '"created": 0, "updated": 0, "unchanged": 1' in capsys.readouterr().out
    api.replies = [(400, {}, b'{"erreur": "non"}')]
    with pytest.raises(CommandError, match="refuse la question : non"):
        call_command("sync_entreprises", space="ici", apply=True)
    assert Structure.objects.count() == 1
