"""Names that sound like the trade and the place, each used once."""

from maillage.demo.lib.catalogue import Kind, Place, Words
from maillage.demo.lib.dice import Dice
from maillage.demo.lib.french import after, bare, capital, fill, plural

_ATTEMPTS = 14


def slots(kind: Kind, place: Place, words: Words, dice: Dice) -> dict[str, str]:
    """Every word that a name or a sentence of this structure may ask for."""
    quarter = place.name if dice.happens(0.25) else dice.pick(place.quarters)
    word, other = dice.some(kind.words, 2)
    sport = dice.pick(words.sports)
    country, of_country, the_country = dice.pick(words.countries)
    return {
        "commune": place.name,
        "de_commune": after("de", place.name),
        "a_commune": after("à", place.name),
        "lieu": bare(quarter),
        "Lieu": capital(bare(quarter)),
        "de_lieu": after("de", quarter),
        "a_lieu": after("à", quarter),
        "w": bare(word),
        "W": capital(bare(word)),
        "ws": plural(bare(word)),
        "v": bare(other),
        "le_w": word,
        "Le_w": capital(word),
        "du_w": after("de", word),
        "Au_w": capital(after("à", word)),
        "sport": bare(sport),
        "Sport": capital(bare(sport)),
        "le_sport": sport,
        "du_sport": after("de", sport),
        "peuple": dice.pick(words.peoples),
        "pays": country,
        "du_pays": of_country,
        "pays_article": the_country,
    }


def name(
    kind: Kind, place: Place, words: Words, dice: Dice, taken: set[str]
) -> tuple[str, dict[str, str]]:
    """A free name and the words it was made with; `taken` holds the names in use, in lower case."""
    for _ in range(_ATTEMPTS):
        chosen = slots(kind, place, words, dice)
        candidate = capital(fill(dice.pick(kind.names), chosen))
        if candidate.lower() not in taken:
            break
    else:
        endings = dice.some(words.second_words, len(words.second_words))
        free = (f"{candidate} {ending}" for ending in endings)
        candidate = next(
            (one for one in free if one.lower() not in taken), f"{candidate} {len(taken)}"
        )
    taken.add(candidate.lower())
    return candidate, chosen


def acronym(name: str, dice: Dice) -> str:
    """Initials of a long name, for some."""
    initials = "".join(
        word[0] for word in name.replace("'", " ").split() if word[:1].isalpha() and len(word) > 3
    )
    return initials.upper() if len(initials) >= 3 and dice.happens(0.3) else ""
