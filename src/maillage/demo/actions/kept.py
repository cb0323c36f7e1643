"""Pages that are kept: services, hours, links, teasers and a few drawn pictures on some sixty structures."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from maillage.core.uploads.kinds import IMAGES
from maillage.core.uploads.store import store
from maillage.demo.lib.dice import Dice
from maillage.demo.lib.kept import COLORS, Life, life_of
from maillage.structures.enums import LinkKind, Seeking
from maillage.structures.models import (
    Establishment,
    Link,
    Picture,
    Service,
    Structure,
    StructureTerm,
    Teaser,
    Term,
)

KEPT = 60
PICTURED = 12
_SIZE = (960, 640)


def keep_pages(structures: Sequence[Structure], *, now: datetime, seed: str) -> list[Structure]:
    """Furnish `KEPT` active structures and return them."""
    active = [one for one in structures if one.state == "active" and one.description]
    chosen = Dice(seed, "kept").some(active, KEPT)
    sectors = dict(
        StructureTerm.objects.filter(structure__in=chosen, is_main=True).values_list(
            "structure_id", "term__code"
        )
    )
    terms = {term.code: term for term in Term.objects.filter(axis="audience")}
    places = _first_places(chosen)
    for rank, structure in enumerate(chosen):
        dice = Dice(seed, "kept", rank)
        life = life_of(sectors.get(structure.pk, ""))
        _services(structure, life, terms, places.get(structure.pk))
        _links(structure, dice)
        _teasers(structure, life, dice, now)
        if rank < PICTURED:
            _picture(structure, life, dice, now)
        if place := places.get(structure.pk):
            place.opening_hours = life.hours
    Establishment.objects.bulk_update(places.values(), ["opening_hours"])
    return chosen


def _first_places(structures: Sequence[Structure]) -> dict[int, Establishment]:
    places: dict[int, Establishment] = {}
    rows = Establishment.objects.filter(structure__in=structures, state="active")
    for place in rows.order_by("-is_head_office", "pk"):
        places.setdefault(place.structure_id, place)
    return places


def _services(
    structure: Structure, life: Life, terms: Mapping[str, Term], place: Establishment | None
) -> None:
    Service.objects.bulk_create(
        Service(
            structure=structure,
            establishment=place,
            name=name,
            description=what,
            audience=terms.get(audience),
            fee=fee,
            position=position,
        )
        for position, (name, what, audience, fee) in enumerate(life.services, start=1)
    )


def _links(structure: Structure, dice: Dice) -> None:
    host = f"https://{structure.slug[:40].strip('-')}.example"
    wanted = [
        (LinkKind.SOCIAL, f"https://mamot.fr/@{structure.slug[:20].strip('-')}", "Mastodon", 0.6),
        (LinkKind.VOLUNTEER, f"{host}/benevolat", "", 0.7),
        (LinkKind.INTERNSHIP, f"{host}/stages", "", 0.4),
        (LinkKind.JOB, f"{host}/emplois", "", 0.3),
        (LinkKind.DONATION, f"{host}/dons", "", 0.4),
    ]
    Link.objects.bulk_create(
        Link(structure=structure, kind=kind, url=url, label=label, position=position)
        for position, (kind, url, label, share) in enumerate(wanted, start=1)
        if dice.happens(share)
    )


def _teasers(structure: Structure, life: Life, dice: Dice, now: datetime) -> None:
    until = (now + timedelta(days=dice.number(10, 90))).date()
    rows = [(Seeking.LOOKING, life.seeks, until, 0.6), (Seeking.OFFERING, life.offers, None, 0.4)]
    Teaser.objects.bulk_create(
        Teaser(structure=structure, kind=kind, text=text, until=end, position=position)
        for position, (kind, text, end, share) in enumerate(rows, start=1)
        if dice.happens(share)
    )


def _picture(structure: Structure, life: Life, dice: Dice, now: datetime) -> None:
    file = ContentFile(draw(life.scene, dice), name="dessin.png")
    upload = store(file, accept=IMAGES, by=None, now=now)
    Picture.objects.create(
        structure=structure,
        upload=upload,
        alt="Dessin : des fils colorés tissés d'un bord à l'autre, noués par des points.",
        credit="Dessin de démonstration",
        position=1,
    )


def draw(scene: str, dice: Dice) -> bytes:
    """A weave in the colours of the scene, as PNG: threads from side to side, knots where they meet."""
    ground, ink, thread = COLORS[scene]
    picture = Image.new("RGB", _SIZE, ground)
    pen = ImageDraw.Draw(picture)
    rows = sorted(dice.number(60, _SIZE[1] - 60) for _ in range(6))
    columns = sorted(dice.number(60, _SIZE[0] - 60) for _ in range(8))
    for rank, y in enumerate(rows):
        pen.line([(0, y), (_SIZE[0], y + dice.number(-60, 60))], ink if rank % 2 else thread, 10)
    for rank, x in enumerate(columns):
        pen.line([(x, 0), (x + dice.number(-60, 60), _SIZE[1])], thread if rank % 3 else ink, 6)
    for y in rows:
        for x in dice.some(columns, 3):
            size = dice.number(14, 34)
            pen.ellipse(
                [x - size, y - size, x + size, y + size], fill=thread, outline=ground, width=5
            )
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
