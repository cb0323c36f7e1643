"""Grammar, numbers and chance: nothing here needs a database."""

import re
from collections import Counter
from string import Formatter

import pytest
import stdnum.fr.siren
import stdnum.fr.siret

from maillage.demo.lib import numbers
from maillage.demo.lib.awkward import LONG_NAME
from maillage.demo.lib.catalogue import kinds, places, streets, words
from maillage.demo.lib.dice import Dice
from maillage.demo.lib.forms import EMPLOYER_BANDS, FORMS, STAFF
from maillage.demo.lib.french import after, bare, capital, fill, plural
from maillage.demo.lib.naming import name, slots
from maillage.demo.lib.points import Ground, Sampler
from maillage.structures.enums import Family, SizeBand, Typology
from maillage.structures.lib import read_reference

L_SHAPE = {
    "type": "Polygon",
    "coordinates": [[[0, 0], [4, 0], [4, 1], [1, 1], [1, 4], [0, 4], [0, 0]]],
}


@pytest.mark.parametrize(
    ("preposition", "said", "expected"),
    [
        ("de", "Le Bourget", "du Bourget"),
        ("à", "Le Bourget", "au Bourget"),
        ("de", "Les Lilas", "des Lilas"),
        ("à", "Les Lilas", "aux Lilas"),
        ("de", "La Garenne-Colombes", "de La Garenne-Colombes"),
        ("à", "La Garenne-Colombes", "à La Garenne-Colombes"),
        ("de", "Antony", "d'Antony"),
        ("de", "Épinay", "d'Épinay"),
        ("de", "Hoche", "de Hoche"),
        ("de", "l'Étoile", "de l'Étoile"),
        ("de", "la Noue", "de la Noue"),
        ("de", "les Murs à pêches", "des Murs à pêches"),
        ("de", "Paris 20e", "du 20e"),
        ("à", "Paris 20e", "dans le 20e"),
        ("à", "Montreuil", "à Montreuil"),
        ("de", "Leval", "de Leval"),  # « Le » is an article only when a space follows
    ],
)
def test_a_name_after_a_preposition(preposition: str, said: str, expected: str) -> None:
    assert after(preposition, said) == expected


def test_bare_plural_and_capital() -> None:
    assert bare("les Murs à pêches") == "Murs à pêches"
    assert bare("l'Étoile") == "Étoile"
    assert bare("Montreuil") == "Montreuil"
    assert plural("Loup bleu") == "Loups bleus"
    assert plural("Trois Pas") == "Trois Pas"
    assert capital("éclair") == "Éclair"
    assert capital("") == ""


def test_an_unknown_slot_is_an_error_and_not_a_leftover() -> None:
    assert fill("{a} et {b}", {"a": "un", "b": "deux"}) == "un et deux"
    with pytest.raises(KeyError):
        fill("{a} et {c}", {"a": "un"})


def test_numbers_pass_the_checks_and_are_nobody_s() -> None:
    sirens = [numbers.siren(rank) for rank in range(1, numbers.CAPACITY + 1)]
    assert len(set(sirens)) == numbers.CAPACITY
    assert all(stdnum.fr.siren.is_valid(siren) for siren in sirens)
    assert all(numbers.is_demonstration_siren(siren) for siren in sirens)
    assert max(sirens) < "000325175"  # the smallest of the public stock of Sirene
    sirets = [numbers.siret(sirens[0], rank) for rank in range(1, 50)]
    assert all(stdnum.fr.siret.is_valid(siret) for siret in sirets)
    assert len(set(sirets)) == 49


@pytest.mark.parametrize("rank", [0, -1, numbers.CAPACITY + 1])
def test_there_is_no_number_out_of_the_range(rank: int) -> None:
    with pytest.raises(ValueError, match="rang hors de"):
        numbers.siren(rank)


def test_a_real_looking_siren_is_not_taken_for_ours() -> None:
    assert not numbers.is_demonstration_siren("732829320")
    assert not numbers.is_demonstration_siren("000000000")
    assert not numbers.is_demonstration_siren("00001")


def test_rna_and_telephone_belong_to_nobody() -> None:
    assert numbers.rna(12) == "W999000012"
    assert numbers.phone(1234) == "01 99 00 12 34"


def test_dice_fall_the_same_way_for_the_same_names() -> None:
    first = [Dice("a", 1).number(1, 1000) for _ in range(3)]
    assert first == [first[0]] * 3
    assert Dice("a", 1).number(1, 10**9) != Dice("a", 2).number(1, 10**9)


