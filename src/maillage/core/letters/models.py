"""The outbox, the mail server's health, and the texts that a space put in the place of ours."""

from django.conf import settings
from django.db import models
from django.db.models import Q

RAW = "core.message"  # what a library wrote whole, subject and text


class Letter(models.Model):
    """One message to one address. `user` is set when the person has an account: it is then in their inbox.

    Held letters wait for their digest. `body` of a secret letter is emptied once its fate is known.
    `next_at` is when it may be tried; a process that sends it puts it off meanwhile.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "en attente"
        HELD = "held", "gardé pour le résumé"
        SENT = "sent", "envoyé"
        REFUSED = "refused", "refusé par le serveur du destinataire"
        FAILED = "failed", "abandonné"
        SILENT = "silent", "à l'écran seulement"

    kind = models.CharField("modèle", max_length=60)
    category = models.CharField("catégorie", max_length=40, blank=True)
    space_id = models.BigIntegerField("espace", null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name="personne",
    )
    to = models.EmailField("adresse")
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte", blank=True)
    html = models.TextField("texte mis en forme", blank=True)
    link = models.CharField("lien", max_length=600, blank=True)
    button = models.CharField("bouton", max_length=80, blank=True)
    headers = models.JSONField("en-têtes", default=dict, blank=True)
    is_secret = models.BooleanField("porte une clé", default=False)
    status = models.CharField("état", max_length=7, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    next_at = models.DateTimeField("prochain essai", null=True, blank=True)
    error = models.CharField("réponse du serveur", max_length=300, blank=True)
    created_at = models.DateTimeField("écrit le")
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    read_at = models.DateTimeField("lu le", null=True, blank=True)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="letter_due", condition=Q(status="waiting")
            ),
            models.Index(fields=["space_id", "-id"], name="letter_outbox_of_space"),
            models.Index(fields=["user", "-id"], name="letter_inbox"),
            # Who may not be written to again: asked at each change of a page.
            models.Index(fields=["to"], name="letter_refused", condition=Q(status="refused")),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def is_raw(self) -> bool:
        return self.kind == RAW


class MailServer(models.Model):
    """One row. `down_since` is set while the outbox is paused; `probe_at` is when a letter goes and sees."""

    failures = models.PositiveIntegerField("échecs de suite", default=0)
    down_since = models.DateTimeField("injoignable depuis", null=True, blank=True)
    probe_at = models.DateTimeField("prochain essai", null=True, blank=True)
    error = models.CharField("réponse", max_length=300, blank=True)

    class Meta:
        verbose_name = "serveur de courrier"
        verbose_name_plural = "serveurs de courrier"

    def __str__(self) -> str:
        return f"injoignable depuis {self.down_since}" if self.down_since else "joignable"


class LetterText(models.Model):
    """What a space writes in the place of a kind's subject and text."""

    space_id = models.BigIntegerField("espace")
    kind = models.CharField("modèle", max_length=60)
    subject = models.CharField("objet", max_length=200)
    text = models.TextField("texte", max_length=5000)

    class Meta:
        verbose_name = "texte d'un message"
        verbose_name_plural = "textes des messages"
        constraints = [
            models.UniqueConstraint(fields=["space_id", "kind"], name="lettertext_space_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.space_id})"
