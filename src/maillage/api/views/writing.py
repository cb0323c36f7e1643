"""What a key may write. Reading asks for none; a person's session is worth nothing here."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import override
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from maillage.api.actions import keys as actions
from maillage.api.actions.keys import Done, OtherRequestError, hash_of, note_write, once
from maillage.api.lib.problems import Problem
from maillage.api.lib.scopes import CORRECTIONS, FIGURES, STRUCTURES
from maillage.api.models import ApiKey
from maillage.api.queries.keys import key_of
from maillage.api.queries.open_data import sourced_row
from maillage.api.queries.spaces import public_space
from maillage.api.queries.structures import told
from maillage.api.schemas import ERRORS, SourcedRow, StructureOne
from maillage.api.schemas import Problem as ProblemShape
from maillage.api.views.answers import send
from maillage.api.views.open_data import router as reading_figures
from maillage.api.views.spaces import SLUG
from maillage.api.views.structures import router as reading
from maillage.core import throttle
from maillage.directory.queries.memory import current
from maillage.moderation.actions.contribute import contribute
from maillage.moderation.enums import Kind
from maillage.moderation.lib.fields import CORRECTABLE
from maillage.moderation.queries.current import current_values
from maillage.observatory.actions.figures import FigureRefusedError, enter_figure
from maillage.observatory.forms.figures import FigureForm
from maillage.spaces.models import Space
from maillage.structures.actions.save import EditConflictError, update_structure
from maillage.structures.models import Establishment, Structure

_TAGS = ["Écrire, avec une clé"]
router = Router(tags=_TAGS)
_REFUSED: dict[int, Any] = {
    400: ProblemShape,
    401: ProblemShape,
    403: ProblemShape,
    409: ProblemShape,
} | ERRORS
_FAILURES, _IN_SECONDS, _LONGEST_TOKEN = 20, 600, 200


class StructureChange(Schema):
    """Only the fields to change. A field written by a key is confirmed, as when an agent writes it."""

    model_config = ConfigDict(extra="forbid")
    updated_at: str = Field(
        max_length=40, description="Celui que vous avez lu : la fiche a pu changer depuis."
    )
    name: str | None = Field(None, min_length=1, max_length=250)
    acronym: str | None = Field(None, max_length=60)
    description: str | None = Field(None, max_length=5000)
    website: str | None = Field(None, max_length=300)
    email: str | None = Field(None, max_length=254)
    phone: str | None = Field(None, max_length=30)


class Correction(Schema):
    """What is wrong on a page: an agent decides."""

    model_config = ConfigDict(extra="forbid")
    structure: int = Field(description="Identifiant de la structure.")
    establishment: int | None = Field(None, description="Lieu dont l'adresse est corrigée.")
    fields: dict[str, str] = Field(
        default_factory=dict, description=f"Par champ, la bonne valeur : {', '.join(CORRECTABLE)}."
    )
    message: str = Field("", max_length=4000)


class FigureSaid(Schema):
    """A value that somebody published, with where it comes from."""

    model_config = ConfigDict(extra="forbid")
    indicator: str = Field(max_length=24, description="Code d'un indicateur.", examples=["jobs"])
    place_kind: str = Field(max_length=10, examples=["department"])
    place_code: str = Field("", max_length=60)
    place_label: str = Field("", max_length=160, description="Vide : trouvé d'après le code.")
    family: str = Field("", max_length=12)
    sector: str = Field("", max_length=120)
    year: int
    value: Decimal = Field(ge=0, max_digits=18, decimal_places=4)
    source: str = Field(max_length=200)
    source_url: str = Field("", max_length=300)
    published_on: date | None = None
    perimeter: str = Field(max_length=600, description="Ce qui est compté et ce qui ne l'est pas.")
    confidence: str = Field(
        max_length=9,
        description="official, published, estimate ou declared.",
        examples=["official"],
    )


class CorrectionSent(Schema):
    id: int
    state: str = Field(description="open : dans la file des agents.")


# On the router of the reading: one address, two methods.
@reading.patch(
    "/spaces/{slug:slug}/structures/{int:structure_id}",
    response={200: StructureOne} | _REFUSED,
    summary="Modifier une fiche",
    tags=_TAGS,
    url_name="structure",
    openapi_extra={"x-scope": STRUCTURES},
)
def change_structure(
    request: HttpRequest, payload: StructureChange, structure_id: int, slug: str = SLUG
) -> HttpResponse:
    """Les champs donnés sont écrits ; 409 si quelqu'un a changé l'un d'eux depuis votre lecture."""
    key = _key(request, slug, STRUCTURES)
    now = timezone.now()
    structure = _structure(key.space, structure_id)
    changes = payload.dict(exclude={"updated_at"}, exclude_none=True)
    try:
        read_at = parse_datetime(payload.updated_at)
    except ValueError:
        read_at = None
    if read_at is None or read_at.tzinfo is None:
        raise _unreadable("updated_at", "Une date et une heure avec leur fuseau sont attendues.")

    def write() -> Done:
        made = update_structure(
            structure,
            changes,
            by=key.by,
            now=now,
            space=key.space,
            expected_updated_at=read_at,
            reason=f"Par la clé d'API « {key.name} »",
        )
        if made:
            note_write(
                key, f"structure {structure.pk}", sorted(made.keys() & changes.keys()), now=now
            )
        return Done(200, {})

    try:
        _done(request, key, payload, write)
    except EditConflictError as error:
        raise Problem(
            409,
            "Quelqu'un a modifié cette fiche depuis votre lecture : relisez-la.",
            errors=[
                {"field": name, "message": f"Vaut « {v} »."} for name, v in error.theirs.items()
            ],
        ) from error
    rows = told(key.space, [structure.pk], now=timezone.now())
    return send(rows[0] if rows else {})


