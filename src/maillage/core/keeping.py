"""What the ground floor keeps of people and for how long: journal, letters, files, jobs, sessions."""

from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from maillage.core import throttle
from maillage.core.models import Job, JournalEntry, Letter, PurgeRecord
from maillage.core.personal import all_of, forgotten, told
from maillage.core.room import PersonalData, Retention, Room, register
from maillage.core.uploads.sweep import sweep

CNIL_LOGS = "Recommandation CNIL sur la journalisation (2021) : six mois à un an"
CNIL_MINIMUM = "RGPD, article 5-1-e : pas plus longtemps qu'il ne faut"
_UNSENT = (Letter.Status.WAITING, Letter.Status.HELD)


def _forget_letters(now: datetime) -> int:
    old = Letter.objects.filter(created_at__lt=now - timedelta(days=365))
    return old.exclude(status__in=_UNSENT).delete()[0]


def _forget_networks(now: datetime) -> int:
    old = JournalEntry.objects.filter(at__lt=now - timedelta(days=365))
    return old.exclude(network="").update(network="")


def _forget_jobs(now: datetime) -> int:
    return Job.objects.filter(finished_at__lt=now - timedelta(days=90)).delete()[0]


def _forget_sessions(now: datetime) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return int(store.get_model_class().objects.filter(expire_date__lt=now).delete()[0])


def _forget_throttles(now: datetime) -> int:
    """Windows that are over, and what expired in the cache: left alone, it stays until the cache is full."""
    table = connection.ops.quote_name(caches["default"]._table)  # type: ignore[attr-defined]  # noqa: SLF001
    limit = connection.ops.adapt_datetimefield_value(
        now.replace(microsecond=0) if settings.USE_TZ else timezone.make_naive(now)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [limit])  # noqa: S608  (a name of ours)
        return throttle.sweep(now) + int(cursor.rowcount)


def _forget_purges(now: datetime) -> int:
    return PurgeRecord.objects.filter(at__lt=now - timedelta(days=1095)).delete()[0]


register(
    Room(
        name="core",
        label="Socle",
        personal=(
            PersonalData(
                model="core.JournalEntry",
                fields=("by",),
                label="Ce que vous avez fait",
                export=told(
                    "core.JournalEntry",
                    "by",
                    quand="at",
                    action="action",
                    objet="subject_type",
                    numéro="subject_id",
                    réseau="network",
                ),
                kept="Le journal prouve ce qui a été fait ; votre nom n'y figure plus, ni ailleurs.",
            ),
            PersonalData(
                model="core.Letter",
                fields=("user", "to"),
                label="Messages reçus",
                export=told(
                    "core.Letter",
                    "user",
                    objet="subject",
                    texte="body",
                    **{"écrit le": "created_at", "lu le": "read_at"},
                ),
                erase=all_of(forgotten("core.Letter", "user"), forgotten("core.Letter", "to")),
            ),
            PersonalData(
                model="core.Upload",
                fields=("by",),
                label="Fichiers envoyés",
                export=told(
                    "core.Upload", "by", **{"nom": "name", "envoyé le": "at", "octets": "size"}
                ),
                kept="Les photos et documents d'une fiche restent à la structure, sans votre nom.",
            ),
        ),
        retention=(
            Retention(
                code="core.letters",
                label="Messages envoyés",
                days=365,
                basis=CNIL_MINIMUM,
                purge=_forget_letters,
            ),
            Retention(
                code="core.networks",
                label="Réseau d'où vient un acte du journal (adresse tronquée)",
                days=365,
                basis=CNIL_LOGS,
                purge=_forget_networks,
            ),
            Retention(
                code="core.jobs",
                label="Tâches finies et leurs paramètres",
                days=90,
                basis=CNIL_MINIMUM,
                purge=_forget_jobs,
            ),
            Retention(
                code="core.sessions",
                label="Sessions expirées",
                days=0,
                basis=CNIL_MINIMUM,
                purge=_forget_sessions,
            ),
            Retention(
                code="core.throttles",
                label="Compteurs contre les abus",
                days=0,
                basis=CNIL_MINIMUM,
                purge=_forget_throttles,
            ),
            Retention(
                code="core.uploads",
                label="Fichiers envoyés que rien ne montre",
                days=1,
                basis=CNIL_MINIMUM,
                purge=sweep,
            ),
            Retention(
                code="core.purges",
                label="Preuves des effacements automatiques (nombres seulement)",
                days=1095,
                basis="Preuve du respect des durées (RGPD, article 5-2)",
                purge=_forget_purges,
            ),
        ),
    )
)
