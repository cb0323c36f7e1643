"""Names and streets of registers, made readable."""

import pytest

from maillage.sources.connectors.wording import readable_name, readable_street


@pytest.mark.parametrize(
    ("written", "readable"),
    [
        ("ASSOCIATION DES AMIS DU VELO", "Association des Amis du Velo"),
        ("LES JARDINS DE L'OURCQ", "Les Jardins de l'Ourcq"),
        ("A LA CROISEE", "A la Croisee"),
        ("ASSOCIATION D ENTRAIDE ET L AVENIR", "Association d'Entraide et l'Avenir"),
        ("MJC DU 20E", "MJC du 20e"),
        ("SCOP TRAVAUX PUBLICS", "SCOP Travaux Publics"),
        ("A.D.M.R. DU CANAL", "A.D.M.R. du Canal"),
        ("CGT LOGEMENT", "CGT Logement"),
        ("JEAN-PAUL ET FILS", "Jean-Paul et Fils"),
        ("ÉPICERIE ÉTUDIANTE", "Épicerie Étudiante"),
        ("COLLECTIF 12 LIEUX", "Collectif 12 Lieux"),
        ("PLAN B", "Plan B"),
        ("AIDE EN MER (ADEM)", "Aide en Mer (ADEM)"),
        ("LES AMIS (DE L'ECOLE)", "Les Amis (de l'Ecole)"),
        ("  DEUX   ESPACES ", "Deux Espaces"),
        ("La Petite Rockette", "La Petite Rockette"),
        ("", ""),
        ("123", "123"),
    ],
)
def test_readable_names(written, readable):
    assert readable_name(written) == readable


def test_a_structure_s_own_acronym_stays_in_capitals():
    assert readable_name("AGETA ESPACES TEMPORAIRES", "AGETA") == "AGETA Espaces Temporaires"
    assert readable_name("AGETA ESPACES TEMPORAIRES") == "Ageta Espaces Temporaires"


@pytest.mark.parametrize("name", ["LES AMIS DE L ECOLE", "MJC DU 20E", "A LA CROISEE D EUROPE"])
def test_reading_twice_changes_nothing(name):
    assert readable_name(readable_name(name)) == readable_name(name)


@pytest.mark.parametrize(
    ("parts", "street"),
    [
        (("12", "B", "AV", "DE SAINT-OUEN"), "12 bis avenue de Saint-Ouen"),
        (("0007", "", "RUE", "LEON"), "7 rue Leon"),
        (("3", "C", "BD", "DU PORT"), "3C boulevard du Port"),
        (("", "", "", "LA VILLETTE"), "La Villette"),
        (("5", "TER", "Rue", "de la Paix"), "5 ter rue de la Paix"),
        (("", "", "ZA", "DES EGREVAYS"), "zone d'activités des Egrevays"),
        (("", "", "", ""), ""),
    ],
)
def test_streets(parts, street):
    assert readable_street(*parts) == street
