"""A space of believable, invented structures: about fifty words each, drawn with a fixed seed."""

import random
from datetime import UTC, datetime

from django.db import transaction

from maillage.core import journal
from maillage.spaces.models import PerimeterEntry, Space
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import Establishment, Label, Structure, StructureTerm, Term
from maillage.territories.models import Municipality


def listed(text: str) -> list[str]:
    return text.split(",")


FIRST = listed(
    "Ressourcerie,Recyclerie,Atelier,Épicerie,Jardin,Régie,Maison,Collectif,Théâtre,Crèche,Garage,Ferme,Coopérative,Mutuelle,Centre social,Club,Compagnie,Café associatif,Librairie,Fabrique,Chantier,Université populaire,Radio,Orchestre,Amicale,Union sportive,Cantine,Laverie,Friperie,Bricothèque"
)
SECOND = listed(
    "solidaire,partagé,populaire,associatif,des habitants,du canal,de la gare,des lilas,des coteaux,du parc,de l'Ourcq,du village,des écoles,du marché,des artistes,sans frontières,pour tous,de demain,en commun,des possibles,du bout du monde,d'à côté,de la rue,des voisins,de la plaine,du vieux pont,des quatre vents,des trois tours,du port,de la butte"
)
COMMON = listed(
    "accueil,accompagnement,activités,ateliers,habitants,quartier,jeunes,familles,personnes,insertion,emploi,formation,solidarité,partage,projets,animation,culture,sport,loisirs,éducation,enfants,adultes,bénévoles,salariés,adhérents,local,territoire,public,ouvert,collectif"
)
RARE = listed(
    "compostage,maraîchage,couture,menuiserie,réparation,vélo,cyclologistique,apiculture,céramique,sérigraphie,théâtre,danse,chorale,judo,badminton,escrime,football,alphabétisation,français,informatique,numérique,imprimerie,boulangerie,traiteur,cuisine,paniers,légumes,épicerie,vrac,textile,friperie,meubles,électroménager,ordinateurs,jouets,livres,bibliothèque,ludothèque,crèche,parentalité,handicap,autisme,vieillesse,domicile,santé,prévention,addictions,logement,hébergement,colocation,énergie,rénovation,isolation,solaire,déchets,consigne,recyclage,matériaux,chantier,peinture,plomberie,électricité,espaces verts,jardinage,botanique,forêt,rivière,oiseaux,climat,mobilité,covoiturage,autopartage,livraison,finance,épargne,microcrédit,monnaie,conseil,comptabilité,incubateur,coworking,fablab,robotique,radio,podcast,cinéma,photographie,peinture,sculpture,cirque,marionnettes,patrimoine,mémoire,archives,tourisme,randonnée,échecs,jeux,musique,orchestre,percussions,guitare,piano,écriture,poésie,philosophie,langues,arabe,espagnol,migrants,exilés,asile,droits,médiation,justice,prison,femmes,égalité,violences,jeunesse,mentorat,orientation,apprentissage,alternance"
)
# Real texts are mostly made of words that few others use: 4 500 of them, built like French ones.
LONG_TAIL = [
    f"{before}{middle}{after}"
    for before in listed("bi,ca,dé,é,fo,gra,inter,jo,li,mo,né,ou,pré,ra,sur")
    for middle in listed(
        "bal,cor,dan,fil,gem,lor,mar,nov,pal,rin,sol,tam,ver,zel,bri,cla,dru,fla,gri,pla"
    )
    for after in listed("age,ance,ation,eau,ème,erie,esse,ette,eur,ien,ier,ine,isme,oir,ude")
]
FAMILIES = ("association",) * 90 + ("cooperative",) * 5 + ("mutual", "foundation", "commercial")
BANDS = ("NN",) * 8 + ("01", "02", "03", "11", "12", "21", "31")


