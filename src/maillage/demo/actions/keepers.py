"""Who keeps which page, and who asks to: each step goes through the action a person would use."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from maillage.accounts.models import User
from maillage.demo.lib.dice import Dice
from maillage.spaces.models import Space
from maillage.structures.actions.claim_codes import give_code
from maillage.structures.actions.claim_decisions import accept_claim, refuse_claim
from maillage.structures.actions.claims import Given, start_claim
from maillage.structures.actions.members import join
from maillage.structures.enums import Proof
from maillage.structures.models import Claim, Membership, Structure

_WORD = Given(
    proof=Proof.WORD,
    function="Bénévole",
    message="Je tiens l'accueil du samedi depuis deux ans. Vous pouvez demander à la présidente.",
)


class _Teller:
    def __init__(self, space: Space, people: Mapping[str, User], now: datetime) -> None:
        self.space, self.people, self.now = space, people, now

    def ask(self, structure: Structure, who: str, given: Given, *, days: int) -> Claim:
        at = self.now - timedelta(days=days)
        return start_claim(structure, given, by=self.people[who], now=at, space=self.space)

    def official(self, structure: Structure, who: str, function: str, *, days: int) -> Claim:
        given = Given(proof=Proof.OFFICIAL, official=str(self.people[who]), function=function)
        return self.ask(structure, who, given, days=days)

    def accept(self, claim: Claim, *, days: int) -> None:
        accept_claim(
            claim,
            by=self.people["agent"],
            now=self.now - timedelta(days=days),
            space=self.space,
            checked="Le nom figure parmi les dirigeants déclarés (démonstration).",
        )


def tell_keepers(
    furnished: Sequence[Structure],
    ordinary: Sequence[Structure],
    spaces: list[Space],
    people: Mapping[str, User],
    *,
    now: datetime,
    seed: str,
) -> None:
    """Two pages that `membre` keeps, claims of each proof that wait, rivals, one refusal.

    `furnished` are the pages that say much: those that people keep.
    """
    space = next(one for one in spaces if one.slug == "est-ensemble")
    inside = Structure.objects.published().in_space(space).exclude(phone="").order_by("pk")
    dice = Dice(seed, "keepers")
    rich = [one.pk for one in furnished]
    kept, joined = dice.some(list(inside.filter(pk__in=rich)), 2)
    others = inside.filter(pk__in=[one.pk for one in ordinary]).exclude(pk__in=rich)
    word, rivals, coded, refused = dice.some(list(others), 4)
    tell = _Teller(space, people, now)

    tell.accept(tell.official(kept, "membre", "Coordinatrice", days=201), days=198)
    tell.accept(tell.official(joined, "partenaire", "Trésorier", days=120), days=117)
    join(
        joined,
        people["membre"],
        Membership.Kind.MEMBER,
        proof=Proof.INVITE,
        function="Administratrice",
        by=people["partenaire"],
        now=now - timedelta(days=90),
    )
    tell.ask(kept, "porteur", _WORD, days=2)
    tell.ask(word, "porteur", _WORD, days=3)
    tell.official(rivals, "jury", "Présidente", days=9)
    tell.ask(rivals, "partenaire", Given(proof=Proof.CODE, function="Trésorier"), days=4)
    claim = tell.ask(coded, "porteur", Given(proof=Proof.CODE, function="Salarié"), days=8)
    give_code(claim, "letter", by=people["agent"], now=now - timedelta(days=5), space_id=space.pk)
    refuse_claim(
        tell.ask(refused, "partenaire", _WORD, days=24),
        "L'association, jointe par téléphone, ne vous connaît pas.",
        by=people["agent"],
        now=now - timedelta(days=20),
        space=space,
    )
