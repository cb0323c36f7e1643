"""In which commune is a row? By code, then postal code and name, then the point, then the perimeter."""

from dataclasses import dataclass
from typing import NamedTuple

from maillage.core.tabular.cells import Point
from maillage.sources.lib import plain
from maillage.territories.queries import (
    Places,
    expand_whole,
    find_municipality,
    names_by_code,
    resolve_code,
)

_FRANCE = frozenset({"", "fr", "fra", "france", "france metropole", "france metropolitaine"})
_OVERSEAS = frozenset({"971", "972", "973", "974", "975", "976", "977", "978", "987", "988"})


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of its place; every part may be empty."""

    code: str = ""
    name: str = ""
    postal_code: str = ""
    department: str = ""
    country: str = ""
    point: Point | None = None

    def __bool__(self) -> bool:
        return bool(self.code or self.name or self.postal_code or self.point)


class Answer(NamedTuple):
    """`outside` is a reason when the row is surely elsewhere; `reserve` a French sentence."""

    code: str = ""
    outside: str = ""
    reserve: str = ""


class CommuneFinder:
    """Answers for one perimeter, from memory."""

    def __init__(self, perimeter: frozenset[str]) -> None:
        self.perimeter = perimeter
        self.places = Places.of(perimeter)
        names = names_by_code()
        self.by_name: dict[str, list[str]] = {}
        for code in sorted(perimeter):
            if code in names:
                self.by_name.setdefault(plain(names[code]), []).append(code)
        self.departments = {_department(code) for code in perimeter}

    def find(self, said: Said) -> Answer:
        if plain(said.country) not in _FRANCE or _is_foreign(said.department):
            return Answer(outside="hors de France")
        return (
            self._by_code(said)
            or self._by_name(said)
            or self._by_point(said)
            or self._by_postal_code(said)
            or self._in_perimeter(said)
            or Answer()
        )

    def _by_code(self, said: Said) -> Answer | None:
        resolved = resolve_code(said.code) if said.code else None
        if not resolved:
            return None
        if resolved in expand_whole([resolved]):
            return Answer(resolved)
        # Paris, Lyon or Marseille as a whole: the arrondissement is told by the postal code or the point.
        return self._settled(find_municipality(names_by_code()[resolved], said.postal_code))

    def _by_name(self, said: Said) -> Answer | None:
        if not said.name:
            return None
        hint = said.postal_code or (f"{said.department}000"[:5] if said.department else "")
        return self._settled(find_municipality(said.name, hint)) if hint else self._only(said)

    def _only(self, said: Said) -> Answer | None:
        """The one commune of France with that name, unless a point can tell better."""
        return None if said.point else self._settled(find_municipality(said.name))

    def _settled(self, code: str | None) -> Answer | None:
        return Answer(code) if code and code in expand_whole([code]) else None

    def _by_point(self, said: Said) -> Answer | None:
        if said.point is None:
            return None
        found = self.places.municipality_codes([(said.point.lon, said.point.lat)])[0]
        if found:
            return Answer(found)
        return Answer(outside="hors du périmètre") if self.places.contours.keys else None

    def _by_postal_code(self, said: Said) -> Answer | None:
        if not said.postal_code:
            return None
        if found := self._settled(find_municipality("", said.postal_code)):
            return found
        known = find_municipality(said.name, "") if said.name else None
        elsewhere = not any(said.postal_code.startswith(code) for code in self.departments)
        if elsewhere and (known is None or known not in self.perimeter):
            return Answer(outside="hors du périmètre")
        return None

    def _in_perimeter(self, said: Said) -> Answer | None:
        """A name that several communes of France bear: ours is meant, with a reserve."""
        ours = self.by_name.get(plain(said.name), []) if said.name and not said.postal_code else []
        if len(ours) != 1 or said.department:
            return None
        return Answer(
            ours[0],
            reserve=f"Plusieurs communes s'appellent « {said.name} » : celle du périmètre a été retenue.",
        )


def _department(code: str) -> str:
    """First characters of the postal codes of a commune's department."""
    if code[:2] in {"2A", "2B"}:
        return "20"
    return code[:3] if code[:3] in _OVERSEAS else code[:2]


def _is_foreign(department: str) -> bool:
    """A country code written where a department is expected."""
    return (
        len(department) == 2
        and department.isalpha()
        and department.upper() not in {"2A", "2B", "FR"}
    )
