"""Closed lists of the room. Codes are stable and never re-used; labels are French."""

from django.db import models


class Family(models.TextChoices):
    """Families of the ESS (law 2014-856, article 1, and INSEE's fifth family)."""

    ASSOCIATION = "association", "association"
    COOPERATIVE = "cooperative", "coopérative"
    MUTUAL = "mutual", "mutuelle"
    FOUNDATION = "foundation", "fondation"
    COMMERCIAL = "commercial", "société commerciale de l'ESS"
    OTHER = "other", "autre forme"


class EssStatus(models.TextChoices):
    CONFIRMED = "confirmed", "appartenance confirmée"
    PRESUMED = "presumed", "appartenance présumée"
    EXCLUDED = "excluded", "hors de l'ESS"
    UNKNOWN = "unknown", "appartenance à vérifier"


class State(models.TextChoices):
    ACTIVE = "active", "en activité"
    CEASED = "ceased", "cessée"
    ARCHIVED = "archived", "archivée"


class SizeBand(models.TextChoices):
    """INSEE headcount bands (tranche d'effectif salarié), two years old by nature."""

    NOT_EMPLOYER = "NN", "sans salarié"
    ZERO = "00", "0 salarié au 31 décembre"
    B01 = "01", "1 ou 2 salariés"
    B02 = "02", "3 à 5 salariés"
    B03 = "03", "6 à 9 salariés"
    B11 = "11", "10 à 19 salariés"
    B12 = "12", "20 à 49 salariés"
    B21 = "21", "50 à 99 salariés"
    B22 = "22", "100 à 199 salariés"
    B31 = "31", "200 à 249 salariés"
    B32 = "32", "250 à 499 salariés"
    B41 = "41", "500 à 999 salariés"
    B42 = "42", "1 000 à 1 999 salariés"
    B51 = "51", "2 000 à 4 999 salariés"
    B52 = "52", "5 000 à 9 999 salariés"
    B53 = "53", "10 000 salariés et plus"


class SizeClass(models.TextChoices):
    """The `taille` facet: INSEE bands gathered in five classes a resident understands."""

    UNKNOWN = "inconnue", "taille inconnue"
    NONE = "benevole", "sans salarié"
    SMALL = "1-9", "1 à 9 salariés"
    MEDIUM = "10-49", "10 à 49 salariés"
    LARGE = "50-et-plus", "50 salariés et plus"


SIZE_CLASS_OF_BAND: dict[str, str] = {
    "": SizeClass.UNKNOWN,
    "NN": SizeClass.NONE,
    "00": SizeClass.NONE,
    **dict.fromkeys(("01", "02", "03"), SizeClass.SMALL),
    **dict.fromkeys(("11", "12"), SizeClass.MEDIUM),
    **dict.fromkeys(("21", "22", "31", "32", "41", "42", "51", "52", "53"), SizeClass.LARGE),
}


class LifeStage(models.TextChoices):
    IDEA = "idea", "idée"
    EMERGING = "emerging", "émergence"
    START = "start", "démarrage (moins de 3 ans)"
    STABLE = "stable", "activité installée"
    GROWING = "growing", "changement d'échelle"
    TRANSFER = "transfer", "reprise ou transmission"


class Typology(models.TextChoices):
    ENTREPRENEURIAL = "entrepreneurial", "entrepreneuriale"
    MILITANT = "militant", "militante"


class TypologyOrigin(models.TextChoices):
    DECLARED = "declared", "déclarée"
    ESTIMATED = "estimated", "estimée"


class Disclosure(models.TextChoices):
    """Sirene `statutDiffusion`: under partial disclosure only the commune may be shown."""

    PUBLIC = "O", "publique"
    PARTIAL = "P", "partielle"


class LocationQuality(models.TextChoices):
    HOUSE = "house", "numéro"
    STREET = "street", "rue"
    AREA = "area", "commune ou lieu-dit (approximatif)"
    NONE = "none", "sans position"


class Axis(models.TextChoices):
    """Independent axes of the taxonomy."""

    SECTOR = "sector", "secteur d'activité"
    AIM = "aim", "finalité d'utilité sociale"
    AUDIENCE = "audience", "public"
    LABEL = "label", "agrément, label ou statut"
    ROLE = "role", "rôle dans l'écosystème"


class PerimeterRule(models.TextChoices):
    INCLUDE = "include", "dans l'ESS par sa forme"
    FLAG_ONLY = "flag_only", "dans l'ESS si elle est déclarée ou agréée"
    EXCLUDE = "exclude", "hors de l'ESS"
    REVIEW = "review", "à examiner"


class ContactVisibility(models.TextChoices):
    PUBLIC = "public", "tout le monde"
    MEMBERS = "members", "membres des structures de l'annuaire"
    AGENTS = "agents", "agents de la collectivité"


class Proof(models.TextChoices):
    """How a claim is proved, from the strongest to the weakest. Only the first two need no agent's verdict.

    An invitation by somebody of the structure is a membership's proof, never a claim's.
    """

    DOMAIN = "domain", "adresse e-mail du domaine de la structure"
    CODE = "code", "code donné par un agent (courrier ou téléphone)"
    OFFICIAL = "official", "dirigeante ou dirigeant déclaré"
    WORD = "word", "sur parole"
    INVITE = "invite", "invitation de la structure"


class LinkKind(models.TextChoices):
    SOCIAL = "social", "réseau social"
    VOLUNTEER = "volunteer", "bénévolat"
    INTERNSHIP = "internship", "stage ou service civique"
    JOB = "job", "emploi"
    DONATION = "donation", "don ou épargne solidaire"
    OTHER = "other", "autre page"


class Seeking(models.TextChoices):
    LOOKING = "looking", "recherche"
    OFFERING = "offering", "propose"


class CallOutcome(models.TextChoices):
    REACHED = "reached", "joint, fiche à jour"
    TO_CORRECT = "to_correct", "joint, à corriger"
    NO_ANSWER = "no_answer", "pas de réponse"
    WRONG_NUMBER = "wrong_number", "numéro faux"
    CLOSED = "closed", "structure fermée"
    LATER = "later", "rappeler plus tard"


class Stage(models.TextChoices):
    """How old a page is: whole months since somebody vouched for it, or since its newest source."""

    FRESH = "fresh", "à jour"
    TO_CONFIRM = "to_confirm", "à confirmer"  # six months
    TO_CHECK = "to_check", "à vérifier"  # nine months
    OLD = "old", "ancienne"  # twelve months


class CallReason(models.IntegerChoices):
    """Why a structure is to be called; the lowest comes first."""

    CALLBACK = 1, "rappel promis"
    BOUNCED = 2, "jamais confirmée, adresse e-mail refusée"
    SILENT = 3, "un an sans nouvelles"
    CLOSED = 4, "dite fermée"
    INCOMPLETE = 5, "employeuse ou labellisée, fiche incomplète"


class SignKind(models.TextChoices):
    """What says that a structure is closed."""

    CEASED = "ceased", "activité cessée d'après un registre"
    PLACES = "places", "tous ses établissements sont fermés"
    SUGGESTION = "suggestion", "un registre la dit cessée, une personne l'avait confirmée"
    ANSWER = "answer", "réponse à un rappel"
    CALL = "call", "appel d'un agent"
    REPORT = "report", "signalement"
