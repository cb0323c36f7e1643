"""What exactly happens when a call closes, said before it does."""

from datetime import timedelta
from typing import TYPE_CHECKING

from maillage.calls.lib.moments import hour_words, moment_words

if TYPE_CHECKING:
    from maillage.calls.models import Edition

# Days before the closing when people who have not deposited are written to (`tasks` of the applicants).
REMINDED = (7, 3, 1)


def at_the_closing(edition: "Edition", *, drafts: int, deposited: int) -> list[str]:
    """Sentences, in order of time. Nothing for a call without closing."""
    closes = edition.closes_at
    if closes is None:
        return []
    days = ", ".join(f"J-{day}" for day in REMINDED)
    said = moment_words(closes)
    lines = [
        f"{days} : les personnes qui ont un brouillon, et n'ont rien déposé, reçoivent un rappel.",
        f"{said[0].upper()}{said[1:]} : l'appel ferme. Un dépôt reçu avant cet instant compte ; à cet instant, non.",
    ]
    if edition.grace_minutes:
        end = closes + timedelta(minutes=edition.grace_minutes)
        lines.append(
            f"Tolérance de {edition.grace_minutes} minutes : un dépôt reçu avant {hour_words(end)} est accepté, et le "
            "dossier dit qu'il l'a été ainsi. Elle n'est pas annoncée."
        )
    lines.append(_drafts(drafts))
    lines.append(_deposited(deposited))
    if edition.is_sealed:
        lines.append(
            "Les plis restent fermés : personne ne lit un dossier avant qu'un agent les ouvre, et cela est noté au journal."
        )
    message = edition.closing_message.strip()
    lines.append(
        f"La page publique dit : « {message} »"
        if message
        else "La page publique dit que l'appel est clos."
    )
    lines.append("Rien n'est envoyé à ce moment-là, et personne n'a rien à faire : commencez l'instruction quand vous voulez.")  # fmt: skip
    return lines


def _drafts(count: int) -> str:
    if not count:
        return "Les brouillons ne peuvent plus être modifiés ni déposés ; leurs auteurs peuvent encore les lire, la collectivité jamais."
    many = "s" if count > 1 else ""
    return (
        f"{count} brouillon{many} à ce jour : plus modifiable{many} ni déposable{many} ; leurs auteurs peuvent encore les "
        "lire, la collectivité jamais."
    )


def _deposited(count: int) -> str:
    if not count:
        return "Les dossiers déposés sont figés dans leur dernière version déposée."
    many = "s" if count > 1 else ""
    return f"{count} dossier{many} déposé{many} à ce jour, figé{many} dans la dernière version déposée."
