"""The pages of a jury, as an agent, a recused agent, a member and the projector see them."""

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from maillage.calls.actions.jury import holding
from maillage.calls.actions.jury.minutes import sign_minutes
from maillage.calls.actions.jury.scenarios import share_scenario
from maillage.calls.models import JuryDecision, JurySession, Scenario
from tests.calls.factories import name_as
from tests.calls.jury_stage import Stage
from tests.factories import NOW, make_role, make_user, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def stage(cast):
    return Stage(cast.space).open()


@pytest.fixture
def client(stage):
    return signed_in(stage.secretary)


def url(stage, name, *arguments):
    return reverse(f"jury:{name}", args=[stage.space.slug, *arguments])


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


def every_page(stage):
    edition, session, file = stage.edition.pk, stage.session.pk, stage.files[0].pk
    return [
        url(stage, "list"),
        *(url(stage, name, edition) for name in ("edition", "ranking", "fairness", "decision")),
        url(stage, "scenarios", edition),
        *(url(stage, "create_scenario", edition, m) for m in ("manual", "ranked", "optimal")),
        url(stage, "create", edition),
        url(stage, "session", session),
        url(stage, "change", session),
        url(stage, "file", session, file),
    ]


def test_every_page_answers(stage, client):
    stage.propose(0)
    for address in every_page(stage):
        assert client.get(address).status_code == 200, address


def test_the_whole_session_by_its_pages(stage, client):
    session, file = stage.session, stage.files[0]
    assert client.post(url(stage, "clock", session.pk, file.pk, "debut")).status_code == 302
    page = words(client.get(url(stage, "file", session.pk, file.pk)))
    assert "3 membres en droit de voter, quorum 2" in page
    answer = client.post(
        url(stage, "file", session.pk, file.pk),
        {"outcome": "award", "amount": "7500,50", "votes_for": 3, "votes_against": 0,
         "votes_blank": 0, "version": 0},
    )  # fmt: skip
    assert answer.status_code == 302, words(answer)
    assert JuryDecision.objects.get().amount == Decimal("7500.50")
    assert "Retenir · 7 500,50 €" in words(client.get(url(stage, "session", session.pk)))


def test_one_cent_over_keeps_everything_typed(stage, client):
    stage.propose(0)
    stage.propose(1)
    answer = client.post(
        url(stage, "file", stage.session.pk, stage.files[2].pk),
        {"outcome": "award", "amount": "2000,01", "votes_for": 1, "votes_against": 0,
         "votes_blank": 0, "version": 0, "reasons": "Un texte long."},
    )  # fmt: skip
    page = words(answer)
    assert answer.status_code == 409
    assert "il reste 2 000 € pour ce dossier, vous proposez 2 000,01 €" in page
    assert "Un texte long." in page
    assert 'value="2000,01"' in page


