"""The history of a page read by its people, and the way back to any version."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.moderation.actions.restrict import lift, restrict
from maillage.structures.actions.kept import add_kept, edit_kept, remove_kept
from maillage.structures.actions.save import save_establishment, set_terms, update_structure
from maillage.structures.actions.suppress import suppress
from tests.factories import NOW as TODAY
from tests.factories import Crowd, make_term, signed_in
from tests.moderation.test_restrict import WHY
from tests.portal.pages import text
from tests.structures.test_kept import make_upload

pytestmark = pytest.mark.django_db
NOW = TODAY - timedelta(days=30)  # what is done through a page comes after


class Story:
    """Acts on the structure of the crowd, one minute after the other."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.structure, self.minutes = crowd, crowd.structure, 0

    def given(self, person: str) -> dict:
        self.minutes += 1
        space = self.crowd.space if person in {"chloe", "aicha"} else None
        moment = NOW + timedelta(minutes=self.minutes)
        return {"by": getattr(self.crowd, person), "now": moment, "space": space}

    def edit(self, person: str, **changes) -> JournalEntry:
        update_structure(self.structure, changes, **self.given(person))
        return journal.history(self.structure)[0]


@pytest.fixture
def story(crowd: Crowd) -> Story:
    return Story(crowd)


def page(story: Story, person: str = "nadia") -> str:
    address = reverse("member:history", args=[story.structure.pk])
    return text(signed_in(getattr(story.crowd, person)).get(address))


def restore_url(story: Story, entry: JournalEntry, *, agent: bool = False) -> str:
    if agent:
        return reverse(
            "manage:restore_version", args=[story.crowd.space.slug, story.structure.pk, entry.pk]
        )
    return reverse("member:restore_version", args=[story.structure.pk, entry.pk])


def go_back(story: Story, entry: JournalEntry, person: str = "marc"):
    client = signed_in(getattr(story.crowd, person))
    address = restore_url(story, entry, agent=person == "chloe")
    seen = client.get(address).context["plan"].print
    return client.post(address, {"seen": seen})


def test_who_did_what_without_a_name(story):
    story.edit("nadia", acronym="A1")
    story.edit("marc", acronym="A2")
    story.edit("chloe", acronym="A3")
    journal.record("import", story.structure, by=None, at=NOW, changes={"name": ["x", "y"]})
    said = page(story)
    assert "23 octobre 2026 à 11:31, par vous" in said
    assert "par un membre de la structure" in said
    assert "par un agent de Collectivité de test" in said
    assert "par le système" in said
    for name in ("Marc", "Lefort", "Chloé", "Martin", "Nadia"):
        assert name not in said.partition("Ce qui s'est passé")[2], name
    assert "A2 → A3" in said.replace("  ", " ")


def test_acts_on_people_and_reasons_of_agents_are_not_told(story):
    journal.record(
        "member_removed", story.structure, by=story.crowd.nadia, at=NOW, changes={"x": ["Théo", ""]}
    )
    journal.record(
        "edit", story.structure, by=story.crowd.chloe, at=NOW, reason="Selon Mme Dupont."
    )
    said = page(story)
    assert "Théo" not in said
    assert "Dupont" not in said


def test_an_agent_still_reads_names_and_reasons(story):
    story.edit("marc", acronym="A1")
    journal.record("edit", story.structure, by=story.crowd.chloe, at=NOW, reason="Selon l'appel.")
    address = reverse("manage:history", args=[story.crowd.space.slug, story.structure.pk])
    said = text(signed_in(story.crowd.chloe).get(address))
    assert "par Marc Lefort" in said
    assert "Motif : Selon l'appel." in said


def test_long_histories_have_pages_and_a_constant_cost(story, django_assert_max_num_queries):
    for number in range(70):
        journal.record(
            "edit",
            story.structure,
            by=story.crowd.marc,
            at=NOW,
            changes={"acronym": ["", str(number)]},
        )
    address = reverse("member:history", args=[story.structure.pk])
    client = signed_in(story.crowd.nadia)
    with django_assert_max_num_queries(20):
        answer = client.get(address)
    assert (
        len(answer.context["page"].object_list),
        answer.context["page"].paginator.num_pages,
    ) == (
        30,
        3,
    )
    assert len(client.get(f"{address}?page=3").context["page"].object_list) == 10


