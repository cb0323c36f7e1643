"""Definitions of forms: what is refused, in which words, and that nothing hostile gets through."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.calls.lib.condition_check import in_words
from maillage.calls.lib.form import form_of
from maillage.calls.lib.form_check import check_definition
from tests.calls.factories import FORM
from tests.calls.test_form_answers import _JSON, QUICK, q
from tests.calls.test_form_pages import EVERY


def of(*fields: Any, **section: Any) -> dict[str, Any]:
    return {"sections": [{"code": "s", "title": "S", "fields": list(fields), **section}]}


def words(*fields: Any, **section: Any) -> list[str]:
    return [one.message for one in check_definition(of(*fields, **section))]


def test_the_short_form_and_the_form_of_every_type_are_forms():
    assert check_definition(FORM, to_publish=True) == []
    assert check_definition(json.loads(json.dumps(EVERY)), to_publish=True) == []
    assert check_definition({}) == []
    assert [one.message for one in check_definition({}, to_publish=True)] == [
        "Le formulaire n'a aucune question."
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ([q("a"), q("a")], "Deux questions ont le code « a »."),
        ([q("A")], "Le code de question « A » n'est pas valable."),
        ([q("a", "carte")], "Le type « carte » n'existe pas."),
        ([q("a", ["text"])], "Le type « list » n'existe pas."),
        ([q("a", color="red")], "La propriété « color » d'une question n'existe pas."),
        ([{"code": "a", "type": "text"}], "Écrivez la question."),
        ([q("a", "choice")], "Écrivez les réponses proposées."),
        ([q("a", choices=[["x", "X"]])], "Seule une question à choix propose des réponses."),
        ([q("a", "choice", choices=[["x", "X"], ["x", "Y"]])],
         "Deux réponses proposées ont le même code."),
        ([q("a", "choice", choices=[[["x"], "X"]])],
         "Les réponses proposées sont une liste de couples code et libellé."),
        ([q("a", meaning="amour")], "Le sens « amour » n'existe pas."),
        ([q("a", "date", meaning="title")], "Une question de ce type ne peut dire « title »."),
        ([q("a", meaning="title"), q("b", meaning="title")],
         "Deux questions disent « title » : une seule le peut."),
        ([q("a", meaning="title", max_length=500)],
         "Cette réponse, recopiée dans les listes, a 200 caractères au plus."),
        ([q("a", "money", minimum="10", maximum="5")], "Le minimum dépasse le maximum."),
        ([q("a", "money", minimum="dix")], "Les limites sont des nombres, comme 1500 ou 1500.50."),
        ([q("a", "date", minimum="demain")],
         "Les limites d'une date s'écrivent année-mois-jour, comme 2026-12-31."),
        ([q("a", minimum="1")], "Ce type de question n'a ni minimum ni maximum."),
        ([q("a", max_length=True)], "La longueur va de 1 à 10 000 caractères."),
        ([q("a", "file", max_files=99)], "« max_files » va de 1 à 20."),
        ([q("a", cerfa=8)], "La section du formulaire 12156 va de 1 à 7."),
        ([q("a", required="oui")], "« required » se dit par vrai ou faux."),
        ([q("a", label="x" * 301)], "« label » a 300 caractères au plus."),
        ([q("a", "repeated")], "Un bloc répété contient de 1 à 15 questions."),
        ([q("a", "repeated", fields=[q("b", "budget")])],
         "Dans le bloc, « b » : un bloc répété ne contient ni tableau, ni pièce, ni note."),
        ([q("a", "repeated", fields=[q("b"), q("b")])], "Deux questions ont le code « b »."),
        ([q("a", fields=[q("b")])], "Seul un bloc répété contient des questions."),
        ([q("a", "iban", holder="b"), q("b", "email")],
         "Le titulaire d'un compte est une question de texte du même formulaire."),
        ([q("a", condition={"field": "b", "op": "filled"}), q("b")],
         "La condition parle d'une question qui n'est pas posée avant celle-ci."),
        ([q("a", condition={"field": "a", "op": "filled"})],
         "La condition parle d'une question qui n'est pas posée avant celle-ci."),
        ([q("a"), q("b", condition={"field": "a", "op": "like", "value": "x"})],
         "La comparaison d'une condition n'existe pas."),
        ([q("a"), q("b", condition={"field": "a", "op": "gt", "value": "1"})],
         "On ne peut comparer en plus ou en moins qu'un nombre, un montant ou une date."),
        ([q("a", "date"), q("b", condition={"field": "a", "op": "gt", "value": "1"})],
         "La valeur comparée n'est pas un nombre ou une date."),
        ([q("a", "yes_no"), q("b", condition={"field": "a", "op": "eq", "value": "oui"})],
         "Une question oui-non se compare à oui ou à non."),
        ([q("a", "choice", choices=[["x", "X"]]),
          q("b", condition={"field": "a", "op": "eq", "value": "y"})],
         "La condition nomme une réponse qui n'est pas proposée."),
        ([q("a", "file"), q("b", condition={"field": "a", "op": "filled"})],
         "Une condition ne peut porter sur un tableau, une pièce ou une note."),
        ([q("a"), q("b", condition={"any": []})],
         "Une condition « toutes » ou « une de » ne peut être vide."),
        ([q("a"), q("b", condition=["a"])], "La condition n'a pas la forme attendue."),
        (["x"], "Le code de question « NoneType » n'est pas valable."),
    ],
)  # fmt: skip
def test_what_is_not_a_form_is_said_in_one_sentence(fields, sentence):
    assert words(*fields) == [sentence]


def test_sections_have_a_code_and_a_title_of_their_own():
    twice = {"sections": [{"code": "s", "title": "S"}, {"code": "s", "title": "S"}]}
    assert [one.message for one in check_definition(twice)] == ["Deux sections ont le code « s »."]
    assert words(title=" ") == ["Donnez un titre à cette section."]
    assert [one.message for one in check_definition(of(), to_publish=True)] == [
        "Cette section est vide : ajoutez une question, ou supprimez-la.",
        "Le formulaire n'a aucune question.",
    ]


def test_a_condition_nested_too_deep_or_too_wide_is_refused():
    deep: dict[str, Any] = {"field": "a", "op": "filled"}
    wide = {"all": [deep] * 40}
    for _ in range(60):
        deep = {"not": deep}
    assert words(q("a"), q("b", condition=deep)) == [
        "La condition est trop imbriquée (8 niveaux au plus)."
    ]
    assert words(q("a"), q("b", condition=wide)) == [
        "La condition a trop de comparaisons (30 au plus)."
    ]


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        ([], "Ce n'est pas un formulaire : il faut une liste de sections."),
        ({"sections": {}}, "Ce n'est pas un formulaire : il faut une liste de sections."),
        ({"sections": [], "x": 1}, "Un formulaire n'a que des sections."),
        ({"sections": [{}] * 31}, "Un formulaire a au plus 30 sections."),
        (of(*[q(f"a{n}") for n in range(201)]), "Un formulaire a au plus 200 questions."),
    ],
)
def test_what_is_too_large_or_of_another_shape_is_refused(definition, sentence):
    assert sentence in [one.message for one in check_definition(definition)]


@QUICK
@given(_JSON)
def test_any_definition_is_read_or_explained(definition):
    if not check_definition(definition):
        form_of(definition)


@QUICK
@given(
    st.sampled_from(sorted({key for one in EVERY["sections"][0]["fields"] for key in one})),
    st.integers(0, len(EVERY["sections"][0]["fields"]) - 1),
    _JSON,
)
def test_a_form_with_one_property_spoilt_is_read_or_explained(key, rank, value):
    spoilt = copy.deepcopy(EVERY)
    spoilt["sections"][0]["fields"][rank][key] = value
    flaws = check_definition(spoilt)
    assert all(one.message.strip() and len(one.message) < 300 for one in flaws)
    if not flaws:
        form_of(spoilt)


def test_a_condition_is_said_in_words():
    form = form_of(EVERY)
    either = {
        "any": [
            {"field": "theme", "op": "eq", "value": "a"},
            {"all": [
                {"field": "montant", "op": "ge", "value": "9000"},
                {"field": "jour", "op": "lt", "value": "2026-03-01"},
            ]},
        ]
    }  # fmt: skip
    assert in_words(either, form) == (
        "si « Thème » est « Alpha » ou (« Montant » est au moins 9\u202f000\u00a0€ et « Quand ? » "
        "est avant le 1er mars 2026)"
    )
    assert in_words({}, form) == ""
    assert in_words({"field": "oui", "op": "filled", "value": False}, form) == (
        "si « D'accord ? » n'a pas de réponse"
    )
