"""From what a file says of a commune to the code in use today."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from maillage.territories.lib.names import fold_name
from maillage.territories.lib.projections import department_of
from maillage.territories.models import FormerCode, Municipality
from maillage.territories.queries.memory import for_life

_POSTAL_CODE = re.compile(r"[0-9]{5}")


@dataclass(slots=True)
class _Gazetteer:
    """Everything needed to resolve a commune without a query (about 15 MB)."""

    names: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    heirs: dict[str, str] = field(default_factory=dict)
    postal_codes: dict[str, frozenset[str]] = field(default_factory=dict)
    by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_former_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_postal_code: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __bool__(self) -> bool:
        return bool(self.names)


def _gazetteer() -> _Gazetteer:
    return for_life("gazetteer", _read_gazetteer)


def _read_gazetteer() -> _Gazetteer:
    book = _Gazetteer()
    rows = Municipality.objects.order_by().values_list("code", "name", "kind", "postal_codes")
    for code, name, kind, postal_codes in rows:
        book.names[code] = name
        book.kinds[code] = kind
        book.postal_codes[code] = frozenset(postal_codes.split())
        book.by_name[fold_name(name)].add(code)
        if kind != Municipality.Kind.WHOLE:
            for postal_code in book.postal_codes[code]:
                book.by_postal_code[postal_code].add(code)
    for code, name, heir in FormerCode.objects.order_by().values_list(
        "code", "name", "municipality_id"
    ):
        book.heirs[code] = heir
        if name:
            book.by_former_name[fold_name(name)].add(heir)
    return book


def resolve_code(code: str) -> str | None:
    """The commune in use for a code, present or former (93059 → 93066); None when there is none.

    75056, 13055 and 69123 are codes in use: the commune as a whole. See `expand_whole`.
    """
    book = _gazetteer()
    code = code.strip().upper()
    return code if code in book.names else book.heirs.get(code)


def names_by_code() -> dict[str, str]:
    """Name of every commune and arrondissement. Kept in memory: no query after the first. Read only."""
    return _gazetteer().names


def municipalities(codes: Iterable[str]) -> list[Municipality]:
    """Communes in use for these codes, former ones resolved, by name then code."""
    present = {found for code in codes if (found := resolve_code(code))}
    if not present:
        return []
    return list(Municipality.objects.filter(code__in=present).order_by("name", "code"))


def expand_whole(codes: Iterable[str]) -> frozenset[str]:
    """Codes as perimeters hold them: resolved, and Paris, Lyon and Marseille by arrondissement."""
    expanded: set[str] = set()
    for code in codes:
        found = resolve_code(code)
        if found and _gazetteer().kinds[found] == Municipality.Kind.WHOLE:
            expanded.update(_arrondissements_of(found))
        elif found:
            expanded.add(found)
    return frozenset(expanded)


def _arrondissements_of(whole: str) -> list[str]:
    rows = Municipality.objects.filter(parent_code=whole)
    return for_life(f"whole {whole}", lambda: list(rows.values_list("code", flat=True)))


def find_municipality(name: str, postal_code: str = "") -> str | None:
    """The one commune that a name and a postal code designate; None when none or several do.

    Accents, case, hyphens, « ST » and « CEDEX » don't count; a CEDEX postal code only tells the
    department. A name that is no commune's (a hamlet) is decided by a postal code of one commune.
    Paris, Lyon and Marseille give an arrondissement when the postal code or the name tells it.
    """
    book = _gazetteer()
    key, postal_code = fold_name(name), postal_code.strip()
    served = book.by_postal_code.get(postal_code, set())
    candidates = book.by_name.get(key) or book.by_former_name.get(key)
    if not candidates:
        return next(iter(served)) if len(served) == 1 else None
    if _POSTAL_CODE.fullmatch(postal_code):
        candidates = _within(book, candidates, postal_code, served)
    return next(iter(candidates)) if len(candidates) == 1 else None


def _within(book: _Gazetteer, candidates: set[str], postal_code: str, served: set[str]) -> set[str]:
    """Candidates the postal code serves; failing that, those of its department."""
    wholes = {code for code in candidates if book.kinds[code] == Municipality.Kind.WHOLE}
    if arrondissements := {code for code in served if _whole_of(code) in wholes}:
        return arrondissements
    if among := candidates & served:
        return among
    return {code for code in candidates if _same_department(code, postal_code)}


def _whole_of(code: str) -> str:
    return {"751": "75056", "132": "13055", "693": "69123"}.get(code[:3], "")


def _same_department(code: str, postal_code: str) -> bool:
    department = department_of(code)
    return postal_code.startswith("20" if department in ("2A", "2B") else department)
