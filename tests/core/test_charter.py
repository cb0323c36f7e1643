"""The living style page, the forms as people get them, and the error pages."""

import re

import pytest
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory

from maillage.core.ui.charter import SampleForm, sample_errors


def test_the_style_page_is_public(client: Client, db):
    answer = client.get("/charte/")

    assert answer.status_code == 200
    html = answer.content.decode()
    assert html.count("<h1") == 1
    assert '<html lang="fr">' in html
    assert 'href="#contenu">Aller au contenu' in html


def test_labels_stand_above_and_say_what_is_optional():
    html = str(SampleForm())

    assert '<label for="id_name">Nom de la structure</label>' in html
    assert 'Adresse e-mail <span class="field-optional">(facultatif)</span></label>' in html
    assert 'id="id_name_helptext">Tel qu' in html
    assert re.search(
        r'<input type="text" name="name"[^>]*aria-describedby="id_name_helptext"', html
    )


def test_a_group_of_choices_is_a_fieldset_with_its_legend():
    html = str(SampleForm())

    assert html.count("<fieldset") == html.count("<legend>") == 2
    assert '<fieldset id="id_typology">' in html


def test_a_wrong_answer_is_said_beside_the_field_and_in_the_summary():
    html = str(sample_errors())

    assert 'class="error-summary" role="alert" tabindex="-1"' in html
    assert "5 réponses sont à revoir" in html
    assert '<a href="#id_faux-email">Adresse e-mail :' in html
    assert 'id="id_faux-email_error"' in html
    assert re.search(r'name="faux-email"[^>]*aria-invalid="true"', html)


def test_a_hostile_answer_is_escaped():
    form = SampleForm({"name": "<script>alert(1)</script>" * 9})
    form.is_valid()

    assert "<script>" not in str(form)


@pytest.mark.parametrize("code", [400, 403, 404])
def test_error_pages_keep_the_frame(code, rf: RequestFactory, db):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/ailleurs/")
    request.user = AnonymousUser()
    html = render_to_string(f"{code}.html", {"exception": "", "reason": ""}, request=request)

    assert html.count("<h1") == 1
    assert 'content="noindex"' in html


@pytest.mark.parametrize("code", [500, 503])
def test_failures_need_nothing_but_their_template(code):
    """No database, no request, no session: they may all be broken."""
    html = get_template(f"{code}.html").render()

    assert html.count("<h1") == 1
    assert "Revenir à l'accueil" in html
    assert 'href="/static/core/dist/app.css"' in html


def test_failures_answer_even_without_assets(monkeypatch):
    def missing(path):
        raise ValueError(path)

    monkeypatch.setattr("maillage.core.templatetags.house.static", missing)

    assert "stylesheet" not in get_template("500.html").render()


def test_an_unknown_address_answers_in_french(client: Client, db):
    answer = client.get("/rien/du/tout/")

    assert answer.status_code == 404
    assert "Cette adresse ne mène à aucune page" in answer.content.decode()
