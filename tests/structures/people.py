"""What the tests of claims and members share."""

from allauth.account.models import EmailAddress

from maillage.accounts.models import User
from maillage.core.models import Letter
from maillage.structures.actions.claims import Given, start_claim
from maillage.structures.models import Claim, Membership, Structure
from tests.factories import NOW, Cast

WORD = Given(proof="word", message="Je suis la trésorière.")


def prove_address(user: User, email: str = "") -> None:
    """`email` (theirs unless told) was shown to be the person's."""
    EmailAddress.objects.update_or_create(
        user=user, email=email or user.email, defaults={"verified": True}
    )


def ask(cast: Cast, structure: Structure, given: Given = WORD, who: str = "denis") -> Claim:
    return start_claim(structure, given, by=getattr(cast, who), now=NOW, space=cast.space)


def keepers(structure: Structure) -> dict[str, str]:
    """First part of the address of each person who keeps the page, and their role."""
    rows = Membership.objects.filter(structure=structure, ended_at=None).select_related("user")
    return {row.user.email.partition("@")[0]: row.kind for row in rows}


def letters() -> list[tuple[str, str]]:
    """(kind without its room, first part of the address), in the order they were written."""
    rows = Letter.objects.order_by("pk").values_list("kind", "to")
    return [(kind.partition(".")[2], to.partition("@")[0]) for kind, to in rows]


def forget_letters() -> None:
    Letter.objects.all().delete()


def code_of(kind: str = "structures.proof_code") -> str:
    """The code of the last letter of this kind."""
    body = Letter.objects.filter(kind=kind).latest("pk").body
    return next(line for line in body.splitlines() if len(line) == 9 and line[4] == "-")
