"""Pages of a list, and the addresses of its neighbours."""

from dataclasses import dataclass
from urllib.parse import urlencode

from maillage.api.lib.problems import Problem


@dataclass(frozen=True, slots=True)
class Page:
    """`url` is absolute, without its query; `kept` are the pairs that every page's address bears."""

    number: int
    size: int
    count: int
    url: str
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def last(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size

    @property
    def next(self) -> str | None:
        return self.at(self.number + 1) if self.number < self.last else None

    @property
    def previous(self) -> str | None:
        return self.at(self.number - 1) if self.number > 1 else None

    def at(self, number: int) -> str:
        query = urlencode([*self.kept, ("page", str(number)), ("page_size", str(self.size))])
        return f"{self.url}?{query}"

    def check(self) -> "Page":
        """Raises a 404 past the last page."""
        if self.number > self.last:
            raise Problem(404, f"Cette page n'existe pas : la dernière est la {self.last}.")
        return self

    def head(self) -> dict[str, object]:
        return {
            "count": self.count,
            "page": self.number,
            "pages": self.last,
            "next": self.next,
            "previous": self.previous,
        }

    def links(self) -> dict[str, str]:
        return {"next": self.next or "", "prev": self.previous or ""}
