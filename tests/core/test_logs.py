"""Lines of the log name nobody, even when a library quotes what was typed."""

import logging

import pytest
from django.conf import settings as django_settings

from maillage.core.logs import DiscreetFormatter, discreet

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (
            "refusé pour nadia.o'neil+ess@ville-test.example.fr : 550",
            "refusé pour ‹adresse e-mail› : 550",
        ),
        ("appeler le 06 12 34 56 78 demain", "appeler le ‹téléphone› demain"),
        ("+33612345678, 01.02.03.04.05", "‹téléphone›, ‹téléphone›"),
        ("FR76 3000 6000 0112 3456 7890 189", "‹iban›"),
        (
            "duplicate key\nDETAIL:  Key (email)=(a@b.example) already exists.\nfin",
            "duplicate key\nDETAIL:…\nfin",
        ),
        (
            "Conflict: /suivi/Zb3kq0Ij-xJm_9s1Qd7vN2aLr5tUwYcE/ et Gone: /fiche/Zb3kq0Ij-xJm_9s1Qd7vN2aLr5tUwYcE/",
            "Conflict: /suivi/‹clé›/ et Gone: /fiche/‹clé›/",
        ),
        (
            "Not Found: /val/lettre/arreter/12:Zb3kq0IjxJm9s1Qd7vN2aLr5tUwYcEaaaaaaaaaaaaa/",
            "Not Found: /val/lettre/arreter/‹clé›/",
        ),
        (
            "Not Found: /compte/mot-de-passe/nouveau/4-cz1abc-0123456789abcdef0123456789abcdef/",
            "Not Found: /compte/mot-de-passe/nouveau/‹clé›/",
        ),
        (
            "Not Found: /val/gestion/contributions/12/fiche/",
            "Not Found: /val/gestion/contributions/12/fiche/",
        ),
        ("Tâche sources.read_run n° 12, essai 3", "Tâche sources.read_run n° 12, essai 3"),
        ("siret 12345678901234, /annuaire/2026/", "siret 12345678901234, /annuaire/2026/"),
    ],
)
def test_what_names_somebody_is_masked(said: str, written: str):
    assert discreet(said) == written


def test_a_traceback_is_masked_too():
    error = ValueError("nadia@test.example")
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "Échec", None, (ValueError, error, None))
    line = DiscreetFormatter("{message}", style="{").format(record)
    assert line == "Échec\nValueError: ‹adresse e-mail›"


def test_the_installation_uses_it():
    """Pytest hangs its own handlers on every logger: ours are those of the settings."""
    settings = django_settings.LOGGING
    used = {name for log in settings["loggers"].values() for name in log["handlers"]}
    formatters = {settings["handlers"][name]["formatter"] for name in used}
    assert {settings["formatters"][name]["()"] for name in formatters} == {
        f"{DiscreetFormatter.__module__}.{DiscreetFormatter.__name__}"
    }
