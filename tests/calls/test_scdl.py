"""The open data of grants: what is wrong is said, what is published passes the official rules."""

import frictionless
import pytest

from maillage.calls.lib import scdl
from maillage.core.tabular.writing import Column, csv_chunks

VALID = {
    "nomAttribuant": "Département de test",
    "idAttribuant": "22920050600017",
    "idServiceInstructeur": "22920050600017",
    "nomBeneficiaire": "Les Ateliers du Pont",
    "idBeneficiaire": "52499120500013",
    "dateConvention": "2026-03-14",
    "objet": "Repas partagés",
    "nature": "aide en numéraire",
    "montant": "7500.50",
    "conditionsVersement": "échelonné",
    "descriptionConditionsVersement": "70 % à la notification, 30 % après le bilan",
    "datesPeriodeVersement": "2026-04-01/2027-06-30",
    "notificationUE": "oui",
    "pourcentageSubvention": "1",
}


def test_a_valid_row_has_no_problem():
    assert scdl.problems(VALID) == []


# The fixtures that real files of authorities teach, each with the sentence an agent reads.
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rnaBeneficiaire": "W2A1234567"},
         "rnaBeneficiaire : « W2A1234567 » n'a pas la forme attendue."),
        ({"dateConvention": "14/03/2026"},
         "dateConvention : « 14/03/2026 » n'est pas une date AAAA-MM-JJ."),
        ({"dateConvention": "20260314"},
         "dateConvention : « 20260314 » n'est pas une date AAAA-MM-JJ."),
        ({"montant": "7500,50"},
         "montant : « 7500,50 » n'est pas un nombre (point décimal, sans espace)."),
        ({"datesPeriodeVersement": "2026-04-01_2027-06-30"},
         "datesPeriodeVersement : « 2026-04-01_2027-06-30 » n'a pas la forme attendue."),
        ({"idBeneficiaire": "3.80476E+13"},
         "idBeneficiaire : « 3.80476E+13 » a été abîmé par un tableur : remettez les quatorze chiffres."),
        ({"idBeneficiaire": "524991205"},
         "idBeneficiaire : « 524991205 » est un SIREN ; il faut le SIRET, à quatorze chiffres."),
        ({"idAttribuant": "22040000000000"},
         "idAttribuant : « 22040000000000 » n'est pas un SIRET."),
        ({"idBeneficiaire": ""}, "idBeneficiaire, rnaBeneficiaire : il faut l'un des deux."),
        ({"pourcentageSubvention": "0"}, "pourcentageSubvention : 0 n'est pas entre 0.01 et 1."),
        ({"nature": "numeraire"},
         f"nature : « numeraire » n'est pas dans la liste ({', '.join(scdl.NATURES)})."),
        ({"objet": "x" * 257}, "objet : 257 caractères, 256 au plus."),
        ({"datesPeriodeVersement": ""}, "datesPeriodeVersement : il manque."),
    ],
)  # fmt: skip
def test_each_known_fault_has_its_sentence(change, sentence):
    assert scdl.problems(VALID | change) == [sentence]


def test_la_poste_and_the_widest_object_are_accepted():
    assert scdl.problems(VALID | {"idBeneficiaire": "35600000000048", "objet": "x" * 256}) == []


def test_headers_are_checked_before_rows():
    assert scdl.missing_columns(list(VALID)) == []
    assert scdl.missing_columns(["nomAttribuant", "NOM_Beneficiaire"]) == [
        "idAttribuant",
        "idServiceInstructeur",
        "nomBeneficiaire",
        "dateConvention",
        "objet",
        "nature",
        "conditionsVersement",
        "descriptionConditionsVersement",
        "datesPeriodeVersement",
        "notificationUE",
        "pourcentageSubvention",
    ]


def judged(rows):
    columns = [Column(name, name) for name in scdl.NAMES]
    data = b"".join(csv_chunks(rows, columns, standard=True))
    schema = frictionless.Schema.from_descriptor(scdl.table_schema())
    control = frictionless.formats.CsvControl(delimiter=",")
    with frictionless.Resource(data, format="csv", schema=schema, control=control) as resource:
        return resource.validate().flatten(["type", "fieldName"])


def test_our_verdict_is_that_of_the_table_schema():
    """But for what a Table Schema cannot see: keys of SIRET, one of two columns."""
    assert judged([VALID]) == []
    assert judged([VALID | {"nature": "numeraire"}]) == [["constraint-error", "nature"]]
    assert judged([VALID | {"montant": "7500,50"}]) == [["type-error", "montant"]]
    assert judged([VALID | {"idBeneficiaire": "3.80476E+13"}]) == []


def test_two_partners_of_a_consortium_share_one_amount():
    rows = [
        VALID | {"pourcentageSubvention": "0.60"},
        VALID | {"pourcentageSubvention": "0.40", "idBeneficiaire": "38033590100027"},
    ]
    assert [scdl.problems(row) for row in rows] == [[], []]
    assert judged(rows) == []
    assert len({row["montant"] for row in rows}) == 1
