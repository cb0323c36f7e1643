"""The database, the workers, the mail server, the virus scanner."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django_tasks_db.models import DBTaskResult

from maillage.core.diagnosis.findings import Finding, error, fine, warning
from maillage.core.letters.delivery import connect
from maillage.core.letters.models import Letter, MailServer
from maillage.core.models import Job
from maillage.core.uploads.scan import ScannerError, ask

_LATE = timedelta(minutes=10)
_RECENT = timedelta(days=7)


def database(_now: datetime) -> list[Finding]:
    subject = "Base de données"
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as away:
        return [
            error(
                subject,
                f"Elle ne répond pas : {away}".strip()[:200],
                "Vérifiez MAILLAGE_DATABASE_URL.",
            )
        ]
    if missing:
        return [
            error(
                subject,
                f"{len(missing)} migration(s) à passer, la première : {missing[0][0]}.",
                "Sauvegardez, puis : maillage migrate",
            )
        ]
    cache.set("diagnosis", "x", 5)
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return [fine(subject, f"{name}, à jour.")]


def workers(now: datetime) -> list[Finding]:
    subject = "Processus de tâches"
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - _LATE)
    late = waiting.filter(run_after__lt=now - _LATE).count()
    if late:
        return [
            error(
                subject,
                f"{late} tâche(s) attendent depuis plus de dix minutes : courriels, imports et rappels sont arrêtés.",
                "Lancez « maillage worker » (ou « maillage serve --with-worker »).",
            )
        ]
    failed = Job.objects.filter(status=Job.Status.FAILED, finished_at__gt=now - _RECENT)
    if count := failed.count():
        last = failed.order_by("-finished_at")[0]
        return [
            warning(
                subject,
                f"{count} tâche(s) abandonnée(s) en sept jours, la dernière : {last.name} ({last.error[:120]}).",
                "Voyez le journal du processus de tâches.",
            )
        ]
    done = Job.objects.filter(status=Job.Status.DONE).order_by("-finished_at").first()
    if done is None or done.finished_at is None or done.finished_at < now - timedelta(days=1):
        return [
            warning(
                subject,
                "Aucune tâche n'a été faite depuis un jour.",
                "Vérifiez qu'il y en a un : maillage check_worker",
            )
        ]
    return [fine(subject, "Ils travaillent.")]


def mail(now: datetime) -> list[Finding]:
    subject = "Courrier"
    findings = [_server(subject)]
    server = MailServer.objects.filter(down_since__isnull=False).first()
    if server and server.down_since:
        since = f"{server.down_since:%d/%m/%Y à %H:%M}"
        waiting = Letter.objects.filter(status=Letter.Status.WAITING).count()
        findings.append(
            error(
                subject,
                f"Envois en pause depuis le {since} : {waiting} message(s) attendent, aucun n'est perdu.",
                "Réparez le serveur de courrier : l'envoi reprend seul.",
            )
        )
    given_up = Letter.objects.filter(status=Letter.Status.FAILED, created_at__gt=now - _RECENT)
    if count := given_up.count():
        findings.append(
            warning(
                subject, f"{count} message(s) abandonné(s) en sept jours.", "Gestion, Messages."
            )
        )
    return findings


def _server(subject: str) -> Finding:
    name = getattr(settings, "EMAIL_DELIVERY_BACKEND", "")
    if name.endswith(("console.EmailBackend", "locmem.EmailBackend")):
        told = "Aucun serveur de courrier n'est réglé : les messages ne partent pas."
        return warning(subject, told, "Réglez MAILLAGE_EMAIL_URL (smtp://… ou smtps://…).")
    door = connect()
    try:
        door.open()
    except OSError as refused:  # smtplib's errors are
        told = f"Le serveur de courrier ne répond pas : {refused}"[:200]
        return error(subject, told, "Vérifiez MAILLAGE_EMAIL_URL et ce serveur.")
    door.close()
    return fine(subject, "Le serveur répond.")


def scanner(_now: datetime) -> list[Finding]:
    subject = "Antivirus"
    if not settings.CLAMAV:
        return [fine(subject, "Non réglé : les fichiers sont reconnus et réécrits, pas analysés.")]
    try:
        ask(b"Maillage")
    except ScannerError as away:
        told = f"{away} Les fichiers envoyés restent en attente."
        return [error(subject, told, "Lancez clamd, ou corrigez MAILLAGE_CLAMAV.")]
    return [fine(subject, "Il répond.")]
