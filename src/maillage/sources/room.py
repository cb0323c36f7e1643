"""Door plate of the imports."""

from maillage.core.personal import told
from maillage.core.room import NavEntry, PersonalData, Retention, Room, register
from maillage.sources.actions.files import DAYS, forget_files

_AGENT_ACT = "L'acte d'un agent reste au dossier de l'import, sans le nom de son auteur."

ROOM = register(
    Room(
        name="sources",
        label="Imports",
        personal=(
            PersonalData(
                model="sources.ImportRun",
                fields=("by",),
                label="Imports que vous avez lancés",
                export=told("sources.ImportRun", "by", source="connector", lancé="created_at"),
                kept=_AGENT_ACT,
            ),
            PersonalData(
                model="sources.Suggestion",
                fields=("decided_by",),
                label="Suggestions que vous avez tranchées",
                export=told("sources.Suggestion", "decided_by", champ="field", le="decided_at"),
                kept=_AGENT_ACT,
            ),
            PersonalData(
                model="sources.Match",
                fields=("decided_by",),
                label="Doublons que vous avez tranchés",
                export=told("sources.Match", "decided_by", décision="decision", le="decided_at"),
                kept=_AGENT_ACT,
            ),
        ),
        retention=(
            Retention(
                code="sources.files",
                label="Fichiers envoyés pour un import",
                days=DAYS,
                basis="RGPD, article 5-1-e : l'import garde son résumé, pas le fichier",
                purge=forget_files,
            ),
        ),
        nav=(
            NavEntry(
                label="Imports",
                url_name="sources:list",
                slot="agent",
                order=30,
                icon="file-import",
                group="Données",
                also=("sources:doubts", "sources:suggestions"),
            ),
        ),
    )
)
