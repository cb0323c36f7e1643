"""Every known way of writing an address that must not be called."""

import ipaddress
import socket

import httpcore
import pytest

from maillage.core import outbound
from maillage.core.outbound import addresses
from maillage.core.outbound.addresses import AddressRefusedError, check, is_public

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.1", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1",
        "192.168.1.1", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1",
        "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_what_is_not_the_public_internet_is_refused(ip: str) -> None:
    assert not is_public(ipaddress.ip_address(ip))


@pytest.mark.parametrize("ip", ["8.8.8.8", "193.51.208.13", "172.32.0.1", "2a00:1450:4007::1"])
def test_the_public_internet_is_allowed(ip: str) -> None:
    assert is_public(ipaddress.ip_address(ip))


PRIVATE = "Cette adresse mène à un réseau privé ou réservé."
NUMBER = "Écrivez le nom du site, pas un nombre."
LOCAL = "Ce nom n'existe que sur un réseau privé."
UNREADABLE = "Cette adresse n'est pas lisible."
SCHEME = "L'adresse doit commencer par https://."


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://127.0.0.1/x", PRIVATE),
        ("https://127.0.0.1./x", PRIVATE),
        ("https://[::1]/", PRIVATE),
        ("https://[::ffff:127.0.0.1]/", PRIVATE),
        ("https://[::ffff:7f00:1]:8443/", PRIVATE),
        ("https://[64:ff9b::7f00:1]/", PRIVATE),
        ("https://169.254.169.254/latest/meta-data/", PRIVATE),
        ("https://2130706433/", NUMBER),
        ("https://0x7f000001/", NUMBER),
        ("https://0x7f.1/", NUMBER),
        ("https://017700000001/", NUMBER),
        ("https://0177.0.0.1/", UNREADABLE),
        ("https://127.1/", NUMBER),
        ("https://localhost/", LOCAL),
        ("https://LOCALHOST./", LOCAL),
        ("https://intranet/", LOCAL),
        ("https://metadata.google.internal/", LOCAL),
        ("https://printer.local/", LOCAL),
        ("https://user:secret@ville.example.org/", "Une adresse ne porte ni nom d'utilisateur ni mot de passe."),
        ("https://ville.example.org@127.0.0.1/", "Une adresse ne porte ni nom d'utilisateur ni mot de passe."),
        ("https://ville.example.org/#x", "La partie de l'adresse après « # » n'est jamais envoyée : retirez-la."),
        ("https://ville.example.org:22/", "Le port doit être 443 ou 8443."),
        ("https://ville.example.org:80/", "Le port doit être 443 ou 8443."),
        ("https://ville.example.org:99999/", "Le port doit être 443 ou 8443."),
        ("https://ville.example.org\\@127.0.0.1/", UNREADABLE),
        ("https://ville.example.org/\r\nHost: x", UNREADABLE),
        ("https://ville exemple.fr/", UNREADABLE),
        ("https:///rien", "Cette adresse n'a pas de nom de site."),
        ("https://" + "a" * 500 + ".fr", UNREADABLE),
        ("ftp://ville.example.org/", SCHEME),
        ("file:///etc/passwd", SCHEME),
        ("gopher://127.0.0.1:6379/_x", SCHEME),
        ("ville.example.org", SCHEME),
        ("", SCHEME),
    ],
)  # fmt: skip
def test_an_address_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(AddressRefusedError) as refused:
        check(url)
    assert str(refused.value) == sentence


def test_http_is_for_developers(settings: object) -> None:
    assert check("http://ville.example.org/").port == 80
    settings.OUTBOUND_PLAIN = False
    with pytest.raises(AddressRefusedError, match="https://"):
        check("http://ville.example.org/")


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://Ville.Example.org./crochet?a=1", "ville.example.org", 443),
        ("https://mairie-évry.fr:8443/", "xn--mairie-vry-h7a.fr", 8443),
        ("https://8.8.8.8/", "8.8.8.8", 443),
    ],
)
def test_an_address_is_read(url: str, host: str, port: int) -> None:
    target = check(url)
    assert (target.host, target.port) == (host, port)
    assert host in target.url


def test_full_width_digits_do_not_hide_an_address() -> None:
    with pytest.raises(AddressRefusedError):
        check("https://１２７.0.0.1/")
    with pytest.raises(AddressRefusedError):
        check("https://127。0。0。1/")


class Resolver:
    """Answers each question with the next of `answers`; the last one stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, _host: str, port: int, **_kwargs: object) -> list:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in answer]


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What would have been connected to; nobody answers there."""
    seen: list[tuple[str, int]] = []

    def connect(_self: object, host: str, port: int, *_rest: object) -> None:
        seen.append((host, port))
        raise httpcore.ConnectError("nobody")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return seen


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> Resolver:
    resolver = Resolver(*answers)
    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolver)
    return resolver


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch, dialled) -> None:
    resolver = resolving(monkeypatch, ["8.8.4.4"], ["127.0.0.1"])
    with pytest.raises(outbound.UnreachableError):
        outbound.post("https://rebind.example.org/", b"{}", {})
    assert resolver.asked == 1
    assert dialled == [("8.8.4.4", 443)]


@pytest.mark.parametrize(
    "answer",
    [["127.0.0.1"], ["10.0.0.8"], ["169.254.169.254"], ["8.8.4.4", "127.0.0.1"], ["::1"],
     ["::ffff:10.0.0.1"], ["64:ff9b::a00:1"], ["fe80::1%lo"]],
)  # fmt: skip
def test_a_name_that_leads_inside_is_never_called(answer, monkeypatch, dialled) -> None:
    resolving(monkeypatch, answer)
    with pytest.raises(AddressRefusedError, match="réseau privé"):
        outbound.post("https://piege.example.org/", b"{}", {})
    assert dialled == []


def test_an_unknown_name_and_a_slow_resolver_are_said(monkeypatch) -> None:
    def unknown(*_args: object, **_kwargs: object) -> list:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", unknown)
    with pytest.raises(outbound.UnreachableError, match="Le nom de ce site n'existe pas"):
        outbound.post("https://inconnu.example.org/", b"{}", {})


def test_networks_of_the_host_open_their_ports_and_nothing_else(
    monkeypatch, dialled, settings
) -> None:
    settings.OUTBOUND_NETWORKS = ["10.1.0.0/16"]
    settings.OUTBOUND_PLAIN = False
    resolving(monkeypatch, ["10.1.2.3"])
    with pytest.raises(outbound.UnreachableError):
        outbound.post("http://agenda.interne:9000/", b"{}", {})
    assert dialled == [("10.1.2.3", 9000)]
    for inside, sentence in (("10.2.0.1", "réseau privé"), ("8.8.4.4", "port")):
        resolving(monkeypatch, [inside])
        with pytest.raises(AddressRefusedError, match=sentence):
            outbound.post("http://agenda.interne:9000/", b"{}", {})
    resolving(monkeypatch, ["8.8.4.4"])
    with pytest.raises(AddressRefusedError, match="https"):
        outbound.post("http://dehors.example.org/", b"{}", {})
    assert len(dialled) == 1