def build(size: int, slug: str = "banc") -> None:
    """`size` published structures in one space over two departments."""
    draw = random.Random(33)
    communes = list(
        Municipality.objects.filter(department_code__in=("92", "93"), lon__isnull=False)
        .exclude(kind="whole")
        .order_by("code")
    )
    with transaction.atomic():
        space = Space.objects.create(slug=slug, name="Banc de mesure", authority="Collectivité")
        PerimeterEntry.objects.bulk_create(
            PerimeterEntry(space=space, municipality_code=commune.code) for commune in communes
        )
        structures = Structure.objects.bulk_create(
            (_structure(draw, number) for number in range(size)), batch_size=2000
        )
        Establishment.objects.bulk_create(
            (_place(draw, structure, draw.choice(communes)) for structure in structures),
            batch_size=2000,
        )
        _tag(draw, structures)
        reindex()
        journal.tick("structures")


def _structure(draw: random.Random, number: int) -> Structure:
    name = f"{draw.choice(FIRST)} {draw.choice(SECOND)}"
    words = draw.choices(COMMON, k=16) + draw.choices(RARE, k=12) + draw.choices(LONG_TAIL, k=20)
    draw.shuffle(words)
    text = " ".join(words)
    return Structure(
        slug=f"structure-{number}",
        name=f"{name} {number}",
        siren=f"{900_000_000 + number}",
        family=draw.choice(FAMILIES),
        legal_category="9220",
        description=f"{text.capitalize()}.",
        size_band=draw.choice(BANDS),
        ess_status="confirmed",
        confirmed_at=datetime(2026, 1 + draw.randrange(10), 1, tzinfo=UTC)
        if draw.random() < 0.2
        else None,
        provenance={"name": {"source": "sirene", "date": "2026-11-01"}},
    )


def _place(draw: random.Random, structure: Structure, commune: Municipality) -> Establishment:
    return Establishment(
        structure=structure,
        siret=f"{structure.siren}{10_000 + draw.randrange(80_000)}",
        is_head_office=True,
        address=f"{draw.randrange(1, 200)} {draw.choice(('rue', 'avenue', 'boulevard'))} {draw.choice(SECOND)}",
        postal_code=commune.postal_codes.split()[0],
        municipality_code=commune.code,
        lon=round(commune.lon + draw.gauss(0, 0.01), 5),
        lat=round(commune.lat + draw.gauss(0, 0.008), 5),
        location_quality="house",
    )


def _tag(draw: random.Random, structures: list[Structure]) -> None:
    sectors = list(Term.objects.filter(axis="sector", parent__isnull=True))
    audiences = list(Term.objects.filter(axis="audience"))
    labels = list(Term.objects.filter(axis="label"))
    links, held = [], []
    for structure in structures:
        links.append(StructureTerm(structure=structure, term=draw.choice(sectors), is_main=True))
        if audiences and draw.random() < 0.5:
            links.append(StructureTerm(structure=structure, term=draw.choice(audiences)))
        if labels and draw.random() < 0.12:
            held.append(Label(structure=structure, term=draw.choice(labels), source="banc"))
    StructureTerm.objects.bulk_create(links, batch_size=4000)
    Label.objects.bulk_create(held, batch_size=4000)


def queries(count: int) -> list[tuple[str, str]]:
    """Words typed and the filters beside them: one or two trades, a name, a commune."""
    draw = random.Random(7)
    sectors = ["sec-ali", "sec-ree", "sec-cul", "sec-mob", "sec-hab", "sec-soc"]
    filters = [f"secteur={code}" for code in sectors]
    filters += [
        "famille=association",
        "taille=1-9",
        "commune=93048&commune=93055",
        "famille=cooperative",
    ]
    found = []
    for _ in range(count):
        kind = draw.random()
        if kind < 0.15:
            words = draw.choice(RARE)
        elif kind < 0.55:
            words = f"{draw.choice(RARE)} {draw.choice(RARE)}"
        elif kind < 0.8:
            words = f"{draw.choice(FIRST)} {draw.choice(RARE)}"
        else:
            words = (
                f"{draw.choice(RARE)} {draw.choice(('montreuil', 'pantin', 'nanterre', 'bobigny'))}"
            )
        found.append((words, draw.choice(filters)))
    return found
