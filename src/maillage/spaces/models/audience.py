"""How often pages are read: numbers by day, nothing about who reads."""

from django.db import models


class PageKind(models.TextChoices):
    HOME = "home", "accueil"
    DIRECTORY = "directory", "annuaire"
    MAP = "map", "carte"
    STRUCTURE = "structure", "fiches"
    OTHER = "other", "autres pages"
    EMPTY = "empty", "recherches sans résultat"
    EXPORT = "export", "téléchargements"
    WEBSITE = "website", "clics vers un site"
    PHONE = "phone", "clics sur un téléphone"
    EMAIL = "email", "clics sur une adresse e-mail"


class AudienceCount(models.Model):
    """One number per space, day, kind of page, and structure for its own page and its links (0 elsewhere)."""

    space = models.ForeignKey(
        "spaces.Space", models.CASCADE, related_name="audience", verbose_name="espace"
    )
    day = models.DateField("jour")
    kind = models.CharField("page", max_length=9, choices=PageKind.choices)
    structure_id = models.BigIntegerField("structure", default=0)
    count = models.PositiveIntegerField("lectures", default=0)

    class Meta:
        verbose_name = "lectures d'un jour"
        verbose_name_plural = "lectures par jour"
        constraints = [
            models.UniqueConstraint(
                fields=["space", "day", "kind", "structure_id"], name="audience_one_counter"
            )
        ]
        indexes = [models.Index(fields=["structure_id", "day"], name="audience_of_structure")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.count}"


class AudienceTerm(models.Model):
    """Words that found nothing. The next night, those looked for less than three times that day are forgotten."""

    space = models.ForeignKey(
        "spaces.Space", models.CASCADE, related_name="empty_terms", verbose_name="espace"
    )
    day = models.DateField("jour")
    term = models.CharField("mots cherchés", max_length=60)
    count = models.PositiveIntegerField("recherches", default=0)

    class Meta:
        verbose_name = "recherche sans résultat"
        verbose_name_plural = "recherches sans résultat"
        constraints = [
            models.UniqueConstraint(fields=["space", "day", "term"], name="audience_one_term")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.term} {self.count}"
