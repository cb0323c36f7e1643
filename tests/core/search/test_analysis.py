import pytest

from maillage.core.search.analysis import LONGEST_WORD, words
from maillage.core.search.lexicon import distance


def plain(text):
    return [word.plain for word in words(text)]


def stems(text):
    return [word.stem for word in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'Épicerie d’Émile", ["epicerie", "emile"]),
        ("Jusqu'au bout", ["bout"]),
        ("Œuvre et cætera", ["oeuvre", "caetera"]),
        ("A.M.A.P. du bois", ["amap", "bois"]),
        ("S.C.O.P", ["scop"]),
        ("SIRET 812 345 678 00017.", ["siret", "81234567800017"]),
        ("SIRET 812 345\u00a0678 00017", ["siret", "81234567800017"]),
        ("812\u202f345\u202f678", ["812345678"]),
        ("12, rue de Paris 75020", ["12", "rue", "paris", "75020"]),
        ("contact@example.org", ["contact", "example", "org"]),
        ("snake_case \0 nul", ["snake", "case", "nul"]),
        ("x" * 90, ["x" * LONGEST_WORD]),
    ],
)
def test_plain_words(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vélo", "vélos"),
        ("réemploi", "réemplois"),
        ("associé", "associées"),
        ("journal", "journaux"),
        ("bateau", "bateaux"),
        ("jeu", "jeux"),
        ("solidaire", "SOLIDAIRES"),
        ("coopérative", "coopératives"),
        ("atelier", "ateliers"),
        ("alimentaire", "alimentaires"),
    ],
)
def test_inflections_share_a_stem(one, other):
    assert stems(one) == stems(other)


@pytest.mark.parametrize("text", ["CAE", "75020", "W931012345", "81234567800017", "b2b"])
def test_codes_are_kept_whole(text):
    assert stems(text) == [text.lower()]


def test_words_are_ascii_whatever_the_script():
    assert all(word.isascii() and word.isalnum() for word in plain("Дом 文化 café ٣ ½ ﬁn"))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("amap", "amap", 0),
        ("amap", "amep", 1),
        ("amap", "aamp", 1),
        ("recyclerie", "recylcerie", 1),
        ("solidere", "solidaire", 2),
        ("abcd", "wxyz", 3),
        ("abc", "abcdef", 3),
        ("abcdef", "badcfe", 3),
    ],
)
def test_distance_stops_past_two(one, other, apart):
    assert distance(one, other, 2) == apart
