"""Values of the fields of a document, for one file and one award. A value nobody knows is empty: the merge refuses it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from maillage.calls.enums import InstalmentKind, PaperKind, PartnerRole, StateAid
from maillage.calls.lib.award_delays import months_after
from maillage.calls.lib.splitting import split
from maillage.calls.lib.words import in_euros, long_date, long_instant
from maillage.calls.models import Agreement, Application, Award, Edition, Partner, Recovery
from maillage.calls.queries.conventions import need_of

_KINDS = dict(InstalmentKind.choices)


def values_of(
    kind: str,
    application: Application,
    award: Award | None = None,
    *,
    now: datetime,
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What `lib/paper_fields.py` lists for `kind`. `extra` wins; `application.edition` and `partners` are read."""
    values = _common(application, award, now)
    if kind in {PaperKind.AWARD, PaperKind.WAITING, PaperKind.REJECTION}:
        values |= _decided(application, award)
        values["motifs"] = application.outcome_reasons
    if kind == PaperKind.WAITING:
        values["rang"] = str(application.waiting_rank or "")
    if kind == PaperKind.RECEIPT:
        values |= _receipt(application)
    if kind in {PaperKind.AWARD, PaperKind.AGREEMENT, PaperKind.RECOVERY} and award is not None:
        values |= _decided(application, award) | money_of(award)
    return values | dict(extra or {})


def agreement_values(agreement: Agreement) -> dict[str, str]:
    """What the agreement adds to its award's."""
    award = agreement.award
    partner = award.partner or lead_of(award.application)
    years = agreement.years
    return {
        "numero_convention": agreement.number,
        "representant": _spoken_for(partner),
        "duree": "un an" if agreement.is_annual else f"{years} an{'s' if years > 1 else ''}",
        "excedent": (
            "La part non dépensée peut être conservée par le bénéficiaire, si elle reste employée au même objet, dans"
            " les conditions fixées d'un commun accord (loi n° 2021-875 du 1er juillet 2021)."
            if agreement.surplus_kept
            else "La part non dépensée de la subvention est reversée à la collectivité."
        ),
        "partenaires": redistribution_clause(agreement),
        "seuil_convention": in_euros(award.application.edition.convention_from),
    }


def redistribution_clause(agreement: Agreement) -> str:
    """CGCT L. 1611-4: a grant funds others only when the agreement says so, and to whom."""
    if not agreement.redistribution.strip():
        return (
            "Aucun reversement de la subvention à un autre organisme n'est autorisé (code général des collectivités"
            " territoriales, article L. 1611-4)."
        )
    return (
        "Par exception à l'article L. 1611-4 du code général des collectivités territoriales, le bénéficiaire reverse"
        f" une part de la subvention aux partenaires suivants :\n{agreement.redistribution.strip()}\n\n"
        "Il en rend compte, et fournit chaque année une copie certifiée de son budget et de ses comptes."
    )


def partners_list(application: Application) -> str:
    """Funded partners and their amounts, one a line, as the agreement lists them."""
    rows = [one for one in application.partners.all() if one.role == PartnerRole.FUNDED]
    return "\n".join(
        f"- {one.name} : {in_euros(one.amount) if one.amount is not None else 'montant à préciser'}"
        for one in rows
    )


def recovery_values(recovery: Recovery) -> dict[str, str]:
    return {
        "montant_reversement": in_euros(recovery.amount),
        "motif_reversement": recovery.reason,
        "reverser_avant": long_date(recovery.due_on),
    }


def money_of(award: Award) -> dict[str, str]:
    edition = award.application.edition
    return {
        "montant": in_euros(award.amount),
        "montant_demande": in_euros(award.requested) if award.requested is not None else "",
        "objet": award.purpose,
        "conditions": award.conditions.strip() or "Sans condition particulière.",
        "versements": instalment_lines(award),
        "convention": need_of(award).sentence,
        "aide_etat": state_aid_words(edition, award),
        "bilan": long_date(report_due(award)),
        "delai_paiement": str(edition.payment_days),
    }


