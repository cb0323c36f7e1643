"""Who is shown which name."""

import pytest
from django.contrib.auth.models import AnonymousUser

from maillage.calls.lib.form import form_of
from maillage.calls.lib.pseudonyms import ADJECTIVES, NOUNS, drawn, pseudonym
from maillage.calls.models import Partner
from maillage.calls.queries.naming import Eye, reader_viewpoint, room_viewpoint, viewpoint
from tests.calls.factories import (
    FORM,
    make_application,
    make_edition,
    make_juror,
    make_submitted,
    name_as,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
NAME = "La Ruche secrète"


@pytest.fixture
def blind(cast):
    return make_edition(cast.space, is_blind=True, status="instruction")


@pytest.fixture
def file(blind):
    return make_submitted(
        blind, NAME, pseudonym="Mésange calme", title="Un four à La Ruche secrète"
    )


def test_a_blind_reader_is_shown_a_pseudonym_and_no_word_of_the_name(blind, file):
    seen = viewpoint(make_juror(blind).user, blind)
    assert seen.eye == Eye.BLIND
    assert [seen.name(file), seen.label(file)] == ["Mésange calme"] * 2
    assert seen.title(file) == "Un four à [nom masqué]"
    assert not seen.knows(file)


def test_names_of_partners_and_numbers_are_masked_in_free_text(blind, file):
    Partner.objects.create(
        application=file, role="funded", name="Atelier Nord", siret="12345678900011"
    )
    seen = viewpoint(make_juror(blind).user, blind)
    text = "Avec l'ATELIER NORD (12345678900011), et l'atelier nordique."
    assert seen.masked(file, text) == "Avec l'[nom masqué] ([nom masqué]), et l'atelier nordique."


def test_an_agent_who_reads_is_blind_on_the_pages_of_readers_alone(cast, blind, file):
    make_juror(blind, user=cast.chloe)
    assert viewpoint(cast.chloe, blind).name(file) == NAME
    assert reader_viewpoint(cast.chloe, blind).name(file) == "Mésange calme"
    assert room_viewpoint(blind).name(file) == "Mésange calme"


def test_an_open_reading_and_the_team_know_the_names(cast, blind, file):
    name_as(blind, cast.denis, "finance")
    assert viewpoint(cast.denis, blind).name(file) == NAME
    juror = make_juror(blind)
    blind.is_blind = False
    seen = viewpoint(juror.user, blind)
    assert (seen.eye, seen.name(file), seen.label(file)) == (Eye.OPEN, NAME, f"{file} · {NAME}")


def test_strangers_former_jurors_and_recused_people_are_told_nothing(cast, blind, file):
    gone = make_juror(blind, left_at=blind.opens_at)
    for user in (AnonymousUser(), cast.denis, cast.bruno, gone.user):
        seen = viewpoint(user, blind)
        assert {seen.name(file), seen.title(file), seen.label(file)} == {"Dossier non accessible"}
    file.interests.create(user=cast.chloe, answer="direct", recused=True)
    assert viewpoint(cast.chloe, blind).name(file) == "Dossier non accessible"


def test_writers_know_their_own_file_only(blind, file):
    other = make_submitted(blind, "Autre")
    seen = viewpoint(file.created_by, blind)
    assert (seen.name(file), seen.name(other)) == (NAME, "Dossier non accessible")


def test_drafts_and_sealed_files_have_no_name_for_the_authority(cast, blind, file):
    draft = make_application(blind, "Brouillon secret")
    assert viewpoint(cast.chloe, blind).name(draft) == "Dossier non accessible"
    blind.is_sealed = True
    assert viewpoint(cast.chloe, blind).name(file) == "Dossier non accessible"


def test_laureates_are_known_to_all_once_notified_and_the_others_never(blind, file):
    refused = make_submitted(blind, "Refusée", status="rejected")
    file.status = "awarded"
    public = AnonymousUser()
    assert viewpoint(public, blind).name(file) == "Dossier non accessible"
    blind.status = "notified"
    assert viewpoint(public, blind).name(file) == NAME
    assert viewpoint(public, blind).name(refused) == "Dossier non accessible"


def test_names_in_session_are_a_choice_of_the_call(blind, file):
    juror = make_juror(blind).user
    blind.status = "jury"
    assert viewpoint(juror, blind).is_blind
    blind.reading = {"names_in_session": True}
    assert viewpoint(juror, blind).name(file) == NAME


def test_fields_hidden_by_what_they_are(cast, blind):
    extra = [
        {"code": "mail", "type": "email", "label": "Adresse"},
        {"code": "rib", "type": "iban", "label": "IBAN"},
        {"code": "ne_le", "type": "date", "label": "Naissance", "personal": True},
        {"code": "lots", "type": "repeated", "label": "Lots", "fields": [
            {"code": "nom", "type": "text", "label": "Nom", "blind": True},
            {"code": "but", "type": "text", "label": "But"},
        ]},
    ]  # fmt: skip
    form = form_of({"sections": [*FORM["sections"], {"code": "x", "title": "X", "fields": extra}]})
    juror = make_juror(blind).user
    hidden = viewpoint(juror, blind).hidden_codes(form)
    assert hidden == {"equipe", "mail", "rib", "ne_le", "lots.nom"}
    blind.is_blind = False
    assert viewpoint(juror, blind).hidden_codes(form) == {"rib"}
    assert viewpoint(cast.chloe, blind).hidden_codes(form) == frozenset()
    shown = {one.code for one in form.fields} - viewpoint(cast.denis, blind).hidden_codes(form)
    assert shown == {"titre", "resume"}


def test_a_title_hidden_by_the_form_is_the_pseudonym(cast):
    form = {"sections": [{"code": "a", "title": "A", "fields": [
        {"code": "t", "type": "text", "label": "Titre", "meaning": "title", "blind": True}]}]}  # fmt: skip
    edition = make_edition(cast.space, is_blind=True, form=form)
    file = make_submitted(edition, pseudonym="Saule sobre")
    assert viewpoint(make_juror(edition).user, edition).title(file) == "Saule sobre"


def test_pseudonyms_are_unique_and_never_run_out(blind):
    assert len(set(NOUNS)) == len(NOUNS)
    assert len(set(ADJECTIVES)) == len(ADJECTIVES)
    drawn_so_far: set[str] = set()
    for _ in range(1200):
        one = drawn(drawn_so_far)
        assert one not in drawn_so_far
        drawn_so_far.add(one)
    every = {f"{noun} {adjective}" for noun in NOUNS for adjective in ADJECTIVES}
    assert drawn(every).endswith(" 2")
    assert max(map(len, every)) < 37
    assert pseudonym(blind) in every
