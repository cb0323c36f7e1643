"""Ask to keep a structure's page, change one's proof, give up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.accounts.queries import verified_addresses
from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.actions.claim_codes import send_code
from maillage.structures.actions.claim_decisions import (
    announce,
    check_claimable,
    hold_claim,
    settle,
)
from maillage.structures.actions.hold import hold
from maillage.structures.actions.telling import link_to, tell_people
from maillage.structures.enums import ContactVisibility, Disclosure, Proof
from maillage.structures.lib.domains import address_on
from maillage.structures.models import Claim, Structure
from maillage.structures.notices.claims import RECEIVED
from maillage.structures.queries.people import (
    PENDING,
    administrators_of,
    domains_of,
    is_vouched,
    members_of,
    shares_domain,
    told_domains,
)

MOST_PENDING, MOST_A_DAY = 5, 10
MOST_PROOFS = 10  # each one writes to the agents
_NEXT = {
    Proof.DOMAIN: "Un code est parti à l'adresse que vous avez donnée : recopiez-le sur la page de votre "
    "demande.",
    Proof.CODE: "Un agent de la collectivité vous enverra un code, par courrier ou par téléphone, aux "
    "coordonnées connues de la structure.",
    Proof.OFFICIAL: "Un agent de la collectivité compare le nom donné à celui des dirigeants déclarés.",
    Proof.WORD: "Un agent de la collectivité l'examine.",
}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a claimant gives. `email` is for `DOMAIN`, `official` (a name) for `OFFICIAL`."""

    proof: str
    function: str = ""
    message: str = ""
    email: str = ""
    official: str = ""


@transaction.atomic
def start_claim(
    structure: Structure, given: Given, *, by: User, now: datetime, space: Space
) -> Claim:
    """The claim of `by`, decided at once when the proof allows it. One that is pending is given back as it is.

    Raises `ValidationError`, by field, for a proof that cannot be, and beyond five claims pending or ten
    in a day.
    """
    hold(structure)
    check_claimable(structure)
    if members_of(structure).filter(user=by).exists() and administrators_of(structure).exists():
        raise ValidationError("Vous tenez déjà cette fiche.")
    pending = Claim.objects.filter(structure=structure, user=by, state__in=PENDING).first()
    if pending is not None:
        return pending
    _check_measure(by, now)
    claim = Claim(structure=structure, user=by, space_id=space.pk, created_at=now)
    _fill(claim, given)
    claim.save()
    changes = {"proof": [None, claim.proof]}
    journal.record("claim_opened", claim, by=by, at=now, changes=changes, space_id=space.pk)
    _go_on(claim, now=now)
    return claim


@transaction.atomic
def change_proof(claim: Claim, given: Given, *, by: User, now: datetime) -> None:
    """Give another proof for a pending claim, which keeps its rank."""
    hold_claim(claim)
    check_claimable(claim.structure)
    before, sent = claim.proof, claim.evidence.get("sent", 0)
    turns = claim.evidence.get("turns", 0) + 1
    if turns > MOST_PROOFS:
        raise ValidationError(
            "Vous avez beaucoup changé de preuve : attendez la réponse d'un agent."
        )
    claim.code_hash, claim.code_expires_at = "", None
    _fill(claim, given)
    claim.evidence |= {"sent": sent, "turns": turns}  # what was already sent stays counted
    claim.save()
    changes = {"proof": [before, claim.proof]}
    journal.record("claim_changed", claim, by=by, at=now, changes=changes, space_id=claim.space_id)
    _go_on(claim, now=now)


@transaction.atomic
def withdraw_claim(claim: Claim, *, by: User, now: datetime) -> None:
    """Give up."""
    hold_claim(claim)
    claim.state, claim.decided_at, claim.decided_by = Claim.State.WITHDRAWN, now, by
    claim.code_hash, claim.code_expires_at = "", None
    claim.save()
    journal.record("claim_withdrawn", claim, by=by, at=now, space_id=claim.space_id)


def _check_measure(by: User, now: datetime) -> None:
    mine = Claim.objects.filter(user=by)
    if mine.filter(state__in=PENDING).count() >= MOST_PENDING:
        raise ValidationError(
            f"Vous avez déjà {MOST_PENDING} demandes en cours : attendez une réponse, ou retirez-en une."
        )
    if mine.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise ValidationError("Trop de demandes aujourd'hui : reprenez demain.")


def _fill(claim: Claim, given: Given) -> None:
    claim.proof, claim.function = given.proof, given.function.strip()[:80]
    claim.message = given.message.strip()[:2000]
    claim.state = Claim.State.OPEN
    if given.proof == Proof.DOMAIN:
        claim.evidence = _address(claim, given.email)
        claim.state = Claim.State.PROVING
    elif given.proof == Proof.OFFICIAL:
        if not given.official.strip() or not claim.function:
            name = "official" if not given.official.strip() else "function"
            raise ValidationError({name: "Donnez votre nom et votre fonction, comme au registre."})
        claim.evidence = {"official": " ".join(given.official.split())[:120]}
    elif given.proof == Proof.CODE:
        claim.evidence = {}
    elif given.proof == Proof.WORD:
        if not claim.message:
            raise ValidationError(
                {"message": "Dites en quelques mots votre lien avec la structure."}
            )
        claim.evidence = {}
    else:
        raise ValidationError({"proof": "Choisissez une preuve de la liste."})


def _address(claim: Claim, typed: str) -> dict[str, object]:
    """The address that proves, among those of the person, or the one they typed."""
    structure, domains = claim.structure, domains_of(claim.structure)
    verified = verified_addresses(claim.user)
    candidates = [typed] if typed.strip() else sorted(verified)
    for candidate in candidates:
        address, domain = address_on(candidate)
        if domain in domains or (address and _is_contact(structure, address)):
            shown = domain if domain in domains else address
            return {
                "email": address,
                "domain": domain,
                "shared": shares_domain(structure, shown),
                "typed": not is_vouched(structure, shown),
                "known": candidate.strip().lower() in verified,
            }
    if not domains and not typed.strip():
        raise ValidationError(
            {"email": "Cette structure n'a pas de domaine à elle : choisissez une autre preuve."}
        )
    ends = " ou ".join(f"@{domain}" for domain in told_domains(structure))
    wanted = f"Donnez une adresse qui finit par {ends}." if ends else "Choisissez une autre preuve."
    raise ValidationError(
        {"email": f"Cette adresse n'est pas du domaine de la structure. {wanted}"}
    )


def _is_contact(structure: Structure, address: str) -> bool:
    """The very address that the public page gives, wherever it is kept."""
    public = ContactVisibility.PUBLIC
    shown = structure.contact_visibility.get("email", public) == public
    same = structure.email.strip().lower() == address.lower()
    return shown and same and structure.disclosure != Disclosure.PARTIAL


def _go_on(claim: Claim, *, now: datetime) -> None:
    """What follows the proof at hand."""
    if claim.proof == Proof.DOMAIN and claim.evidence["known"]:
        claim.evidence["proved_at"] = now.isoformat()
        settle(claim, now=now)
        if claim.state == Claim.State.ACCEPTED:
            return
    elif claim.proof == Proof.DOMAIN:
        send_code(claim, now=now)
    else:
        announce(claim, now=now)
    proved = claim.state == Claim.State.OPEN and claim.proof == Proof.DOMAIN
    tell_people(
        [claim.user],
        RECEIVED,
        claim.structure,
        now=now,
        link=link_to("member:claim", claim.pk),
        next=_NEXT[Proof.WORD] if proved else _NEXT[Proof(claim.proof)],
    )
