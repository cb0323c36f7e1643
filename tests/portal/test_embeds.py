"""Frames for other sites: what they show, to whom, and the code to paste."""

import re
from html import unescape

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from maillage.core.embeds import Embed, Shown
from maillage.core.models import JournalEntry
from maillage.core.room import Room, embeds, register
from maillage.core.room import _rooms as plates
from maillage.structures.actions.indexing import reindex
from maillage.structures.enums import State
from tests.factories import Cast, make_space, make_structure, make_term, signed_in, tag
from tests.portal.pages import text, url
from tests.tripwires import policy_of

pytestmark = pytest.mark.django_db
KINDS = ["carte", "liste", "structure"]  # « chiffre » is below: it counts


@pytest.fixture
def structure(cast: Cast):
    made = make_structure(
        "La Ressourcerie", in_space=cast.space, description="Objets d'occasion.", email="a@b.test",
        contact_visibility={"email": "agents"},
    )  # fmt: skip
    food = make_term("sector", "alimentation", "Alimentation")
    tag(make_structure("L'Épicerie", in_space=cast.space), food, main=food)
    return made


def address(cast: Cast, kind: str, item: str = "") -> str:
    parts = [cast.space.slug, kind, *([item] if item else [])]
    return reverse("embeds:framed_item" if item else "embeds:framed", args=parts)