def test_coming_back_shows_the_difference_then_writes_a_new_edit(story):
    first = story.edit("marc", description="Première", phone="01")
    story.edit("nadia", description="Deuxième")
    story.edit("nadia", description="Troisième", email="a@a.example")
    client = signed_in(story.crowd.marc)
    shown = client.get(restore_url(story, first))
    lines = {line.label: (line.before, line.after) for line in shown.context["plan"].lines}
    assert lines == {
        "présentation": ("Troisième", "Première"),
        "adresse e-mail": ("a@a.example", "vide"),
    }
    assert go_back(story, first).status_code == 302
    story.structure.refresh_from_db()
    assert (story.structure.description, story.structure.phone, story.structure.email) == (
        "Première",
        "01",
        "",
    )
    latest = journal.history(story.structure)[0]
    assert latest.changes["description"] == ["Troisième", "Première"]
    assert latest.reason.startswith("Retour à la version du 23 octobre 2026 à ")
    # And back again: nothing is lost.
    before = journal.history(story.structure)[1]
    assert go_back(story, before, "chloe").status_code == 302
    story.structure.refresh_from_db()
    assert story.structure.description == "Troisième"


def test_a_change_in_between_is_shown_before_anything_is_written(story):
    first = story.edit("marc", description="Première")
    story.edit("nadia", description="Deuxième")
    client, address = signed_in(story.crowd.marc), restore_url(story, first)
    seen = client.get(address).context["plan"].print
    story.edit("nadia", description="Entre-temps")
    answer = client.post(address, {"seen": seen})
    assert answer.status_code == 409
    assert "La fiche a changé entre-temps" in text(answer)
    assert "Entre-temps" in text(answer)
    story.structure.refresh_from_db()
    assert story.structure.description == "Entre-temps"
    assert client.post(address, {"seen": answer.context["plan"].print}).status_code == 302


def test_a_keeper_does_not_bring_back_what_registers_say(story):
    first = story.edit("chloe", siren=None, acronym="A1")
    siren = story.structure.siren
    story.edit("chloe", siren="732829320", acronym="A2")
    assert go_back(story, first).status_code == 302
    story.structure.refresh_from_db()
    assert (story.structure.siren, story.structure.acronym) == ("732829320", "A1")
    assert go_back(story, first, "chloe").status_code == 302
    story.structure.refresh_from_db()
    assert story.structure.siren == siren


def test_rows_places_and_terms_come_back(story):
    one, place = story.structure, story.structure.establishments.get()
    kept = add_kept(one, "service", {"name": "Atelier"}, **story.given("marc"))
    gone = add_kept(
        one,
        "teaser",
        {"kind": "looking", "text": "Des bras", "until": date(2026, 12, 1)},
        **story.given("marc"),
    )
    save_establishment(
        one, {"opening_hours": "Mo 09:00-12:00"}, establishment=place, **story.given("marc")
    )
    set_terms(one, ["sec-ree"], "sec-ree", **story.given("marc"))
    there = journal.history(one)[0]
    edit_kept(kept, {"name": "Atelier vélo", "fee": "5 €"}, **story.given("nadia"))
    remove_kept(gone, **story.given("nadia"))
    late = add_kept(
        one, "link", {"kind": "other", "url": "https://a.example"}, **story.given("nadia")
    )
    save_establishment(one, {"opening_hours": ""}, establishment=place, **story.given("nadia"))
    set_terms(one, ["sec-ali"], "sec-ali", **story.given("nadia"))
    assert go_back(story, there).status_code == 302
    kept.refresh_from_db()
    place.refresh_from_db()
    assert (kept.name, kept.fee, place.opening_hours) == ("Atelier", "", "Mo 09:00-12:00")
    assert [(row.text, row.until) for row in one.teasers.all()] == [("Des bras", date(2026, 12, 1))]
    assert not type(late).objects.filter(pk=late.pk).exists()
    assert list(one.structure_terms.values_list("term__code", "is_main")) == [("sec-ree", True)]


