"""An invitation is good once, for one address and one structure."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from maillage.core.models import JournalEntry, Letter
from maillage.structures.actions.archive import archive_structure
from maillage.structures.actions.invitations import (
    MOST_A_DAY,
    MOST_OPEN,
    accept_invitation,
    find_invitation,
    invite_member,
    withdraw_invitation,
)
from maillage.structures.models import Membership, MembershipInvitation
from tests.factories import NOW, Crowd, make_user
from tests.structures.people import forget_letters, keepers, letters, prove_address

pytestmark = pytest.mark.django_db


def invite(crowd: Crowd, email: str = "Denis@test.example", kind: str = "member") -> str:
    """Invite, and give the key that the letter holds."""
    invite_member(crowd.structure, email, kind, by=crowd.nadia, now=NOW)
    return Letter.objects.filter(kind="structures.invited").latest("pk").link.split("/")[-2]


def test_the_key_opens_the_page_once(crowd: Crowd) -> None:
    key = invite(crowd, kind="administrator")
    letter = Letter.objects.get()
    assert (letter.to, letter.is_secret, letter.user) == ("denis@test.example", True, None)
    assert key not in str(list(MembershipInvitation.objects.values()))
    forget_letters()
    member = accept_invitation(key, by=crowd.denis, now=NOW + timedelta(days=13))
    assert (member.kind, member.proof) == ("administrator", "invite")
    assert letters() == [("member_joined", "nadia")]
    with pytest.raises(ValidationError, match="a déjà servi"):
        accept_invitation(key, by=crowd.denis, now=NOW)
    assert Membership.objects.filter(user=crowd.denis).count() == 1


def test_a_forwarded_key_opens_nothing(crowd: Crowd) -> None:
    key = invite(crowd)
    with pytest.raises(ValidationError, match="au nom d'une autre adresse"):
        accept_invitation(key, by=crowd.bruno, now=NOW)
    assert "bruno" not in keepers(crowd.structure)
    accept_invitation(key, by=crowd.denis, now=NOW)


def test_it_may_be_answered_with_any_proved_address(crowd: Crowd) -> None:
    key = invite(crowd, "bruno@asso.example")
    prove_address(crowd.bruno, "bruno@asso.example")
    accept_invitation(key, by=crowd.bruno, now=NOW)
    assert keepers(crowd.structure)["bruno"] == "member"


def test_a_person_without_account_opens_one_then_accepts(crowd: Crowd) -> None:
    key = invite(crowd, "nouvelle@test.example")
    newcomer = make_user("nouvelle@test.example")
    accept_invitation(key, by=newcomer, now=NOW)
    assert keepers(crowd.structure)["nouvelle"] == "member"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ({"expires_at": NOW}, "n'est plus valable"),
        ({"withdrawn_at": NOW}, "a été retirée"),
        ({"accepted_at": NOW}, "a déjà servi"),
    ],
)
def test_a_key_that_is_over_says_why(crowd: Crowd, spoil: dict, said: str) -> None:
    key = invite(crowd)
    MembershipInvitation.objects.update(**spoil)
    with pytest.raises(ValidationError, match=said):
        accept_invitation(key, by=crowd.denis, now=NOW)
    assert "denis" not in keepers(crowd.structure)


def test_an_unknown_key_opens_nothing(crowd: Crowd) -> None:
    key = invite(crowd)
    found = find_invitation(key)
    for wrong in ("", key[:-1], key.swapcase(), found.key_hash):
        with pytest.raises(ValidationError, match="n'existe pas"):
            accept_invitation(wrong, by=crowd.denis, now=NOW)


def test_inviting_again_replaces_the_key(crowd: Crowd) -> None:
    first, second = invite(crowd), invite(crowd, kind="administrator")
    with pytest.raises(ValidationError, match="a été retirée"):
        accept_invitation(first, by=crowd.denis, now=NOW)
    assert accept_invitation(second, by=crowd.denis, now=NOW).kind == "administrator"


def test_withdrawing_twice_is_one_act(crowd: Crowd) -> None:
    key = invite(crowd)
    for _ in range(2):
        withdraw_invitation(find_invitation(key), by=crowd.nadia, now=NOW)
    assert JournalEntry.objects.filter(action="invitation_withdrawn").count() == 1


def test_only_those_who_administer_invite_and_only_strangers(crowd: Crowd) -> None:
    for by in (crowd.marc, crowd.theo, crowd.chloe):
        with pytest.raises(ValidationError, match="Vous n'administrez plus"):
            invite_member(crowd.structure, "x@test.example", "member", by=by, now=NOW)
    with pytest.raises(ValidationError, match="tient déjà la fiche"):
        invite(crowd, "MARC@test.example")
    archive_structure(crowd.structure, reason="x", by=crowd.chloe, now=NOW, space=crowd.space)
    with pytest.raises(ValidationError, match="archivée"):
        invite(crowd)
    assert Letter.objects.count() == 0


def test_an_archived_page_is_joined_by_nobody(crowd: Crowd) -> None:
    key = invite(crowd)
    archive_structure(crowd.structure, reason="x", by=crowd.chloe, now=NOW, space=crowd.space)
    with pytest.raises(ValidationError, match="archivée"):
        accept_invitation(key, by=crowd.denis, now=NOW)


def test_a_page_is_not_a_way_to_write_to_strangers(crowd: Crowd) -> None:
    for number in range(MOST_OPEN):
        invite(crowd, f"x{number}@test.example")
    with pytest.raises(ValidationError, match="attendent déjà une réponse"):
        invite(crowd, "encore@test.example")
    for _ in range(MOST_A_DAY - MOST_OPEN):
        invite(crowd, "x0@test.example")
    with pytest.raises(ValidationError, match="reprenez demain"):
        invite(crowd, "x0@test.example")
    assert Letter.objects.count() == MOST_A_DAY


def test_an_invitation_raises_a_member_and_never_lowers(crowd: Crowd) -> None:
    key = invite(crowd, "autre@test.example", "administrator")
    prove_address(crowd.marc, "autre@test.example")
    accept_invitation(key, by=crowd.marc, now=NOW)
    assert keepers(crowd.structure)["marc"] == "administrator"
    key = invite(crowd, "encore@test.example")
    prove_address(crowd.marc, "encore@test.example")
    accept_invitation(key, by=crowd.marc, now=NOW)
    assert keepers(crowd.structure)["marc"] == "administrator"
