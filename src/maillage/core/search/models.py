"""Tables of the search. The full-text indexes beside them are kept by the database itself."""

from django.db import models


class SearchDocument(models.Model):
    """Analysed text of one object, by decreasing weight; `words` holds its distinct plain forms.

    `id` packs the kind and the object (see `keys`), so that a search answers from the full-text
    index alone, without reading this table.
    """

    id = models.BigIntegerField("clé", primary_key=True)
    title = models.TextField("mots du titre", blank=True)
    key = models.TextField("mots clés", blank=True)
    body = models.TextField("mots du texte", blank=True)
    words = models.TextField("formes", blank=True)

    class Meta:
        verbose_name = "document de la recherche"
        verbose_name_plural = "documents de la recherche"

    def __str__(self) -> str:
        return f"{self.id} {self.title}"


class SearchWord(models.Model):
    """A plain form seen in the documents of a kind, in how many: typos are corrected towards it."""

    kind = models.CharField("nature", max_length=40)
    word = models.CharField("forme", max_length=40)
    stem = models.CharField("racine", max_length=40)
    documents = models.IntegerField("documents")

    class Meta:
        verbose_name = "mot de la recherche"
        verbose_name_plural = "mots de la recherche"
        constraints = [
            models.UniqueConstraint(fields=["kind", "word"], name="searchword_kind_word")
        ]
        indexes = [models.Index(fields=["kind", "stem"], name="searchword_by_stem")]

    def __str__(self) -> str:
        return self.word