def test_weights_are_followed_and_draws_stay_in_bounds() -> None:
    dice = Dice("weights")
    drawn = Counter(dice.weighted({"often": 9, "seldom": 1, "never": 0}) for _ in range(4000))
    assert drawn["never"] == 0
    assert 0.87 < drawn["often"] / 4000 < 0.93
    numbers_drawn = {dice.number(2, 4) for _ in range(200)}
    assert numbers_drawn == {2, 3, 4}
    some = dice.some(["a", "b", "c"], 2)
    assert len(set(some)) == 2
    assert sorted(dice.some(["a", "b"], 9)) == ["a", "b"]


def test_points_fall_inside_the_contour_even_a_hollow_one() -> None:
    sampler = Sampler({"x": Ground(9, 9, L_SHAPE)})
    dice = Dice("points")
    for _ in range(300):
        lon, lat = sampler.point("x", dice)
        assert 0 <= lon <= 4
        assert 0 <= lat <= 4
        assert lon <= 1 or lat <= 1


def test_points_stay_near_the_centre_without_a_contour() -> None:
    sampler = Sampler({"x": Ground(2.5, 48.8)})
    drawn = [sampler.point("x", Dice("centre", n)) for n in range(100)]
    assert all(abs(lon - 2.5) < 0.04 and abs(lat - 48.8) < 0.03 for lon, lat in drawn)
    assert len(set(drawn)) == 100


def test_every_code_of_the_trades_is_a_term_that_is_shipped() -> None:
    shipped = {row["code"]: row["axis"] for row in read_reference().terms}
    activities = {row["code"].replace(".", "") for row in read_reference().activities}
    categories = {row["code"] for row in read_reference().legal_categories}
    for kind in kinds():
        assert shipped[kind.sub] == shipped[kind.sector] == "sector", kind.key
        assert kind.sub.startswith(kind.sector), kind.key
        assert {shipped[code] for code in kind.aims} <= {"aim"}, kind.key
        assert {shipped[code] for code in kind.audiences} <= {"audience"}, kind.key
        assert {shipped[code] for code in kind.roles} == {"role"}, kind.key
        assert {shipped[code] for code in kind.labels} <= {"label"}, kind.key
        assert set(kind.forms) <= set(FORMS), kind.key
        assert kind.staff in STAFF, kind.key
        assert kind.typology in Typology, kind.key
        for code in kind.naf:
            assert re.fullmatch(r"\d\d\.\d\d[A-Z]", code), kind.key
            assert any(code.replace(".", "").startswith(known) for known in activities), code
    for form in FORMS.values():
        assert form.family in Family
        assert form.category in categories or not form.registered
        assert form.label in shipped or not form.label


def test_trades_have_their_own_key_and_enough_to_say() -> None:
    assert len({kind.key for kind in kinds()}) == len(kinds()) >= 60
    assert {kind.sector for kind in kinds()} == {
        row["code"]
        for row in read_reference().terms
        if row["axis"] == "sector" and not row["parent"]
    }
    for kind in kinds():
        assert len(kind.what) * len(kind.how) * len(kind.extra) >= 8, kind.key
        assert len(kind.names) >= 3, kind.key
        assert len(kind.words) >= 10, kind.key


def test_every_slot_of_every_pattern_is_known() -> None:
    known = set(slots(kinds()[0], places()["93048"], words(), Dice("slots")))
    in_text = known | {"sujet", "jour", "n", "petit", "annee", "cotisation"}
    for kind in kinds():
        for pattern in kind.names:
            assert _slots(pattern) <= known, pattern
        for pattern in (*kind.what, *kind.how, *kind.extra):
            assert _slots(pattern) <= in_text, pattern
    for closings in words().closings.values():
        assert set().union(*map(_slots, closings)) <= in_text


def _slots(pattern: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(pattern) if field}


def test_sentences_are_punctuated_and_begin_with_a_capital_or_a_slot() -> None:
    for kind in kinds():
        for sentence in (*kind.what, *kind.how, *kind.extra):
            assert sentence.endswith("."), sentence
            assert sentence[0] == "{" or sentence[0].isupper(), sentence
            assert "  " not in sentence, sentence


def test_a_name_is_given_once_whatever_happens() -> None:
    taken: set[str] = set()
    kind = kinds()[0]
    given = [name(kind, places()["93061"], words(), Dice("names", n), taken)[0] for n in range(200)]
    assert len({one.lower() for one in given}) == 200


def test_the_bands_are_those_of_insee() -> None:
    for bands in STAFF.values():
        assert set(bands) <= set(SizeBand)
    assert set(SizeBand) - {"NN", "00"} == EMPLOYER_BANDS


def test_the_files_of_words_are_clean() -> None:
    assert len(places()) == 54
    assert len(set(streets())) == len(streets()) >= 50
    assert all(place.quarters and all(place.quarters) for place in places().values())
    assert 200 < len(LONG_NAME) <= 250
