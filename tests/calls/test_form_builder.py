"""The builder: what agents do to a form by plain posts, two at once, and how versions follow one another."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from maillage.calls.actions.forms import FormRefusedError, freeze_form, publish_version
from maillage.calls.enums import EditionStatus
from maillage.calls.lib.form_check import check_definition
from maillage.calls.models import Answer, Edition, EditionEvent, FormVersion
from maillage.core.models import JournalEntry
from tests.calls.factories import FORM, make_application, make_edition, make_submitted
from tests.calls.test_form_pages import EVERY
from tests.factories import NOW, Cast, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast: Cast) -> Edition:
    found = make_edition(cast.space, status=EditionStatus.DRAFT, form=EVERY)
    found.forms.update(frozen_at=None)
    return found


@pytest.fixture
def agent(cast: Cast) -> Client:
    return cast.client("aicha")


def at(edition: Edition, name: str, *more: str, stage: str = "full") -> str:
    return reverse(f"callforms:{name}", args=[edition.space.slug, edition.pk, stage, *more])


def form_of(edition: Edition) -> FormVersion:
    return edition.forms.filter(stage="full").order_by("-number")[0]


def codes(edition: Edition) -> list[list[str]]:
    return [
        [field["code"] for field in section["fields"]]
        for section in form_of(edition).definition["sections"]
    ]


def send(agent: Client, edition: Edition, name: str, *more: str, **typed: Any) -> Any:
    return agent.post(
        at(edition, name, *more), {"edits": form_of(edition).edits} | typed, follow=True
    )


def said(answer: Any) -> str:
    return answer.content.decode()


def test_every_page_of_the_builder_is_shown(agent, edition):
    for name in ("build", "preview", "versions", "import", "add_section", "export"):
        assert agent.get(at(edition, name)).status_code == 200
    for field in EVERY["sections"][0]["fields"]:
        page = agent.get(at(edition, "question", field["code"]))
        assert page.status_code == 200
        assert agent.post(at(edition, "sample", field["code"]), {"label": "X"}).status_code == 200
    assert agent.get(at(edition, "add", "section", "tout")).status_code == 200
    assert agent.get(at(edition, "add", "bloc", "equipe")).status_code == 200
    assert agent.get(at(edition, "question", "nom")).status_code == 200
    assert agent.get(at(edition, "question", "absente")).status_code == 302


def test_a_form_is_built_from_nothing(agent, cast):
    edition = make_edition(cast.space, status=EditionStatus.DRAFT)
    edition.forms.all().delete()
    assert "Pas encore de formulaire" in said(agent.get(at(edition, "build")))
    agent.post(at(edition, "start"))
    send(agent, edition, "add_section", title="Votre projet", intro="")
    assert form_of(edition).definition["sections"] == [
        {
            "code": "votre_projet",
            "title": "Votre projet",
            "intro": "",
            "condition": {},
            "fields": [],
        }
    ]
    page = send(
        agent, edition, "add", "section", "votre_projet", label="Êtes-vous ESUS ?", type="yes_no"
    )
    assert "Quand la poser" not in said(page)
    send(agent, edition, "add", "section", "votre_projet", label="Depuis quand ?", type="date")
    page = send(
        agent, edition, "question", "depuis_quand", label="Depuis quand ?", required="on",
        c_joint="all", c0_field="etes_vous_esus", c0_op="eq", c0_value="Oui",
    )  # fmt: skip
    assert "Enregistré." in said(page)
    assert "si « Êtes-vous ESUS ? » est « oui »" in said(page)
    assert form_of(edition).definition["sections"][0]["fields"][1] == {
        "code": "depuis_quand", "type": "date", "label": "Depuis quand ?", "required": True,
        "condition": {"field": "etes_vous_esus", "op": "eq", "value": True},
    }  # fmt: skip
    assert check_definition(form_of(edition).definition, to_publish=True) == []


def typed_of(page: Any) -> dict[str, Any]:
    """What a browser would send of the page of a question, untouched."""
    form = page.context["page"]
    return {
        bound.html_name: value
        for bound in form
        if (value := bound.value()) not in (None, "", False, [])
    }


@pytest.mark.parametrize("field", EVERY["sections"][0]["fields"], ids=lambda one: one["type"])
def test_a_question_saved_untouched_says_the_same(agent, edition, field):
    page = agent.get(at(edition, "question", field["code"]))
    answer = send(agent, edition, "question", field["code"], **typed_of(page))
    assert "Enregistré." in said(answer)
    held = next(
        one
        for one in form_of(edition).definition["sections"][0]["fields"]
        if one["code"] == field["code"]
    )
    defaults = {"max_rows": 20, "max_files": 1}
    assert {k: v for k, v in held.items() if defaults.get(k) != v or k in field} == field


def test_a_condition_of_several_lines_comes_back_as_it_was_typed(agent, edition):
    typed = {
        "label": "Précision", "c_joint": "any",
        "c0_field": "theme", "c0_op": "in", "c0_value": "Alpha; bêta",
        "c1_field": "montant", "c1_op": "ge", "c1_value": "9 000,50",
        "c2_field": "oui", "c2_op": "empty", "c2_value": "",
    }  # fmt: skip
    send(
        agent,
        edition,
        "question",
        "site",
        **{k: v for k, v in typed.items() if not k.startswith("c2")},
    )
    page = agent.get(at(edition, "question", "site"))
    assert [one.value() for line in page.context["page"].lines() for one in line][:6] == [
        "theme", "in", "Alpha; Bêta", "montant", "ge", "9000.50",
    ]  # fmt: skip
    send(agent, edition, "question", "site", **typed)
    held = next(
        one for one in form_of(edition).definition["sections"][0]["fields"] if one["code"] == "site"
    )
    assert held["condition"] == {
        "any": [
            {"field": "theme", "op": "in", "value": ["a", "b"]},
            {"field": "montant", "op": "ge", "value": "9000.50"},
            {"field": "oui", "op": "filled", "value": False},
        ]
    }


def test_a_condition_that_says_nothing_clear_is_refused_and_kept_on_the_page(agent, edition):
    before = form_of(edition).definition
    page = send(
        agent, edition, "question", "site", label="Mon site", c_joint="all",
        c0_field="theme", c0_op="eq", c0_value="Gamma",
    )  # fmt: skip
    assert page.status_code == 422
    assert "« Gamma » n&#x27;est pas une réponse possible à cette question." in said(page)
    assert 'value="Mon site"' in said(page)
    assert form_of(edition).definition == before


def test_a_condition_too_rich_for_the_lines_is_kept_whole(agent, edition):
    rich = {"not": {"field": "oui", "op": "eq", "value": True}}
    form = form_of(edition)
    form.definition["sections"][0]["fields"][13]["condition"] = rich
    form.save()
    send(agent, edition, "question", "site", label="Site", c_keep="on")
    assert form_of(edition).definition["sections"][0]["fields"][13]["condition"] == rich
    send(agent, edition, "question", "site", label="Site")
    assert "condition" not in form_of(edition).definition["sections"][0]["fields"][13]


def test_questions_move_double_and_go_and_the_last_act_is_undone(agent, edition):
    first = codes(edition)
    send(agent, edition, "act", act="down", target="question:titre")
    assert codes(edition)[0][:2] == ["resume", "titre"]
    send(agent, edition, "act", act="up", target="question:titre")
    assert codes(edition) == first
    send(agent, edition, "act", act="duplicate", target="question:equipe")
    twin = form_of(edition).definition["sections"][0]["fields"][25]
    assert [twin["code"], [one["code"] for one in twin["fields"]]] == [
        "equipe_2",
        ["nom_2", "role_2"],
    ]
    send(agent, edition, "act", act="delete", target="question:equipe_2")
    assert codes(edition) == first
    page = agent.get(at(edition, "build"))
    assert "Défaire la suppression" in said(page)
    send(agent, edition, "undo")
    assert codes(edition)[0][25] == "equipe_2"
    send(agent, edition, "undo")
    assert codes(edition) == first


def test_a_question_crosses_into_the_next_section_and_stops_at_the_edge(agent, edition):
    send(agent, edition, "add_section", title="Suite", intro="")
    send(agent, edition, "act", act="down", target="question:note")
    assert codes(edition)[1] == ["note"]
    page = send(agent, edition, "act", act="down", target="question:note")
    assert "elle ne peut aller plus loin" in said(page)
    send(agent, edition, "act", act="up", target="section:suite")
    assert codes(edition)[0] == ["note"]


@pytest.mark.parametrize(
    ("act", "target", "sentence"),
    [
        ("delete", "question:oui", "D&#x27;autres en dépendent (« Précision »)"),
        ("delete", "question:titulaire", "D&#x27;autres en dépendent (« IBAN »)"),
        ("up", "question:precision", "qui n&#x27;est pas posée avant celle-ci"),
        ("down", "question:oui", "qui n&#x27;est pas posée avant celle-ci"),
        ("delete", "question:absente", "Cette question n&#x27;existe plus"),
        ("delete", "section:absente", "Cette section n&#x27;existe plus"),
        ("burn", "question:oui", "Ce bouton n&#x27;est plus à jour"),
        ("up", "formulaire:oui", "Ce bouton n&#x27;est plus à jour"),
        ("up", "section:tout", "au bord"),
    ],
)
def test_what_would_break_the_form_is_refused_in_one_sentence(
    agent, edition, act, target, sentence
):
    before = form_of(edition)
    assert sentence in said(send(agent, edition, "act", act=act, target=target))
    after = form_of(edition)
    assert (after.definition, after.edits) == (before.definition, before.edits)


def test_two_tabs_do_not_undo_each_other(agent, edition):
    old = form_of(edition).edits
    send(agent, edition, "act", act="duplicate", target="question:tel")
    page = agent.post(
        at(edition, "question", "site"), {"edits": old, "label": "Votre site", "help": "Neuf."}
    )
    assert page.status_code == 422
    assert "a été modifié entre-temps" in said(page)
    assert "Neuf." in said(page)
    assert f'name="edits" value="{form_of(edition).edits}"' in said(page)
    for name, typed in (("act", {"act": "delete", "target": "question:tel"}), ("undo", {})):
        page = agent.post(at(edition, name), {"edits": old} | typed, follow=True)
        assert "tel_2" in [code for listed in codes(edition) for code in listed]
    answer = send(agent, edition, "question", "site", label="Votre site", help="Neuf.")
    assert "Enregistré." in said(answer)


def test_the_words_of_a_choice_change_and_its_code_stays(agent, edition):
    send(agent, edition, "question", "theme", label="Thème", choices="Alpha\nBêta 2\nGamma")
    held = form_of(edition).definition["sections"][0]["fields"][8]
    assert held["choices"] == [["a", "Alpha"], ["b", "Bêta 2"], ["gamma", "Gamma"]]


def test_the_form_goes_to_a_file_and_back(agent, edition):
    content = agent.get(at(edition, "export")).content
    send(agent, edition, "act", act="delete", target="question:note")
    page = send(agent, edition, "import", file=SimpleUploadedFile("f.json", content))
    assert "Le formulaire est repris" in said(page)
    assert form_of(edition).definition == EVERY
    bare = json.dumps(FORM)
    send(agent, edition, "import", text=bare)
    assert form_of(edition).definition == FORM


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "ce n&#x27;est pas du JSON"),
        ("pas du json", "ce n&#x27;est pas du JSON"),
        ("[" * 100_000, "ce n&#x27;est pas du JSON"),
        ("[]", "il n&#x27;a pas de sections"),
        ('{"sections": [{"code": "s"}]}', "Donnez un titre à cette section."),
        ('{"sections": [{"code": "s", "title": "S", "fields": [{"code": "a", "type": "carte", "label": "A"}]}]}',
         "Le type « carte » n&#x27;existe pas."),
        ('{"sections": [NaN]}', "Une section n&#x27;a pas la forme attendue."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_form_is_explained(agent, edition, content, sentence):
    page = send(agent, edition, "import", text=content)
    assert page.status_code == 422
    assert sentence in said(page)
    assert form_of(edition).definition == EVERY


def test_a_frozen_form_is_shown_and_never_changed(agent, cast):
    edition = make_edition(cast.space)
    assert "figée le" in said(agent.get(at(edition, "build")))
    page = send(agent, edition, "act", act="delete", target="question:titre")
    assert "Cette version est figée" in said(page)
    for name, more in (("question", ["titre"]), ("add_section", []), ("import", [])):
        assert agent.get(at(edition, name, *more)).status_code == 302
    assert form_of(edition).definition == FORM


def test_a_new_version_moves_drafts_without_losing_an_answer(agent, cast):
    edition = make_edition(cast.space)
    draft, sent = make_application(edition), make_submitted(edition)
    for code, value in (("titre", "Un atelier"), ("equipe", "Nous")):
        Answer.objects.create(application=draft, code=code, value=value, at=NOW)
    page = agent.post(at(edition, "versions"), {"note": "Une question en trop."}, follow=True)
    assert "La nouvelle version est ouverte" in said(page)
    page = agent.post(at(edition, "versions"), {"note": "Encore."}, follow=True)
    assert "Une nouvelle version est déjà en cours" in said(agent.get(at(edition, "versions"))) or (
        page.status_code == 422
    )
    unchanged = send(agent, edition, "publish")
    assert "Cette version ne change rien" in said(unchanged)
    send(agent, edition, "act", act="delete", target="question:equipe")
    send(
        agent,
        edition,
        "question",
        "titre",
        label="Titre du projet",
        required="on",
        max_length="120",
        meaning="title",
        public="on",
    )
    page = agent.get(at(edition, "versions"))
    for words in ("« Votre équipe » n&#x27;est plus demandé.", "« Titre » devient « Titre du projet ».",
                  "1 brouillon la suivront", "1 dossier déjà déposé"):  # fmt: skip
        assert words in said(page)
    page = send(agent, edition, "publish")
    assert "La version 2 est publiée (brouillons déplacés : 1)." in said(page)
    draft.refresh_from_db()
    sent.refresh_from_db()
    assert [draft.form.number, sent.form.number] == [2, 1]
    assert dict(draft.answers.values_list("code", "value")) == {
        "titre": "Un atelier",
        "equipe": "Nous",
    }
    event = EditionEvent.objects.get(edition=edition)
    assert event.text == (
        "Le formulaire (dossier) change, version 2. Une question en trop. « Votre équipe » n'est plus demandé. "
        "« Titre » devient « Titre du projet »."
    )
    assert list(JournalEntry.objects.filter(action__startswith="form_").values_list("action", flat=True).order_by("pk")) == [
        "form_version", "form_frozen",
    ]  # fmt: skip


def test_a_version_being_written_is_given_up(agent, cast):
    edition = make_edition(cast.space)
    agent.post(at(edition, "versions"), {"note": "Essai."})
    send(agent, edition, "drop")
    assert form_of(edition).number == 1
    page = send(agent, edition, "drop")
    assert "Cette version est figée" in said(page)


def test_a_form_that_lacks_something_is_not_frozen(edition):
    form = form_of(edition)
    form.definition = {"sections": [{"code": "s", "title": "Vide", "fields": []}]}
    form.save()
    with pytest.raises(FormRefusedError, match="Section « Vide » : Cette section est vide"):
        freeze_form(form, by=make_user(), now=NOW)
    with pytest.raises(FormRefusedError, match="figé à la publication de l'appel"):
        publish_version(form, edits=form.edits, by=make_user(), now=NOW)


def test_the_burden_is_told_against_the_amount(agent, cast):
    edition = make_edition(cast.space, form=EVERY, amount_max="1000.00")
    page = said(agent.get(at(edition, "build")))
    assert "Ce formulaire est long pour ce montant" in page
    assert "au plus par heure passée" in page


def test_the_whole_form_is_a_tagged_document(cast):
    edition = make_edition(cast.space, form=EVERY)
    url = reverse("calls:form_pdf", args=[cast.space.slug, edition.slug])
    answer = cast.client().get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert b"/MarkInfo" in answer.content
    assert b"/StructTreeRoot" in answer.content
    assert cast.client().get(f"{url}?temps=report").status_code == 404
    assert cast.client().get(f"{url}?temps=x").status_code == 404


def test_the_form_of_a_call_being_prepared_is_for_agents(cast, edition, agent):
    url = reverse("calls:form_pdf", args=[cast.space.slug, edition.slug])
    assert cast.client().get(url).status_code == 404
    assert agent.get(at(edition, "pdf")).status_code == 200
    assert cast.client("denis").get(at(edition, "pdf")).status_code == 403
    assert cast.client("bruno").get(at(edition, "build")).status_code == 403
