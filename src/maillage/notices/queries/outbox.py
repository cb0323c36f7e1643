"""The letters of a space, as its agents may see them: to whom, about what, what became of them. Never their text."""

import re
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from maillage.core.letters.kinds import kinds
from maillage.core.models import Letter
from maillage.spaces.models import Space

PAGE_SIZE = 30
STATES = {
    "": "Tous",
    Letter.Status.WAITING: "En attente",
    Letter.Status.SENT: "Envoyés",
    Letter.Status.REFUSED: "Refusés",
    Letter.Status.FAILED: "Abandonnés",
    Letter.Status.HELD: "Gardés pour un résumé",
    Letter.Status.SILENT: "À l'écran seulement",
}
_CAUSES = (
    (r"\b(550 5\.1\.[0-3]|5\.1\.1|user unknown|no such user|unknown user|does not exist)",
     "Cette adresse n'existe pas, ou plus : demandez-en une autre à la personne."),
    (r"(5\.2\.2|4\.2\.2|over quota|mailbox full|\b552\b)",
     "La boîte de la personne est pleine."),
    (r"(5\.7\.|\b554\b|spam|blocked|blacklist|policy|dmarc|spf)",
     "Le serveur de la personne a pris ce message pour un indésirable : parlez-en à l'hébergeur."),
    (r"(5\.4\.4|5\.1\.2|host not found|domain not found|bad destination)",
     "Le nom de domaine de cette adresse n'existe pas : vérifiez ce qui suit l'arobase."),
    (r"(\b45[0-2]\b|\b421\b|4\.\d\.\d|greylist|try again|later)",
     "Le serveur de la personne demande d'attendre : un nouvel essai est prévu."),
    (r"(timed out|timeout|refused|reset|unreachable|closed|disconnect)",
     "Le serveur de courrier n'a pas répondu : un nouvel essai est prévu."),
)  # fmt: skip
_TITLES = {"core.message": "Message du compte"}


@dataclass(frozen=True)
class Line:
    """`can_retry`: its text is still known and it waits for nobody."""

    letter: Letter
    title: str
    cause: str
    can_retry: bool


@dataclass(frozen=True)
class Outbox:
    """`counts` gives the number of letters by state, in the order of `STATES`."""

    page: Page[Letter]
    lines: list[Line]
    counts: list[tuple[str, str, int]]


def letters_of(space: Space) -> QuerySet[Letter]:
    return Letter.objects.filter(space_id=space.pk)


def outbox(space: Space, *, state: str, q: str, page: int) -> Outbox:
    """`q` is a part of an address. Three queries, whatever the number of letters."""
    found = letters_of(space)
    if q:
        found = found.filter(to__icontains=q)
    tally = dict(found.order_by().values_list("status").annotate(Count("pk")))
    counts = [
        (code, label, tally.get(code, 0) if code else sum(tally.values()))
        for code, label in STATES.items()
    ]
    if state:
        found = found.filter(status=state)
    found = found.defer("body", "html", "headers").order_by("-id")
    shown = Paginator(found, PAGE_SIZE).get_page(page)
    titles = _TITLES | {kind.code: kind.label for kind in kinds()}
    return Outbox(shown, [_line(letter, titles) for letter in shown], counts)


def _line(letter: Letter, titles: dict[str, str]) -> Line:
    return Line(
        letter=letter,
        title=titles.get(letter.kind, letter.kind),
        cause=cause_of(letter.error),
        can_retry=can_retry(letter),
    )


def can_retry(letter: Letter) -> bool:
    """A letter with a key has lost it; the person must ask for another."""
    is_over = letter.status in {Letter.Status.REFUSED, Letter.Status.FAILED}
    return is_over and not letter.is_secret


def cause_of(error: str) -> str:
    """What the server said, in a French sentence; empty without error."""
    if not error:
        return ""
    for pattern, sentence in _CAUSES:
        if re.search(pattern, error, re.IGNORECASE):
            return sentence
    return "Le serveur a refusé ce message sans raison connue de nous."
