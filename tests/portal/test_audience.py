"""Readings are counted, readers are not."""

from datetime import date, timedelta
from threading import Thread

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from maillage.portal.actions.measure import Reading, measure
from maillage.portal.queries import audience as queries
from maillage.spaces.models import AudienceCount, AudienceTerm
from tests.factories import NOW, Cast, make_cast, make_structure
from tests.portal.pages import text

pytestmark = pytest.mark.django_db
HOME = "/val-de-bievre/"
BROWSER = {
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
}


@pytest.fixture(autouse=True)
def fresh_throttles():
    cache.clear()
    yield
    cache.clear()


def beacon(page: str = HOME, client: Client | None = None, headers: dict | None = None, **words):
    answer = (client or Client(enforce_csrf_checks=True)).post(
        f"{HOME}mesure/", {"page": page, **words}, **(BROWSER | (headers or {}))
    )
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (204, b"", {})
    return answer


def counted() -> dict[tuple[str, int], int]:
    return {(row.kind, row.structure_id): row.count for row in AudienceCount.objects.all()}


def test_each_kind_of_page_has_its_counter(cast: Cast):
    structure = make_structure("Vélo", in_space=cast.space, slug="velo")
    for page in ("", "", "annuaire/", "carte/", "structures/velo/", "contact/"):
        beacon(HOME + page)
    assert counted() == {
        ("home", 0): 2,
        ("directory", 0): 1,
        ("map", 0): 1,
        ("structure", structure.pk): 1,
        ("other", 0): 1,
    }
    assert set(AudienceCount.objects.values_list("day", "space")) == {
        (timezone.localdate(), cast.space.pk)
    }


def test_links_that_are_followed_count_for_the_structure(cast: Cast):
    structure = make_structure("Vélo", in_space=cast.space, slug="velo")
    for click in ("website", "phone", "email", "website"):
        beacon(f"{HOME}structures/velo/", click=click)
    beacon(f"{HOME}annuaire/", click="export")
    beacon(f"{HOME}annuaire/", click="n'importe quoi")
    assert counted() == {
        ("website", structure.pk): 2,
        ("phone", structure.pk): 1,
        ("email", structure.pk): 1,
        ("export", 0): 1,
    }


def test_a_search_in_vain_keeps_its_words_and_others_do_not(cast: Cast):
    beacon(f"{HOME}annuaire/?q=V%C3%A9lo%20%20Cargo", empty="1")
    beacon(f"{HOME}annuaire/?q=vélo", empty="")
    assert list(AudienceTerm.objects.values_list("term", "count")) == [("vélo cargo", 1)]
    assert counted() == {("directory", 0): 2, ("empty", 0): 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_DNT": "1"},
        {"HTTP_SEC_GPC": "1"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"HTTP_USER_AGENT": "python-requests/2.32"},
        {"HTTP_USER_AGENT": ""},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
    ],
)
def test_who_says_no_programs_and_other_sites_are_not_counted(cast: Cast, headers):
    beacon(headers=headers)
    assert counted() == {}


def test_who_is_signed_in_is_not_counted(cast: Cast):
    beacon(client=cast.client("chloe"))
    assert counted() == {}


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/plaine-sud/",
        "/compte/connexion/",
        "/val-de-bievre/gestion/",
        "/val-de-bievre/nulle-part/",
        "https://[",
        "x" * 5000,
    ],
)
def test_addresses_that_are_not_public_pages_of_the_space(cast: Cast, page: str):
    beacon(page)
    assert counted() == {}


def test_nothing_of_the_reader_is_kept(cast: Cast):
    beacon(headers={"REMOTE_ADDR": "203.0.113.77", "HTTP_REFERER": "https://canari.example/"})
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = str(cursor.fetchall())
            assert "203.0.113" not in rows, table
            assert "canari" not in rows, table
            assert "Firefox" not in rows, table


def test_one_visitor_does_not_fill_the_counters(cast: Cast):
    for _ in range(65):
        beacon()
    assert counted() == {("home", 0): 60}