def of(cast: Cast, kind: str, structure) -> str:
    return address(cast, kind, structure.slug if kind == "structure" else "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_is_the_same_for_everybody(kind: str, cast: Cast, structure):
    """Headers are looked at by the tripwire of every answer (`tests/tripwires.py`)."""
    asked = of(cast, kind, structure)
    visitor = Client().get(asked)
    assert visitor.status_code == 200
    assert visitor["Cache-Control"] == "public, max-age=300"
    assert policy_of(visitor)["frame-ancestors"] == ["*"]
    assert policy_of(visitor)["default-src"] == ["'none'"]
    agent = signed_in(cast.aicha).get(asked)
    assert agent.content == visitor.content
    assert "no-store" in agent["Cache-Control"]
    assert b"La Ressourcerie" in visitor.content
    assert b"a@b.test" not in visitor.content
    assert b"<form" not in visitor.content
    page = unescape(visitor.content.decode())
    assert '<base target="_blank">' in page
    assert f'<link rel="canonical" href="{django_settings.BASE_URL}/{cast.space.slug}/' in page
    assert "Source : Annuaire de l'économie sociale et solidaire de" in page


def test_filters_are_those_of_the_screen(cast: Cast, structure):
    page = Client().get(address(cast, "liste") + "?secteur=alimentation&page=1").content.decode()
    assert "L&#x27;Épicerie" in page or "L&#39;Épicerie" in page
    assert "La Ressourcerie" not in page
    assert f"/{cast.space.slug}/annuaire/?secteur=alimentation" in page
    assert "<h1" in page
    assert "Annuaire : Alimentation" in page


def test_a_long_list_turns_its_pages_inside_the_frame(cast: Cast):
    for number in range(21):
        make_structure(f"Structure {number:02}", in_space=cast.space)
    page = Client().get(address(cast, "liste")).content.decode()
    assert 'href="?page=2" target="_self" rel="next"' in page
    second = Client().get(address(cast, "liste") + "?page=2").content.decode()
    assert 'href="?page=1" target="_self" rel="prev"' in second
    assert "page 2 sur 2" in second


@pytest.mark.parametrize(
    ("kind", "item"),
    [("rien", ""), ("carte", "x"), ("structure", ""), ("structure", "inconnue")],
)
def test_what_does_not_exist_is_not_framed(kind: str, item: str, cast: Cast):
    answer = Client().get(address(cast, kind, item))
    assert (answer.status_code, answer["X-Frame-Options"]) == (404, "DENY")


def test_what_is_not_public_is_not_framed(cast: Cast, structure):
    structure.state = State.ARCHIVED
    structure.save()
    assert Client().get(address(cast, "structure", structure.slug)).status_code == 404
    cast.space.is_public = False
    cast.space.save()
    assert Client().get(address(cast, "carte")).status_code == 404


def test_only_the_sites_of_the_space_may_frame_it(cast: Cast, structure):
    cast.space.embed_sites = ["https://ville.example", "https://www.ville.example"]
    cast.space.save()
    answer = Client().get(address(cast, "carte"))
    assert policy_of(answer)["frame-ancestors"] == [
        "'self'", "https://ville.example", "https://www.ville.example",
    ]  # fmt: skip
    assert answer["Permissions-Policy"].count("=()") == answer["Permissions-Policy"].count("=")


def test_no_other_site_frames_a_space_that_is_not_open(cast: Cast, structure):
    cast.space.is_public = False
    for sites in ([], ["https://ville.example"]):
        cast.space.embed_sites = sites
        cast.space.save()
        answer = cast.client("chloe").get(address(cast, "carte"))
        assert (answer.status_code, policy_of(answer)["frame-ancestors"]) == (200, ["'self'"])


def test_the_map_is_a_picture_without_a_script(cast: Cast, structure):
    page = Client().get(address(cast, "carte") + "?secteur=alimentation").content.decode()
    assert f'src="/{cast.space.slug}/carte.svg?secteur=alimentation"' in page
    picture = Client().get(f"/{cast.space.slug}/carte.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture["Cache-Control"] == "public, max-age=3600"
    svg = picture.content.decode()
    assert svg.count("<circle") == 1  # both stand at the same place
    assert "<script" not in svg


class TestFigure:
    def test_a_figure_with_its_source_and_its_table(self, cast: Cast, structure):
        answer = Client().get(address(cast, "chiffre", "structures") + "?axe=commune&commune=93048")
        page = unescape(answer.content.decode())
        assert "Structures, Montreuil" in page
        assert "Observatoire de l'économie sociale et solidaire de" in page
        assert f"/{cast.space.slug}/observatoire/structures/?axe=commune&commune=93048" in page
        assert answer["Cache-Control"] == "public, max-age=300"
        whole = Client().get(address(cast, "chiffre", "structures")).content.decode()
        assert re.search(r"<strong>2</strong>\s*Structures", whole)

    @pytest.mark.parametrize(
        ("item", "asked"), [("inconnu", ""), ("structures", "?commune=75120"), ("x" * 80, "")]
    )
    def test_unknown_figures_and_communes_elsewhere(self, item: str, asked: str, cast: Cast):
        assert Client().get(address(cast, "chiffre", item) + asked).status_code == 404

    def test_its_page_leads_to_the_builder_with_its_state(self, cast: Cast, structure):
        page = Client().get(f"/{cast.space.slug}/observatoire/structures/?axe=commune&x=1")
        builder = f"/{cast.space.slug}/integrer/?quoi=chiffre&lequel=structures&axe=commune"
        assert f'href="{builder}"' in unescape(page.content.decode())
        made = snippet_of(Client().get(builder))
        assert f"/{cast.space.slug}/integrer/chiffre/structures/?axe=commune" in made
        discovered = re.search(r'json\+oembed"[^>]*href="([^"]+)"', page.content.decode())[1]
        said = Client().get(unescape(discovered).removeprefix(django_settings.BASE_URL)).json()
        assert said["title"].startswith("Structures")

    def test_figures_are_chosen_by_name(self, cast: Cast):
        base = reverse("embeds:builder", args=[cast.space.slug])
        answer = Client().get(base + "?quoi=chiffre&cherche=employeuses")
        assert "lequel=employers" in answer.content.decode()
        assert "lequel=structures" not in answer.content.decode()


def snippet_of(answer) -> str:
    return unescape(
        re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.DOTALL)[1]
    )


def test_the_builder_gives_the_code_of_what_the_address_says(cast: Cast, structure):
    base = reverse("embeds:builder", args=[cast.space.slug])
    answer = Client().get(
        base + "?quoi=liste&secteur=alimentation&largeur=500&hauteur=300&utm_source=x"
    )
    src = f"{django_settings.BASE_URL}/{cast.space.slug}/integrer/liste/?secteur=alimentation"
    page = f"{django_settings.BASE_URL}/{cast.space.slug}/annuaire/?secteur=alimentation"
    title = f"Annuaire : Alimentation – {cast.space.name}"
    frame = (
        f'<iframe src="{src}" title="{title}" width="100%" height="300" loading="lazy" '
        'style="border:0;max-width:500px"></iframe>'
    )
    link = f'<p><a href="{page}">{title}</a></p>'
    assert snippet_of(answer).splitlines() == [frame, link]
    assert policy_of(answer)["frame-src"] == ["'self'"]
    assert policy_of(answer)["frame-ancestors"] == ["'none'"]


def test_the_builder_without_anything_offers_the_map(cast: Cast):
    answer = Client().get(reverse("embeds:builder", args=[cast.space.slug]) + "?quoi=agenda")
    assert "/integrer/carte/" in snippet_of(answer)
    assert 'height="640"' in snippet_of(answer)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [("hauteur=50", "200"), ("largeur=9999", "2000"), ("hauteur=haut", "nombre entier")],
)
def test_a_wrong_size_is_said_and_nothing_is_lost(given: str, sentence: str, cast: Cast):
    answer = Client().get(
        reverse("embeds:builder", args=[cast.space.slug]) + f"?quoi=liste&{given}"
    )
    assert sentence in text(answer)
    assert given.partition("=")[2] in answer.content.decode()
    assert "<textarea" not in answer.content.decode()


