"""People keep a page together, hand it over, leave."""

import pytest
from django.core.exceptions import ValidationError

from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.structures.actions.claim_decisions import accept_claim
from maillage.structures.actions.invitations import invite_member
from maillage.structures.actions.members import (
    change_kind,
    hand_over,
    leave,
    release,
    remove_member,
)
from maillage.structures.actions.merge import merge_structures, unmerge_structure
from maillage.structures.models import Claim, Membership, MembershipInvitation
from maillage.structures.queries.people import open_invitations
from tests.factories import NOW, Crowd, make_membership, make_structure
from tests.structures.people import ask, forget_letters, keepers, letters

pytestmark = pytest.mark.django_db
BOTH = {"nadia": "administrator", "marc": "member"}


def of(crowd: Crowd, name: str) -> Membership:
    return Membership.objects.get(user=getattr(crowd, name), ended_at=None)


def test_a_role_changes_and_its_holder_is_told(crowd: Crowd) -> None:
    change_kind(of(crowd, "marc"), "administrator", by=crowd.nadia, now=NOW)
    change_kind(of(crowd, "marc"), "administrator", by=crowd.nadia, now=NOW)
    assert keepers(crowd.structure) == {"nadia": "administrator", "marc": "administrator"}
    assert letters() == [("member_role", "marc")]
    change_kind(of(crowd, "nadia"), "member", by=crowd.nadia, now=NOW)
    assert keepers(crowd.structure) == {"nadia": "member", "marc": "administrator"}
    acts = [(act.action, act.by, act.changes["role"]) for act in journal.history(crowd.structure)]
    assert acts == [
        ("member_role", crowd.nadia, ["administrator", "member"]),
        ("member_role", crowd.nadia, ["member", "administrator"]),
    ]


def test_the_last_administrator_is_held(crowd: Crowd) -> None:
    nadia, marc = of(crowd, "nadia"), of(crowd, "marc")
    for act in (
        lambda: change_kind(nadia, "member", by=crowd.nadia, now=NOW),
        lambda: leave(nadia, now=NOW),
        lambda: remove_member(nadia, by=crowd.nadia, now=NOW),
        lambda: remove_member(nadia, by=crowd.marc, now=NOW),
        lambda: change_kind(marc, "administrator", by=crowd.marc, now=NOW),
        lambda: hand_over(marc, nadia, now=NOW),
        lambda: hand_over(nadia, of(crowd, "theo"), now=NOW),
        lambda: hand_over(nadia, nadia, now=NOW),
        lambda: release(marc, now=NOW),
    ):
        with pytest.raises(ValidationError):
            act()
        assert keepers(crowd.structure) == BOTH
    assert (letters(), JournalEntry.objects.count()) == ([], 0)


def test_a_closed_account_is_no_other_administrator(crowd: Crowd) -> None:
    make_membership(crowd.structure, crowd.fanny)
    with pytest.raises(ValidationError, match="la dernière personne"):
        leave(of(crowd, "nadia"), now=NOW)
    with pytest.raises(ValidationError, match="fermé"):
        hand_over(of(crowd, "nadia"), of(crowd, "fanny"), now=NOW)


def test_a_member_leaves_and_the_others_are_told(crowd: Crowd) -> None:
    leave(of(crowd, "marc"), now=NOW)
    assert keepers(crowd.structure) == {"nadia": "administrator"}
    assert letters() == [("member_gone", "nadia")]
    assert Membership.objects.get(user=crowd.marc).ended_at == NOW
    make_membership(crowd.structure, crowd.marc)  # and may come back


def test_somebody_is_removed_once(crowd: Crowd) -> None:
    marc = of(crowd, "marc")
    other_tab = of(crowd, "marc")
    remove_member(marc, by=crowd.nadia, now=NOW)
    assert letters() == [("member_removed", "marc")]
    for act in (
        lambda: remove_member(other_tab, by=crowd.nadia, now=NOW),
        lambda: change_kind(other_tab, "administrator", by=crowd.nadia, now=NOW),
        lambda: leave(other_tab, now=NOW),
    ):
        with pytest.raises(ValidationError, match="ne tient plus la fiche"):
            act()


def test_the_page_is_handed_over(crowd: Crowd) -> None:
    hand_over(of(crowd, "nadia"), of(crowd, "marc"), now=NOW)
    assert keepers(crowd.structure) == {"nadia": "member", "marc": "administrator"}
    assert letters() == [("handed_over", "marc")]


def test_handing_over_and_leaving_is_one_act(crowd: Crowd) -> None:
    leave(of(crowd, "nadia"), heir=of(crowd, "marc"), now=NOW)
    assert keepers(crowd.structure) == {"marc": "administrator"}
    assert [kind for kind, _ in letters()] == ["handed_over", "member_gone"]


