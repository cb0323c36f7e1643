"""Valid objects of the calls in one call: an edition open now, a file deposited, a juror, a session, an award.

Plain functions as in `tests/factories.py`: nothing random, every argument has a believable default.
"""

import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any

from maillage.calls.enums import (
    ApplicationStatus,
    AwardStatus,
    EditionStatus,
    PartnerRole,
    StateAid,
    WriterKind,
)
from maillage.calls.models import (
    Application,
    Award,
    Criterion,
    Deposit,
    Edition,
    EligibilityRule,
    Envelope,
    FormVersion,
    Interest,
    Juror,
    JurySession,
    Partner,
    Programme,
    Review,
    Score,
    Seat,
    TeamMember,
    Writer,
)
from maillage.spaces.models import Role, Space
from tests.factories import NOW, make_membership, make_role, make_structure, make_user

_serial = itertools.count(1)
DAY = timedelta(days=1)
# A short form that says everything the columns of a file copy.
FORM: dict[str, Any] = {
    "sections": [
        {
            "code": "projet",
            "title": "Votre projet",
            "fields": [
                {"code": "titre", "type": "text", "label": "Titre", "required": True,
                 "max_length": 120, "meaning": "title", "public": True},
                {"code": "resume", "type": "long_text", "label": "Résumé", "required": True,
                 "max_length": 1500, "meaning": "summary", "public": True},
                {"code": "theme", "type": "choice", "label": "Thème", "meaning": "theme",
                 "choices": [["quotidien", "Vie quotidienne"], ["climat", "Climat"]]},
                {"code": "communes", "type": "communes", "label": "Où ?", "required": True,
                 "meaning": "places"},
                {"code": "equipe", "type": "long_text", "label": "Votre équipe", "blind": True},
            ],
        },
        {
            "code": "budget",
            "title": "Budget",
            "fields": [
                {"code": "demande", "type": "money", "label": "Montant demandé", "required": True,
                 "meaning": "requested"},
                {"code": "cout", "type": "money", "label": "Coût total", "required": True,
                 "meaning": "total_cost"},
            ],
        },
    ]
}  # fmt: skip


def make_programme(space: Space, **fields: Any) -> Programme:
    number = next(_serial)
    fields = {
        "name": f"Programme {number}",
        "slug": f"programme-{number}",
        "created_at": NOW,
    } | fields
    return Programme.objects.create(space=space, **fields)


def make_envelope(space: Space, amount: str = "100000.00", **fields: Any) -> Envelope:
    fields = {"year": 2026, "label": f"Enveloppe {next(_serial)}"} | fields
    return Envelope.objects.create(space=space, amount=Decimal(amount), **fields)


def make_edition(space: Space, **fields: Any) -> Edition:
    """An edition open since ten days and for ten more, whole: envelope, frozen form, two criteria of 60 and 40."""
    number = next(_serial)
    envelope = fields.pop("envelope", None) or make_envelope(space)
    programme = fields.pop("programme", None) or make_programme(space)
    definition = fields.pop("form", FORM)
    fields = {
        "slug": f"appel-{number}",
        "prefix": f"AP{number}",
        "title": f"Appel {number}",
        "year": 2026,
        "status": EditionStatus.OPEN,
        "amount_max": Decimal("15000.00"),
        "max_rate": Decimal("80.00"),
        "themes": [
            {"code": "quotidien", "label": "Vie quotidienne"},
            {"code": "climat", "label": "Climat"},
        ],
        "opens_at": NOW - 10 * DAY,
        "closes_at": NOW + 10 * DAY,
        "legal_basis": "Solidarité et insertion.",
        "state_aid": StateAid.DE_MINIMIS,
        "convention_from": Decimal("23000.00"),
        "instalments": [
            {"kind": "advance", "percent": 70, "condition": "À la notification"},
            {"kind": "balance", "percent": 30, "condition": "Après le bilan"},
        ],
        "created_at": NOW - 30 * DAY,
        "published_at": NOW - 20 * DAY,
    } | fields
    edition = Edition.objects.create(space=space, programme=programme, envelope=envelope, **fields)
    FormVersion.objects.create(
        edition=edition, definition=definition, created_at=NOW - 30 * DAY, frozen_at=NOW - 20 * DAY
    )
    for position, (code, weight) in enumerate([("besoin", 60), ("equipe", 40)]):
        Criterion.objects.create(
            edition=edition,
            code=code,
            label=code.capitalize(),
            weight=weight,
            anchors=["absent", "faible", "moyen", "bon", "très bon"],
            position=position,
        )
    return edition


def make_rule(edition: Edition, kind: str, **fields: Any) -> EligibilityRule:
    fields = {"code": f"r{next(_serial)}", "label": f"Règle {kind}"} | fields
    return EligibilityRule.objects.create(edition=edition, kind=kind, **fields)