def test_a_structure_is_looked_for_by_its_name(cast: Cast, structure):
    reindex([structure.pk])
    base = reverse("embeds:builder", args=[cast.space.slug])
    found = Client().get(base + "?quoi=structure&cherche=ressourcerie")
    assert f"?quoi=structure&amp;lequel={structure.slug}" in found.content.decode()
    assert "Rien ne répond" in text(Client().get(base + "?quoi=structure&cherche=zzzz"))
    assert "Rien de public" in text(
        Client().get(base + "?quoi=structure&lequel=inconnue&cherche=zzzz")
    )
    made = Client().get(base + f"?quoi=structure&lequel={structure.slug}")
    assert f"/integrer/structure/{structure.slug}/" in snippet_of(made)


def test_a_name_with_markup_stays_text(cast: Cast):
    evil = make_structure('"><script>alert(1)</script>', in_space=cast.space)
    base = reverse("embeds:builder", args=[cast.space.slug])
    answer = Client().get(base + f"?quoi=structure&lequel={evil.slug}")
    assert "<script>alert" not in answer.content.decode()
    assert "<script>alert" not in snippet_of(answer)
    assert snippet_of(answer).count('"') == 14


def test_pages_lead_to_the_builder_and_announce_oembed(cast: Cast, structure):
    base = reverse("embeds:builder", args=[cast.space.slug])
    directory = f"/{cast.space.slug}/annuaire/"
    page = Client().get(directory + "?secteur=alimentation").content.decode()
    assert f'href="{base}?quoi=liste&amp;secteur=alimentation"' in page
    assert 'type="application/json+oembed"' in page
    sheet = Client().get(f"/{cast.space.slug}/structures/{structure.slug}/").content.decode()
    assert f'href="{base}?quoi=structure&amp;lequel={structure.slug}"' in sheet
    discovered = unescape(re.search(r'json\+oembed"[^>]*href="([^"]+)"', sheet)[1])
    said = Client().get(discovered.removeprefix(django_settings.BASE_URL)).json()
    assert said["title"] == "La Ressourcerie"


