"""Readable addresses that never collide: name, then name and commune, then a number."""

from itertools import count

from django.utils.text import slugify

from maillage.structures.models import FormerSlug, Structure
from maillage.territories.models import Municipality


class SlugBook:
    """Slugs taken in the whole installation, old addresses included; one query, then memory."""

    def __init__(self) -> None:
        self.taken = set(Structure.objects.values_list("slug", flat=True))
        self.taken.update(FormerSlug.objects.values_list("slug", flat=True))
        self._communes: dict[str, str] = {}

    def new(self, name: str, municipality_code: str = "") -> str:
        """A free slug of at most 110 characters, taken from now on."""
        base = slugify(name.replace("'", " ").replace("’", " "))[:80].strip("-") or "structure"
        local = f"{base}-{slugify(self._commune(municipality_code))}"[:105].strip("-")
        candidates = (candidate for candidate in (base, local))
        for candidate in candidates:
            if candidate not in self.taken:
                break
        else:
            candidate = next(
                numbered
                for number in count(2)
                if (numbered := f"{local[:104]}-{number}") not in self.taken
            )
        self.taken.add(candidate)
        return candidate

    def _commune(self, code: str) -> str:
        if not self._communes:
            self._communes = dict(Municipality.objects.values_list("code", "name"))
        return self._communes.get(code, "")