def test_the_beacon_takes_posts_only(cast: Cast):
    assert Client().get(f"{HOME}mesure/").status_code == 405


def test_public_pages_name_the_beacon_and_stay_the_same_for_everybody(cast: Cast):
    first, second = Client().get(f"{HOME}annuaire/"), Client(HTTP_DNT="1").get(f"{HOME}annuaire/")
    assert first.content == second.content
    assert '<meta name="measure" content="/val-de-bievre/mesure/">' in first.content.decode()
    cast.space.is_public = False
    cast.space.save()
    closed = cast.client("chloe").get(HOME).content.decode()
    assert 'name="measure"' not in closed


@pytest.mark.django_db(transaction=True)
def test_readers_at_once_are_all_counted():
    cast = make_cast()

    def read() -> None:
        for _ in range(5):
            measure(cast.space, Reading(address=HOME), now=NOW)
        connection.close()

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted() == {("home", 0): 20}


def add(space, day: date, kind: str, count: int, structure_id: int = 0) -> None:
    AudienceCount.objects.create(
        space=space, day=day, kind=kind, count=count, structure_id=structure_id
    )


def test_the_agent_reads_sums_chart_and_words(cast: Cast):
    today = timezone.localdate()
    velo = make_structure("Vélo Pantin", in_space=cast.space)
    add(cast.space, today, "home", 30)
    add(cast.space, today - timedelta(days=1), "structure", 12, velo.pk)
    add(cast.space, today - timedelta(days=40), "structure", 900, velo.pk)
    add(cast.other_space, today, "home", 7000)
    AudienceTerm.objects.create(space=cast.space, day=today, term="épicerie", count=3)
    AudienceTerm.objects.create(space=cast.space, day=today, term="nadia b", count=2)
    answer = cast.client("chloe").get(f"{HOME}gestion/audience/")
    page, html = text(answer), answer.content.decode()
    assert "42 pages lues" in page
    assert "Vélo Pantin 12" in page
    assert "« épicerie » : 3 fois" in page
    assert "nadia" not in page
    assert html.count("<rect ") == 30
    assert 'height="100"' in html
    assert 'height="40"' in html
    assert "942 pages lues" in text(cast.client("chloe").get(f"{HOME}gestion/audience/?periode=90"))
    assert "42 pages lues" in text(cast.client("chloe").get(f"{HOME}gestion/audience/?periode=zz"))


def test_an_empty_audience_teaches(cast: Cast):
    assert "Rien à compter" in text(cast.client("chloe").get(f"{HOME}gestion/audience/"))


def test_the_table_is_taken_away(cast: Cast):
    add(cast.space, timezone.localdate(), "home", 30)
    answer = cast.client("chloe").get(f"{HOME}gestion/audience/audience.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Jour;Page;Nombre", f"{timezone.localdate().isoformat()};accueil;30"]


def test_members_read_how_often_their_page_was_read(cast: Cast):
    day = date(2026, 10, 3)
    add(cast.space, day, "structure", 34, 5)
    add(cast.space, day, "phone", 2, 5)
    add(cast.space, date(2026, 11, 1), "structure", 9, 5)
    assert queries.readings_of(5, date(2026, 10, 1), date(2026, 10, 31)) == {
        "structure": 34,
        "phone": 2,
    }


def test_the_members_home_says_last_month(cast: Cast):
    from tests.factories import make_membership

    structure = make_structure("Vélo", in_space=cast.space)
    make_membership(structure, cast.denis)
    address = f"/compte/structures/{structure.pk}/"
    assert "Qui lit votre fiche" not in text(cast.client("denis").get(address))
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    add(cast.space, last, "structure", 34, structure.pk)
    add(cast.space, last, "phone", 2, structure.pk)
    add(cast.space, timezone.localdate(), "structure", 500, structure.pk)
    page = text(cast.client("denis").get(address))
    assert "votre fiche a été lue 34 fois, et un lien vers vous" in page
    assert "a été suivi 2 fois" in page
