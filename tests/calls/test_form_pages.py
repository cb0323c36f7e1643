"""A section as HTML and back: what a page shows, what it sends, and what a reader sees."""

import re
from typing import Any

import pytest
from django.http import QueryDict

from maillage.calls.forms.answering import answers_from_post, asks_for_lines
from maillage.calls.forms.editing import Sheet
from maillage.calls.forms.reading import form_for_reading, hidden_codes
from maillage.calls.lib.answers import check
from maillage.calls.lib.form import Form, form_of
from maillage.calls.lib.form_check import check_definition

COMMUNES = [("92050", "Nanterre"), ("92025", "Colombes")]
# A field of every type.
EVERY: dict[str, Any] = {
    "sections": [
        {
            "code": "tout",
            "title": "Tout",
            "fields": [
                {"code": "titre", "type": "text", "label": "Titre <b>", "required": True, "max_length": 80},
                {"code": "resume", "type": "long_text", "label": "Résumé", "help": "Court & clair."},
                {"code": "nombre", "type": "integer", "label": "Combien ?", "minimum": "1"},
                {"code": "montant", "type": "money", "label": "Montant", "maximum": "15000"},
                {"code": "jour", "type": "date", "label": "Quand ?"},
                {"code": "oui", "type": "yes_no", "label": "D'accord ?"},
                {"code": "precision", "type": "text", "label": "Précision", "required": True,
                 "condition": {"field": "oui", "op": "eq", "value": True}},
                {"code": "certif", "type": "certify", "label": "Je certifie", "required": True},
                {"code": "theme", "type": "choice", "label": "Thème",
                 "choices": [["a", "Alpha"], ["b", "Bêta"]]},
                {"code": "liste", "type": "choice", "label": "Liste",
                 "choices": [[f"c{n}", f"Choix {n}"] for n in range(9)]},
                {"code": "publics", "type": "choices", "label": "Publics",
                 "choices": [["j", "Jeunes"], ["s", "Seniors"]]},
                {"code": "mail", "type": "email", "label": "Adresse", "personal": True},
                {"code": "tel", "type": "phone", "label": "Téléphone"},
                {"code": "site", "type": "url", "label": "Site"},
                {"code": "siret", "type": "siret", "label": "SIRET", "blind": True},
                {"code": "rna", "type": "rna", "label": "RNA"},
                {"code": "rib", "type": "iban", "label": "IBAN", "holder": "titulaire"},
                {"code": "titulaire", "type": "text", "label": "Titulaire"},
                {"code": "ville", "type": "commune", "label": "Siège"},
                {"code": "villes", "type": "communes", "label": "Communes"},
                {"code": "budget", "type": "budget", "label": "Budget", "max_rows": 10},
                {"code": "allies", "type": "partners", "label": "Partenaires"},
                {"code": "mesures", "type": "indicators", "label": "Indicateurs"},
                {"code": "piece", "type": "file", "label": "Statuts", "accepts": ["pdf"]},
                {"code": "equipe", "type": "repeated", "label": "Équipe", "max_rows": 3, "fields": [
                    {"code": "nom", "type": "text", "label": "Nom", "required": True},
                    {"code": "role", "type": "choice", "label": "Rôle",
                     "choices": [["p", "Présidence"], ["t", "Trésorerie"]]},
                ]},
                {"code": "note", "type": "note", "label": "À savoir", "help": "Une ligne."},
            ],
        }
    ]
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "titre": 'Un <script>"atelier"', "resume": "Deux\nlignes", "nombre": 12, "montant": "12500.50",
    "jour": "2026-02-06", "oui": True, "precision": "oui", "certif": True, "theme": "b", "liste": "c7",
    "publics": ["j"], "mail": "ada@exemple.fr", "tel": "01 23 45 67 89", "site": "https://exemple.fr",
    "siret": "35600000049837", "rna": "W2A1234567", "rib": "FR7630006000011234567890189",
    "titulaire": "La Ressourcerie", "ville": "92050", "villes": ["92025", "93008"],
    "budget": {
        "charges": [{"account": "60", "label": "", "amount": "100.00"}],
        "produits": [{"account": "74", "label": "CD", "amount": "100.00", "status": "asked", "ours": True}],
    },
    "mesures": [{"label": "Personnes", "unit": "personnes", "target": "40"}],
    "equipe": [{"nom": "Ada", "role": "p"}, {"nom": "Zoé", "role": ""}],
}  # fmt: skip


