"""Letters to jurors, and to agents about readings. None holds a name of an applicant, nor a title of a project."""

from maillage.core.letters.kinds import LetterKind, declare

_WHY = "Vous recevez ce message parce que vous êtes membre du jury de « {call} », à {space}."
_PLACES = {"person": "Jules Morel", "call": "Progr'ESS 2026", "space": "Hauts-de-Seine"}
_DATED = _PLACES | {"count": "6 dossiers", "date": "12 mars 2026"}

NAMED = declare(
    LetterKind(
        code="calls.juror_named",
        label="Juré : bienvenue dans le jury",
        category="juries",
        subject="Vous êtes membre du jury de {call}",
        text="Bonjour {person},\n\n{space} vous confie la lecture de candidatures de « {call} ». Avant le premier dossier, "
        "vous lirez une courte charte ; avant chacun, vous direz si quelque chose vous lie au projet.",
        button="Ouvrir mes lectures",
        why=_WHY,
        places=_PLACES,
    )
)
GIVEN = declare(
    LetterKind(
        code="calls.readings_given",
        label="Juré : dossiers à lire",
        category="juries",
        subject="À lire : {count}, {call}",
        text="Bonjour {person},\n\nVous avez {count} à lire pour « {call} »{date}.",
        button="Ouvrir mes lectures",
        why=_WHY,
        places=_PLACES | {"count": "6 dossiers", "date": ", avant le 12 mars 2026"},
    )
)
DUE = declare(
    LetterKind(
        code="calls.readings_due",
        label="Juré : lectures bientôt attendues",
        category="juries",
        subject="{count} à rendre le {date} : {call}",
        text="Bonjour {person},\n\nIl vous reste {count} à lire pour « {call} ». Vos notes sont attendues le {date}. Si vous "
        "ne pouvez pas, dites-le vite : un autre juré lira à votre place.",
        button="Finir mes lectures",
        why=_WHY,
        places=_DATED,
    )
)
LATE = declare(
    LetterKind(
        code="calls.readings_late",
        label="Juré : lectures en retard",
        category="juries",
        subject="En retard : {count}, {call}",
        text="Bonjour {person},\n\nVos notes sur {count} de « {call} » étaient attendues le {date}. Rendez-les, ou dites que "
        "vous ne pouvez pas : le jury en a besoin.",
        button="Finir mes lectures",
        why=_WHY,
        places=_DATED,
    )
)
REOPENED = declare(
    LetterKind(
        code="calls.reading_reopened",
        label="Juré : lecture rouverte",
        category="juries",
        subject="Une de vos lectures est rouverte : {call}",
        text="Bonjour {person},\n\nUne lecture que vous aviez rendue pour « {call} » est rouverte. Motif : {reason}",
        button="Reprendre cette lecture",
        why=_WHY,
        places=_PLACES | {"reason": "Il manque une note."},
    )
)
DOUBT = declare(
    LetterKind(
        code="calls.interest_to_settle",
        label="Un intérêt est à trancher",
        category="agents",
        subject="À trancher : un juré de {call} a peut-être un lien avec un dossier",
        text="Bonjour {person},\n\nUn membre du jury de « {call} » ne peut pas ouvrir un dossier : la plateforme a trouvé un "
        "lien possible. Dites s'il lit, ou s'il se retire.",
        button="Trancher",
        why="Vous recevez ce message parce que vous êtes agent de {space}.",
        places=_PLACES,
    )
)
