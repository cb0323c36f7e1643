"""People who write the proof before they give it."""

import pytest
from django.core.exceptions import ValidationError

from maillage.core.models import Letter
from maillage.structures.actions.claims import MOST_PROOFS, Given, change_proof
from maillage.structures.actions.invitations import accept_invitation, invite_member
from maillage.structures.actions.members import remove_member
from maillage.structures.actions.save import update_structure
from maillage.structures.models import Membership, Structure
from tests.factories import NOW, Cast, make_membership, make_structure, make_user, signed_in
from tests.structures.people import WORD, ask, keepers, prove_address

pytestmark = pytest.mark.django_db
BY_DOMAIN = Given(proof="domain")


@pytest.fixture
def fabrique(cast: Cast) -> Structure:
    return make_structure(
        "La Fabrique",
        in_space=cast.space,
        website="https://fabrique.example",
        email="contact@fabrique.example",
    )


def test_a_site_written_by_a_keeper_gives_the_page_to_no_friend(cast: Cast, fabrique) -> None:
    thief = make_membership(fabrique, make_user("voleur@mail.example"))
    update_structure(fabrique, {"website": "https://ami.example"}, by=thief.user, now=NOW)
    remove_member(
        thief, by=cast.chloe, now=NOW, reason="Ce n'est pas la structure.", space_id=cast.space.pk
    )
    prove_address(cast.denis, "denis@ami.example")
    claim = ask(cast, fabrique, BY_DOMAIN)
    assert (claim.state, claim.evidence["typed"], keepers(fabrique)) == ("open", True, {})
    page = cast.client("chloe").get(f"/val-de-bievre/gestion/demandes/{claim.pk}/")
    assert "domaine écrit sur la fiche par ses membres" in page.content.decode()


@pytest.mark.parametrize(("source", "state"), [("contribution", "open"), ("agent", "accepted")])
def test_who_wrote_the_address_decides_what_it_proves(cast: Cast, fabrique, source, state) -> None:
    Structure.objects.filter(pk=fabrique.pk).update(
        website="", provenance={"email": {"source": source}}
    )
    fabrique.refresh_from_db()
    prove_address(cast.denis, "denis@fabrique.example")
    assert ask(cast, fabrique, BY_DOMAIN).state == state


def test_who_lost_the_page_does_not_take_it_back_alone(cast: Cast, fabrique) -> None:
    prove_address(cast.denis, "denis@fabrique.example")
    ask(cast, fabrique, BY_DOMAIN)
    member = Membership.objects.get(structure=fabrique)
    remove_member(member, by=cast.chloe, now=NOW, reason="Parti.", space_id=cast.space.pk)
    assert (ask(cast, fabrique, BY_DOMAIN).state, keepers(fabrique)) == ("open", {})


def test_the_domain_of_a_hidden_address_is_not_told(cast: Cast) -> None:
    kept_back = make_structure(
        "Atelier", in_space=cast.space, email="jeanne@famille.example", email_visibility="agents"
    )
    cast_off = {"proof": "domain", "email": "denis@ailleurs.example"}
    with pytest.raises(ValidationError) as raised:
        ask(cast, kept_back, Given(**cast_off))
    assert "famille" not in str(raised.value)
    address = f"/{cast.space.slug}/structures/{kept_back.slug}/tenir/"
    for page in (address, f"{address}?preuve=domaine"):
        assert "famille.example" not in signed_in(cast.denis).get(page).content.decode()
    assert ask(cast, kept_back, Given(proof="domain", email="x@famille.example")).state == "proving"


def test_changing_proof_over_and_over_does_not_fill_the_boxes_of_agents(
    cast: Cast, fabrique
) -> None:
    claim = ask(cast, fabrique)
    for _ in range(MOST_PROOFS):
        change_proof(claim, WORD, by=cast.denis, now=NOW)
    told = Letter.objects.count()
    with pytest.raises(ValidationError, match="beaucoup changé de preuve"):
        change_proof(claim, WORD, by=cast.denis, now=NOW)
    assert Letter.objects.count() == told


def test_an_invitation_is_for_who_proved_the_address(cast: Cast, fabrique) -> None:
    keeper = make_membership(fabrique, make_user())
    invite_member(fabrique, "invitee@fabrique.example", "member", by=keeper.user, now=NOW)
    key = Letter.objects.get(kind="structures.invited").link.rstrip("/").rpartition("/")[2]
    pretender = make_user("invitee@fabrique.example")
    pretender.emailaddress_set.update(verified=False)
    with pytest.raises(ValidationError, match="au nom d'une autre adresse"):
        accept_invitation(key, by=pretender, now=NOW)
