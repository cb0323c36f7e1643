"""Whether an e-mail address shows that somebody belongs to a structure: it is on the structure's own domain.

Only equal domains match, `www.` left out. A sub-domain may be anybody's (students of a university), and
so may what is above it (a registry such as asso.fr, a host). Names are compared as the DNS writes them,
in ASCII: letters of another alphabet that look alike are other names.
"""

import csv
import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

from maillage.structures.lib.reference import DATA

# RFC 1035 and 5890: letters, digits, hyphens; the last label is not a number.
_NAME = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})"
)
# A site that is a page of somebody else's (the town hall's list of associations) proves nothing.
_FIRST_PAGE = re.compile(r"/*(?:(?:fr|accueil|home|index\.\w{2,5})/?)?", re.IGNORECASE)


def ascii_name(host: str) -> str:
    """`host` as the DNS writes it, or an empty string when it is no domain name.

    A name that has to be changed to be written so (full-width letters, ß, invisible signs) is refused:
    programs do not agree on what it becomes, and a letter could leave for another domain.
    """
    name = host.strip().rstrip(".").lower()
    if not name.isascii():
        if unicodedata.normalize("NFKC", name).casefold() != name:
            return ""
        if any(unicodedata.category(sign)[0] not in "LMN" for sign in name if sign not in ".-"):
            return ""  # invisible signs, and full stops of other scripts
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return name if _NAME.fullmatch(name) else ""


def address_on(address: str) -> tuple[str, str]:
    """(address written with its domain in ASCII, the domain); two empty strings when there is none."""
    local, _, host = address.strip().rpartition("@")
    name = ascii_name(host)
    return (f"{local}@{name}", name) if local and name else ("", "")


def domain_of_site(url: str) -> str:
    """Domain of a site that has it for itself; empty for a page within a site."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.query or not _FIRST_PAGE.fullmatch(parts.path):
        return ""
    return ascii_name(host).removeprefix("www.")


def own_domains(website: str, email: str) -> list[str]:
    """Domains that belong to a structure of this site and this address, shared ones left out."""
    found = (domain_of_site(website), address_on(email)[1])
    return sorted({domain for domain in found if domain and not is_shared(domain)})


@lru_cache(maxsize=1)
def _shared() -> tuple[frozenset[str], frozenset[str]]:
    """(names that are shared with all that is under them, registries shared themselves only)."""
    with (DATA / "shared_domains.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    whole = {row["domain"] for row in rows if row["kind"] != "registry"}
    return frozenset(whole), frozenset({row["domain"] for row in rows} - whole)


def is_shared(domain: str) -> bool:
    """Whether many people who do not know each other have addresses or sites there."""
    whole, registries = _shared()
    labels = domain.split(".")
    above = {".".join(labels[rank:]) for rank in range(len(labels))}
    return domain in registries or not above.isdisjoint(whole)