@router.post(
    "/spaces/{slug:slug}/corrections",
    response={201: CorrectionSent} | _REFUSED,
    summary="Proposer une correction",
    url_name="corrections",
    openapi_extra={"x-scope": CORRECTIONS},
)
def send_correction(request: HttpRequest, payload: Correction, slug: str = SLUG) -> HttpResponse:
    """Elle rejoint la file des agents, qui décident : rien n'est écrit sur la fiche avant."""
    key = _key(request, slug, CORRECTIONS)
    now = timezone.now()
    structure = _structure(key.space, payload.structure)
    place = None
    if payload.establishment is not None:
        place = Establishment.objects.filter(
            pk=_bounded(payload.establishment), structure=structure
        ).first()
        if place is None:
            raise _unreadable("establishment", "Ce lieu n'est pas de cette structure.")
    unknown = sorted(set(payload.fields) - set(CORRECTABLE))
    if unknown:
        raise _unreadable("fields", f"Champ inconnu : {unknown[0][:40]}.")

    def write() -> Done:
        sent = contribute(
            key.space,
            kind=Kind.CORRECT,
            by=key.by,
            now=now,
            structure=structure,
            fields=payload.fields,
            seen=current_values(structure, place),
            message=payload.message,
            details={"place": place.pk if place else None, "api_key": key.name},
            waits=True,
        )
        one = sent.contribution
        note_write(key, f"correction {one.pk}", sorted(one.fields), now=now)
        return Done(201, {"id": one.pk, "state": str(one.state)})

    return _told(_done(request, key, payload, write))


@reading_figures.post(
    "/spaces/{slug:slug}/figures/sourced",
    response={201: SourcedRow} | _REFUSED,
    summary="Ajouter un chiffre sourcé",
    tags=_TAGS,
    url_name="sourced_figures",
    openapi_extra={"x-scope": FIGURES},
)
def add_figure(request: HttpRequest, payload: FigureSaid, slug: str = SLUG) -> HttpResponse:
    """Comme un agent le saisit ; 409 si ce chiffre est déjà là."""
    key = _key(request, slug, FIGURES)
    now = timezone.now()
    data = payload.dict()
    _readable(data)
    data["value"] = format(payload.value, "f")
    with override("en"):  # a point for decimals, whatever the screen's language
        form = FigureForm(data, space=key.space)
        valid = form.is_valid()
    if not valid:  # said in French
        raise _refused(ValidationError(form.errors.as_data()))

    def write() -> Done:
        figure = enter_figure(key.space, form.draft(), by=key.by, now=now)
        note_write(key, f"chiffre {figure.pk}", [figure.indicator], now=now)
        figure.refresh_from_db()
        return Done(201, sourced_row(figure))

    try:
        return _told(_done(request, key, payload, write))
    except FigureRefusedError as error:
        raise Problem(409, str(error)) from error


def _key(request: HttpRequest, slug: str, scope: str) -> ApiKey:
    """The key of the call. Failures are counted by address: past twenty in ten minutes, they are 429."""
    space = public_space(slug)
    header = request.headers.get("Authorization", "")
    secret = header.partition(" ")[2].strip()
    try:
        key = key_of(header, hash_of(secret), space, scope, now=timezone.now())
    except Problem as problem:
        counted = problem.status == 401 and secret
        if counted and not throttle.allows(
            request, "api-key", times=_FAILURES, seconds=_IN_SECONDS
        ):
            raise Problem(
                429,
                "Trop de clés refusées : attendez dix minutes.",
                headers={"Retry-After": str(_IN_SECONDS)},
            ) from problem
        raise
    actions.used(key, now=timezone.now())
    return key


def _done(request: HttpRequest, key: ApiKey, payload: Schema, write: Callable[[], Done]) -> Done:
    token = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
    if len(token) > _LONGEST_TOKEN:
        raise Problem(400, "Idempotency-Key dépasse 200 caractères.")
    demand = {"path": request.path, "body": payload.dict()}
    _readable(demand)
    try:
        return once(key, token, demand, write, now=timezone.now())
    except OtherRequestError as error:
        raise Problem(422, "Cette Idempotency-Key a servi pour une autre demande.") from error
    except ValidationError as error:
        raise _refused(error) from error


def _readable(demand: dict[str, Any]) -> None:
    """Texts that no database keeps: a NUL, half of a character."""
    try:
        text = json.dumps(demand, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise Problem(422, "Un texte n'est pas de l'UTF-8 lisible.") from error
    if b"\\u0000" in text:
        raise Problem(422, "Un texte contient un caractère nul.")


def _told(done: Done) -> HttpResponse:
    response = send(done.body)
    response.status_code = done.status
    if done.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _structure(space: Space, structure_id: int) -> Structure:
    if current(space, timezone.now()).position(structure_id) is None:
        raise Http404("Cette structure n'est pas dans l'annuaire de cet espace.")
    return Structure.objects.get(pk=structure_id)


def _bounded(number: int) -> int:
    return number if 0 <= number < 2**63 else 0


def _unreadable(field: str, message: str) -> Problem:
    return Problem(422, message, errors=[{"field": field, "message": message}])


def _refused(error: ValidationError) -> Problem:
    if hasattr(error, "error_dict"):
        errors = [
            {"field": field, "message": message}
            for field, said in error.message_dict.items()
            for message in said
        ]
    else:
        errors = [{"field": "", "message": message} for message in error.messages]
    return Problem(422, errors[0]["message"] if errors else "", errors=errors)
