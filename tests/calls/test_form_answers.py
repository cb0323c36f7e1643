"""Answers against their form: each type, tables, what is asked, and what the columns of a file copy."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.calls.lib.answer_values import AnswerError, read
from maillage.calls.lib.answers import check, columns, completeness, doubts, kept, progress, visible
from maillage.calls.lib.conditions import DEEPEST, holds
from maillage.calls.lib.form import Field, FieldType, Form, form_of
from tests.calls.factories import FORM

_POSTE = "35600000049837"  # an establishment of La Poste: its key is of another kind
_IBAN = "FR76 3000 6000 0112 3456 7890 189"
# The machine may be busy: how long an example takes proves nothing here.
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def one(kind: str, **more: Any) -> Field:
    return Field(code="x", type=FieldType(kind), label="X", **more)


def form(*fields: dict[str, Any], **section: Any) -> Form:
    return form_of({"sections": [{"code": "s", "title": "S", "fields": list(fields), **section}]})


def q(code: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"code": code, "type": kind, "label": code.capitalize(), **more}


@pytest.mark.parametrize(
    ("kind", "typed", "held"),
    [
        ("siret", "552 100 554 00013", "55210055400013"),
        ("siret", _POSTE, _POSTE),
        ("rna", "w922001234", "W922001234"),
        ("rna", "W2A1234567", "W2A1234567"),
        ("iban", _IBAN, "FR7630006000011234567890189"),
        ("money", "12 500,50", "12500.50"),
        ("money", "12\u202f500,50 €", "12500.50"),
        ("money", "1.234,5", "1234.50"),
        ("money", "0", "0.00"),
        ("integer", "1 250", 1250),
        ("date", "06/02/2026", "2026-02-06"),
        ("date", "6 février 2026", "2026-02-06"),
        ("commune", "92050", "92050"),
        ("commune", "2a004", "2A004"),
        ("communes", ["92050", "92050", "93008"], ["92050", "93008"]),
        ("email", "Ada@Exemple.FR", "Ada@exemple.fr"),
        ("phone", "01 23 45 67 89", "01 23 45 67 89"),
        ("url", "exemple.fr", "https://exemple.fr"),
        ("text", "  un titre ", "un titre"),
        ("yes_no", False, False),
    ],
)
def test_an_answer_is_read_as_people_type_it(kind, typed, held):
    assert read(one(kind), typed) == held
    assert read(one(kind), held) == held


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (one("siret"), "22040000000000", "Ce SIRET n'existe pas : son dernier chiffre, une clé, ne va pas."),
        (one("siret"), "123456789", "Un SIRET a quatorze chiffres."),
        (one("rna"), "X922001234", "Un numéro RNA est un W suivi de neuf caractères, comme W922001234."),
        (one("iban"), "FR76 3000 6000 0112 3456 7890 188",
         "Cet IBAN n'existe pas : recopiez-le du relevé d'identité bancaire."),
        (one("money"), "12.500",
         "Écrivez les milliers avec un espace et les centimes après une virgule : 12 500,50."),
        (one("money"), "beaucoup", "Écrivez un montant en euros, par exemple 12 500,50."),
        (one("money"), "-5", "Un montant ne peut être négatif."),
        (one("money", maximum="15000"), "15000,01", "Il faut au plus 15\u202f000\u00a0€."),
        (one("integer", minimum="1", maximum="9"), "12", "Il faut au plus 9."),
        (one("date"), "31/02/2026", "Écrivez une date, par exemple 06/02/2026."),
        (one("date"), "2026", "Écrivez une date, par exemple 06/02/2026."),
        (one("date", minimum="2026-03-01"), "2026-02-28", "La date commence au 1er mars 2026."),
        (one("text", max_length=5), "sixsix", "Ce texte a 6 caractères : retirez-en 1 pour tenir en 5."),
        (one("text"), "a\nb", "Cette réponse tient en une ligne : retirez les retours à la ligne."),
        (one("choice", choices=(("a", "A"),)), "b", "Choisissez une réponse de la liste."),
        (one("choices", choices=(("a", "A"), ("b", "B")), maximum="1"), ["a", "b"],
         "Choisissez au plus 1 réponses."),
        (one("commune"), "Nanterre",
         "Choisissez une commune, ou écrivez son code INSEE (cinq caractères)."),
        (one("certify", required=True), False, "Cochez cette case pour continuer."),
        (one("email"), "ada@", "Écrivez une adresse e-mail, comme nom@exemple.fr."),
        (one("yes_no"), "peut-être", "Répondez par oui ou par non."),
    ],
)  # fmt: skip
def test_a_wrong_answer_gets_one_sentence(field, typed, sentence):
    with pytest.raises(AnswerError) as refused:
        read(field, typed)
    assert str(refused.value) == sentence


def test_a_commune_that_does_not_exist_is_named():
    with pytest.raises(AnswerError, match="Aucune commune n'a le code 99999"):
        read(one("communes"), ["92050", "99999"], communes={"92050"})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, True),
        ({"field": "theme", "op": "eq", "value": "climat"}, True),
        ({"field": "theme", "op": "ne", "value": "climat"}, False),
        ({"field": "absent", "op": "ne", "value": "climat"}, True),
        ({"field": "absent", "op": "eq", "value": "climat"}, False),
        ({"field": "montant", "op": "gt", "value": "9000"}, True),
        ({"field": "montant", "op": "le", "value": 10000}, True),
        ({"field": "jour", "op": "ge", "value": "2026-01-31"}, True),
        ({"field": "publics", "op": "contains", "value": "jeunes"}, True),
        ({"field": "publics", "op": "contains", "value": "seniors"}, False),
        ({"field": "theme", "op": "in", "value": ["quotidien", "climat"]}, True),
        ({"field": "theme", "op": "filled"}, True),
        ({"field": "absent", "op": "filled"}, False),
        ({"field": "absent", "op": "filled", "value": False}, True),
        ({"field": "oui", "op": "eq", "value": True}, True),
        ({"field": "oui", "op": "eq", "value": "true"}, False),
        ({"not": {"field": "oui", "op": "eq", "value": True}}, False),
        ({"all": [{"field": "oui", "op": "filled"}, {"field": "absent", "op": "filled"}]}, False),
        ({"any": [{"field": "oui", "op": "filled"}, {"field": "absent", "op": "filled"}]}, True),
    ],
)
def test_a_condition_says_whether_to_ask(condition, expected):
    answers = {
        "theme": "climat", "montant": "10000.00", "jour": "2026-02-06", "publics": ["jeunes"], "oui": True,
    }  # fmt: skip
    assert holds(condition, answers) is expected


@QUICK
@given(condition=_JSON, answers=st.dictionaries(st.text(max_size=4), _JSON, max_size=4))
def test_a_condition_never_raises(condition, answers):
    assert holds(condition, answers) in (True, False)


def test_a_condition_nested_without_end_hides_nothing():
    condition: dict[str, Any] = {"field": "x", "op": "filled"}
    for _ in range(500):
        condition = {"all": [condition]}
    assert holds(condition, {}) is True
    assert DEEPEST < 500


@QUICK
@given(
    st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "filled"]),
    st.integers(-50, 50),
    st.integers(-50, 50),
)
def test_denying_twice_changes_nothing_and_orders_agree(operator, held, wanted):
    leaf = {"field": "x", "op": operator, "value": wanted}
    answers = {"x": held}
    assert holds({"not": {"not": leaf}}, answers) is holds(leaf, answers)
    assert holds({"any": [leaf]}, answers) is holds({"all": [leaf]}, answers)
    less = holds({"field": "x", "op": "lt", "value": wanted}, answers)
    more = holds({"field": "x", "op": "gt", "value": str(wanted)}, answers)
    same = holds({"field": "x", "op": "eq", "value": wanted}, answers)
    assert [less, more, same] == [held < wanted, held > wanted, held == wanted]


@QUICK
@given(st.sampled_from(sorted(FieldType)), _JSON)
def test_any_answer_of_any_type_is_right_or_explained(kind, value):
    asked = form(
        q("a", kind, **({"fields": [q("b"), q("c", "integer")]} if kind == "repeated" else {}))
    )
    problems = check(asked, {"a": value}, files={}, partners=0)
    assert all(one.message.endswith(".") and len(one.message) < 300 for one in problems)
    columns(asked, {"a": value})
    assert progress(asked, {"a": value})[0].section.code == "s"


@QUICK
@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_typed_in_french_comes_back(amount):
    whole, _dot, cents = f"{amount:.2f}".partition(".")
    typed = f"{int(whole):,}".replace(",", " ") + f",{cents} €"
    assert Decimal(read(one("money"), typed)) == amount


def test_a_hidden_question_is_neither_asked_nor_kept_nor_seen_by_the_next():
    asked = form(
        q("a", "yes_no"),
        q("b", required=True, condition={"field": "a", "op": "eq", "value": True}),
        q("c", required=True, condition={"field": "b", "op": "filled"}),
    )
    assert visible(asked, {"a": False, "b": "reste"}) == {"a"}
    assert kept(asked, {"a": False, "b": "reste", "c": "x"}) == {"a": False}
    assert check(asked, {"a": False, "b": "reste"}) == []
    assert [one.code for one in check(asked, {"a": True})] == ["b"]
    assert visible(asked, {"a": True, "b": "dit"}) == {"a", "b", "c"}


def test_a_hidden_section_hides_its_questions():
    raw = {
        "sections": [
            {"code": "s", "title": "S", "fields": [q("a", "yes_no")]},
            {"code": "t", "title": "T", "condition": {"field": "a", "op": "eq", "value": True},
             "fields": [q("b", required=True)]},
        ]
    }  # fmt: skip
    assert visible(form_of(raw), {"a": False}) == {"a"}
    assert visible(form_of(raw), {"a": True}) == {"a", "b"}


def line(account: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"account": account, "label": "", "amount": amount} | more


BUDGET = {
    "charges": [line("60", "6000.00"), line("64", "9 000,00"), line("86", "500.00")],
    "produits": [
        line("74", "9000.00", status="asked", ours=True),
        line("70", "6000.00", status="expected"),
        line("87", "500.00"),
    ],
}


def said(asked: Form, answers: dict[str, Any]) -> list[tuple[int | None, str, str]]:
    return [(one.row, one.part, one.message) for one in check(asked, answers)]


def test_a_balanced_budget_is_right_and_a_cent_too_many_is_told():
    asked = form(q("b", "budget", required=True))
    assert said(asked, {"b": BUDGET}) == []
    wrong = {**BUDGET, "charges": [*BUDGET["charges"][:-1], line("86", "500.01")]}
    assert said(asked, {"b": wrong}) == [
        (None, "", ("Le budget n'est pas équilibré : 15\u202f500,01\u00a0€ de charges et 15\u202f500\u00a0€ "
         "de produits ; il manque 0,01\u00a0€ de produits."))
    ]  # fmt: skip


def test_gifts_in_kind_are_equal_on_both_sides():
    asked = form(q("b", "budget"))
    value = {"charges": [line("60", "10"), line("86", "5")], "produits": [line("70", "15")]}
    assert said(asked, {"b": value}) == [
        (None, "", ("Les contributions en nature doivent être égales des deux côtés : 5\u00a0€ au compte 86 "
         "et 0\u00a0€ au compte 87."))
    ]  # fmt: skip


def test_each_line_of_a_budget_says_what_it_lacks():
    asked = form(q("b", "budget", max_rows=3))
    value = {
        "charges": [line("60", "dix"), line("70", "5"), line("61", "", label="Location")],
        "produits": [line("74", "5", status="gratuit"), line("", "")],
    }
    assert said(asked, {"b": value}) == [
        (0, "charges-amount", "Écrivez un montant en euros, par exemple 12 500,50."),
        (1, "charges-account", "Choisissez le poste de cette ligne."),
        (2, "charges-amount", "Écrivez le montant de cette ligne."),
        (0, "produits-status", "Dites si cette recette est acquise, demandée ou prévue."),
    ]
    long = {"charges": [line("60", "1")] * 4, "produits": []}
    assert said(asked, {"b": long}) == [(None, "", "Au plus 3 lignes de charges.")]


def test_the_budget_agrees_with_the_amounts_said_elsewhere():
    asked = form(
        q("d", "money", meaning="requested"),
        q("t", "money", meaning="total_cost"),
        q("b", "budget"),
    )
    assert said(asked, {"d": "9000", "t": "15000", "b": BUDGET}) == []  # without gifts in kind
    assert said(asked, {"d": "9000", "t": "15500", "b": BUDGET}) == []  # with them
    assert [words for _row, _part, words in said(asked, {"d": "8000", "t": "1", "b": BUDGET})] == [
        (
            "Le budget demande 9\u202f000\u00a0€ à cet appel, et la question du montant dit 8\u202f000\u00a0€ : "
            "écrivez le même montant."
        ),
        (
            "Le budget a 15\u202f500\u00a0€ de charges, et la question du coût total dit 1\u00a0€ : "
            "écrivez le même montant."
        ),
    ]


def test_blocks_repeat_within_their_limit_and_hide_what_is_not_asked():
    block = q("p", "repeated", max_rows=2, fields=[
        q("nom", required=True), q("pays", "yes_no"),
        q("lequel", required=True, condition={"field": "pays", "op": "eq", "value": True}),
    ])  # fmt: skip
    asked = form(block)
    assert said(asked, {"p": [{"nom": "Ada"}, {}]}) == []
    assert said(asked, {"p": [{"nom": "", "pays": True}]}) == [
        (0, "nom", "Répondez à cette question."),
        (0, "lequel", "Répondez à cette question."),
    ]
    assert said(asked, {"p": [{"nom": "A"}] * 3}) == [(None, "", "Au plus 2 fois.")]
    assert said(asked, {"p": ["x"]}) == [
        (0, "nom", "Ce tableau n'a pas la forme attendue : remplissez-le de nouveau.")
    ]


def test_indicators_are_whole_lines():
    asked = form(q("i", "indicators", required=True))
    assert said(asked, {"i": [{"label": "Personnes", "unit": "", "target": "40"}, {}]}) == []
    assert said(asked, {"i": [{"label": "Personnes", "unit": "", "target": ""}]}) == [
        (0, "target", "Objectif : à remplir sur cette ligne.")
    ]
    assert said(asked, {"i": [{}]}) == [(None, "", "Écrivez au moins un indicateur.")]


def test_documents_and_partners_are_counted():
    asked = form(q("f", "file", required=True, max_files=2), q("p", "partners", required=True))
    words = [one.message for one in check(asked, {}, files={}, partners=0)]
    assert words == ["Joignez cette pièce.", "Ajoutez au moins un partenaire."]
    assert check(asked, {}, files={"f": 2}, partners=1) == []
    assert [one.message for one in check(asked, {}, files={"f": 3}, partners=1)] == [
        "Cette question accepte 2 pièces au plus."
    ]


def test_an_account_has_a_holder_who_looks_like_the_structure():
    asked = form(q("rib", "iban", holder="tit"), q("tit"))
    assert [(one.code, one.message) for one in check(asked, {"rib": _IBAN})] == [
        ("tit", "Écrivez le nom du titulaire de ce compte.")
    ]
    answers = {"rib": _IBAN, "tit": "REGIE DE QUARTIER DES PAQUERETTES"}
    assert check(asked, answers) == []
    assert doubts(asked, answers, ["Association Régie de quartier des Pâquerettes"]) == []
    (doubt,) = doubts(asked, answers, ["La Ressourcerie"])
    assert doubt.code == "tit"
    assert "« La Ressourcerie »" in doubt.message


def test_the_end_follows_the_start():
    asked = form(q("a", "date", meaning="starts_on"), q("z", "date", meaning="ends_on"))
    assert [one.message for one in check(asked, {"a": "2026-05-02", "z": "2026-05-01"})] == [
        "La fin ne peut précéder le début."
    ]
    assert check(asked, {"a": "2026-05-01", "z": "2026-05-01"}) == []


def test_columns_copy_what_lists_need_and_forget_what_is_wrong():
    asked = form_of(FORM)
    told = columns(
        asked,
        {"titre": "Un atelier", "resume": "Court.", "theme": "climat", "communes": ["92050"],
         "demande": "9 000", "cout": "cher"},
    )  # fmt: skip
    assert told == {
        "title": "Un atelier", "summary": "Court.", "theme": "climat", "places": ["92050"],
        "requested": Decimal("9000.00"), "total_cost": None,
    }  # fmt: skip
    dated = form(q("a", "date", meaning="starts_on"))
    assert columns(dated, {"a": "2026-05-02"}) == {"starts_on": dt.date(2026, 5, 2)}
    assert columns(dated, {}) == {"starts_on": None}


def test_how_far_one_is_counts_required_questions_that_are_asked():
    asked = form_of(FORM)
    assert completeness(asked, {}) == (0, 5)
    assert completeness(asked, {"titre": "T", "resume": "R", "communes": ["92050"]}) == (3, 5)
    whole = {"titre": "T", "resume": "R", "communes": ["92050"], "demande": "1", "cout": "2"}
    assert completeness(asked, whole) == (5, 5)
    assert [(one.done, one.asked, one.is_whole) for one in progress(asked, whole)] == [
        (3, 3, True),
        (2, 2, True),
    ]