def test_the_page_is_given_back_with_its_invitations(crowd: Crowd) -> None:
    invite_member(crowd.structure, "x@test.example", "member", by=crowd.nadia, now=NOW)
    forget_letters()
    release(of(crowd, "nadia"), now=NOW)
    assert keepers(crowd.structure) == {"marc": "member"}
    assert not open_invitations(crowd.structure).exists()
    assert letters() == [("member_gone", "marc"), ("released", "aicha"), ("released", "chloe")]


def test_an_agent_takes_a_page_back_with_a_reason(crowd: Crowd) -> None:
    invite_member(crowd.structure, "x@test.example", "member", by=crowd.nadia, now=NOW)
    forget_letters()
    nadia = of(crowd, "nadia")
    with pytest.raises(ValidationError):
        remove_member(nadia, by=crowd.chloe, now=NOW, reason=" ", space_id=crowd.space.pk)
    remove_member(nadia, by=crowd.chloe, now=NOW, reason="Usurpation", space_id=crowd.space.pk)
    assert keepers(crowd.structure) == {"marc": "member"}
    # What the impostor had asked for falls with them; the acting agent is not written to.
    assert not open_invitations(crowd.structure).exists()
    assert letters() == [
        ("member_removed", "nadia"),
        ("member_gone", "marc"),
        ("released", "aicha"),
    ]
    entry = journal.history(crowd.structure)[0]
    assert (entry.action, entry.reason, entry.space_id) == (
        "member_removed", "Usurpation", crowd.space.pk,
    )  # fmt: skip


def test_who_was_removed_decides_nothing_any_more(crowd: Crowd) -> None:
    """Even with two administrators left: the right is read under the lock, not when the page was opened."""
    change_kind(of(crowd, "marc"), "administrator", by=crowd.nadia, now=NOW)
    make_membership(crowd.structure, crowd.paule)
    marc = of(crowd, "marc")
    remove_member(of(crowd, "nadia"), by=crowd.marc, now=NOW)
    for act in (
        lambda: remove_member(marc, by=crowd.nadia, now=NOW),
        lambda: invite_member(crowd.structure, "x@test.example", "member", by=crowd.nadia, now=NOW),
    ):
        with pytest.raises(ValidationError, match="Vous n'administrez plus"):
            act()
    assert keepers(crowd.structure) == {"marc": "administrator", "paule": "administrator"}


# Two pages become one.


def merged(crowd: Crowd):
    """A copy of `crowd.structure` with its own people, merged into it."""
    loser = make_structure("Copie", in_space=crowd.space, siren=None)
    make_membership(loser, crowd.theo, kind="member")
    make_membership(loser, crowd.marc)  # member of the winner, administrator of the loser
    invite_member(loser, "new@test.example", "member", by=crowd.marc, now=NOW)
    invite_member(loser, "both@test.example", "member", by=crowd.marc, now=NOW)
    invite_member(crowd.structure, "both@test.example", "member", by=crowd.nadia, now=NOW)
    mine = ask(crowd, loser)
    ask(crowd, loser, who="paule")
    ask(crowd, crowd.structure, who="paule")
    who = {"by": crowd.chloe, "now": NOW, "space": crowd.space}
    merge_structures(loser, crowd.structure, **who)
    return loser, mine, who


def asking(structure) -> list[str]:
    return sorted(claim.user.email.partition("@")[0] for claim in structure.claims.all())


def invited(structure) -> list[str]:
    return sorted(open_invitations(structure).values_list("email", flat=True))


def test_people_claims_and_invitations_follow_the_heir(crowd: Crowd) -> None:
    Membership.objects.filter(structure=crowd.other_structure).delete()
    loser, mine, _who = merged(crowd)
    assert keepers(crowd.structure) == {
        "nadia": "administrator", "marc": "administrator", "theo": "member",
    }  # fmt: skip
    assert (asking(crowd.structure), asking(loser)) == (["denis", "paule"], ["paule"])
    assert invited(crowd.structure) == ["both@test.example", "new@test.example"]
    # A tab opened before the merge answers the claim where it is now.
    accept_claim(mine, kind="member", by=crowd.nadia, now=NOW)
    assert keepers(crowd.structure)["denis"] == "member"


def test_a_merge_that_is_undone_gives_people_back(crowd: Crowd) -> None:
    Membership.objects.filter(structure=crowd.other_structure).delete()
    loser, _mine, who = merged(crowd)
    unmerge_structure(loser, **who)
    assert keepers(crowd.structure) == BOTH
    assert keepers(loser) == {"theo": "member", "marc": "administrator"}
    assert (asking(crowd.structure), asking(loser)) == (["paule"], ["denis", "paule"])
    assert invited(crowd.structure) == ["both@test.example"]
    assert invited(loser) == ["both@test.example", "new@test.example"]
    assert Claim.objects.count() == 3
    assert MembershipInvitation.objects.count() == 3