def every() -> Form:
    return form_of(EVERY)


def html_of(form: Form, answers: dict[str, Any], **how: Any) -> str:
    sheet = Sheet(form=form, answers=answers, communes=COMMUNES, **how)
    return "".join(sheet.section(one) for one in form.sections)


def sent_by(html: str) -> QueryDict:
    """What a browser without scripts would send of this page."""
    post = QueryDict(mutable=True)
    for tag, inside in re.findall(r"<(?:input|textarea)([^>]*)>([^<]*)", html):
        name = re.search(r' name="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag or 'type="radio"' in tag
        if not name or " disabled" in tag or (is_box and " checked" not in tag):
            continue
        value = re.search(r' value="([^"]*)"', tag)
        post.appendlist(
            name[1],
            _plain(value[1] if value else inside.lstrip("\n")) if value or not is_box else "on",
        )
    for name, tag, options in re.findall(r'<select name="([^"]*)"([^>]*)>(.*?)</select>', html):
        if " disabled" in tag:
            continue
        chosen = re.search(r'value="([^"]*)" selected', options)
        post.appendlist(name, _plain(chosen[1]) if chosen else "")
    return post


def _plain(text: str) -> str:
    for code, sign in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#x27;", "'"),
        ("&amp;", "&"),
    ):
        text = text.replace(code, sign)
    return text


def test_the_form_of_every_type_is_a_form():
    assert check_definition(EVERY, to_publish=True) == []
    assert check(every(), ANSWERS, files={"piece": 1}) == []


def test_a_page_sent_back_untouched_changes_nothing():
    assert answers_from_post(every(), sent_by(html_of(every(), ANSWERS))) == ANSWERS


def test_a_page_with_a_prefix_is_read_with_it():
    html = html_of(every(), ANSWERS, prefix="bilan-")
    assert answers_from_post(every(), sent_by(html), prefix="bilan-") == ANSWERS
    assert answers_from_post(every(), sent_by(html)) == {}


def test_what_is_typed_wrong_is_kept_and_shown_again():
    typed = {"montant": "douze", "jour": "31/02/2026", "siret": "123", "nombre": "x", "mail": "a b"}
    post = QueryDict(mutable=True)
    post.update(typed)
    answers = answers_from_post(every(), post)
    assert answers == typed
    html = html_of(every(), answers, problems=check(every(), answers))
    for value in typed.values():
        assert f'value="{value}"' in html
    assert html.count('aria-invalid="true"') == 7  # the five, the title, the tick


def test_nothing_typed_gets_out_of_its_place():
    html = html_of(every(), ANSWERS)
    assert "<script>" not in html
    assert "Titre &lt;b&gt;" in html
    assert "<script>" not in form_for_reading(every(), ANSWERS)


def test_every_label_and_description_points_to_something_and_identifiers_are_unique():
    html = html_of(every(), ANSWERS, problems=check(every(), {}))
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    wanted = re.findall(r' for="([^"]*)"', html) + [
        one for listed in re.findall(r' aria-(?:describedby|labelledby)="([^"]*)"', html)
        for one in listed.split()
    ]  # fmt: skip
    assert [one for one in wanted if one not in ids] == []