def test_a_recused_agent_finds_the_file_nowhere(stage):
    other = make_user()
    make_role(stage.space, other)
    hidden = stage.files[1]
    stage.recuse(hidden, other)
    stage.propose(0)
    stage.propose(1)
    Scenario.objects.create(
        edition=stage.edition, name="Un", method="manual", created_at=NOW,
        lines=[{"application": hidden.pk, "amount": "100.00", "reason": ""}],
    )  # fmt: skip
    scenario = Scenario.objects.get()
    client = signed_in(other)
    for address in every_page(stage):
        answer = client.get(address)
        page = words(answer)
        assert hidden.reference not in page, address
        assert hidden.lead_name not in page, address
        assert hidden.title not in page, address
    session = stage.session.pk
    for address in (
        url(stage, "file", session, hidden.pk),
        url(stage, "scenario", scenario.pk),
        url(stage, "minutes", session),
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(url(stage, "clock", session, hidden.pk, "debut")).status_code == 404


def test_the_screen_of_the_room_shows_no_score_and_ends(stage, client):
    stage.edition.is_blind = True
    stage.edition.save()
    answer = client.post(url(stage, "screen", stage.session.pk))
    link = re.search(r'href="http://testserver(/[^"]+salle/[^"]+)"', answer.content.decode())[1]
    file = stage.files[0]
    holding.start_file(stage.session, file, by=stage.secretary, now=NOW)
    stage.recuse(file, stage.jurors[0].user)
    public = Client()
    page = words(public.get(link))
    assert file.pseudonym in page
    assert file.lead_name not in page
    assert "Dossier 1 sur 4" in page
    assert "20 000 €" in page
    assert f"Sortis de la salle : {stage.jurors[0].user}" in page
    assert "100,0" not in page
    assert "sur 100" not in page
    part = public.get(link, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="ecran"')
    assert public.get(link[:-3] + "xx/").status_code == 404
    live = JurySession.objects.get(pk=stage.session.pk).live
    assert set(live) == {"key", "until"}
    assert live["key"] not in link
    JurySession.objects.update(live=live | {"until": "2020-01-01T00:00:00+00:00"})
    assert public.get(link).status_code == 404
    JurySession.objects.update(live=live)
    client.post(url(stage, "screen", stage.session.pk), {"fermer": "1"})
    assert public.get(link).status_code == 404


def test_a_member_reads_the_session_and_nothing_of_a_file_they_left(stage):
    member, hidden = stage.jurors[0], stage.files[1]
    stage.recuse(hidden, member.user)
    client = signed_in(member.user)
    address = reverse("reviews:session", args=[stage.space.slug, stage.session.pk])
    page = words(client.get(address))
    assert stage.files[0].lead_name in page
    assert hidden.lead_name not in page
    assert hidden.title not in page
    assert client.post(address).status_code == 405
    calendar = client.get(f"{address}seance.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in calendar.content
    stranger = make_user()
    make_role(stage.space, stranger, "juror")
    assert signed_in(stranger).get(address).status_code == 404


def test_a_shared_scenario_is_read_by_members_who_may_see_all(stage):
    one = Scenario.objects.create(
        edition=stage.edition, name="Le partage", method="manual", created_at=NOW,
        lines=[{"application": stage.files[0].pk, "amount": "8000.00", "reason": ""}],
        total=Decimal(8000),
    )  # fmt: skip
    address = reverse("reviews:session", args=[stage.space.slug, stage.session.pk])
    client = signed_in(stage.jurors[0].user)
    assert "Le partage" not in words(client.get(address))
    share_scenario(one, shown=True, by=stage.secretary, now=NOW, version=0)
    assert "Le partage" in words(client.get(address))
    stage.recuse(stage.files[3], stage.jurors[0].user)
    assert "Le partage" not in words(client.get(address))


def test_scenarios_are_made_compared_and_kept_by_their_pages(stage, client):
    edition = stage.edition.pk
    typed = {
        f"montant-{file.pk}": amount
        for file, amount in zip(stage.files, ("9 000", "5000,50", "", ""), strict=True)
    }
    made = client.post(
        url(stage, "create_scenario", edition, "manual"), {"name": "À la main", **typed}
    )
    assert made.status_code == 302, words(made)
    optimal = client.post(
        url(stage, "create_scenario", edition, "optimal"),
        {
            "name": "Le mieux",
            "partial": 20,
            "step": 100,
            "floor": "30",
            "gap": "10",
            "one_each": "on",
        },
    )
    assert optimal.status_code == 302, words(optimal)
    best = Scenario.objects.get(method="optimal")
    assert best.report == {"proven": True}
    assert best.total == Decimal(20000)
    page = words(client.get(url(stage, "scenarios", edition)))
    assert "Optimum prouvé" in page
    assert "14 000,50 €" in page
    verbs = [("montrer", 1), ("retenir", 2), ("dupliquer", 3)]
    for verb, version in verbs:
        client.post(url(stage, "act_scenario", best.pk, verb), {"version": version})
    best.refresh_from_db()
    assert (best.is_kept, best.is_shared, Scenario.objects.count()) == (True, True, 3)


def test_an_impossible_minimum_is_explained(stage, client):
    answer = client.post(
        url(stage, "create_scenario", stage.edition.pk, "optimal"),
        {"name": "Trop", "partial": 100, "step": 100, "least": 3},
    )
    page = words(client.get(answer["Location"]))
    assert "Aucun choix ne respecte toutes ces contraintes" in page
    assert "Atteindre le nombre minimal de lauréats (3)" in page
    assert "Ne pas dépasser l&#x27;enveloppe (20 000 €)" in page
    assert "Accepter 2 lauréats au lieu de 3." in page
    assert "Ou porter l&#x27;enveloppe à 27 000 € (7 000 € de plus)" in page


def test_what_is_not_an_amount_is_said_and_kept(stage, client):
    answer = client.post(
        url(stage, "create_scenario", stage.edition.pk, "manual"),
        {"name": "X", f"montant-{stage.files[0].pk}": "douze"},
    )
    assert answer.status_code == 409
    assert "« douze » n&#x27;est pas un montant" in words(answer)
    assert 'value="douze"' in words(answer)


def test_the_minutes_are_read_signed_and_joined(stage, client):
    stage.finish()
    draft = client.get(url(stage, "minutes", stage.session.pk))
    assert draft.content.startswith(b"%PDF-")
    stage.act(sign_minutes)
    signed = client.get(url(stage, "minutes", stage.session.pk))
    assert b"".join(signed.streaming_content).startswith(b"%PDF-")
    wrong = client.post(
        url(stage, "act", stage.session.pk, "exemplaire"),
        {"version": stage.session.version, "copy": SimpleUploadedFile("a.pdf", b"texte")},
    )
    assert wrong.status_code == 409
    assert "type accepté" in words(wrong)


def test_only_the_named_authority_decides_and_applicants_see_nothing(stage, client):
    stage.finish()
    stage.act(sign_minutes)
    address = url(stage, "decision", stage.edition.pk)
    said = {"reference": "CP 14", "on": "2026-11-20"}
    refused = client.post(address, said)
    assert refused.status_code == 409
    assert "ordonnatrice" in words(refused)
    name_as(stage.edition, stage.secretary, "authority")
    assert client.post(address, {"reference": "", "on": ""}).status_code == 200
    assert client.post(address, said).status_code == 302
    page = words(client.get(address))
    assert "Délibérée · 9 000 €" in page
    back = url(stage, "back", stage.edition.pk, stage.files[0].pk)
    assert client.post(back, {"reason": " "}).status_code == 409
    assert client.post(back, {"reason": "Recours gracieux."}).status_code == 302
    stage.files[0].refresh_from_db()
    assert stage.files[0].status == "reviewed"


def test_the_list_of_a_call_without_jury_teaches(cast):
    agent = make_user()
    make_role(cast.space, agent)
    page = words(signed_in(agent).get(reverse("jury:list", args=[cast.space.slug])))
    assert "Aucun appel n&#x27;est devant un jury" in page
