"""The client of the geocoder, against a server that behaves as documented, and as networks do."""

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest
from django.utils import timezone

from maillage.sources.connectors import geoplateforme
from maillage.sources.connectors.base import SourceError
from maillage.sources.connectors.geoplateforme import Answer, GeocodingClient, Query
from tests.sources.geocoder import (
    Geocoder,
    hangs_up,
    says,
    serving,
    sleeps,
    status,
    stops_half_way,
    without_last_row,
)

pytestmark = pytest.mark.one_engine

QUERIES = [
    Query("1", '12 "bis", rue\n de la République', "Montreuil", "93048"),
    Query("2", "Nulle part", "Pantin", "93055"),
]
HERE = Answer(2.4433, 48.8621, 0.97, "housenumber", "93048")
BLOCKED = status(429, Retry_After="2")
HEADER = "cle,longitude,latitude,result_score,result_type,result_citycode\n"


@pytest.fixture
def geocoder():
    known = {'12 "bis", rue de la République': (2.4433, 48.8621, 0.97, "housenumber")}
    with serving(Geocoder(known=known)) as server:
        yield server


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def client(geocoder, pauses):
    # Long enough for a busy machine to answer in time, short enough to wait for.
    return GeocodingClient(geocoder.url, pause=pauses.append, timeout=httpx.Timeout(1.5))


def refusal(client) -> str:
    with pytest.raises(SourceError) as caught:
        client.search(QUERIES)
    return str(caught.value)


def test_addresses_are_asked_together_and_answered_by_key(geocoder, client, pauses):
    assert client.search(QUERIES) == {"1": HERE, "2": None}
    assert geocoder.requests == [
        [
            {"cle": "1", "adresse": '12 "bis", rue de la République', "ville": "Montreuil", "code_insee": "93048"},
            {"cle": "2", "adresse": "Nulle part", "ville": "Pantin", "code_insee": "93055"},
        ]
    ]  # fmt: skip
    assert geocoder.arguments == [
        {
            "columns": ["adresse", "ville"],
            "citycode": ["code_insee"],
            "result_columns": [
                *("longitude", "latitude", "result_score", "result_type", "result_citycode"),
            ],
        }
    ]
    assert pauses == [0.1]


@pytest.mark.parametrize(
    ("moods", "waited"),
    [
        ([BLOCKED], [5.0]),  # two seconds are said, five are known
        ([status(429, Retry_After="12")], [12.0]),
        ([status(429, Retry_After="86400")], [60.0]),
        ([status(429, Retry_After="soon")], [5.0]),
        ([status(429)], [5.0]),
        ([status(503)], [1.0]),
        ([status(500), status(502), BLOCKED], [1.0, 2.0, 5.0]),
        ([hangs_up], [1.0]),
        ([stops_half_way], [1.0]),
        ([sleeps(1.8)], [1.0]),
    ],
)
def test_passing_trouble_is_waited_out(geocoder, client, pauses, moods, waited):
    geocoder.moods = list(moods)
    assert client.search(QUERIES)["1"] == HERE
    assert pauses == [0.1, *waited]


def test_a_date_in_retry_after_is_understood(geocoder, client, pauses):
    later = format_datetime(timezone.now() + timedelta(seconds=30), usegmt=False)
    geocoder.moods = [status(429, Retry_After=later)]
    assert client.search(QUERIES)["1"] == HERE
    assert pauses[1] == pytest.approx(30, abs=3)


@pytest.mark.parametrize(
    ("mood", "trouble"),
    [
        (BLOCKED, "réponse 429"),
        (status(503), "réponse 503"),
        (hangs_up, "connexion impossible"),
        (sleeps(1.8), "délai dépassé"),
    ],
)
def test_lasting_trouble_ends_after_five_attempts(geocoder, client, mood, trouble):
    geocoder.moods = [mood] * 9
    assert refusal(client) == (
        f"Le service de géocodage ne répond pas après 5 essais ({trouble}) : "
        "rien n'a été changé, relancez plus tard."
    )
    assert len(geocoder.requests) == 5


def test_nobody_at_the_address():
    with serving(Geocoder()) as gone:
        pass
    client = GeocodingClient(gone.url, pause=lambda _seconds: None, timeout=httpx.Timeout(0.3))
    assert "connexion impossible" in refusal(client)


@pytest.mark.parametrize("code", [301, 400, 401, 404, 413])
def test_a_refusal_is_not_asked_again(geocoder, client, code):
    geocoder.moods = [status(code, Location="http://127.0.0.1:1/")]
    assert refusal(client) == (
        f"Le service de géocodage refuse la demande (réponse {code}) : rien n'a été changé."
    )
    assert len(geocoder.requests) == 1


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        (says(""), "colonnes absentes : cle, latitude, longitude, result_citycode, result_score, result_type"),
        (says("<html>\n<body>en maintenance</body>"), "colonnes absentes : cle,"),
        (says('{"features": []}'), "colonnes absentes : cle,"),
        (says(b"\xff\xfe\x00\x01"), "colonnes absentes : cle,"),
        (says(HEADER), "colonnes absentes : cle,"),
        (says(HEADER + "1,2,48,1,street,93048\n"), "1 lignes pour 2 adresses"),
        (says(HEADER + "1,2,48,1,street,93048\n" * 2), "2 lignes pour 2 adresses"),
        (says(HEADER + "1,2,48,1,street,93048\n3,2,48,1,street,93048\n"), "2 lignes pour 2 adresses"),
        (says(HEADER + '1,"2,48'), "ce n'est pas un tableau"),
        (says(HEADER.replace("result_score,", "")), "colonnes absentes"),
        (without_last_row, "1 lignes pour 2 adresses"),
    ],
)  # fmt: skip
def test_an_answer_that_is_something_else_is_refused(geocoder, client, mood, why):
    geocoder.moods = [mood]
    sentence = refusal(client)
    assert sentence.startswith(f"Le service de géocodage a envoyé une réponse illisible ({why}")
    assert sentence.endswith(") : rien n'a été changé.")


@pytest.mark.parametrize(
    "row",
    ["1,,,,,", "1,x,48,1,street,93048", "1,nan,48,1,street,93048", "1,inf,48,1,street,93048",
     "1,200,48,1,street,93048", "1,2,-91,1,street,93048", "1,2,48,-1,street,93048", "1,2,48,nan,street,93048",
     "1,2,48,9,street,93048", "1,2"],
)  # fmt: skip
def test_a_row_without_a_point_is_not_found(geocoder, client, row):
    geocoder.moods = [says(f"{HEADER}{row}\n2,,,,,\n")]
    assert client.search(QUERIES) == {"1": None, "2": None}


def test_more_columns_another_order_and_a_mark_at_the_start(geocoder, client):
    said = (
        "\ufeffresult_citycode,nouveau,result_type,result_score,latitude,longitude,cle\n"
        "93048,?,street,1.0000001,48.123456789,2.5,1\n,,,,,,2\n"
    )
    geocoder.moods = [says(said)]
    assert client.search(QUERIES)["1"] == Answer(2.5, 48.12346, 1.0, "street", "93048")


def test_an_endless_answer_is_cut(geocoder, client, monkeypatch):
    monkeypatch.setattr(geoplateforme, "MAX_ANSWER_BYTES", 1_000)
    geocoder.moods = [says("x" * 5_000)]
    assert refusal(client) == "Le service de géocodage envoie une réponse démesurée."


def test_a_dripping_answer_is_a_delay(geocoder, client, monkeypatch):
    monkeypatch.setattr(geoplateforme, "LONGEST_ANSWER_SECONDS", -1)
    assert "délai dépassé" in refusal(client)
