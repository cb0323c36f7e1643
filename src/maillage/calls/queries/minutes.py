"""What the minutes of a session say, as data for the document. Signed, the document is frozen with its print."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from maillage.calls.enums import JuryOutcome, Presence
from maillage.calls.lib.agenda import ORDERS
from maillage.calls.lib.words import PARIS, in_euros, long_instant
from maillage.calls.models import AgendaItem, JuryDecision, JurySession, Seat
from maillage.calls.queries.jury import elapsed, money_of, seats_of, voters


def minutes_of(session: JurySession, *, at: datetime, is_draft: bool) -> dict[str, Any]:
    """`data` of `calls/minutes.typ`: members, presence, quorum, recusals, votes, proposals, totals, signatures."""
    edition = session.edition
    seats = seats_of(session)
    decisions = {one.application_id: one for one in session.decisions.select_related("application")}
    items = list(session.agenda.select_related("application").order_by("position", "pk"))
    funded = [one for one in decisions.values() if one.outcome == JuryOutcome.AWARD]
    total = sum((one.amount for one in funded), Decimal(0))
    money = money_of(edition)
    opened = long_instant(session.opened_at) if session.opened_at else "non ouverte"
    closed = long_instant(session.closed_at) if session.closed_at else "en cours"
    return {
        "title": f"{'Projet de procès' if is_draft else 'Procès'}-verbal : {session.title}",
        "subtitle": f"{edition.title} · {edition.space.name}",
        "author": edition.space.authority or edition.space.name,
        "foot": f"{edition.title}, {session.title}",
        "is_draft": is_draft,
        "facts": [
            ["Séance prévue le", long_instant(session.starts_at)],
            ["Lieu", session.place or session.video_url or "non précisé"],
            ["Ouverte le", opened],
            ["Close le", closed],
            ["Quorum", f"{session.quorum} présents au moins ; {len(voters(seats))} à la clôture"],
            ["Ordre de passage", _order(session)],
            ["Document fait le", long_instant(at)],
        ],
        "members": [_member(one) for one in seats],
        "files": [
            _file(session, item, decisions.get(item.application_id), seats, at) for item in items
        ],
        "totals": [
            ["Dossiers examinés", str(sum(one.started_at is not None for one in items))],
            ["Propositions d'attribution", str(len(funded))],
            ["Montant proposé pendant la séance", in_euros(total)],
            ["Enveloppe votée", in_euros(money.amount)],
            ["Déjà attribué ou proposé, cette séance comprise", in_euros(money.reserved)],
            ["Reste", in_euros(money.free)],
        ],
        "remarks": session.remarks,
        "rule": (
            "Le jury propose ; l'autorité compétente décide par délibération. Les membres ayant un intérêt dans un "
            "dossier ont quitté la salle, n'ont ni débattu ni voté, et ne comptent pas dans le quorum de ce dossier."
        ),
    }


def _order(session: JurySession) -> str:
    said = ORDERS.get(session.order.get("by", ""), "à la main")
    seed = session.order.get("seed")
    words = f"{said} (graine {seed}, SHA-256)" if seed else said
    return f"{words}, puis déplacements à la main" if session.order.get("moved") else words


def _member(seat: Seat) -> list[str]:
    juror = seat.juror
    quality = ", ".join(part for part in (juror.title, juror.organisation) if part)
    presence = seat.get_presence_display()
    if seat.presence == Presence.PRESENT and seat.came_at:
        presence += f" depuis {_hour(seat.came_at)}"
    elif seat.came_at and seat.left_at:
        presence = f"de {_hour(seat.came_at)} à {_hour(seat.left_at)}"
    return [str(juror.user), quality or "membre", presence]


def _hour(at: datetime) -> str:
    local = at.astimezone(PARIS)
    return f"{local.hour} h {local.minute:02d}"


def _file(
    session: JurySession,
    item: AgendaItem,
    decision: JuryDecision | None,
    seats: list[Seat],
    at: datetime,
) -> dict[str, Any]:
    file = item.application
    spent = elapsed(item.started_at, item.ended_at, at)
    return {
        "title": f"{file} · {file.lead_name}",
        "project": file.title,
        "time": ""
        if item.started_at is None or spent is None
        else f"Abordé à {_hour(item.started_at)}, {max(spent // 60, 1)} min",
        "facts": _facts(session, file, decision, seats),
        "reasons": decision.reasons if decision else "",
        "conditions": decision.conditions if decision else "",
        "override": decision.override_reason if decision else "",
    }


def _facts(
    session: JurySession, file: Any, decision: JuryDecision | None, seats: list[Seat]
) -> list[list[str]]:
    asked = in_euros(file.requested) if file.requested is not None else "non dit"
    if decision is None:
        return [["Demande", asked], ["Proposition", "aucune pendant cette séance"]]
    names = {one.juror_id: str(one.juror.user) for one in seats}
    out = [names.get(key, "un ancien membre") for key in decision.recused]
    voting = _present_at(decision, seats)
    blank = f"{decision.votes_blank} abstention{'s' if decision.votes_blank > 1 else ''}"
    return [
        ["Demande", asked],
        ["Proposition", _proposal(decision)],
        [
            "Votes",
            f"{decision.votes_for} pour, {decision.votes_against} contre, {blank}",
        ],
        ["Récusés, sortis de la salle", ", ".join(out) if out else "aucun"],
        ["Quorum pour ce dossier", f"{session.quorum} au moins ; {voting} en droit de voter"],
    ]


def _present_at(decision: JuryDecision, seats: list[Seat]) -> int:
    """Who could vote when it was recorded: there, and not out of the room."""
    return sum(
        one.juror.votes
        and one.juror_id not in decision.recused
        and one.came_at is not None
        and one.came_at <= decision.at
        and (one.left_at is None or one.left_at > decision.at)
        for one in seats
    )


def _proposal(decision: JuryDecision) -> str:
    if decision.outcome == JuryOutcome.AWARD:
        return f"retenir, {in_euros(decision.amount)}"
    if decision.outcome == JuryOutcome.WAITING:
        return f"liste d'attente, rang {decision.rank}"
    return "ne pas retenir"


def name_of_minutes(session: JurySession) -> str:
    """The file's name, without anybody's."""
    return (
        f"proces-verbal-{session.edition.slug}-{session.starts_at.astimezone(PARIS):%Y-%m-%d}.pdf"
    )
