"""A space shows its colours without loosening the content policy."""

from django.test import Client

from tests.factories import make_space


def test_a_space_with_the_house_colours_needs_no_stylesheet(db):
    assert make_space("sobre").theme_url == ""


def test_the_address_changes_with_the_colours(db):
    space = make_space("haut", color_main="#7a1fa2", color_ink="#101010")

    assert space.theme_url == "/haut/theme.css?v=7A1FA2-101010"


def test_the_stylesheet_is_kept_for_a_year(client: Client, db):
    space = make_space("haut", color_main="#7A1FA2")
    answer = client.get(space.theme_url)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--accent:#7A1FA2;" in answer.content.decode()


def test_an_unreadable_colour_is_made_readable(client: Client, db):
    space = make_space("pale", color_main="#FFE000")

    assert "#FFE000" not in client.get(space.theme_url).content.decode()


def test_a_closed_space_shows_nothing(client: Client, db):
    space = make_space("ferme", color_main="#7A1FA2", is_public=False)

    assert client.get(space.theme_url).status_code == 404
