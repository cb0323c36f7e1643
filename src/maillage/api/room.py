"""Door plate of the open interfaces: API, formats, OGC features, keys and webhooks."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from maillage.api.actions.keys import KEPT_DAYS as ANSWER_DAYS
from maillage.api.actions.keys import forget_answers
from maillage.api.lib.webhooks import KEPT_DAYS
from maillage.api.models import WebhookDelivery
from maillage.api.queries.data_page import dumps_are_late, open_data
from maillage.core.personal import told
from maillage.core.room import NavEntry, Panel, PersonalData, Retention, Room, register
from maillage.spaces.access import may_here

_KEPT = "Une clé ou un webhook appartient à la collectivité ; le journal dit qui l'a créé."


def administers(request: HttpRequest) -> bool:
    return may_here(request, "space.administer")


def _forget_deliveries(now: datetime) -> int:
    """What still waits is kept."""
    old = WebhookDelivery.objects.filter(created_at__lt=now - timedelta(days=KEPT_DAYS))
    return old.exclude(status=WebhookDelivery.Status.WAITING).delete()[0]


register(
    Room(
        name="api",
        label="Données ouvertes",
        panels=(Panel(slot="space.data", template="api/_open_data.html", context=open_data),),
        probes=(dumps_are_late,),
        nav=(
            NavEntry(
                label="Clés de l'API",
                url_name="api_agent:keys",
                slot="agent",
                order=72,
                icon="key",
                group="Données",
                also=("api_agent:new_key",),
                shown=administers,
            ),
            NavEntry(
                label="Webhooks",
                url_name="api_agent:webhooks",
                slot="agent",
                order=73,
                icon="bolt",
                group="Données",
                shown=administers,
            ),
            NavEntry(label="API", url_name="api_root:docs", slot="footer", order=60),
        ),
        retention=(
            Retention(
                code="api.deliveries",
                label="Envois des webhooks",
                days=KEPT_DAYS,
                basis="RGPD, article 5-1-e : le temps de comprendre une panne",
                purge=_forget_deliveries,
            ),
            Retention(
                code="api.answers",
                label="Réponses gardées pour un appel refait avec la même clé d'idempotence",
                days=ANSWER_DAYS,
                basis="RGPD, article 5-1-e : le temps de refaire un appel sans l'écrire deux fois",
                purge=forget_answers,
            ),
        ),
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
