"""Legal forms that an invented structure may take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """`subject` opens the sentences of its description; `label` is a status held by its form."""

    family: str
    category: str
    subject: str
    label: str = ""
    ess_flag: bool | None = None
    registered: bool = True


FORMS = {
    "association": Form("association", "9220", "L'association"),
    "rup": Form("association", "9230", "L'association", label="lab-rup"),
    "ai": Form("association", "9222", "L'association", label="lab-siae-ai"),
    "ge": Form("association", "9223", "Le groupement"),
    "scop_sarl": Form("cooperative", "5458", "La coopérative", label="lab-scop"),
    "scop_sas": Form("cooperative", "5710", "La coopérative", "lab-scop", ess_flag=True),
    "scic_sarl": Form("cooperative", "5460", "La coopérative", label="lab-scic"),
    "scic_sas": Form("cooperative", "5710", "La coopérative", "lab-scic", ess_flag=True),
    "cae": Form("cooperative", "5458", "La coopérative", label="lab-cae"),
    "conso": Form("cooperative", "5551", "La coopérative"),
    "coop_habitat": Form("cooperative", "5443", "La coopérative"),
    "coop_hlm": Form("cooperative", "5547", "La coopérative"),
    "bank": Form("cooperative", "6595", "La caisse"),
    "mutual": Form("mutual", "8210", "La mutuelle"),
    "mutual_other": Form("mutual", "8290", "La mutuelle"),
    "foundation": Form("foundation", "9300", "La fondation"),
    "fund": Form("foundation", "9300", "Le fonds de dotation"),
    "company": Form("commercial", "5710", "L'entreprise", ess_flag=True),
    "collective": Form("other", "", "Le collectif", registered=False),
}

# Shares of headcount bands (INSEE codes) by kind of activity. About one structure in five employs,
# and most employers have fewer than three people, as in the published figures on associations.
STAFF = {
    "none": {"NN": 93, "00": 4, "01": 3},
    "few": {"NN": 82, "00": 4, "01": 9, "02": 4, "03": 1},
    "some": {"NN": 34, "00": 4, "01": 26, "02": 18, "03": 10, "11": 6, "12": 2},
    "many": {"NN": 10, "01": 12, "02": 18, "03": 20, "11": 21, "12": 13, "21": 4, "22": 2},
    "large": {"01": 4, "02": 8, "03": 14, "11": 25, "12": 28, "21": 12, "22": 6, "31": 2, "32": 1},
}
EMPLOYER_BANDS = frozenset(
    {"01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53"}
)
