"""From the public page to a page kept: claimants, keepers, invitations, on screen."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from maillage.core.models import Letter
from maillage.structures.actions.archive import archive_structure
from maillage.structures.actions.claims import Given
from maillage.structures.actions.invitations import invite_member
from maillage.structures.actions.merge import merge_structures
from maillage.structures.models import Claim, Membership, Structure
from tests.accounts.doors import code_in, letter_to
from tests.factories import NOW, Crowd, make_membership, make_structure, signed_in
from tests.portal.pages import text
from tests.structures.people import ask, code_of, keepers, letters, prove_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def free(crowd: Crowd) -> Structure:
    return make_structure(
        "La Fabrique", in_space=crowd.space, slug="la-fabrique", website="https://fabrique.example"
    )


def claim_url(crowd: Crowd, structure: Structure, proof: str = "") -> str:
    address = reverse("portal:claim", args=[crowd.space.slug, structure.slug])
    return f"{address}?preuve={proof}" if proof else address


def member_url(name: str, structure: Structure, *more: int) -> str:
    return reverse(f"member:{name}", args=[structure.pk, *more])


def test_the_public_page_says_whether_it_is_kept_and_names_nobody(crowd: Crowd, free) -> None:
    for structure, words in (
        (free, "Personne ne tient encore cette fiche"),
        (crowd.structure, "Fiche tenue par la structure"),
    ):
        url = reverse("directory:structure", args=[crowd.space.slug, structure.slug])
        page = crowd.client().get(url).content.decode()
        assert words in page
        assert claim_url(crowd, structure) in page
        assert "Nadia" not in page
        assert "nadia@" not in page


def test_a_visitor_reads_how_and_comes_back_after_signing_in(crowd: Crowd, free) -> None:
    url = claim_url(crowd, free)
    page = crowd.client().get(url).content.decode()
    assert f"/compte/connexion/?next={url}" in page
    assert f"/compte/inscription/?next={url}" in page
    answer = crowd.client().post(f"{url}?preuve=parole", {"message": "moi"})
    assert (answer.status_code, answer["Location"].startswith("/compte/connexion/")) == (302, True)
    assert Claim.objects.count() == 0


def test_the_four_proofs_are_explained(crowd: Crowd, free) -> None:
    page = text(crowd.client("denis").get(claim_url(crowd, free)))
    assert "@fabrique.example" in page
    for words in ("courrier ou par téléphone", "dirigez la structure", "Sur parole"):
        assert words in page


@pytest.mark.parametrize(
    ("proof", "fields"),
    [
        ("domaine", ["email", "function"]),
        ("code", ["function", "message"]),
        ("dirigeant", ["official", "function"]),
        ("parole", ["function", "message"]),
    ],
)
def test_each_proof_asks_for_its_own_elements(crowd: Crowd, free, proof, fields) -> None:
    form = crowd.client("denis").get(claim_url(crowd, free, proof)).context["form"]
    assert list(form.fields) == fields


def test_an_address_of_the_domain_opens_the_page_in_one_step(crowd: Crowd, free) -> None:
    prove_address(crowd.denis, "denis@fabrique.example")
    client = crowd.client("denis")
    assert "rien d'autre à donner" in text(client.get(claim_url(crowd, free)))
    url = claim_url(crowd, free, "domaine")
    email = client.get(url).context["form"]["email"].value()
    answer = client.post(url, {"email": email, "function": "Présidente"}, follow=True)
    assert answer.redirect_chain == [(member_url("home", free), 302)]
    assert "Vous tenez maintenant la fiche de La Fabrique." in answer.content.decode()
    assert keepers(free) == {"denis": "administrator"}


def test_a_code_is_typed_on_the_page_of_the_claim(crowd: Crowd, free) -> None:
    client = crowd.client("denis")
    url = claim_url(crowd, free, "domaine")
    wrong = client.post(url, {"email": "denis@gmail.com", "function": "Moi"})
    assert "finit par @fabrique.example" in text(wrong)
    assert 'value="denis@gmail.com"' in wrong.content.decode()  # nothing typed is lost
    client.post(url, {"email": "denis@fabrique.example"})
    mine = Claim.objects.get()
    page = reverse("member:claim", args=[mine.pk])
    assert "Un code est parti à denis@fabrique.example" in text(client.get(page))
    assert "Ce n'est pas le bon code" in text(client.post(page, {"code": "AAAA-AAAA"}))
    client.post(reverse("member:resend_code", args=[mine.pk]))
    answer = client.post(page, {"code": code_of()}, follow=True)
    assert answer.redirect_chain[-1][0] == member_url("home", free)


def test_a_claim_is_its_author_s_alone(crowd: Crowd, free) -> None:
    claim = ask(crowd, free)
    for name in ("claim", "claim_proof"):
        address = reverse(f"member:{name}", args=[claim.pk])
        for person in ("paule", "nadia", "chloe", "host"):
            assert crowd.client(person).get(address).status_code == 404
    for name in ("resend_code", "withdraw_claim"):
        answer = crowd.client("nadia").post(reverse(f"member:{name}", args=[claim.pk]))
        assert answer.status_code == 404
    claim.refresh_from_db()
    assert claim.state == "open"


def test_a_second_visit_leads_to_the_claim_then_to_the_page(crowd: Crowd, free) -> None:
    claim, client = ask(crowd, free), crowd.client("denis")
    answer = client.post(claim_url(crowd, free, "parole"), {"message": "encore"})
    assert answer["Location"] == reverse("member:claim", args=[claim.pk])
    make_membership(free, crowd.denis)
    assert client.get(claim_url(crowd, free))["Location"] == member_url("home", free)


def test_another_proof_is_given_and_the_claim_withdrawn(crowd: Crowd, free) -> None:
    claim, client = ask(crowd, free), crowd.client("denis")
    url = reverse("member:claim_proof", args=[claim.pk])
    assert "garde sa place" in text(client.get(url))
    client.post(f"{url}?preuve=dirigeant", {"official": "Denis Robert", "function": "Trésorier"})
    claim.refresh_from_db()
    assert (claim.proof, claim.evidence["official"]) == ("official", "Denis Robert")
    client.post(reverse("member:withdraw_claim", args=[claim.pk]))
    assert "Demande retirée" in text(client.get(reverse("member:claim", args=[claim.pk])))
    assert client.get(url)["Location"] == reverse("member:claim", args=[claim.pk])
    again = client.post(reverse("member:withdraw_claim", args=[claim.pk]), follow=True)
    assert "déjà été retirée" in again.content.decode()


def test_gone_merged_and_unknown_pages(crowd: Crowd, free) -> None:
    client, who = crowd.client("denis"), {"by": crowd.chloe, "now": NOW, "space": crowd.space}
    archived = make_structure("Finie", in_space=crowd.space, slug="finie")
    archive_structure(archived, reason="x", **who)
    assert client.get(claim_url(crowd, archived)).status_code == 410
    copy = make_structure("Copie", in_space=crowd.space, slug="copie", siren=None)
    merge_structures(copy, free, **who)
    assert client.get(claim_url(crowd, copy))["Location"] == claim_url(crowd, free)
    far = make_structure("Loin", slug="loin")
    assert client.get(claim_url(crowd, far)).status_code == 404


def test_the_hub_lists_pages_and_claims(crowd: Crowd, free) -> None:
    url = reverse("member:mine")
    assert "Vous ne tenez encore aucune fiche" in text(crowd.client("paule").get(url))
    assert "Vous administrez cette fiche" in text(crowd.client("nadia").get(url))
    ask(crowd, free, Given(proof="domain", email="denis@fabrique.example"))
    assert "À vous : preuve attendue" in text(crowd.client("denis").get(url))


def test_a_keeper_s_home(crowd: Crowd) -> None:
    ask(crowd, crowd.structure)
    page = text(crowd.client("nadia").get(member_url("home", crowd.structure)))
    assert "1 demande vous attend" in page
    page = text(crowd.client("marc").get(member_url("home", crowd.structure)))
    assert "vous attend" not in page
    assert "Nadia Haddad" in page


def test_members_are_invited_changed_and_removed(crowd: Crowd) -> None:
    client, structure = crowd.client("nadia"), crowd.structure
    listing = member_url("members", structure)
    bad = client.post(member_url("invite", structure), {"email": "non", "kind": "member"})
    assert 'value="non"' in bad.content.decode()
    client.post(member_url("invite", structure), {"email": "x@test.example", "kind": "member"})
    assert "x@test.example : valable jusqu'au" in text(client.get(listing))
    invitation = structure.invitations.get()
    client.post(member_url("uninvite", structure, invitation.pk))
    client.get(listing)
    assert "Invitations sans réponse" not in text(client.get(listing))
    marc = Membership.objects.get(user=crowd.marc)
    page = member_url("member", structure, marc.pk)
    client.post(page, {"kind": "administrator"})
    assert keepers(structure)["marc"] == "administrator"
    client.post(page, {"kind": "member"})
    client.post(page, {"kind": "king"})
    assert keepers(structure)["marc"] == "member"
    client.post(page, {"remove": "1"})
    assert keepers(structure) == {"nadia": "administrator"}
    assert client.post(page, {"remove": "1"}).status_code == 404


def test_members_of_another_page_are_out_of_reach(crowd: Crowd) -> None:
    theo = Membership.objects.get(user=crowd.theo)
    invite_member(crowd.other_structure, "x@test.example", "member", by=crowd.theo, now=NOW)
    claim, invitation = ask(crowd, crowd.other_structure), crowd.other_structure.invitations.get()
    client = crowd.client("nadia")
    for name, number in (
        ("member", theo.pk),
        ("uninvite", invitation.pk),
        ("member_claim", claim.pk),
    ):
        answer = client.post(member_url(name, crowd.structure, number), {"remove": "1"})
        assert answer.status_code == 404
    assert keepers(crowd.other_structure) == {"theo": "administrator"}


def test_handing_over_leads_out_of_the_administrators_pages(crowd: Crowd) -> None:
    client, marc = crowd.client("nadia"), Membership.objects.get(user=crowd.marc)
    answer = client.post(member_url("member", crowd.structure, marc.pk), {"hand_over": "1"})
    assert answer["Location"] == member_url("home", crowd.structure)
    assert client.get(member_url("members", crowd.structure)).status_code == 403
    assert keepers(crowd.structure) == {"nadia": "member", "marc": "administrator"}


def test_the_last_administrator_says_what_becomes_of_the_page(crowd: Crowd) -> None:
    client, url = crowd.client("nadia"), member_url("leave", crowd.structure)
    assert "ce qu'elle devient" in text(client.get(url))
    assert client.post(url).status_code == 200
    assert client.post(url, {"choice": "999999"}).status_code == 200
    assert len(keepers(crowd.structure)) == 2
    heir = Membership.objects.get(user=crowd.marc)
    assert client.post(url, {"choice": heir.pk})["Location"] == reverse("member:mine")
    assert keepers(crowd.structure) == {"marc": "administrator"}
    crowd.client("marc").post(url, {"choice": "rendre"})
    assert keepers(crowd.structure) == {}


def test_a_member_leaves_in_one_click(crowd: Crowd) -> None:
    crowd.client("marc").post(member_url("leave", crowd.structure))
    assert keepers(crowd.structure) == {"nadia": "administrator"}


def test_an_administrator_answers_a_claim(crowd: Crowd) -> None:
    first, second = ask(crowd, crowd.structure), ask(crowd, crowd.structure, who="paule")
    client = crowd.client("nadia")
    page = member_url("member_claim", crowd.structure, first.pk)
    assert "Je suis la trésorière." in text(client.get(page))
    assert client.post(page, {"refuse": "1", "reason": ""}).status_code == 200
    client.post(page, {"refuse": "1", "reason": "Nous ne vous connaissons pas."})
    client.post(member_url("member_claim", crowd.structure, second.pk), {"kind": "member"})
    assert keepers(crowd.structure)["paule"] == "member"
    first.refresh_from_db()
    assert (first.state, first.decided_by) == ("refused", crowd.nadia)
    mine = crowd.client("denis").get(reverse("member:claim", args=[first.pk]))
    assert "Nous ne vous connaissons pas." in text(mine)


def test_an_invitation_is_read_by_a_scanner_and_answered_by_its_reader(crowd: Crowd) -> None:
    invite_member(
        crowd.structure, "denis@test.example", "member", by=crowd.nadia, now=timezone.now()
    )
    link = re.sub(r"^https?://[^/]+", "", Letter.objects.get(kind="structures.invited").link)
    visitor = crowd.client().get(link)
    assert f"/compte/inscription/?next={link}" in visitor.content.decode()
    assert crowd.client().post(link).status_code == 200  # not signed in: nothing happens
    assert "au nom d'une autre adresse" in text(crowd.client("bruno").get(link))
    crowd.client("bruno").post(link)
    assert "bruno" not in keepers(crowd.structure)
    client = signed_in(crowd.denis)
    assert "Rejoindre La Ressourcerie" in text(client.get(link))
    assert client.post(link)["Location"] == member_url("home", crowd.structure)
    assert "a déjà servi" in text(client.get(link))
    assert keepers(crowd.structure)["denis"] == "member"
    assert crowd.client().get(reverse("portal:invitation", args=["rien"])).status_code == 404


def test_the_pages_of_a_merged_structure_lead_to_its_heir(crowd: Crowd) -> None:
    copy = make_structure("Copie", in_space=crowd.space, siren=None)
    make_membership(copy, crowd.denis)
    merge_structures(copy, crowd.structure, by=crowd.chloe, now=NOW, space=crowd.space)
    client = crowd.client("denis")
    for name in ("home", "members", "leave"):
        assert client.get(member_url(name, copy))["Location"] == member_url(name, crowd.structure)
    assert crowd.client("paule").get(member_url("home", copy)).status_code == 404


# The agents' queue.


def agent_url(crowd: Crowd, name: str, *args: int) -> str:
    return reverse(f"manage:{name}", args=[crowd.space.slug, *args])


def test_the_queue_shows_what_waits_and_what_was_answered(crowd: Crowd, free) -> None:
    client = crowd.client("chloe")
    queue = agent_url(crowd, "claims")
    assert "Aucune demande n'attend" in text(client.get(queue))
    ask(crowd, free)
    ask(crowd, free, who="paule")
    ask(crowd, crowd.structure)
    ask(crowd, free, Given(proof="domain", email="theo@fabrique.example"), "theo")
    page = text(client.get(queue))
    assert "À examiner (3) Preuve attendue (1) Tranchées (0)" in page
    assert (page.count("plusieurs demandes"), page.count("déjà tenue")) == (2, 1)
    assert "theo" not in page.lower()
    assert "Théo Garnier" in text(client.get(f"{queue}?liste=preuve-attendue"))
    for odd in ("?liste=x", "?page=x", "?page=999999999999", "?page=-1"):
        assert client.get(queue + odd).status_code == 200


def test_the_queue_costs_the_same_whatever_its_length(crowd: Crowd) -> None:
    client, costs = crowd.client("chloe"), []
    for _ in range(3):
        for _ in range(6):
            structure = make_structure(in_space=crowd.space)
            Claim.objects.create(
                structure=structure, user=crowd.denis, proof="word", created_at=NOW
            )
        with CaptureQueriesContext(connection) as asked:
            client.get(agent_url(crowd, "claims"))
        costs.append(sum("structures_claim" in query["sql"] for query in asked))
    assert costs == [3, 3, 3]  # the counts of the lists, the length of this one, its page


def test_rival_claims_are_side_by_side_with_what_registers_say(crowd: Crowd, free) -> None:
    free.phone, free.provenance = (
        "01 48 00 00 00",
        {"phone": {"source": "rna", "date": "2026-01-05"}},
    )
    free.save()
    first = ask(crowd, free)
    ask(
        crowd, free, Given(proof="official", official="Paule Vidal", function="Présidente"), "paule"
    )
    page = text(crowd.client("chloe").get(agent_url(crowd, "claim", first.pk)))
    for words in (
        "Autre demande : Paule Vidal", "01 48 00 00 00 (Ministère de l'Intérieur)",
        "Je suis la trésorière.", "1 rue de la République", "sur parole (faible)".capitalize(),
    ):  # fmt: skip
        assert words in page


def test_an_agent_accepts_refuses_and_asks(crowd: Crowd, free) -> None:
    client, claim = crowd.client("chloe"), ask(crowd, free)
    ask_page = agent_url(crowd, "ask_proof", claim.pk)
    assert client.post(ask_page, {"reason": ""}).status_code == 200
    client.post(ask_page, {"reason": "Un courrier à en-tête, par exemple."})
    mine = crowd.client("denis").get(reverse("member:claim", args=[claim.pk]))
    assert "Un courrier à en-tête" in text(mine)
    accept = agent_url(crowd, "accept_claim", claim.pk)
    assert "checked" in client.post(accept, {"checked": ""}).context["form"].errors
    answer = client.post(accept, {"checked": "RNA, page 2", "checked_on": "2026-11-20"})
    assert answer["Location"] == agent_url(crowd, "claim", claim.pk)
    assert keepers(free) == {"denis": "administrator"}
    assert "RNA, page 2, document du 2026-11-20" in text(client.get(answer["Location"]))
    late = client.post(agent_url(crowd, "refuse_claim", claim.pk), {"reason": "Non."})
    assert "a déjà reçu une réponse" in text(late)
    assert keepers(free) == {"denis": "administrator"}


def test_an_agent_waits_for_those_who_keep_the_page(crowd: Crowd) -> None:
    claim = ask(crowd, crowd.structure)
    Claim.objects.update(created_at=timezone.now())
    client = crowd.client("chloe")
    page = client.get(agent_url(crowd, "claim", claim.pk))
    assert agent_url(crowd, "accept_claim", claim.pk) not in page.content.decode()
    answer = client.post(
        agent_url(crowd, "accept_claim", claim.pk), {"checked": "Appel", "kind": "member"}
    )
    assert "pour répondre" in text(answer)
    Claim.objects.update(created_at=timezone.now() - timedelta(days=15))
    client.post(agent_url(crowd, "accept_claim", claim.pk), {"checked": "Appel", "kind": "member"})
    assert keepers(crowd.structure)["denis"] == "member"


def test_a_code_is_shown_once_to_the_agent(crowd: Crowd, free) -> None:
    claim, client = ask(crowd, free, Given(proof="code")), crowd.client("chloe")
    url = agent_url(crowd, "claim_code", claim.pk)
    assert client.post(url, {"way": "pigeon"}).status_code == 302
    page = client.post(url, {"way": "letter"})
    code = re.search(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", text(page))[0]
    assert "1 rue de la République" in text(page)
    assert page["Cache-Control"].count("no-store") == 1
    assert code not in client.get(agent_url(crowd, "claim", claim.pk)).content.decode()
    typed = crowd.client("denis").post(reverse("member:claim", args=[claim.pk]), {"code": code})
    assert typed["Location"] == member_url("home", free)


def test_another_space_s_agent_knows_nothing_of_a_claim_elsewhere(crowd: Crowd, free) -> None:
    claim = ask(crowd, free)  # in Montreuil: not in Bruno's space
    theirs = crowd.other_space.slug
    for name in ("claim", "accept_claim", "refuse_claim", "ask_proof"):
        address = reverse(f"manage:{name}", args=[theirs, claim.pk])
        assert crowd.client("bruno").get(address).status_code == 404
    code = reverse("manage:claim_code", args=[theirs, claim.pk])
    assert crowd.client("bruno").post(code, {"way": "letter"}).status_code == 404
    free.establishments.update(municipality_code="93055")  # now in both
    address = reverse("manage:claim", args=[theirs, claim.pk])
    assert crowd.client("bruno").get(address).status_code == 200


def test_an_agent_sees_and_removes_who_keeps_a_page(crowd: Crowd) -> None:
    client = crowd.client("chloe")
    sheet = agent_url(crowd, "structure", crowd.structure.pk)
    assert "Nadia Haddad administre nadia@test.example" in text(client.get(sheet))
    nadia = Membership.objects.get(user=crowd.nadia)
    url = agent_url(crowd, "remove_member", crowd.structure.pk, nadia.pk)
    assert client.post(url, {"reason": " "}).status_code == 200
    assert client.post(url, {"reason": "Usurpation"})["Location"] == sheet
    assert keepers(crowd.structure) == {"marc": "member"}
    assert ("member_removed", "nadia") in letters()
    theo = Membership.objects.get(user=crowd.theo)
    wrong = agent_url(crowd, "remove_member", crowd.structure.pk, theo.pk)
    assert client.post(wrong, {"reason": "x"}).status_code == 404


def test_the_history_names_who_came_and_went(crowd: Crowd, free) -> None:
    client, claim = crowd.client("chloe"), ask(crowd, free)
    client.post(agent_url(crowd, "accept_claim", claim.pk), {"checked": "Appel"})
    page = text(client.get(agent_url(crowd, "history", free.pk)))
    assert "Tient maintenant la fiche" in page
    assert "Rôle vide → administre la fiche Personne Denis Robert" in page
    crowd.denis.name = ""
    crowd.denis.email = "efface@test.example"
    crowd.denis.save()
    assert "Denis" not in text(client.get(agent_url(crowd, "history", free.pk)))


def newcomer(come_back: str, email: str) -> Client:
    """A browser whose person opens an account on the way to `come_back`, and is led there."""
    client = Client()
    page = client.get(come_back).content.decode()
    sign_up = html.unescape(re.search(r'href="(/compte/inscription/\?next=[^"]+)"', page)[1])
    form = client.get(sign_up).content.decode()
    assert f'name="next" value="{come_back}"' in form
    who = {"email": email, "name": "Léa Petit", "profile": "resident", "of_age": "on"}
    client.post(sign_up, who | {"next": come_back})
    code = {"code": code_in(letter_to(email))}
    answer = client.post("/compte/inscription/code/", code)
    assert answer["Location"] == come_back
    return client


def test_a_newcomer_without_account_answers_an_invitation(crowd: Crowd) -> None:
    email = "lea@test.example"
    invite_member(crowd.structure, email, "member", by=crowd.nadia, now=timezone.now())
    sent = Letter.objects.get(kind="structures.invited").link
    link = re.sub(r"^https?://[^/]+", "", sent)
    client = newcomer(link, email)
    assert client.post(link)["Location"] == member_url("home", crowd.structure)
    assert keepers(crowd.structure)["lea"] == "member"


def test_a_newcomer_of_the_domain_opens_an_account_and_has_the_page(crowd: Crowd, free) -> None:
    client = newcomer(claim_url(crowd, free), "lea@fabrique.example")
    url = claim_url(crowd, free, "domaine")
    client.post(url, {"email": "lea@fabrique.example", "function": ""})
    assert keepers(free) == {"lea": "administrator"}