def test_a_file_that_is_gone_is_said_and_the_rest_comes_back(story):
    upload = make_upload()
    picture = add_kept(
        story.structure, "picture", {"upload": upload, "alt": "L'atelier"}, **story.given("marc")
    )
    there = story.edit("marc", description="Avec photo")
    remove_kept(picture, **story.given("nadia"))
    upload.delete()
    story.edit("nadia", description="Sans photo")
    shown = signed_in(story.crowd.marc).get(restore_url(story, there))
    assert "« L'atelier » : son fichier a été effacé." in text(shown)
    assert go_back(story, there).status_code == 302
    story.structure.refresh_from_db()
    assert story.structure.description == "Avec photo"


def test_a_file_that_is_still_there_comes_back(story):
    values = {"upload": make_upload(), "alt": "L'atelier"}
    picture = add_kept(story.structure, "picture", values, **story.given("marc"))
    there = journal.history(story.structure)[0]
    remove_kept(picture, **story.given("nadia"))
    assert go_back(story, there).status_code == 302
    assert story.structure.pictures.get().upload == values["upload"]


def test_what_an_agent_hid_does_not_come_back_with_a_version(story):
    teaser = add_kept(
        story.structure,
        "teaser",
        {"kind": "looking", "text": "Untel a volé"},
        **story.given("marc"),
    )
    there = story.edit("marc", description="Untel a volé la caisse.")
    made = [
        restrict(story.structure, target, **WHY, **story.given("chloe"))
        for target in ("description", f"teaser-{teaser.pk}")
    ]
    for person in ("marc", "chloe"):
        address = restore_url(story, there, agent=person == "chloe")
        said = text(signed_in(getattr(story.crowd, person)).get(address))
        assert "présentation : un agent l'a caché, avec ses motifs." in said
        assert "annonce courte « Untel a volé » : un agent l'a caché" in said
        assert go_back(story, there, person).status_code == 302
    story.structure.refresh_from_db()
    assert (story.structure.description, story.structure.teasers.count()) == ("", 0)
    for one in made:
        lift(one, by=story.crowd.chloe, now=NOW + timedelta(hours=1))
    story.edit("marc", description="Autre chose")
    assert go_back(story, there).status_code == 302
    story.structure.refresh_from_db()
    assert story.structure.description == "Untel a volé la caisse."
    assert story.structure.teasers.get().text == "Untel a volé"


def test_what_a_person_had_taken_off_does_not_come_back_with_a_version(story):
    there = story.edit("marc", email="jeanne@famille.example")
    story.edit("marc", email="accueil@fabrique.example", acronym="A2")
    suppress(story.structure, ["email"], **story.given("chloe"))
    address = restore_url(story, there)
    said = text(signed_in(story.crowd.marc).get(address))
    assert "retiré à la demande d'une personne." in said
    assert "jeanne@famille.example" not in said
    assert go_back(story, there).status_code == 302
    story.structure.refresh_from_db()
    assert (story.structure.email, story.structure.acronym) == ("", "")


def test_nothing_to_come_back_to_is_said(story):
    last = story.edit("marc", acronym="A1")
    answer = signed_in(story.crowd.marc).get(restore_url(story, last))
    assert "Rien ne changerait" in text(answer)


def test_what_can_no_longer_be_written_is_said_and_nothing_is(story):
    make_term("sector", "sec-vieux", "Vieux secteur")
    set_terms(story.structure, ["sec-vieux"], "sec-vieux", **story.given("marc"))
    there = story.edit("marc", description="Première")
    story.edit("marc", description="Deuxième")
    set_terms(story.structure, ["sec-ali"], "sec-ali", **story.given("marc"))
    make_term("sector", "sec-vieux").__class__.objects.filter(code="sec-vieux").update(
        ended_on="2026-11-01"
    )
    answer = go_back(story, there)
    assert answer.status_code == 200
    assert "Terme inconnu ou abandonné : sec-vieux." in text(answer)
    story.structure.refresh_from_db()
    assert story.structure.description == "Deuxième"


def test_an_entry_of_another_structure_is_not_found(story):
    entry = journal.record("edit", story.crowd.other_structure, by=None, at=NOW)
    for person, agent in (("marc", False), ("chloe", True)):
        client = signed_in(getattr(story.crowd, person))
        assert client.get(restore_url(story, entry, agent=agent)).status_code == 404
