"""Guess what each column says, from its name and from what it holds."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from maillage.core.tabular import cells
from maillage.core.tabular.reading import Table
from maillage.sources.connectors.table.fields import BY_KEY, FIELDS, NOT_OURS
from maillage.sources.lib import plain

SAMPLE = 200
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_SCIENTIFIC = re.compile(r"^\d[.,]\d+e\+?\d+$", re.IGNORECASE)
_COORDINATE = re.compile(r"^[+-]?\d{1,3}[.,]\d{2,}$")

Mapping_ = dict[str, str]


def folded(header: str) -> str:
    """`nomBeneficiaire`, `NOM_BENEFICIAIRE` and `Nom bénéficiaire` are one."""
    return plain(_CAMEL.sub(" ", header))


def header_key(headers: Iterable[str]) -> str:
    """Fingerprint of a header: the same columns in another order are the same file kept again."""
    return hashlib.sha256(
        "\x1f".join(sorted(folded(name) for name in headers)).encode()
    ).hexdigest()


def sample_of(table: Table) -> list[dict[str, str]]:
    return [row for _, row in islice(table.rows(), SAMPLE)]


def is_yes_no(values: Iterable[str]) -> bool:
    """Whether a column holds yes and no only, and something at least."""
    full = [value for value in values if value]
    try:
        return bool(full) and all(cells.boolean(value) is not None for value in full)
    except cells.CellError:
        return False


def propose(headers: Sequence[str], sample: Sequence[Mapping[str, str]]) -> Mapping_:
    """Field of each header, "" when it is not read. A field that does not join is given once."""
    scored = sorted(
        (
            (-score, position, field.key)
            for position, header in enumerate(headers)
            for field in FIELDS
            if (
                score := _score(
                    header, field.key, [row[header] for row in sample if row.get(header)]
                )
            )
        ),
    )
    mapping = dict.fromkeys(headers, "")
    given: set[str] = set()
    for _, position, key in scored:
        header = headers[position]
        if mapping[header] or (key in given and not BY_KEY[key].join):
            continue
        mapping[header] = key
        given.add(key)
    return _tidied(mapping)


def _tidied(mapping: Mapping_) -> Mapping_:
    """A pair of coordinates beats a point in one cell; a lone coordinate is nothing."""
    targets = set(mapping.values())
    pair = {"longitude", "latitude"} <= targets
    dropped = {"geo_point"} if pair else {"longitude", "latitude"}
    if "name" not in targets and "legal_name" in targets:
        return {h: "name" if t == "legal_name" else t for h, t in mapping.items()}
    return {header: "" if target in dropped else target for header, target in mapping.items()}


def _score(header: str, key: str, values: Sequence[str]) -> float:
    """How well a column fits a field: its name first, then its content, which can refuse it."""
    name = folded(header)
    if name in NOT_OURS:
        return 0.0
    by_name = _score_name(name, BY_KEY[key].aliases)
    check = _CONTENT.get(key)
    if check is None or not values:
        return by_name
    share = sum(map(check, values)) / len(values)
    if by_name:
        return by_name + share / 2 if share >= 0.3 else 0.0
    surely = share >= 0.9 and len(values) >= 3 and key in _TOLD_BY_CONTENT
    return 0.45 if surely else 0.0


def _score_name(name: str, aliases: tuple[str, ...]) -> float:
    if name in aliases:
        return 1.0 - aliases.index(name) / 200
    bare = name.split(" ")
    for alias in aliases[:12]:
        words = alias.split(" ")
        if len(alias) > 3 and len(bare) <= len(words) + 3 and _follows(bare, words):
            return 0.5
    return 0.0


def _follows(words: list[str], wanted: list[str]) -> bool:
    """The wanted words begin the header, in a row: `telephone de la structure`."""
    return words[: len(wanted)] == wanted


def _parses(read: Callable[[object], object]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            return bool(read(value))
        except cells.CellError:
            return False

    return check


def _is_siret(value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    return bool(_SCIENTIFIC.match(value.strip())) or 13 <= len(digits) <= 15 or _is_siren(value)


def _is_siren(value: str) -> bool:
    return _parses(cells.siren)(value)


def _is_name(value: str) -> bool:
    return any(char.isalpha() for char in value) and not value.startswith(("{", "[", "http"))


def _is_department(value: str) -> bool:
    return len(value) <= 40 and not value.startswith(("{", "["))


_CONTENT: dict[str, Callable[[str], bool]] = {
    "siret": _is_siret,
    "siren": _is_siren,
    "rna": _parses(cells.rna),
    "name": _is_name,
    "legal_name": _is_name,
    "municipality": _is_name,
    "postal_code": _parses(cells.postal_code),
    "municipality_code": _parses(cells.municipality_code),
    "department": _is_department,
    "longitude": lambda value: bool(_COORDINATE.match(value)),
    "latitude": lambda value: bool(_COORDINATE.match(value)),
    "geo_point": _parses(cells.point_from_text),
    "website": _parses(cells.url),
    "email": _parses(cells.email),
    "phone": _parses(cells.phone),
    "created_on": _parses(cells.date),
    "legal_category": lambda value: bool(re.fullmatch(r"\d{4}(\.0)?", value)),
    "activity_code": lambda value: bool(re.match(r"\d{2}\.?\d{1,2}", value)),
}
_TOLD_BY_CONTENT = frozenset({"siret", "rna", "email"})
