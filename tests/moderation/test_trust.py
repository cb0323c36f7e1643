"""Who is believed how far, and what follows."""

import pytest

from maillage.moderation.actions.contribute import contribute
from maillage.moderation.enums import Trust
from maillage.moderation.models import Contribution
from maillage.moderation.permissions import trust_of
from maillage.structures.models import Membership, Structure
from tests.factories import NOW, Cast, make_structure, make_user
from tests.moderation.things import a_page

pytestmark = pytest.mark.django_db


def member_of(structure: Structure, **fields):
    user = make_user()
    Membership.objects.create(structure=structure, user=user, kind="member", since=NOW, **fields)
    return user


def accepted(user, cast: Cast, times: int, state: str = "accepted") -> None:
    Contribution.objects.bulk_create(
        Contribution(
            space=cast.space,
            subject="x",
            kind="correct",
            state=state,
            contributor=user,
            created_at=NOW,
        )
        for _ in range(times)
    )


def test_the_ladder(cast: Cast):
    page, other = a_page(cast), make_structure()

    def level(user, **more):
        return trust_of(user, space=cast.space, structure=page, **more)

    assert level(None) == Trust.VISITOR
    assert level(None, verified=True) == Trust.VERIFIED
    assert level(cast.denis) == Trust.VERIFIED
    accepted(cast.denis, cast, 2)
    accepted(cast.denis, cast, 5, state="refused")
    assert level(cast.denis) == Trust.VERIFIED
    accepted(cast.denis, cast, 1, state="partly")
    assert level(cast.denis) == Trust.KNOWN
    assert level(member_of(other)) == Trust.MEMBER
    assert level(member_of(other, ended_at=NOW)) == Trust.VERIFIED
    assert level(None, by_key=True) == Trust.KEY
    assert level(member_of(other), by_key=True) == Trust.KEY
    assert level(member_of(page)) == Trust.OWN
    assert level(member_of(page), by_key=True) == Trust.OWN
    assert level(cast.chloe) == Trust.AGENT
    assert level(cast.bruno) == Trust.VERIFIED  # an agent of another space
    cast.chloe.is_protected = False  # a mailbox or a password may be stolen
    assert level(cast.chloe) == Trust.VERIFIED
    assert list(Trust) == sorted(Trust)


@pytest.mark.parametrize(
    ("fields", "is_live"),
    [
        ({"phone": "01 48 00 00 01"}, True),
        ({"description": "Nous réparons."}, True),
        ({"sector": ""}, False),
        ({"phone": "01 48 00 00 01", "sector": ""}, False),
    ],
)
def test_members_write_live_what_members_keep(fields: dict[str, str], is_live: bool, cast: Cast):
    page = a_page(cast)
    user = member_of(page)
    done = contribute(
        cast.space,
        kind="correct",
        by=user,
        now=NOW,
        structure=page,
        fields=fields,
        seen={"sector": "sec-x"},
    )
    assert (done.is_live, done.contribution.state) == (is_live, "accepted" if is_live else "open")
    page.refresh_from_db()
    assert (page.phone == "01 48 00 00 01") is (is_live and "phone" in fields)
    if "phone" in fields and is_live:
        assert page.provenance["phone"]["source"] == "membre"


def test_an_agent_writes_live_and_a_stranger_waits(cast: Cast):
    page = a_page(cast)
    for person, is_live in ((cast.bruno, False), (cast.denis, False), (cast.chloe, True)):
        done = contribute(
            cast.space,
            kind="correct",
            by=person,
            now=NOW,
            structure=page,
            fields={"phone": "01 48 00 00 01"},
        )
        assert done.is_live is is_live


def test_a_key_needs_no_confirmation_and_does_not_write(cast: Cast):
    page = a_page(cast)
    done = contribute(
        cast.space,
        kind="correct",
        by=None,
        now=NOW,
        structure=page,
        fields={"phone": "01 48 00 00 01"},
        trust="key",
    )
    one = done.contribution
    assert (one.state, one.trust, done.is_live, bool(done.key)) == ("open", Trust.KEY, False, True)
    page.refresh_from_db()
    assert page.phone == "01 00 00 00 00"