def instalment_lines(award: Award) -> str:
    """One line a payment, planned as the edition says until the rows exist."""
    rows = [(one.kind, one.amount, one.condition) for one in award.instalments.order_by("rank")]
    rows = rows or [
        (one["kind"], amount, one.get("condition", ""))
        for one, amount in planned(award.application.edition, award.amount)
    ]
    return "\n".join(
        f"- {_KINDS.get(kind, kind)} de {in_euros(amount)}"
        + (f" : {condition[0].lower()}{condition[1:]}" if condition else "")
        for kind, amount, condition in rows
    )


def planned(edition: Edition, amount: Decimal) -> list[tuple[dict[str, str], Decimal]]:
    """Payments of the edition for `amount`; one single payment when it says nothing."""
    rows = edition.instalments or [
        {"kind": "single", "percent": 100, "condition": "À la notification"}
    ]
    return list(
        zip(rows, split(amount, [Decimal(str(one["percent"])) for one in rows]), strict=True)
    )


def state_aid_words(edition: Edition, award: Award) -> str:
    regime = award.state_aid or edition.state_aid
    if regime in {StateAid.DE_MINIMIS, StateAid.SGEI}:
        ceiling = (
            f" Le total de ces aides ne dépasse pas {in_euros(edition.de_minimis_ceiling)} sur trois ans"
            " glissants, pour une entreprise unique."
            if edition.de_minimis_ceiling
            else ""
        )
        return (
            f"Cette aide de {in_euros(award.amount + award.in_kind_value)} est accordée au titre du régime"
            f" {StateAid(regime).label}.{ceiling} Gardez cette lettre : déclarez cette aide quand vous en demandez une"
            " autre."
        )
    return {
        StateAid.NONE: "Cette subvention est accordée hors du champ des aides d'État.",
        StateAid.EXEMPTED: "Cette aide est accordée au titre d'un régime exempté de notification.",
        StateAid.OTHER: "Cette aide relève d'un autre régime d'aide d'État, précisé par la délibération.",
    }.get(StateAid(regime) if regime else StateAid.OTHER, "")


def year_end_of(award: Award) -> date:
    """End of the accounting year the grant is for; 31 December of the decision's year unless the beneficiary says."""
    year = award.decision_on.year if award.decision_on else award.application.edition.year
    return award.year_ends_on or date(year, 12, 31)


def report_due(award: Award) -> date:
    return months_after(year_end_of(award), award.application.edition.report_months)


def lead_of(application: Application) -> Partner | None:
    return next((one for one in application.partners.all() if one.role == PartnerRole.LEAD), None)


def _common(application: Application, award: Award | None, now: datetime) -> dict[str, str]:
    edition = application.edition
    lead = lead_of(application)
    siret = award.siret if award else lead.siret if lead else ""
    rna = award.rna if award else lead.rna if lead else ""
    return {
        "collectivite": edition.space.authority,
        "appel": edition.title,
        "programme": edition.programme.name,
        "annee": str(edition.year),
        "reference": application.reference,
        "projet": application.title,
        "beneficiaire": award.beneficiary if award else lead.name if lead else "",
        "identifiant": f"SIRET {_spaced(siret)}" if siret else f"RNA {rna}" if rna else "",
        "date": long_date(now),
        "contact": edition.contact_email
        or edition.programme.contact_email
        or edition.space.contact_email,
    }


def _decided(application: Application, award: Award | None) -> dict[str, str]:
    edition = application.edition
    reference = (award.decision_ref if award else "") or edition.decision_ref
    on = (award.decision_on if award else None) or edition.decision_on
    return {"deliberation": reference, "date_deliberation": long_date(on) if on else ""}


def _receipt(application: Application) -> dict[str, str]:
    at, limit = application.deposited_at, application.implicit_rejection_on
    return {
        "depose_le": long_instant(at) if at else "",
        "rejet_implicite": long_date(limit) if limit else "",
    }


def _spoken_for(partner: Partner | None) -> str:
    if partner is None or not partner.representative:
        return ""
    return f"{partner.representative}{f', {partner.engaged_as}' if partner.engaged_as else ''}"


def _spaced(siret: str) -> str:
    return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}".strip()
