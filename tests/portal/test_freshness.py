"""Figures of freshness by commune: each is the length of the list that it opens."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.portal.queries.freshness import Row, by_commune
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.models import FreshnessReminder, Membership
from tests.factories import Cast, make_establishment, make_structure

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def full(cast: Cast) -> Cast:
    """Five pages in Montreuil, one of them in Pantin too; what is not published counts nowhere."""
    for number, months in enumerate((1, 7, 10, 13)):
        one = make_structure(
            f"Confirmée {number}",
            in_space=cast.space,
            confirmed_at=NOW - timedelta(days=31 * months),
            phone="01" if number < 2 else "",
            description="a" * 300,
        )
        one.establishments.update(opening_hours="Mo-Fr 09:00-18:00" if number == 0 else "")
    make_establishment(one, municipality_code="93055")
    make_establishment(one, municipality_code="93055")
    kept = make_structure("Tenue", in_space=cast.space, email="a@test.example")
    Membership.objects.create(structure=kept, user=cast.denis, kind="member", since=NOW)
    for state in ("archived", "ceased"):
        make_structure(in_space=cast.space, state=state)
    make_structure(in_space=cast.space, ess_status="excluded")
    elsewhere = make_structure("Ailleurs")
    make_establishment(elsewhere, municipality_code="75056")
    closed = make_structure("Lieu fermé")
    make_establishment(closed, state="ceased")
    refresh_upkeep(now=NOW)
    for number, (sent, answer) in enumerate(((30, "right"), (200, ""), (400, "right"))):
        FreshnessReminder.objects.create(
            structure=(one, kept, kept)[number],
            months=12,
            since=TODAY - timedelta(days=number),
            to="a@test.example",
            key_hash=f"{number:064d}",
            sent_at=NOW - timedelta(days=sent),
            expires_at=NOW,
            answer=answer,
        )
    return cast


def test_each_figure(full: Cast) -> None:
    rows, whole = by_commune(full.space, now=NOW, today=TODAY)
    figures = {
        "structures": 5, "within_6": 1, "within_9": 2, "within_12": 3, "kept": 1, "phone": 2,
        "email": 1, "hours": 1, "description": 4, "completeness": 37, "sent": 2, "answered": 1,
    }  # fmt: skip
    assert rows[0] == Row("93048", "Montreuil", **figures)
    assert whole == Row("", "Ensemble", **figures)
    pantin = {"structures": 1, "description": 1, "completeness": 29, "sent": 1, "answered": 1}
    assert rows[1] == Row("93055", "Pantin", **pantin)
    assert (rows[0].rate, rows[1].rate, Row("", "").rate) == (50, 100, 0)


def test_each_figure_opens_the_list_of_as_many(full: Cast) -> None:
    client = full.client("chloe")
    page = client.get(f"/{full.space.slug}/gestion/fraicheur/").content.decode()
    table = page[page.index("<tbody") : page.index("</tbody>")]
    found = re.findall(r'<a href="([^"]+fraicheur=[^"]+)">(?:<strong>)?([^<]+)<', table)
    assert len(found) == 3 * 11
    for address, text in found:
        if "%" in text or not text.strip().isdecimal():
            continue
        answer = client.get(address.replace("&amp;", "&"))
        assert answer.context["found"].page.paginator.count == int(text), address


def test_the_table_is_sorted_by_what_is_asked(full: Cast) -> None:
    rows, _whole = by_commune(full.space, now=NOW, today=TODAY, sort="rate")
    assert [row.name for row in rows] == ["Pantin", "Montreuil"]
    for sort in ("structures", "name", "nothing", "__class__"):
        page = full.client("chloe").get(f"/{full.space.slug}/gestion/fraicheur/?tri={sort}")
        assert [row.name for row in page.context["rows"]] == ["Montreuil", "Pantin"]


def test_the_download_has_every_row_and_the_whole(full: Cast) -> None:
    answer = full.client("chloe").get(f"/{full.space.slug}/gestion/fraicheur/communes.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().split("\r\n")
    assert [line.split(";")[0] for line in lines] == ["Commune", "Montreuil", "Pantin", "Ensemble"]
    assert lines[3] == "Ensemble;;5;1;2;3;1;2;1;1;4;37;2;1;50"


def test_an_empty_space_says_what_to_do(cast: Cast) -> None:
    page = cast.client("chloe").get(f"/{cast.space.slug}/gestion/fraicheur/").content.decode()
    assert "Aucune structure publiée" in page


def test_the_dashboard_gives_three_numbers(full: Cast) -> None:
    page = full.client("chloe").get(f"/{full.space.slug}/gestion/")
    told = page.context["freshness"]
    assert (told.old, told.to_call, told.to_end) == (
        1,
        1,
        2,
    )  # « Lieu fermé », and the one that has ceased
    assert "fraicheur=old" in page.content.decode()
