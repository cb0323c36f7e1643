"""Values of a measure in French words: each with its unit, none without its name."""

from django.utils.formats import number_format

# In the order they are shown.
LABELS = {
    "supply": "Structures qui y répondent",
    "population": "Population concernée",
    "rate": "Pour 10 000 personnes",
    "expected": "Référence, pour 10 000",
    "shrunk": "Taux lissé, pour 10 000",
    "probability": "Probabilité de manque",
    "nearest": "Distance à la plus proche",
    "accessibility": "Accessibilité, pour 10 000",
}
_WHOLE = {"supply", "population"}
_KILOMETRE = 1000


def shown(name: str, value: float | None) -> str:
    """« inconnu » where it could not be worked out: never a zero."""
    if value is None:
        return "inconnu"
    if name == "probability":
        return f"{number_format(round(100 * value), 0)} %"
    if name == "nearest":
        if value < _KILOMETRE:
            return f"{number_format(round(value, -1), 0)} m"
        return f"{number_format(value / _KILOMETRE, 1)} km"
    digits = 0 if name in _WHOLE else 2
    return str(number_format(value, digits, force_grouping=True))