def make_application(edition: Edition, name: str = "", **fields: Any) -> Application:
    """A draft of a structure that its keeper (`application.writers.get().user`) writes; nothing deposited."""
    number = next(_serial)
    user = fields.pop("user", None) or make_user()
    structure = fields.pop("structure", None)
    if structure is None:
        structure = make_structure(name or f"Association {number}", in_space=edition.space)
        make_membership(structure, user)
    fields = {
        "title": f"Projet {number}",
        "pseudonym": f"Candidature {number}",
        "requested": Decimal("9000.00"),
        "total_cost": Decimal("15000.00"),
        "lead_name": structure.name,
        "created_by": user,
        "created_at": NOW - 5 * DAY,
        "updated_at": NOW - 5 * DAY,
    } | fields
    application = Application.objects.create(
        edition=edition, form=edition.forms.get(stage="full"), **fields
    )
    Partner.objects.create(
        application=application,
        structure=structure,
        role=PartnerRole.LEAD,
        name=structure.name,
        siret=structure.establishments.values_list("siret", flat=True).first() or "",
        share=Decimal(100),
        amount=application.requested,
    )
    Writer.objects.create(
        application=application, user=user, kind=WriterKind.OWNER, invited_at=NOW - 5 * DAY
    )
    return application


def deposit(application: Application, status: str = ApplicationStatus.SUBMITTED) -> Application:
    """Written as a deposit of yesterday would have left it, without its checks, at any later `status`."""
    edition = application.edition
    edition.last_number += 1
    edition.save(update_fields=["last_number"])
    at = NOW - DAY
    application.number = edition.last_number
    application.reference = f"{edition.prefix}-{edition.last_number:04d}"
    application.first_deposited_at = application.deposited_at = at
    application.deposits = 1
    application.status = status
    application.save()
    Deposit.objects.create(
        application=application,
        form=application.form,
        stage=application.stage,
        rank=1,
        at=at,
        until=at + DAY,
        by=application.created_by,
        content={"answers": {}, "partners": [], "files": []},
    )
    return application


def make_submitted(edition: Edition, name: str = "", **fields: Any) -> Application:
    status = fields.pop("status", ApplicationStatus.SUBMITTED)
    return deposit(make_application(edition, name, **fields), status)


def make_juror(edition: Edition, **fields: Any) -> Juror:
    """A person with the role of juror in the space, named for the edition."""
    user = fields.pop("user", None) or make_user()
    Role.objects.filter(space=edition.space, user=user).exists() or make_role(
        edition.space, user, Role.Kind.JUROR
    )
    return Juror.objects.create(edition=edition, user=user, **fields)


def make_review(
    application: Application, juror: Juror, *scores: int | None, **fields: Any
) -> Review:
    """A reading, interests declared as none; submitted when scores are given, one per criterion."""
    Interest.objects.get_or_create(
        application=application,
        user=juror.user,
        defaults={"answer": "none", "declared_at": NOW - DAY},
    )
    fields = {"assigned_at": NOW - 2 * DAY} | fields
    if scores:
        fields = {"status": "submitted", "submitted_at": NOW - DAY} | fields
    review = Review.objects.create(application=application, juror=juror, **fields)
    for criterion, value in zip(application.edition.criteria.all(), scores, strict=bool(scores)):
        Score.objects.create(review=review, criterion=criterion, value=value)
    return review


def make_session(edition: Edition, *jurors: Juror, **fields: Any) -> JurySession:
    fields = {"title": "Séance", "starts_at": NOW, "quorum": 1} | fields
    session = JurySession.objects.create(edition=edition, **fields)
    for juror in jurors:
        Seat.objects.create(session=session, juror=juror)
    return session


def make_award(application: Application, amount: str = "7000.00", **fields: Any) -> Award:
    lead = application.partners.get(role="lead")
    granted = fields.get("status", AwardStatus.PROPOSED) != AwardStatus.PROPOSED
    fields = {
        "envelope": application.edition.envelope,
        "partner": lead,
        "structure": lead.structure,
        "beneficiary": lead.name,
        "siret": lead.siret,
        "purpose": application.title,
        "requested": application.requested,
        "reserved": Decimal(amount),
        "granted_at": NOW if granted else None,
        "decision_ref": "CP-2026-1" if granted else "",
        "decision_on": NOW.date() if granted else None,
    } | fields
    return Award.objects.create(application=application, amount=Decimal(amount), **fields)


def name_as(edition: Edition, user: Any, kind: str) -> TeamMember:
    return TeamMember.objects.create(edition=edition, user=user, kind=kind)
