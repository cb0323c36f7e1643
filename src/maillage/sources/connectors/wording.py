"""Names and addresses of the registers, which write in capitals, made readable. Kept simple on purpose."""

import re

# Street kinds of Sirene and of the RNA (INSEE's list of « types de voie »).
STREET_KINDS = {
    "ALL": "allée", "AV": "avenue", "BD": "boulevard", "BRG": "bourg", "CAR": "carrefour",
    "CHE": "chemin", "CHS": "chaussée", "CITE": "cité", "COR": "corniche", "COUR": "cour",
    "CRS": "cours", "DOM": "domaine", "DSC": "descente", "ECA": "écart", "ESP": "esplanade",
    "FG": "faubourg", "GAL": "galerie", "GR": "grande rue", "HAM": "hameau", "HLE": "halle",
    "IMP": "impasse", "LD": "lieu-dit", "LOT": "lotissement", "MAR": "marché", "MTE": "montée",
    "PAS": "passage", "PASS": "passage", "PL": "place", "PLN": "plaine", "PLT": "plateau",
    "PORT": "port", "PRO": "promenade", "PROM": "promenade", "PRV": "parvis", "QUA": "quartier",
    "QUAI": "quai", "RES": "résidence", "RLE": "ruelle", "ROC": "rocade", "RPT": "rond-point",
    "RTE": "route", "RUE": "rue", "SEN": "sente", "SQ": "square", "TPL": "terre-plein",
    "TRA": "traverse", "VLA": "villa", "VLGE": "village", "VOIE": "voie", "ZA": "zone d'activités",
    "ZAC": "ZAC", "ZI": "zone industrielle",
}  # fmt: skip
_REPETITIONS = {"B": "bis", "T": "ter", "Q": "quater"}
_SMALL = frozenset(
    ("a", "à", "au", "aux", "avec", "ce", "ces", "chez", "contre", "d", "dans", "de", "des", "du", "en", "entre",
     "et", "l", "la", "le", "les", "leur", "leurs", "ou", "où", "par", "pour", "sans", "sous", "sur", "un",
     "une", "vers", "s", "qu", "n", "j")
)  # fmt: skip
_ACRONYMS = frozenset(
    ("ACI", "AFEV", "AI", "AMAP", "APAJH", "APEI", "ASBL", "ASPTT", "ATD", "BGE", "CAE", "CFA", "CHRS", "CIDFF",
     "CIGALES", "CIMADE", "CLAS", "CLCV", "CRESS", "CSE", "CUMA", "DLA", "EA", "EHPAD", "EI", "EITI", "ESAT",
     "ESS", "ESUS", "ETTI", "EVS", "FCPE", "FLE", "GEIQ", "GEM", "IDF", "IME", "LGBT", "MECS", "MJC", "ONG",
     "PEEP", "PLIE", "PTCE", "QPV", "RATP", "SARL", "SAS", "SASU", "SA", "SCIC", "SCOP", "SEL", "SIAE",
     "SNC", "UFCV", "UNICEF", "USEP", "UDAF", "UNAPEI", "URIOPSS", "ADIE", "ADIL", "ADMR", "APF")
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*\.?", re.UNICODE)
_ORDINAL = re.compile(r"\d+(?:E|ER|ERE|EME|ÈRE|ÈME|ND|NDE)")
_ELIDED = re.compile(r"\b([DL]) (?=[AEIOUYHÀÂÉÈÊÎÔŒ])")
_VOWEL = re.compile(r"[AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ]")


def readable_name(text: str, acronym: str = "") -> str:
    """`ASSOCIATION DES AMIS DU VELO` → `Association des Amis du Velo`; mixed case is left as it is.

    Registers lose apostrophes: `D ESPACES` → `d'Espaces`. Acronyms stay: those of a list, the structure's own, dotted ones, those between
    brackets and words without a vowel.
    Accents that the register lost are not guessed.
    """
    text = " ".join(text.split())
    if not text or text != text.upper():
        return text
    text = _ELIDED.sub(r"\1'", text)
    own = set(_WORD.findall(acronym.upper()))
    out, first = [], True
    position = 0
    for found in _WORD.finditer(text):
        out.append(text[position : found.start()])
        word, position = found.group(), found.end()
        after = text[position : position + 1]
        if text[found.start() - 1 : found.start()] == "(" and after == ")" and len(word) <= 10:
            out.append(word)  # « (UFIC) »: a word alone between brackets is an acronym
            continue
        elided = after in ("'", "’")
        out.append(_cased(word, own, first=first, elided=elided))
        first = False
    out.append(text[position:])
    return "".join(out)


def _cased(word: str, own: set[str], *, first: bool, elided: bool) -> str:
    small = word.lower()
    if _ORDINAL.fullmatch(word):
        return small
    if small in _SMALL and (len(word) > 1 or elided or word in ("A", "À")):
        return word[:1] + small[1:] if first else small
    if (
        word in _ACRONYMS
        or (word in own and len(word) <= 8)
        or "." in word[:-1]
        or any(char.isdigit() for char in word)
        or (not _VOWEL.search(word) and len(word) > 1)
    ):
        return word
    return word[:1] + small[1:]


def readable_street(number: str, repetition: str, kind: str, street: str) -> str:
    """`12`, `B`, `AV`, `DE SAINT OUEN` → `12 bis avenue de Saint Ouen`."""
    kind = kind.strip()
    spelt = STREET_KINDS.get(kind.upper().rstrip("."), kind.lower() if kind else "")
    name = readable_name(street)
    if spelt and name:
        name = _small_start(name)
    mark = _REPETITIONS.get(repetition.strip().upper(), repetition.strip())
    mark = mark.lower() if len(mark) > 1 else mark
    number = number.strip().lstrip("0")
    joined = f"{number}{mark}" if number and len(mark) == 1 else f"{number} {mark}"
    return " ".join(f"{joined} {spelt} {name}".split())


def _small_start(name: str) -> str:
    """After « rue », a street's leading particle is small: `De la Paix` → `de la Paix`."""
    found = _WORD.match(name)
    if found and found.group().lower() in _SMALL and name.upper() != name:
        return found.group().lower() + name[found.end() :]
    return name
