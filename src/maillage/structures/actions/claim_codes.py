"""Codes that prove a claim: one that goes to an address of the structure, one that an agent gives.

Five tries each, counted in the database before anything is compared: a hundred guesses sent at once
are five guesses.
"""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.letters.outbox import post
from maillage.structures.actions.claim_decisions import hold_claim, settle
from maillage.structures.actions.telling import link_to, tell_people
from maillage.structures.enums import Proof
from maillage.structures.models import Claim
from maillage.structures.notices.claims import CODE_ON_ITS_WAY, PROOF_CODE

# Neither I, O, 0 nor 1: read aloud and copied from paper. Eight signs are forty bits.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
TRIES = 5
BY_EMAIL, BY_AGENT = timedelta(days=1), timedelta(days=30)
MOST_SENT = 5
WAYS = {
    "letter": "Il arrive par courrier, à l'adresse de la structure.",
    "phone": "Il est donné par téléphone, au numéro de la structure.",
}


def send_code(claim: Claim, *, now: datetime) -> None:
    """Send a new code to the address of the claim, inside the caller's transaction. Five times at most."""
    sent = claim.evidence.get("sent", 0)
    if sent >= MOST_SENT:
        raise ValidationError(
            "Ce code a déjà été envoyé cinq fois : vérifiez l'adresse, ou choisissez une autre preuve."
        )
    claim.evidence["sent"] = sent + 1
    code = _new_code(claim, BY_EMAIL, now)
    claim.save()
    post(
        PROOF_CODE,
        to=claim.evidence["email"],
        values={"person": str(claim.user), "structure": claim.structure.name, "secret": code},
        link=link_to("member:claim", claim.pk),
        now=now,
    )


@transaction.atomic
def send_code_again(claim: Claim, *, now: datetime) -> None:
    hold_claim(claim)
    if claim.proof != Proof.DOMAIN or claim.state != Claim.State.PROVING:
        raise ValidationError("Cette demande n'attend pas de code par e-mail.")
    send_code(claim, now=now)


@transaction.atomic
def give_code(claim: Claim, way: str, *, by: User, now: datetime, space_id: int) -> str:
    """A code to be written or told by an agent, valid thirty days; only its print is kept.

    The one given before, if any, is worth nothing any more. `way` is a key of `WAYS`.
    """
    hold_claim(claim)
    claim.proof, claim.state = Proof.CODE, Claim.State.PROVING
    claim.evidence["way"] = way
    code = _new_code(claim, BY_AGENT, now)
    claim.save()
    changes = {"way": [None, way]}
    journal.record("claim_code_given", claim, by=by, at=now, changes=changes, space_id=space_id)
    tell_people(
        [claim.user],
        CODE_ON_ITS_WAY,
        claim.structure,
        now=now,
        link=link_to("member:claim", claim.pk),
        way=WAYS[way],
    )
    return code


def type_code(claim: Claim, typed: str, *, by: User, now: datetime) -> None:
    """Compare what the claimant typed. The try is counted, and stays counted, whatever follows."""
    counted = (
        Claim.objects.filter(
            pk=claim.pk,
            user=by,
            state=Claim.State.PROVING,
            code_attempts__lt=TRIES,
            code_expires_at__gt=now,
        )
        .exclude(code_hash="")
        .update(code_attempts=F("code_attempts") + 1)
    )
    if not counted:
        claim.refresh_from_db()
        raise ValidationError({"code": why_no_code(claim, now=now)})
    with transaction.atomic():
        hold_claim(claim)
        left = TRIES - claim.code_attempts
        if not claim.code_hash or not constant_time_compare(claim.code_hash, _print(claim, typed)):
            more = f"Il vous reste {left} essai{'s' if left > 1 else ''}."
            raise ValidationError(
                {"code": f"Ce n'est pas le bon code. {more if left else 'Demandez-en un nouveau.'}"}
            )
        claim.code_hash, claim.code_expires_at = "", None
        claim.evidence["proved_at"] = now.isoformat()
        settle(claim, now=now)


def why_no_code(claim: Claim, *, now: datetime) -> str:
    """Why no code can be typed now; empty when one can."""
    if claim.state != Claim.State.PROVING:
        return "Cette demande n'attend plus de code."
    if not claim.code_hash:
        return "Aucun code n'est en route pour cette demande."
    if claim.code_expires_at is None or claim.code_expires_at <= now:
        return "Ce code n'est plus valable : demandez-en un nouveau."
    if claim.code_attempts >= TRIES:
        return "Cinq essais ont été faits : ce code ne vaut plus rien, demandez-en un nouveau."
    return ""


def _new_code(claim: Claim, life: timedelta, now: datetime) -> str:
    code = "".join(secrets.choice(_SIGNS) for _ in range(8))
    claim.code_hash, claim.code_attempts = _print(claim, code), 0
    claim.code_expires_at = now + life
    return f"{code[:4]}-{code[4:]}"


def _print(claim: Claim, code: str) -> str:
    """What is kept of a code: useless without the installation's secret, and on another claim."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return salted_hmac(
        "structures.claim_code", f"{claim.pk}:{signs}", algorithm="sha256"
    ).hexdigest()