class TestOEmbed:
    def ask(self, cast: Cast, page: str, **more: str):
        given = {"url": f"{django_settings.BASE_URL}/{cast.space.slug}/{page}", **more}
        return Client().get("/api/oembed", given)

    @pytest.mark.parametrize(
        ("page", "src"),
        [
            ("annuaire/?secteur=alimentation&page=3", "integrer/liste/?secteur=alimentation"),
            ("carte/", "integrer/carte/"),
            ("integrer/carte/?q=objets", "integrer/carte/?q=objets"),
        ],
    )
    def test_a_page_of_ours(self, page: str, src: str, cast: Cast, structure):
        answer = self.ask(cast, page)
        said = answer.json()
        assert (said["type"], said["version"], said["width"]) == ("rich", "1.0", 800)
        assert f'src="{django_settings.BASE_URL}/{cast.space.slug}/{src}"' in said["html"]
        assert answer["Access-Control-Allow-Origin"] == "*"

    def test_no_larger_than_asked(self, cast: Cast, structure):
        page = f"structures/{structure.slug}/"
        said = self.ask(cast, page, maxwidth="400", maxheight="300", format="json").json()
        assert (said["width"], said["height"]) == (400, 300)
        assert 'height="300"' in said["html"]
        assert "max-width:400px" in said["html"]

    @pytest.mark.parametrize(
        ("page", "more", "status"),
        [
            ("annuaire/", {"format": "xml"}, 501),
            ("annuaire/", {"maxwidth": "large"}, 400),
            ("mentions-legales/", {}, 404),
            ("structures/inconnue/", {}, 404),
            ("gestion/", {}, 404),
            ("integrer/structure/", {}, 404),
            ("rien/", {}, 404),
        ],
    )
    def test_refusals(self, page: str, more: dict, status: int, cast: Cast):
        assert self.ask(cast, page, **more).status_code == status

    @pytest.mark.parametrize(
        "page",
        ["", "https://ailleurs.example/carte/", "//ailleurs.example/", "javascript:alert(1)", "http://[",
         f"{django_settings.BASE_URL}@ailleurs.example/val-de-bievre/carte/"],
    )  # fmt: skip
    def test_addresses_of_others(self, page: str, cast: Cast):
        assert Client().get("/api/oembed", {"url": page}).status_code == 404

    def test_a_space_that_is_not_open(self, cast: Cast):
        closed = make_space("secret", is_public=False)
        page = f"{django_settings.BASE_URL}/{closed.slug}/carte/"
        assert signed_in(cast.aicha).get("/api/oembed", {"url": page}).status_code == 404


class TestSites:
    def post(self, cast: Cast, sites: str):
        return signed_in(cast.aicha).post(url("embedding", cast), {"sites": sites})

    def test_origins_are_kept_plain_and_once(self, cast: Cast):
        answer = self.post(
            cast,
            "https://WWW.Ville.example/\n\nhttps://évry.example:8443\nhttps://www.ville.example:443",
        )
        assert answer.status_code == 302
        cast.space.refresh_from_db()
        assert cast.space.embed_sites == [
            "https://www.ville.example",
            "https://xn--vry-9la.example:8443",
        ]
        entry = JournalEntry.objects.get(action="embed_sites_set")
        assert entry.changes == {"embed_sites": [[], cast.space.embed_sites]}
        assert (entry.by, entry.space_id) == (cast.aicha, cast.space.pk)
        self.post(cast, "https://www.ville.example\nhttps://évry.example:8443")
        assert JournalEntry.objects.filter(action="embed_sites_set").count() == 1

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("http://ville.example", "doit commencer par https://"),
            ("ville.example", "doit commencer par https://"),
            ("*", "doit commencer par https://"),
            ("https://*", "gardez le début seulement"),
            ("https://*.ville.example", "gardez le début seulement"),
            ("https://ville.example/page", "gardez le début seulement"),
            ("https://ville.example?x", "gardez le début seulement"),
            ("https://moi@ville.example", "gardez le début seulement"),
            ("https://ville.example; script-src *", "gardez le début seulement"),
            ("https://ville.example\tx", "lisible"),
            ("https://[::1", "lisible"),
            ("https://localhost", "gardez le début seulement"),
            ("'self'", "doit commencer par https://"),
        ],
    )
    def test_anything_else_is_refused_and_kept_on_screen(
        self, line: str, sentence: str, cast: Cast
    ):
        answer = self.post(cast, f"https://bon.example\n{line}")
        assert answer.status_code == 200
        assert sentence in text(answer)
        assert "https://bon.example" in text(answer)
        cast.space.refresh_from_db()
        assert cast.space.embed_sites == []

    def test_twenty_sites_at_most(self, cast: Cast):
        many = "\n".join(f"https://s{number}.example" for number in range(21))
        assert "20 sites au plus" in text(self.post(cast, many))


def test_a_room_adds_a_kind_and_no_code_is_taken_twice(monkeypatch):
    monkeypatch.setattr("maillage.core.room._rooms", dict(plates))

    def nothing(*_given: object) -> Shown | None:
        return None

    kind = Embed(
        code="agenda", label="L'agenda", hint="", icon="calendar", template="", page_name="x",
        shown=nothing, order=15,
    )  # fmt: skip
    register(Room(name="events", label="Agenda", embeds=(kind,)))
    assert list(embeds()) == ["carte", "agenda", "liste", "structure", "chiffre"]
    register(Room(name="others", label="Autres", embeds=(kind,)))
    with pytest.raises(ValueError, match="same code"):
        embeds()
