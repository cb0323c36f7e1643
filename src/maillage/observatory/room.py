"""Door plate of the observatory: figures of a territory, and what is missing there."""

from maillage.core.personal import all_of, forgotten, loosened, told
from maillage.core.room import PersonalData, Room, register

_AGENT_ACT = "L'acte d'un agent reste au dossier, sans le nom de son auteur."
_DECLARED = "observatory.DeclaredNeed"


def _act(model: str, field: str, label: str, **columns: str) -> PersonalData:
    """What an agent did: told to them, kept without their name."""
    return PersonalData(
        model=f"observatory.{model}",
        fields=(field,),
        label=label,
        export=told(f"observatory.{model}", field, **columns),
        kept=_AGENT_ACT,
    )


_PERSONAL = (
    PersonalData(
        model=_DECLARED,
        fields=("author", "email"),
        label="Besoins que vous avez déclarés",
        export=told(
            _DECLARED,
            "author",
            besoin="need_code",
            texte="text",
            état="state",
            réponse="answer",
            **{"dit le": "said_at"},
        ),
        erase=all_of(
            loosened(_DECLARED, "email", email=""),
            loosened(_DECLARED, "author", author=None, email=""),
        ),
    ),
    PersonalData(
        model="observatory.Echo",
        fields=("user",),
        label="Besoins où vous avez dit « moi aussi »",
        export=told("observatory.Echo", "user", besoin="declared__need_code", le="at"),
        erase=forgotten("observatory.Echo", "user"),
    ),
    PersonalData(
        model="observatory.WorkingFile",
        fields=("owner",),
        label="Dossiers que vous suivez",
        export=told("observatory.WorkingFile", "owner", titre="title", étape="status"),
        erase=loosened("observatory.WorkingFile", "owner", owner=None),
    ),
    _act("DeclaredNeed", "decided_by", "Besoins que vous avez tranchés", le="decided_at"),
    _act("WorkingFile", "opened_by", "Dossiers que vous avez ouverts", titre="title"),
    _act("WorkingNote", "by", "Notes que vous avez écrites", texte="text", le="at"),
    _act("FigureBatch", "by", "Fichiers de chiffres que vous avez lus", fichier="file_name"),
    _act("SourcedFigure", "entered_by", "Chiffres que vous avez saisis", source="source"),
    _act("DatedSnapshot", "by", "Relevés que vous avez pris", jour="on"),
    _act("SavedReport", "by", "Rapports que vous avez gardés", titre="title"),
)

register(Room(name="observatory", label="Observatoire", personal=_PERSONAL))
