"""One answer behind the list, the map and the exports, equal to a naive reading of the database."""

import random

import pytest

from maillage.core import journal
from maillage.structures.enums import SIZE_CLASS_OF_BAND
from maillage.structures.models import Establishment, Structure
from maillage.territories.models import Neighbourhood
from tests.factories import (
    make_establishment,
    make_label,
    make_space,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db

FAMILIES = ("association", "cooperative", "foundation")
BANDS = ("", "NN", "02", "11", "41")
COMMUNES = ("93048", "93055")
# Words that no label of the taxonomy holds.
WORDS = ("zibeline", "quartz", "ombrelle", "tournesol")


@pytest.fixture
def crowd(space, publish):
    """Forty structures whose traits are drawn with a fixed seed."""
    draw = random.Random(20)
    sectors = [make_term("sector", code) for code in ("sec-ali-01", "sec-mob-01", "sec-cul")]
    audiences = [make_term("audience", f"public-{n}") for n in range(2)]
    labels = [make_term("label", f"label-{n}") for n in range(2)]
    quarter = Neighbourhood.objects.create(
        kind="qpv", code="QN1", name="Les Tours", geometry={}, source="t"
    )
    for number in range(40):
        structure = make_structure(
            f"Maison {number:02} {draw.choice(WORDS)}",
            family=draw.choice(FAMILIES),
            size_band=draw.choice(BANDS),
        )
        for _ in range(draw.choice((1, 1, 2))):
            place = make_establishment(
                structure,
                municipality_code=draw.choice(COMMUNES),
                lon=round(2.40 + draw.random() / 10, 5),
                lat=round(48.85 + draw.random() / 10, 5),
            )
            if draw.random() < 0.3:
                place.neighbourhoods.create(neighbourhood=quarter)
        tag(structure, *draw.sample(sectors, draw.choice((0, 1, 2))))
        tag(structure, *draw.sample(audiences, draw.choice((0, 1))))
        for label in draw.sample(labels, draw.choice((0, 0, 1))):
            make_label(structure, label)
    publish()


def naive(filters):
    """Identifiers by one loop over objects, without any of the code under test."""
    found = set()
    for structure in Structure.objects.all():
        places = list(Establishment.objects.filter(structure=structure))
        terms = [link.term for link in structure.structure_terms.all()]
        codes = {term.code for term in terms} | {term.parent.code for term in terms if term.parent}
        traits = {
            "secteur": codes,
            "public": codes,
            "famille": {structure.family},
            "label": {label.term.code for label in structure.labels.all()},
            "commune": {place.municipality_code for place in places},
            "quartier": {
                link.neighbourhood.code for place in places for link in place.neighbourhoods.all()
            },
            "taille": {SIZE_CLASS_OF_BAND[structure.size_band]},
        }
        fits = all(
            traits[facet] & set(values) for facet, values in filters.items() if facet in traits
        )
        if "bbox" in filters:
            west, south, east, north = filters["bbox"]
            fits = fits and any(west <= p.lon <= east and south <= p.lat <= north for p in places)
        if "q" in filters:
            fits = fits and filters["q"] in structure.name
        if fits:
            found.add(structure.pk)
    return found


def combinations():
    draw = random.Random(7)
    choices = {
        "secteur": ("sec-ali", "sec-ali-01", "sec-mob", "sec-cul"),
        "famille": FAMILIES,
        "label": ("label-0", "label-1"),
        "commune": COMMUNES,
        "quartier": ("QN1",),
        "public": ("public-0", "public-1"),
        "taille": ("inconnue", "benevole", "1-9", "10-49", "50-et-plus"),
    }
    for _ in range(40):
        filters = {
            facet: draw.sample(choices[facet], draw.randint(1, min(2, len(choices[facet]))))
            for facet in draw.sample(list(choices), draw.choice((0, 1, 1, 2, 3)))
        }
        if draw.random() < 0.3:
            west, south = 2.40 + draw.random() / 20, 48.85 + draw.random() / 20
            filters["bbox"] = (
                round(west, 3),
                round(south, 3),
                round(west + 0.06, 3),
                round(south + 0.06, 3),
            )
        if draw.random() < 0.3:
            filters["q"] = draw.choice(WORDS)
        yield filters


def query_of(filters):
    pairs = [
        f"{facet}={value}"
        for facet, values in filters.items()
        if facet not in {"bbox", "q"}
        for value in values
    ]
    if "bbox" in filters:
        pairs.append("bbox=" + ",".join(str(side) for side in filters["bbox"]))
    if "q" in filters:
        pairs.append(f"q={filters['q']}")
    return "&".join(pairs)


def test_list_map_and_exports_agree_with_the_database(crowd, reader):
    sizes = set()
    for filters in combinations():
        query, expected = query_of(filters), naive(filters)
        listed = reader.listed(query)
        assert set(listed) == expected, query
        assert len(listed) == len(expected), query
        assert reader.mapped(query) == expected, query
        assert [int(row["Identifiant"]) for row in reader.csv_rows(query)] == listed, query
        assert [feature["id"] for feature in reader.geojson(query)] == listed, query
        sizes.add(len(expected))
    assert len(sizes) > 8  # the draw is worth something


def test_the_count_of_a_value_is_what_choosing_it_gives(crowd, reader):
    for query in ("", "secteur=sec-ali", "commune=93048&taille=1-9", "q=quartz"):
        page = reader.get(f"annuaire/?{query}").context["page"]
        for facet in page.facets:
            chosen = {option.value for option in facet.options if option.selected}
            for option in facet.options:
                others = "&".join(
                    part for part in query.split("&") if not part.startswith(f"{facet.name}=")
                )
                alone = reader.get(f"annuaire/?{others}&{facet.name}={option.value}").context[
                    "page"
                ]
                assert (option.count, query, option.value) == (alone.total, query, option.value)
            assert facet.open == bool(chosen)


def test_a_chip_removes_its_filter(crowd, reader, client):
    page = reader.get("annuaire/?secteur=sec-ali&famille=association&q=quartz").context["page"]
    assert len(page.chips) == 3
    for chip in page.chips:
        assert len(client.get(chip.remove_url).context["page"].chips) == 2


def test_an_unknown_value_is_ignored_and_said(crowd, reader):
    page = reader.get("annuaire/?secteur=rien&commune=75056&famille=association").context["page"]
    assert page.total == len(naive({"famille": ["association"]}))
    assert len(page.messages) == 2
    assert page.querystring == "famille=association"


@pytest.mark.parametrize("order", ["nom", "recent"])
def test_every_order_shows_the_same_structures(crowd, reader, order):
    listed = reader.listed(f"tri={order}")
    assert sorted(listed) == sorted(naive({}))


def test_by_name_as_a_french_reader_sorts(space, reader, publish):
    names = ["Écluse", "abricot", "Zèbre", "Œuvre", "étoile", "« Ourse »", "Bois"]
    for name in names:
        make_structure(name, in_space=space)
    publish()
    page = reader.get("annuaire/").context["page"]
    assert [card.name for card in page.cards] == [
        "abricot", "Bois", "Écluse", "étoile", "Œuvre", "« Ourse »", "Zèbre",
    ]  # fmt: skip


def test_recently_confirmed_first_then_by_name(space, reader, publish, django_user_model):
    old, new = "2025-01-01T10:00:00Z", "2026-11-01T10:00:00Z"
    first = make_structure("Bêta", in_space=space, confirmed_at=old)
    second = make_structure("Gamma", in_space=space, confirmed_at=new)
    third = make_structure("Alpha", in_space=space)
    publish()
    assert reader.listed("tri=recent") == [second.pk, first.pk, third.pk]


def test_nearest_first_with_the_distance(space, reader, publish):
    far = make_structure("Loin")
    make_establishment(far, lon=2.50, lat=48.86)
    near = make_structure("Près")
    make_establishment(near, lon=2.4001, lat=48.86)
    # A second place makes it near again.
    both = make_structure("Deux")
    make_establishment(both, lon=2.60, lat=48.86)
    make_establishment(both, lon=2.41, lat=48.86)
    publish()
    page = reader.get("annuaire/?pres=2.40,48.86").context["page"]
    assert [card.name for card in page.cards] == ["Près", "Deux", "Loin"]
    # One hundredth of a degree of longitude at 48.86° N is 731 m.
    assert [card.distance_m for card in page.cards] == [7, 732, 7316]


def test_a_correction_and_synonyms_are_told(space, reader, publish):
    found = make_structure("Épicerie solidaire du Canal", in_space=space)
    publish()
    page = reader.get("annuaire/?q=epicerie+solidere").context["page"]
    assert ([card.id for card in page.cards], page.correction) == ([found.pk], "epicerie solidaire")
    page = reader.get("annuaire/?q=épicerie+sociale").context["page"]
    assert "épicerie solidaire" in page.synonyms
    assert [card.id for card in page.cards] == [found.pk]


def test_a_search_without_a_word_shows_everything_and_says_it(space, reader, publish):
    make_structure("Une", in_space=space)
    publish()
    page = reader.get("annuaire/?q=de+la").context["page"]
    assert (page.total, page.q, len(page.messages)) == (1, "de la", 1)


def test_two_spaces_that_overlap_show_a_structure_once_each(publish, client):
    est = make_space("est-a", communes=("93048", "93055"))
    seine = make_space("seine-b", communes=("93048", "93008"))
    both = make_structure("Partagée")
    make_establishment(both, municipality_code="93048")
    make_establishment(both, municipality_code="93048", lon=2.45)
    only = make_structure("Pantinoise")
    make_establishment(only, municipality_code="93055")
    publish()
    lists = {
        space.slug: [
            card.id for card in client.get(f"/{space.slug}/annuaire/").context["page"].cards
        ]
        for space in (est, seine)
    }
    assert lists == {"est-a": [only.pk, both.pk], "seine-b": [both.pk]}
    both.name = "Partagée, renommée"
    both.save()
    publish()
    for slug in lists:
        assert "renommée" in client.get(f"/{slug}/annuaire/").content.decode()


def test_a_change_shows_at_once(space, reader, publish):
    structure = make_structure("Une", in_space=space)
    publish()
    assert reader.listed() == [structure.pk]
    Structure.objects.update(state="archived")
    journal.tick("structures")
    assert (reader.listed(), reader.mapped(), reader.csv_rows()) == ([], set(), [])


def test_a_perimeter_that_changes_shows_at_once(space, reader, publish):
    structure = make_structure("Lilasienne")
    make_establishment(structure, municipality_code="93045")
    publish()
    assert reader.listed() == []
    space.perimeter.create(municipality_code="93045")
    assert reader.listed() == [structure.pk]
    space.perimeter.filter(municipality_code="93045").update(until="2026-01-01")
    assert reader.listed() == []


@pytest.mark.parametrize(
    "hidden",
    [{"state": "ceased"}, {"state": "archived"}, {"ess_status": "excluded"}],
)
def test_what_is_not_published_is_nowhere(space, reader, publish, hidden):
    make_structure("Cachée", in_space=space, **hidden)
    publish()
    assert (reader.listed("q=cachée"), reader.mapped(), reader.geojson()) == ([], set(), [])


def test_an_expired_label_no_longer_counts(space, reader, publish):
    structure = make_structure("Labellisée", in_space=space)
    term = make_term("label", "label-passé")
    make_label(structure, term, valid_from="2020-01-01", valid_to="2021-01-01")
    publish()
    page = reader.get("annuaire/").context["page"]
    assert [facet.name for facet in page.facets if facet.name == "label"] == []
    assert page.cards[0].labels == []
