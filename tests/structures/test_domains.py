"""An address proves something on the structure's own domain only."""

import pytest

from maillage.structures.lib.domains import (
    address_on,
    ascii_name,
    domain_of_site,
    is_shared,
    own_domains,
)

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Ressourcerie.ORG.", "ressourcerie.org"),
        ("  emmaus.asso.fr ", "emmaus.asso.fr"),
        ("épicerie.fr", "xn--picerie-9xa.fr"),
        ("xn--picerie-9xa.fr", "xn--picerie-9xa.fr"),
        ("ressοurcerie.org", "xn--ressurcerie-bfi.org"),  # a Greek omicron: another name
        ("ressourcerie。org", ""),  # an ideographic full stop
        ("ｒessourcerie.org", ""),  # a full-width letter
        ("straße.de", ""),  # strasse.de for some programs, not for others
        ("ress\u200dourcerie.org", ""),  # an invisible joiner
        ("localhost", ""),
        ("192.168.1.10", ""),
        ("a..fr", ""),
        ("-a.fr", ""),
        ("a_b.fr", ""),
        ("a" * 64 + ".fr", ""),
        ("a.fr\n", "a.fr"),
        ("a.fr\nb.fr", ""),
        ("", ""),
    ],
)
def test_names_are_compared_as_the_dns_writes_them(host: str, name: str) -> None:
    assert ascii_name(host) == name


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.ressourcerie.org", "ressourcerie.org"),
        ("https://ressourcerie.org/", "ressourcerie.org"),
        ("http://ressourcerie.org:8080/fr/", "ressourcerie.org"),
        ("https://ressourcerie.org/index.php", "ressourcerie.org"),
        ("https://boutique.ressourcerie.org/", "boutique.ressourcerie.org"),
        ("https://ville.example/associations/ressourcerie", ""),  # a page of somebody else's site
        ("https://ville.example/?asso=12", ""),
        ("https://ressourcerie.org@mechant.example/", "mechant.example"),
        ("https://[::1]/", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_a_site_gives_its_domain_when_it_has_it_for_itself(url: str, domain: str) -> None:
    assert domain_of_site(url) == domain


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("nadia@ressourcerie.org", ("nadia@ressourcerie.org", "ressourcerie.org")),
        ("Nadia@RESSOURCERIE.org", ("Nadia@ressourcerie.org", "ressourcerie.org")),
        ("nadia@épicerie.fr", ("nadia@xn--picerie-9xa.fr", "xn--picerie-9xa.fr")),
        ('"x@ressourcerie.org"@mechant.example', None),
        ("nadia@straße.de", ("", "")),
        ("ressourcerie.org", ("", "")),
        ("@ressourcerie.org", ("", "")),
    ],
)
def test_an_address_is_read_by_its_last_part(address: str, expected: tuple | None) -> None:
    wanted = expected or (address, "mechant.example")
    assert address_on(address) == wanted


@pytest.mark.parametrize(
    ("domain", "shared"),
    [
        ("gmail.com", True),
        ("orange.fr", True),
        ("laposte.net", True),
        ("asso.fr", True),
        ("emmaus.asso.fr", False),  # the registry's own sub-domains are somebody's
        ("ressourcerie.wordpress.com", True),
        ("ressourcerie.jimdofree.com", True),
        ("notgmail.com", False),
        ("gmail.com.mechant.example", False),
        ("ressourcerie.org", False),
    ],
)
def test_what_many_share_is_known(domain: str, shared: bool) -> None:
    assert is_shared(domain) is shared


def test_a_structure_has_the_domains_of_its_site_and_of_its_address() -> None:
    assert own_domains("https://www.a.example", "contact@b.example") == ["a.example", "b.example"]
    assert own_domains("https://a.example", "contact@a.example") == ["a.example"]
    assert own_domains("https://a.wordpress.com", "a@gmail.com") == []
    assert own_domains("https://asso.fr", "a@asso.fr") == []