def test_the_summary_leads_to_each_wrong_field():
    problems = check(every(), {"budget": {"charges": [{"label": "x"}], "produits": []}})
    sheet = Sheet(form=every(), answers={}, problems=problems)
    html = html_of(every(), {}, problems=problems)
    links = re.findall(r'href="#([^"]*)"', sheet.summary())
    assert len(links) == len(problems) == 4
    assert [one for one in links if f' id="{one}"' not in html] == []
    assert 'role="alert" tabindex="-1"' in sheet.summary()
    assert Sheet(form=every(), answers={}).summary() == ""


@pytest.mark.parametrize(
    ("button", "value", "charges", "team"),
    [("add", "budget:charges", 4, 2), ("drop", "equipe:0", 3, 1), ("add", "equipe", 3, 3)],
)
def test_lines_are_added_and_taken_away_without_a_script(button, value, charges, team):
    post = sent_by(html_of(every(), ANSWERS))
    post[button] = value
    assert asks_for_lines(post)
    html = html_of(every(), answers_from_post(every(), post))
    assert html.count('aria-label="Charges, ligne') == charges
    assert html.count('aria-label="Bloc') == team


def test_a_table_never_has_more_lines_than_it_may():
    answers = {"equipe": [{"nom": "A"}] * 3}
    post = sent_by(html_of(every(), answers))
    assert "Ajouter un bloc" not in html_of(every(), answers)
    post["add"] = "equipe"
    assert len(answers_from_post(every(), post)["equipe"]) == 3


def test_a_locked_field_is_shown_and_sends_nothing():
    html = html_of(every(), ANSWERS, only={"titre"})
    assert answers_from_post(every(), sent_by(html)) == {"titre": ANSWERS["titre"]}
    assert "Deux\nlignes" in html


def test_a_question_asked_because_of_another_page_is_left_out_and_of_this_page_is_marked():
    html = html_of(every(), {"oui": False})
    assert "À remplir si « D&#x27;accord ? » est « oui »." in html
    elsewhere = form_of(
        {"sections": [
            {"code": "a", "title": "A", "fields": [{"code": "x", "type": "yes_no", "label": "X"}]},
            {"code": "b", "title": "B", "fields": [
                {"code": "y", "type": "text", "label": "Y",
                 "condition": {"field": "x", "op": "eq", "value": True}}]},
        ]}
    )  # fmt: skip
    assert 'name="y"' not in html_of(elsewhere, {"x": False})
    assert 'name="y"' in html_of(elsewhere, {"x": True})


def test_a_hostile_page_is_read_without_harm():
    post = QueryDict(mutable=True)
    for name in ("titre", "villes", "oui", "certif"):
        post.appendlist(name, "\x00a\ud800")
    for row in ("0", "99999999999", "-1", "²", "x"):
        post[f"equipe-{row}-nom"] = "A"
    post["budget-charges-0-amount"] = "1e9"
    post["add"], post["drop"] = "equipe:equipe:x", "budget:charges:²"
    answers = answers_from_post(every(), post)
    assert answers["titre"] == "a"
    assert answers["equipe"] == [{"nom": "A", "role": ""}]
    assert html_of(every(), answers, problems=check(every(), answers))


@pytest.mark.parametrize(
    "value", [None, 3, "x", [], {}, [[]], {"charges": "x"}, [{"nom": []}], True]
)
def test_stored_answers_of_any_shape_are_shown(value):
    answers = dict.fromkeys(ANSWERS, value)
    assert html_of(every(), answers, problems=check(every(), answers))
    assert form_for_reading(every(), answers)


def test_a_reader_without_names_sees_neither_blind_nor_personal_answers():
    hidden = hidden_codes(every(), blind=True, personal=True)
    assert hidden == {"siret", "mail"}
    html = form_for_reading(every(), ANSWERS, hidden=hidden, places=dict(COMMUNES))
    assert html.count("Masqué pour cette lecture") == 2
    assert "ada@" not in html
    assert "356" not in html
    for words in ("Nanterre", "Colombes, 93008", "12\u202f500,50\u00a0€", "6 février 2026", "Bêta"):
        assert words in html
