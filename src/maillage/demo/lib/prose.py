"""Descriptions of two to four sentences, put together from the sentences of the trade."""

from maillage.demo.lib.catalogue import Kind, Words
from maillage.demo.lib.dice import Dice
from maillage.demo.lib.forms import EMPLOYER_BANDS, Form
from maillage.demo.lib.french import fill

_ROUND = (40, 60, 80, 90, 120, 150, 180, 220, 260, 300, 350, 420, 480)


def description(
    kind: Kind,
    form: Form,
    words: Words,
    dice: Dice,
    *,
    chosen: dict[str, str],
    band: str,
    year: int,
) -> str:
    """`chosen` are the words of the name, so that the text speaks of the same place and sport."""
    asked = chosen | {
        "sujet": form.subject,
        "jour": dice.pick(words.days),
        "n": str(dice.pick(_ROUND)),
        "petit": str(dice.number(4, 18)),
        "annee": str(year),
        "cotisation": str(dice.pick((5, 10, 12, 15, 20, 25))),
    }
    sentences = [dice.pick(kind.what), dice.pick(kind.how)]
    if dice.happens(0.6):
        sentences.append(dice.pick(kind.extra))
    if form.registered and dice.happens(0.35):
        closing = "employers" if band in EMPLOYER_BANDS else "volunteers"
        if closing == "employers" or form.family == "association":
            sentences.append(dice.pick(words.closings[closing]))
    return " ".join(fill(sentence, asked) for sentence in sentences)
