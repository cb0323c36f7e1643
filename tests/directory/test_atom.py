"""The feed against RFC 4287, element by element: no kept-up validator runs without a network."""

import re
from urllib.parse import urlsplit

import pytest
from lxml import etree

from tests.factories import make_structure
from tests.observatory.saying import make_declared

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
# Section 3.3: RFC 3339, with an upper-case T and an offset.
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ONCE = {"feed": ("id", "title", "updated"), "entry": ("id", "title", "updated")}
AT_MOST_ONCE = {
    "feed": ("generator", "icon", "logo", "rights", "subtitle"),
    "entry": ("content", "published", "rights", "source", "summary"),
}
KNOWN = {
    "feed": {"author", "category", "contributor", "generator", "icon", "id", "link", "logo", "rights", "subtitle", "title", "updated", "entry"},
    "entry": {"author", "category", "content", "contributor", "id", "link", "published", "rights", "source", "summary", "title", "updated"},
}  # fmt: skip


def faults(content: bytes) -> list[str]:
    """What RFC 4287 refuses in a document; raises on XML that is not well formed."""
    feed = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    found = [] if feed.tag == f"{ATOM}feed" else ["root"]
    entries = feed.findall(f"{ATOM}entry")
    for kind, element in (("feed", feed), *(("entry", one) for one in entries)):
        found += _faults_of(kind, element)
    if not feed.findall(f"{ATOM}author") and any(one.find(f"{ATOM}author") is None for one in entries or [feed]):  # fmt: skip
        found.append("4.1.1 author")
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    if len(set(ids)) != len(ids):
        found.append("4.1.1 entry ids")
    return found


def _faults_of(kind: str, element) -> list[str]:
    found = []
    children = [etree.QName(one).localname for one in element if etree.QName(one).namespace == ATOM[1:-1]]  # fmt: skip
    found += [f"{kind}: {name} not once" for name in ONCE[kind] if children.count(name) != 1]
    found += [f"{kind}: {name} twice" for name in AT_MOST_ONCE[kind] if children.count(name) > 1]
    found += [f"{kind}: {name} unknown" for name in children if name not in KNOWN[kind]]
    for date in (*element.findall(f"{ATOM}updated"), *element.findall(f"{ATOM}published")):
        found += [] if DATE.fullmatch(date.text or "") else [f"3.3 {date.text}"]
    identifier = element.findtext(f"{ATOM}id") or ""
    found += [] if urlsplit(identifier).scheme else [f"4.2.6 {identifier}"]
    for author in element.findall(f"{ATOM}author"):
        found += [] if (author.findtext(f"{ATOM}name") or "").strip() else ["3.2.1 name"]
    links = [(one.get("rel", "alternate"), one.get("type"), one.get("hreflang")) for one in element.findall(f"{ATOM}link")]  # fmt: skip
    alternates = [one for one in links if one[0] == "alternate"]
    found += [f"{kind}: 4.1 alternates"] if len(set(alternates)) != len(alternates) else []
    for link in element.findall(f"{ATOM}link"):
        found += [] if urlsplit(link.get("href", "")).scheme else ["4.2.7.1 href"]
    if kind == "entry" and not alternates and element.find(f"{ATOM}content") is None:
        found.append("4.1.2 alternate")
    for text in ("title", "subtitle", "summary", "rights"):
        for one in element.findall(f"{ATOM}{text}"):
            found += [] if one.get("type", "text") in {"text", "html", "xhtml"} else ["3.1.1 type"]
            found += ["3.1.1.1 children"] if len(one) else []
    return found


def test_the_feed_keeps_to_the_rfc(space, publish, reader):
    make_structure(
        "Avec <b> & « guillemets »", in_space=space, description="Ligne 1\nLigne 2 & <fin>"
    )
    make_structure("Sans rien", in_space=space)
    publish()
    content = reader.get("nouveautes.atom").content
    assert faults(content) == []
    feed = etree.fromstring(content)
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Collectivité de test"
    (told,) = [one for one in feed.findall(f"{ATOM}entry/{ATOM}summary") if one.text]
    assert (told.get("type"), told.text) == ("html", "Ligne 1\nLigne 2 &amp; &lt;fin&gt;")
    assert (feed.findtext(f"{ATOM}rights") or "").startswith("Licence Ouverte 2.0")
    assert [one.get("rel") for one in feed.findall(f"{ATOM}link")] == ["alternate", "self"]
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"


def test_the_feed_of_declared_needs_keeps_to_it(space, reader):
    make_declared(space, "Il manque <un lieu> & un toit")
    assert faults(reader.get("manques/dire/tous.atom").content) == []


def test_an_empty_feed_too(space, publish, reader):
    publish()
    assert faults(reader.get("nouveautes.atom").content) == []


@pytest.mark.one_engine
def test_the_judge_refuses():
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><id>{}</id><title>t</title><updated>{}</updated>{}</feed>'
    author = "<author><name>n</name></author>"
    assert faults(feed.format("urn:x", "2026-11-22T09:00:00Z", author).encode()) == []
    assert faults(feed.format("x", "2026-11-22", "").encode()) == [
        "3.3 2026-11-22",
        "4.2.6 x",
        "4.1.1 author",
    ]
    twice = "<entry><id>a:b</id><title>t</title><updated>2026-11-22T09:00:00Z</updated></entry>" * 2
    assert faults(feed.format("urn:x", "2026-11-22T09:00:00Z", author + twice).encode()) == [
        "4.1.2 alternate",
        "4.1.2 alternate",
        "4.1.1 entry ids",
    ]


def test_a_control_character_breaks_no_feed(reader, space, publish):
    """A text pasted from a word processor may hold one; no XML can."""
    make_structure("Café\x0b des Possibles", description="Un café.\x01\x1f Ouvert.", in_space=space)
    publish()
    answer = reader.get("nouveautes.atom")
    assert faults(answer.content) == []
    entry = etree.fromstring(answer.content).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Café des Possibles"
    assert entry.findtext(f"{ATOM}summary") == "Un café. Ouvert."
