"""The menus are made of what rooms register."""

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import path

from maillage.core import room
from maillage.core.room import NavEntry, Panel, Room, nav_entries, register
from tests.factories import make_space

urlpatterns = [
    path("<slug:space>/annuaire/", lambda _r, space: HttpResponse(space), name="list"),
    path("large/", lambda _r: HttpResponse(), name="wide"),
    path("large/pres/", lambda _r: HttpResponse(), name="near"),
]


@pytest.fixture(autouse=True)
def only_these_rooms(monkeypatch):
    monkeypatch.setattr(room, "_rooms", {})


def entry(label, **fields):
    return NavEntry(label=label, url_name=fields.pop("url_name", "core:charter"), **fields)


def render(source, request, **context):
    context = {"request": request} | context
    return Template("{% load house %}" + source).render(Context(context))


def test_entries_come_in_order_whatever_the_room(rf: RequestFactory):
    register(Room(name="b", label="B", nav=(entry("Bas", slot="footer", order=90),)))
    register(Room(name="a", label="A", nav=(entry("Haut", slot="footer", order=10),)))

    assert [e.label for e in nav_entries("footer", rf.get("/"))] == ["Haut", "Bas"]


def test_registering_twice_replaces(rf: RequestFactory):
    register(Room(name="a", label="A", nav=(entry("Avant", slot="site"),)))
    register(Room(name="a", label="A", nav=(entry("Après", slot="site"),)))

    assert [e.label for e in nav_entries("site", rf.get("/"))] == ["Après"]


def test_an_entry_hides_itself(rf: RequestFactory):
    hidden = entry("Réservé", slot="site", shown=lambda request: request.GET.get("ok") == "1")
    register(Room(name="a", label="A", nav=(hidden,)))

    assert nav_entries("site", rf.get("/")) == []
    assert nav_entries("site", rf.get("/?ok=1")) == [hidden]


def test_a_space_menu_needs_a_space(rf: RequestFactory):
    register(Room(name="a", label="A", nav=(entry("Annuaire", slot="space"),)))

    assert nav_entries("space", rf.get("/")) == []


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_entries_of_a_space_carry_its_slug(rf: RequestFactory):
    request = rf.get("/")
    request.space = make_space("val-de-bievre")
    annuaire = entry("Annuaire", url_name="list")

    assert annuaire.url(request) == "/val-de-bievre/annuaire/"


def test_the_current_page_is_marked(rf: RequestFactory):
    register(Room(name="a", label="A", nav=(entry("Charte", slot="site"),)))

    assert render('{% nav "site" %}', rf.get("/charte/")) == (
        '<ul><li><a href="/charte/" aria-current="page"><span>Charte</span></a></li></ul>'
    )
    assert 'aria-current="true"' in render('{% nav "site" %}', rf.get("/charte/couleurs/"))
    assert "aria-current" not in render('{% nav "site" %}', rf.get("/"))


def test_an_empty_menu_prints_nothing(rf: RequestFactory):
    assert render('{% nav "site" %}', rf.get("/")).strip() == ""


def test_panels_are_asked_and_may_decline(rf: RequestFactory):
    shown = Panel(
        slot="page", template="core/error_summary.html", context=lambda _r, subject: subject
    )
    register(Room(name="a", label="A", panels=(shown,)))

    assert render('{% panels "page" subject %}', rf.get("/"), subject=None) == ""
    assert render('{% panels "other" subject %}', rf.get("/"), subject={}) == ""


def test_a_group_is_one_entry_and_a_second_row_once_inside(rf) -> None:
    def one(label: str, url_name: str, order: int) -> NavEntry:
        return NavEntry(label=label, url_name=url_name, slot="site", order=order, group="Outils")

    register(
        Room(
            name="a",
            label="A",
            nav=(one("Santé", "core:health", 10), one("Charte", "core:charter", 20)),
        )
    )
    register(Room(name="b", label="B", nav=(entry("Seule", slot="footer"),)))
    assert render('{% nav "site" %}', rf.get("/ailleurs/")) == (
        '<ul><li><a href="/sante/"><span>Outils</span></a></li></ul>'
    )
    assert render('{% nav "site" %}', rf.get("/charte/")) == (
        '<ul><li><a href="/sante/" aria-current="true"><span>Outils</span></a></li></ul>'
        '<ul class="is-second"><li><a href="/sante/"><span>Santé</span></a></li>'
        '<li><a href="/charte/" aria-current="page"><span>Charte</span></a></li></ul>'
    )


def test_a_group_of_which_one_entry_is_shown_is_that_entry(rf) -> None:
    shown = NavEntry(label="Charte", url_name="core:charter", slot="site", group="Outils")
    hidden = NavEntry(
        label="Santé", url_name="core:health", slot="site", group="Outils", shown=lambda _r: False
    )
    register(Room(name="a", label="A", nav=(hidden, shown)))
    assert render('{% nav "site" %}', rf.get("/")) == (
        '<ul><li><a href="/charte/"><span>Charte</span></a></li></ul>'
    )


@pytest.mark.urls(__name__)
def test_only_the_nearest_entry_is_current(rf: RequestFactory):
    near = entry("Près", slot="site", url_name="near", order=20)
    wide = entry("Large", slot="site", url_name="wide", order=10)
    register(Room(name="a", label="A", nav=(wide, near)))

    menu = render('{% nav "site" %}', rf.get("/large/pres/1/"))
    assert menu.count("aria-current") == 1
    assert 'href="/large/pres/" aria-current="true"' in menu
    assert 'href="/large/" aria-current="true"' in render('{% nav "site" %}', rf.get("/large/1/"))
