"""The journal, the call list and the figures of freshness as files."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from maillage.core.tabular.writing import Column
from maillage.portal.queries.audit import Line

AUDIT_COLUMNS = (
    Column("at", "Quand"),
    Column("person", "Personne"),
    Column("email", "Adresse e-mail"),
    Column("acting_for", "Au nom de la structure"),
    Column("space", "Espace"),
    Column("title", "Geste"),
    Column("action", "Nom du geste"),
    Column("kind", "Sorte d'objet"),
    Column("number", "Numéro"),
    Column("name", "Objet"),
    Column("changes", "Changements"),
    Column("reason", "Motif"),
    Column("run", "Import"),
)
NETWORK = Column("network", "Réseau d'origine")


def audit_rows(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for line in lines:
        entry = line.entry
        yield {
            "at": timezone.localtime(entry.at),
            "person": str(entry.by) if entry.by else "",
            "email": entry.by.email if entry.by else "",
            "acting_for": line.acting_for,
            "space": line.space,
            "title": line.title,
            "action": entry.action,
            "kind": line.kind,
            "number": entry.subject_id,
            "name": line.name,
            "changes": " ; ".join(
                f"{one.label} : {one.before} → {one.after}" for one in line.changes
            ),
            "reason": entry.reason,
            "run": entry.run_id,
            "network": entry.network,
        }


CALL_COLUMNS = (
    Column("reason", "Motif"),
    Column("since", "Depuis"),
    Column("phone", "Téléphone"),
    Column("name", "Nom"),
    Column("commune", "Commune"),
    Column("email", "Adresse e-mail"),
    Column("last", "Dernier appel"),
    Column("outcome", "Résultat"),
    Column("note", "Note"),
    Column("next", "Rappeler le"),
    Column("lacks", "Il manque"),
    Column("colleague", "S'en occupe"),
)
FRESHNESS_COLUMNS = (
    Column("name", "Commune"),
    Column("code", "Code INSEE"),
    Column("structures", "Structures"),
    Column("within_6", "Confirmées depuis moins de 6 mois"),
    Column("within_9", "Confirmées depuis moins de 9 mois"),
    Column("within_12", "Confirmées depuis moins de 12 mois"),
    Column("kept", "Tenues par leurs membres"),
    Column("phone", "Avec téléphone"),
    Column("email", "Avec adresse e-mail"),
    Column("hours", "Avec horaires"),
    Column("description", "Avec présentation"),
    Column("completeness", "Complétude moyenne (%)"),
    Column("sent", "Rappels envoyés en un an"),
    Column("answered", "Rappels répondus"),
    Column("rate", "Taux de réponse (%)"),
)
