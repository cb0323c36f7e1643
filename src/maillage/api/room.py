"""Door plate of the open interfaces: API, formats, OGC features, keys and webhooks."""

from maillage.api.queries.data_page import dumps_are_late, open_data
from maillage.core.personal import told
from maillage.core.room import Panel, PersonalData, Room, register

_KEPT = "Une clé ou un webhook appartient à la collectivité ; le journal dit qui l'a créé."

register(
    Room(
        name="api",
        label="Données ouvertes",
        panels=(Panel(slot="space.data", template="api/_open_data.html", context=open_data),),
        probes=(dumps_are_late,),
        personal=(
            PersonalData(
                model="api.ApiKey",
                fields=("by",),
                label="Clés que vous avez créées",
                export=told("api.ApiKey", "by", nom="name", **{"créée le": "created_at"}),
                kept=_KEPT,
            ),
            PersonalData(
                model="api.Webhook",
                fields=("by",),
                label="Webhooks que vous avez créés",
                export=told("api.Webhook", "by", adresse="url", **{"créé le": "created_at"}),
                kept=_KEPT,
            ),
        ),
    )
)
