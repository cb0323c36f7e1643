"""Many people at once, in real threads, on the engine at hand."""

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from maillage.core.models import Letter
from maillage.structures.actions.claim_codes import TRIES, type_code
from maillage.structures.actions.claim_decisions import accept_claim, refuse_claim
from maillage.structures.actions.claims import Given
from maillage.structures.actions.invitations import accept_invitation, invite_member
from maillage.structures.actions.members import leave, remove_member
from maillage.structures.models import Claim, Membership
from tests.factories import NOW, make_crowd, make_membership, make_structure
from tests.structures.people import ask, code_of, keepers

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[str]:
    """Run each act in its own thread and connection, started at once; `done` or the refusal of each."""
    start, said = threading.Barrier(len(acts)), [""] * len(acts)

    def run(rank: int, act: Callable[[], object]) -> None:
        try:
            start.wait(20)
            act()
            said[rank] = "done"
        except ValidationError as error:
            said[rank] = " ".join(error.messages)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return said


def test_two_administrators_who_remove_each_other_leave_one() -> None:
    crowd = make_crowd()
    for _ in range(4):
        Membership.objects.all().delete()
        nadia, marc = (make_membership(crowd.structure, one) for one in (crowd.nadia, crowd.marc))
        said = together(
            lambda one=marc: remove_member(one, by=crowd.nadia, now=NOW),
            lambda one=nadia: remove_member(one, by=crowd.marc, now=NOW),
        )
        assert sorted(said) == ["Vous n'administrez plus cette fiche.", "done"]
        assert list(keepers(crowd.structure).values()) == ["administrator"]


def test_two_last_administrators_do_not_leave_together() -> None:
    crowd = make_crowd()
    for _ in range(4):
        Membership.objects.all().delete()
        pair = [make_membership(crowd.structure, one) for one in (crowd.nadia, crowd.marc)]
        said = together(*(lambda one=one: leave(one, now=NOW) for one in pair))
        assert said.count("done") == 1
        assert "la dernière personne" in " ".join(said)
        assert len(keepers(crowd.structure)) == 1


def test_parallel_guesses_are_five_guesses() -> None:
    crowd = make_crowd()
    structure = make_structure(in_space=crowd.space, website="https://fabrique.example")
    claim = ask(crowd, structure, Given(proof="domain", email="d@fabrique.example"))

    def guess() -> None:
        type_code(Claim.objects.get(pk=claim.pk), "AAAA-AAAA", by=crowd.denis, now=NOW)

    said = together(*[guess] * 12)
    assert sum("Ce n'est pas le bon code" in one for one in said) == TRIES
    claim.refresh_from_db()
    assert claim.code_attempts == TRIES
    with pytest.raises(ValidationError):
        type_code(claim, code_of(), by=crowd.denis, now=NOW)


def test_the_right_code_typed_in_two_tabs_opens_once() -> None:
    crowd = make_crowd()
    structure = make_structure(in_space=crowd.space, website="https://fabrique.example")
    claim = ask(crowd, structure, Given(proof="domain", email="d@fabrique.example"))
    code = code_of()
    said = together(
        *[lambda: type_code(Claim.objects.get(pk=claim.pk), code, by=crowd.denis, now=NOW)] * 2
    )
    assert said.count("done") == 1
    assert keepers(structure) == {"denis": "administrator"}
    assert Letter.objects.filter(kind="structures.claim_accepted").count() == 1


def test_a_double_click_makes_one_claim() -> None:
    crowd = make_crowd()
    assert together(*[lambda: ask(crowd, crowd.structure)] * 4) == ["done"] * 4
    assert Claim.objects.count() == 1
    assert Letter.objects.filter(kind="structures.claim_received").count() == 1


def test_two_answers_at_once_are_one_answer() -> None:
    crowd = make_crowd()
    structure = make_structure(in_space=crowd.space)
    claim = ask(crowd, structure)

    def fresh() -> Claim:
        return Claim.objects.get(pk=claim.pk)

    said = together(
        lambda: accept_claim(fresh(), by=crowd.chloe, now=NOW, space=crowd.space, checked="Appel"),
        lambda: refuse_claim(fresh(), "Non.", by=crowd.aicha, now=NOW, space=crowd.space),
    )
    claim.refresh_from_db()
    assert said.count("done") == 1
    accepted = claim.state == "accepted"
    assert keepers(structure) == ({"denis": "administrator"} if accepted else {})
    assert any(one.startswith("Cette demande a déjà été") for one in said)


def test_two_people_with_strong_proofs_do_not_both_get_the_page() -> None:
    crowd = make_crowd()
    structure = make_structure(in_space=crowd.space, website="https://fabrique.example")
    codes = {}
    for who in ("denis", "paule"):
        claim = ask(crowd, structure, Given(proof="domain", email=f"{who}@fabrique.example"), who)
        codes[who] = (claim.pk, code_of())
    said = together(
        *(
            lambda who=who, pk=pk, code=code: type_code(
                Claim.objects.get(pk=pk), code, by=getattr(crowd, who), now=NOW
            )
            for who, (pk, code) in codes.items()
        )
    )
    assert said == ["done", "done"]
    assert list(keepers(structure).values()) == ["administrator"]
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["accepted", "open"]


def test_an_invitation_used_twice_at_once_makes_one_member() -> None:
    crowd = make_crowd()
    invite_member(crowd.structure, "denis@test.example", "member", by=crowd.nadia, now=NOW)
    key = Letter.objects.get(kind="structures.invited").link.split("/")[-2]
    said = together(*[lambda: accept_invitation(key, by=crowd.denis, now=NOW)] * 3)
    assert said.count("done") == 1
    assert Membership.objects.filter(user=crowd.denis).count() == 1
