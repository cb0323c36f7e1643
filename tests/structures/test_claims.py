"""A person asks to keep a page: graded proof, and nobody first come."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from maillage.core import journal
from maillage.core.models import JournalEntry, Letter
from maillage.structures.actions.archive import archive_structure, restore_structure
from maillage.structures.actions.claim_codes import give_code, send_code_again, type_code
from maillage.structures.actions.claim_decisions import (
    accept_claim,
    ask_other_proof,
    refuse_claim,
    tell_ripe,
)
from maillage.structures.actions.claims import Given, change_proof, start_claim, withdraw_claim
from maillage.structures.actions.members import release
from maillage.structures.models import Claim, Membership, Structure
from tests.factories import NOW, Cast, Crowd, make_membership, make_structure, make_user
from tests.structures.people import (
    WORD,
    ask,
    code_of,
    forget_letters,
    keepers,
    letters,
    prove_address,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=14)
OWN = {"website": "https://www.fabrique.example", "email": "contact@fabrique.example"}


@pytest.fixture
def fabrique(cast: Cast) -> Structure:
    return make_structure("La Fabrique", in_space=cast.space, **OWN)


def refusal(raised) -> dict | list:
    error = raised.value
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def test_a_proved_address_of_the_domain_gives_a_free_page_at_once(cast: Cast, fabrique) -> None:
    prove_address(cast.denis, "Denis@fabrique.example")
    claim = ask(cast, fabrique, Given(proof="domain", function="Président"))
    assert (claim.state, claim.decided_by, claim.decided_at) == ("accepted", None, NOW)
    assert keepers(fabrique) == {"denis": "administrator"}
    member = Membership.objects.get(structure=fabrique)
    assert (member.proof, member.function) == ("domain", "Président")
    assert letters() == [
        ("claim_accepted", "denis"),
        ("claim_settled", "aicha"),
        ("claim_settled", "chloe"),
    ]
    acts = [(one.action, one.by, one.changes.get("role")) for one in journal.history(fabrique)]
    assert acts == [("member_added", None, ["", "administrator"])]
    assert "Denis" not in str(list(JournalEntry.objects.values_list("changes", flat=True)))


def test_an_address_that_was_not_proved_gets_a_code(cast: Cast, fabrique) -> None:
    claim = ask(cast, fabrique, Given(proof="domain", email="denis@fabrique.example"))
    assert (claim.state, keepers(fabrique)) == ("proving", {})
    letter = Letter.objects.get(kind="structures.proof_code")
    assert (letter.to, letter.is_secret, letter.user) == ("denis@fabrique.example", True, None)
    code = code_of()
    assert code.replace("-", "") not in claim.code_hash
    type_code(claim, f" {code.lower().replace('-', ' ')} ", by=cast.denis, now=NOW)
    assert (claim.state, keepers(fabrique)) == ("accepted", {"denis": "administrator"})
    with pytest.raises(ValidationError) as raised:
        type_code(claim, code, by=cast.denis, now=NOW)
    assert refusal(raised) == {"code": ["Cette demande n'attend plus de code."]}


@pytest.mark.parametrize(
    "email",
    [
        "denis@gmail.com",
        "denis@sous.fabrique.example",
        "denis@example",
        "denis@fabrique.example.mechant.example",
        "denis@fаbrique.example",  # a Cyrillic a
        "denis@ｆabrique.example",
        '"denis@fabrique.example"@mechant.example',
        "denis@mechant.example@",
    ],
)
def test_a_look_alike_proves_nothing(cast: Cast, fabrique, email: str) -> None:
    with pytest.raises(ValidationError) as raised:
        ask(cast, fabrique, Given(proof="domain", email=email))
    said = (
        "Cette adresse n'est pas du domaine de la structure. Donnez une adresse qui finit par "
        "@fabrique.example."
    )
    assert refusal(raised) == {"email": [said]}
    assert (Claim.objects.count(), letters()) == (0, [])


@pytest.mark.parametrize(
    ("site", "email", "address"),
    [
        ("https://fabrique.asso.fr", "", "denis@asso.fr"),
        ("https://asso.fr", "", "denis@asso.fr"),
        ("https://fabrique.wordpress.com", "", "denis@fabrique.wordpress.com"),
        ("", "fabrique@orange.fr", "denis@orange.fr"),
        ("https://ville.example/associations/fabrique", "", "denis@ville.example"),
    ],
)
def test_a_shared_domain_proves_nothing(cast: Cast, site: str, email: str, address: str) -> None:
    structure = make_structure(in_space=cast.space, website=site, email=email)
    with pytest.raises(ValidationError) as raised:
        ask(cast, structure, Given(proof="domain", email=address))
    assert refusal(raised)["email"][0].startswith("Cette adresse n'est pas du domaine")


def test_the_very_address_that_the_page_shows_is_a_proof(cast: Cast) -> None:
    structure = make_structure(in_space=cast.space, email="LaFabrique@orange.fr")
    given = Given(proof="domain", email="lafabrique@orange.fr")
    assert ask(cast, structure, given).state == "proving"
    hidden = make_structure(
        in_space=cast.space, email="cache@orange.fr", contact_visibility={"email": "agents"}
    )
    with pytest.raises(ValidationError):
        ask(cast, hidden, Given(proof="domain", email="cache@orange.fr"))


def test_a_domain_that_two_structures_share_is_for_an_agent(cast: Cast, fabrique) -> None:
    make_structure("Siège du réseau", website="https://fabrique.example/")
    prove_address(cast.denis, "denis@fabrique.example")
    claim = ask(cast, fabrique, Given(proof="domain"))
    assert (claim.state, claim.evidence["shared"], keepers(fabrique)) == ("open", True, {})
    accept_claim(claim, by=cast.chloe, now=NOW, space=cast.space)  # proved: nothing more to check
    assert keepers(fabrique) == {"denis": "administrator"}


def test_codes_sent_are_counted_and_the_last_one_alone_opens(cast: Cast, fabrique) -> None:
    claim = ask(cast, fabrique, Given(proof="domain", email="denis@fabrique.example"))
    first = code_of()
    for _ in range(4):
        send_code_again(claim, now=NOW)
    for change in (send_code_again, lambda one, now: change_proof(
        one, Given(proof="domain", email="denis@fabrique.example"), by=cast.denis, now=now
    )):  # fmt: skip
        with pytest.raises(ValidationError) as raised:
            change(claim, now=NOW)
        assert "cinq fois" in refusal(raised)[0]
    claim.refresh_from_db()
    with pytest.raises(ValidationError):
        type_code(claim, first, by=cast.denis, now=NOW)
    type_code(claim, code_of(), by=cast.denis, now=NOW)
    assert claim.state == "accepted"


def test_a_code_dies_after_five_tries_or_on_its_day(cast: Cast, fabrique) -> None:
    claim = ask(cast, fabrique, Given(proof="domain", email="denis@fabrique.example"))
    code = code_of()
    with pytest.raises(ValidationError) as raised:
        type_code(claim, code, by=cast.denis, now=NOW + timedelta(days=1))
    assert refusal(raised) == {"code": ["Ce code n'est plus valable : demandez-en un nouveau."]}
    said = []
    for _ in range(6):
        with pytest.raises(ValidationError) as raised:
            type_code(claim, "AAAA-AAAA", by=cast.denis, now=NOW)
        said += refusal(raised)["code"]
    assert said[0] == "Ce n'est pas le bon code. Il vous reste 4 essais."
    assert said[3:] == [
        "Ce n'est pas le bon code. Il vous reste 1 essai.",
        "Ce n'est pas le bon code. Demandez-en un nouveau.",
        "Cinq essais ont été faits : ce code ne vaut plus rien, demandez-en un nouveau.",
    ]
    with pytest.raises(ValidationError):
        type_code(claim, code, by=cast.denis, now=NOW)
    assert keepers(fabrique) == {}


def test_another_person_cannot_type_the_code(cast: Cast, fabrique) -> None:
    claim = ask(cast, fabrique, Given(proof="domain", email="denis@fabrique.example"))
    with pytest.raises(ValidationError):
        type_code(claim, code_of(), by=cast.bruno, now=NOW)
    claim.refresh_from_db()
    assert (claim.state, claim.code_attempts) == ("proving", 0)


def test_an_agent_gives_a_code_for_thirty_days(cast: Cast, fabrique) -> None:
    claim = ask(cast, fabrique, Given(proof="code"))
    assert claim.state == "open"  # an agent has something to do
    first = give_code(claim, "phone", by=cast.chloe, now=NOW, space_id=cast.space.pk)
    second = give_code(claim, "letter", by=cast.chloe, now=NOW, space_id=cast.space.pk)
    assert (claim.state, claim.evidence["way"]) == ("proving", "letter")
    assert [kind for kind, to in letters() if to == "denis"] == [
        "claim_received", "claim_code_given", "claim_code_given",
    ]  # fmt: skip
    assert not Letter.objects.filter(body__contains=second).exists()
    with pytest.raises(ValidationError):
        type_code(claim, first, by=cast.denis, now=NOW)
    type_code(claim, second, by=cast.denis, now=NOW + timedelta(days=29))
    assert (claim.state, keepers(fabrique)) == ("accepted", {"denis": "administrator"})


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Given(proof="word"), "message"),
        (Given(proof="word", message="  "), "message"),
        (Given(proof="official", function="Présidente"), "official"),
        (Given(proof="official", official="Nadia B."), "function"),
        (Given(proof="invite"), "proof"),
        (Given(proof="king"), "proof"),
    ],
)
def test_a_proof_without_its_elements_is_refused(cast: Cast, fabrique, given, field) -> None:
    with pytest.raises(ValidationError) as raised:
        ask(cast, fabrique, given)
    assert list(refusal(raised)) == [field]
    assert Claim.objects.count() == 0


def test_an_agent_says_what_was_checked_before_accepting(cast: Cast, fabrique) -> None:
    claim = ask(
        cast, fabrique, Given(proof="official", official="Denis  Robert", function="Trésorier")
    )
    assert letters() == [
        ("claim_to_agents", "aicha"), ("claim_to_agents", "chloe"), ("claim_received", "denis"),
    ]  # fmt: skip
    with pytest.raises(ValidationError) as raised:
        accept_claim(claim, by=cast.chloe, now=NOW, space=cast.space, checked=" ")
    assert refusal(raised) == {"checked": ["Écrivez ce que vous avez vérifié, et où."]}
    accept_claim(
        claim, by=cast.chloe, now=NOW, space=cast.space, checked="RNA", checked_on=NOW.date(),
        kind="member",
    )  # fmt: skip
    assert claim.evidence == {
        "agents_told": True,
        "official": "Denis Robert",
        "checked": {"what": "RNA", "on": "2026-11-22"},
    }
    # Alone, they administer, whatever was ticked.
    assert keepers(fabrique) == {"denis": "administrator"}
    assert Membership.objects.get().proof == "official"


def test_a_refusal_has_a_reason_that_is_sent(cast: Cast, fabrique) -> None:
    claim = ask(cast, fabrique)
    with pytest.raises(ValidationError):
        refuse_claim(claim, " ", by=cast.chloe, now=NOW, space=cast.space)
    refuse_claim(claim, "Inconnue de la structure.", by=cast.chloe, now=NOW, space=cast.space)
    letter = Letter.objects.get(kind="structures.claim_refused")
    assert (letter.to, "Inconnue de la structure." in letter.body) == ("denis@test.example", True)
    assert (claim.state, claim.reason, keepers(fabrique)) == (
        "refused",
        "Inconnue de la structure.",
        {},
    )
    again = ask(cast, fabrique)
    assert again.pk != claim.pk


def test_the_first_answer_wins_and_the_second_is_told(cast: Cast) -> None:
    shared = make_structure(in_space=cast.space)
    shared.establishments.update(municipality_code="93055")  # in both spaces
    claim = ask(cast, shared)
    assert sorted(to for kind, to in letters() if kind == "claim_to_agents") == [
        "aicha", "bruno", "chloe",
    ]  # fmt: skip
    theirs = Claim.objects.get(pk=claim.pk)
    refuse_claim(claim, "Non.", by=cast.chloe, now=NOW, space=cast.space)
    with pytest.raises(ValidationError) as raised:
        accept_claim(theirs, by=cast.bruno, now=NOW, space=cast.other_space, checked="Appel")
    assert refusal(raised) == [
        "Cette demande a déjà été refusée par Chloé Martin, le 22 novembre 2026."
    ]
    assert keepers(shared) == {}


def test_another_proof_is_asked_and_given(cast: Cast, fabrique) -> None:
    claim = ask(cast, fabrique)
    ask_other_proof(claim, "Écrivez du domaine.", by=cast.chloe, now=NOW, space=cast.space)
    assert (claim.state, claim.evidence["asked"]) == ("proving", "Écrivez du domaine.")
    change_proof(claim, Given(proof="domain", email="d@fabrique.example"), by=cast.denis, now=NOW)
    type_code(claim, code_of(), by=cast.denis, now=NOW)
    assert keepers(fabrique) == {"denis": "administrator"}


def test_a_kept_page_is_not_taken_by_the_strongest_proof(crowd: Crowd) -> None:
    structure = crowd.structure  # kept by nadia and marc
    Structure.objects.filter(pk=structure.pk).update(**OWN)
    structure.refresh_from_db()
    prove_address(crowd.denis, "denis@fabrique.example")
    claim = ask(crowd, structure, Given(proof="domain"))
    assert (claim.state, keepers(structure)) == (
        "open", {"nadia": "administrator", "marc": "member"},
    )  # fmt: skip
    assert [to for kind, to in letters() if kind == "claim_to_keepers"] == ["nadia"]
    with pytest.raises(ValidationError) as raised:
        accept_claim(claim, by=crowd.chloe, now=LATER - timedelta(seconds=1), space=crowd.space)
    assert "jusqu'au 6 décembre 2026" in refusal(raised)[0]
    accept_claim(claim, kind="member", by=crowd.chloe, now=LATER, space=crowd.space)
    assert keepers(structure)["denis"] == "member"


def test_agents_are_told_when_the_people_in_place_did_not_answer(crowd: Crowd) -> None:
    claim = ask(crowd, crowd.structure)
    assert [kind for kind, _ in letters()] == ["claim_to_keepers", "claim_received"]
    forget_letters()
    assert (tell_ripe(now=LATER - timedelta(seconds=1)), letters()) == (0, [])
    assert (tell_ripe(now=LATER), tell_ripe(now=LATER)) == (1, 0)
    assert letters() == [("claim_to_agents", "aicha"), ("claim_to_agents", "chloe")]
    accept_claim(claim, kind="member", by=crowd.nadia, now=LATER)
    assert keepers(crowd.structure)["denis"] == "member"


def test_agents_are_told_when_nobody_is_left_to_answer(crowd: Crowd) -> None:
    ask(crowd, crowd.structure)
    release(Membership.objects.get(user=crowd.nadia), now=NOW)
    forget_letters()
    assert tell_ripe(now=NOW) == 1
    assert {kind for kind, _ in letters()} == {"claim_to_agents"}


def test_those_who_keep_the_page_answer_alone_at_first(crowd: Crowd) -> None:
    for kind, who in (("member", "denis"), ("administrator", "paule")):
        claim = ask(crowd, crowd.structure, who=who)
        for stranger in (crowd.marc, crowd.theo):
            with pytest.raises(ValidationError) as raised:
                accept_claim(claim, kind=kind, by=stranger, now=NOW)
            assert refusal(raised) == ["Vous n'administrez plus cette fiche."]
        accept_claim(claim, kind=kind, by=crowd.nadia, now=NOW)
    assert keepers(crowd.structure) == {
        "nadia": "administrator", "marc": "member", "denis": "member", "paule": "administrator",
    }  # fmt: skip


def test_a_closed_account_keeps_nothing(crowd: Crowd) -> None:
    crowd.nadia.is_active = False
    crowd.nadia.save()
    claim = ask(crowd, crowd.structure)
    accept_claim(claim, by=crowd.chloe, now=NOW, space=crowd.space, checked="Appel à l'accueil")
    assert keepers(crowd.structure)["denis"] == "administrator"


def test_who_asked_too_is_shown_to_the_newcomer(cast: Cast, fabrique) -> None:
    ask(cast, fabrique, who="bruno")
    prove_address(cast.denis, "denis@fabrique.example")
    ask(cast, fabrique, Given(proof="domain"))
    letter = Letter.objects.get(kind="structures.claim_to_keepers")
    assert (letter.to, letter.subject) == (
        "denis@test.example", "On demande à tenir la fiche La Fabrique",
    )  # fmt: skip


def test_a_member_may_ask_to_administer_a_page_that_nobody_administers(crowd: Crowd) -> None:
    with pytest.raises(ValidationError):
        ask(crowd, crowd.structure, who="marc")
    release(Membership.objects.get(user=crowd.nadia), now=NOW)
    claim = ask(crowd, crowd.structure, who="marc")
    accept_claim(claim, by=crowd.chloe, now=NOW, space=crowd.space, checked="Appel")
    assert keepers(crowd.structure) == {"marc": "administrator"}
    assert Membership.objects.filter(user=crowd.marc).count() == 1


def test_a_double_click_and_two_tabs_make_one_claim(cast: Cast, fabrique) -> None:
    first = ask(cast, fabrique)
    assert ask(cast, fabrique, Given(proof="code")).pk == first.pk
    assert (Claim.objects.count(), Claim.objects.get().proof) == (1, "word")
    withdraw_claim(first, by=cast.denis, now=NOW)
    for act in (withdraw_claim, lambda one, by, now: change_proof(one, WORD, by=by, now=now)):
        with pytest.raises(ValidationError) as raised:
            act(Claim.objects.get(pk=first.pk), by=cast.denis, now=NOW)
        assert "déjà été retirée" in refusal(raised)[0]


def test_an_archived_page_is_not_claimed(cast: Cast, fabrique) -> None:
    claim = ask(cast, fabrique, Given(proof="domain", email="denis@fabrique.example"))
    code, who = code_of(), {"by": cast.chloe, "now": NOW, "space": cast.space}
    archive_structure(fabrique, reason="Double", **who)
    for act in (
        lambda: ask(cast, fabrique, who="bruno"),
        lambda: type_code(claim, code, by=cast.denis, now=NOW),
        lambda: accept_claim(claim, checked="x", **who),
    ):
        with pytest.raises(ValidationError) as raised:
            act()
        assert refusal(raised) == ["Cette fiche est archivée : personne ne peut la tenir."]
    restore_structure(fabrique, **who)
    type_code(claim, code, by=cast.denis, now=NOW)
    assert keepers(fabrique) == {"denis": "administrator"}


def test_one_person_asks_for_a_few_pages_at_a_time(cast: Cast) -> None:
    many = [make_structure(in_space=cast.space) for _ in range(11)]
    for one in many[:5]:
        ask(cast, one)
    with pytest.raises(ValidationError) as raised:
        ask(cast, many[5])
    assert "5 demandes en cours" in refusal(raised)[0]
    for turn in range(5, 10):
        withdraw_claim(Claim.objects.filter(state="open").first(), by=cast.denis, now=NOW)
        ask(cast, many[turn])
    withdraw_claim(Claim.objects.filter(state="open").first(), by=cast.denis, now=NOW)
    with pytest.raises(ValidationError) as raised:
        ask(cast, many[10])
    assert refusal(raised) == ["Trop de demandes aujourd'hui : reprenez demain."]
    start_claim(
        many[10], WORD, by=cast.denis, now=NOW + timedelta(days=1, seconds=1), space=cast.space
    )


def test_words_of_a_claim_do_not_become_headers_or_markup(cast: Cast, fabrique) -> None:
    mallory = make_user("m@test.example", name="X\r\nBcc: all@test.example <b>")
    start_claim(fabrique, WORD, by=mallory, now=NOW, space=cast.space)
    assert all("\n" not in letter.subject for letter in Letter.objects.all())


def test_a_person_of_the_page_cannot_be_claimed_twice(crowd: Crowd) -> None:
    """A claim accepted after an invitation was: one membership, the higher role."""
    claim = ask(crowd, crowd.structure)
    make_membership(crowd.structure, crowd.denis, kind="member")
    accept_claim(claim, kind="administrator", by=crowd.nadia, now=NOW)
    assert keepers(crowd.structure)["denis"] == "administrator"
    assert Membership.objects.filter(user=crowd.denis).count() == 1
