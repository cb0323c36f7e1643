"""Words of the rules: families and lists as a sentence says them."""

from collections.abc import Sequence

FAMILIES = {
    "association": "association",
    "cooperative": "coopérative",
    "mutual": "mutuelle",
    "foundation": "fondation",
    "commercial": "société commerciale",
    "other": "autre forme",
}
# Who signs the « contrat d'engagement républicain » (loi 2000-321, art. 10-1).
CER_FAMILIES = frozenset({"association", "foundation"})


def family_word(code: str) -> str:
    return FAMILIES.get(code, code or "inconnue")


def listed(words: Sequence[str], link: str = "et") -> str:
    """« a, b et c »."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {link} {words[-1]}"
