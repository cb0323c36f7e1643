"""Closed lists of the room. Codes are stable and never re-used; labels are French."""

from django.db import models


class CallKind(models.TextChoices):
    GRANT = "grant", "appel à projets (subvention)"
    PRIZE = "prize", "prix"
    INTEREST = "interest", "appel à manifestation d'intérêt"
    ALLIES = "allies", "appel à candidatures « alliances »"
    OCCUPATION = "occupation", "appel à occupation temporaire"
    SOLUTIONS = "solutions", "appel à solutions"


class EditionStatus(models.TextChoices):
    """What people decided. Whether one may deposit is told by the instants (`lib/window.py`), never by this alone."""

    DRAFT = "draft", "brouillon"
    CHECKING = "checking", "en relecture"
    SCHEDULED = "scheduled", "programmé"
    OPEN = "open", "ouvert"
    CLOSED = "closed", "clos"
    INSTRUCTION = "instruction", "en instruction"
    JURY = "jury", "en jury"
    DECIDED = "decided", "décidé"
    NOTIFIED = "notified", "notifié"
    EXECUTION = "execution", "en exécution"
    FINISHED = "finished", "clôturé"
    CANCELLED = "cancelled", "annulé"


class StateAid(models.TextChoices):
    """Regime under EU state-aid law; ceilings are settings of the edition, dated, never code."""

    NONE = "none", "hors aide d'État"
    DE_MINIMIS = "de_minimis", "de minimis général (règlement UE 2023/2831)"
    SGEI = "sgei", "de minimis SIEG (règlement UE 2023/2832)"
    EXEMPTED = "exempted", "régime exempté"
    OTHER = "other", "autre régime"


class Stage(models.TextChoices):
    PRE = "pre", "pré-candidature"
    FULL = "full", "dossier"
    REPORT = "report", "bilan"


class EventKind(models.TextChoices):
    EXTENSION = "extension", "prorogation"
    ERRATUM = "erratum", "erratum"
    CANCELLATION = "cancellation", "annulation"


class TeamKind(models.TextChoices):
    """What a person is for one edition. Agents of the space manage it without being named; nobody else does."""

    MANAGER = "manager", "gestionnaire de l'appel"
    INSTRUCTOR = "instructor", "instructrice ou instructeur"
    SECRETARY = "secretary", "secrétaire du jury"
    AUTHORITY = "authority", "ordonnatrice ou ordonnateur"
    FINANCE = "finance", "service des finances"


class RuleKind(models.TextChoices):
    LEGAL_FORM = "legal_form", "forme juridique"
    LABEL = "label", "agrément ou label"
    FORM_OR_LABEL = "form_or_label", "forme juridique, ou agrément"
    HEAD_OFFICE = "head_office", "territoire du siège"
    ACTION_PLACE = "action_place", "territoire de l'action"
    AGE = "age", "ancienneté (mois)"
    HEADCOUNT = "headcount", "effectif"
    BUDGET = "budget", "budget annuel"
    ZONE = "zone", "zonage (quartier prioritaire…)"
    THEME = "theme", "thème"
    AMOUNT = "amount", "montant et taux demandés"
    COMMITMENT = "commitment", "contrat d'engagement républicain"
    REPORTS_DONE = "reports_done", "bilans à jour"
    SIRET_ALIVE = "siret_alive", "établissement en activité"
    LEGAL_BASIS = "legal_basis", "base légale pour une société"
    DE_MINIMIS = "de_minimis", "plafond de minimis sur trois ans"
    QUESTION = "question", "question posée"


class Severity(models.TextChoices):
    BLOCKING = "blocking", "bloquante"
    TO_CHECK = "to_check", "à vérifier"
    INDICATIVE = "indicative", "indicative"


class FactSource(models.TextChoices):
    DECLARED = "declared", "déclaration"
    REGISTER = "register", "registre"
    COMPUTED = "computed", "calcul"


class Outcome(models.TextChoices):
    YES = "yes", "oui"
    NO = "no", "non"
    TO_CHECK = "to_check", "à vérifier"
    UNKNOWN = "unknown", "non évaluable"


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", "brouillon"
    SUBMITTED = "submitted", "déposée"
    INADMISSIBLE = "inadmissible", "irrecevable"
    ADMISSIBLE = "admissible", "recevable"
    SHORTLISTED = "shortlisted", "invitée au dossier complet"
    IN_REVIEW = "in_review", "en évaluation"
    REVIEWED = "reviewed", "évaluée"
    DELIBERATED = "deliberated", "délibérée"
    AWARDED = "awarded", "retenue"
    WAITING = "waiting", "liste d'attente"
    REJECTED = "rejected", "non retenue"
    DROPPED = "dropped", "sans suite"
    WITHDRAWN = "withdrawn", "retirée"


class PartnerRole(models.TextChoices):
    LEAD = "lead", "chef de file"
    FUNDED = "funded", "partenaire financé"
    UNFUNDED = "unfunded", "partenaire non financé"


class WriterKind(models.TextChoices):
    OWNER = "owner", "dépose la candidature"
    EDITOR = "editor", "écrit"
    READER = "reader", "lit"


class CorrectionReason(models.TextChoices):
    INCORRECT = "incorrect", "incorrecte"
    INCOMPLETE = "incomplete", "incomplète"
    OUTDATED = "outdated", "périmée"


class MessageSide(models.TextChoices):
    APPLICANT = "applicant", "candidat"
    AUTHORITY = "authority", "collectivité"


class Verdict(models.TextChoices):
    ADMISSIBLE = "admissible", "recevable"
    INADMISSIBLE = "inadmissible", "irrecevable"


class InterestAnswer(models.TextChoices):
    NONE = "none", "aucun intérêt"
    DIRECT = "direct", "intérêt direct"
    INDIRECT = "indirect", "intérêt indirect"
    PREFERS = "prefers", "préfère se retirer"


class ReviewStatus(models.TextChoices):
    ASSIGNED = "assigned", "à lire"
    DRAFT = "draft", "commencée"
    SUBMITTED = "submitted", "rendue"
    REOPENED = "reopened", "rouverte"
    REPLACED = "replaced", "confiée à une autre personne"


class Recommendation(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    RESERVED = "reserved", "réservé"
    UNFAVOURABLE = "unfavourable", "défavorable"


class SessionStatus(models.TextChoices):
    PREPARED = "prepared", "préparée"
    OPEN = "open", "ouverte"
    SUSPENDED = "suspended", "suspendue"
    CLOSED = "closed", "close"
    SIGNED = "signed", "procès-verbal signé"


class Presence(models.TextChoices):
    EXPECTED = "expected", "attendu"
    PRESENT = "present", "présent"
    EXCUSED = "excused", "excusé"
    ABSENT = "absent", "absent"


class JuryOutcome(models.TextChoices):
    AWARD = "award", "retenir"
    WAITING = "waiting", "mettre en liste d'attente"
    REJECT = "reject", "ne pas retenir"


class ScenarioMethod(models.TextChoices):
    MANUAL = "manual", "à la main"
    RANKED = "ranked", "dans l'ordre du classement"
    OPTIMAL = "optimal", "optimal sous contraintes"


class AwardNature(models.TextChoices):
    CASH = "cash", "numéraire"
    IN_KIND = "in_kind", "nature"
    MIXED = "mixed", "numéraire et nature"


class AwardStatus(models.TextChoices):
    """The first eight weigh on the envelope (`Award.reserved`); the three last let go what was not paid."""

    PROPOSED = "proposed", "proposée"
    GRANTED = "granted", "attribuée"
    TO_SIGN = "to_sign", "convention à signer"
    RUNNING = "running", "en cours"
    REPORT_DUE = "report_due", "bilan attendu"
    REPORT_IN = "report_in", "bilan reçu"
    SETTLED = "settled", "soldée"
    ARCHIVED = "archived", "archivée"
    LAPSED = "lapsed", "caduque"
    RENOUNCED = "renounced", "désistement"
    REVOKED = "revoked", "retirée par la collectivité"


class InstalmentKind(models.TextChoices):
    ADVANCE = "advance", "avance"
    PARTIAL = "partial", "acompte"
    BALANCE = "balance", "solde"
    SINGLE = "single", "versement unique"


class InstalmentStatus(models.TextChoices):
    PLANNED = "planned", "prévu"
    WAITING = "waiting", "condition attendue"
    TO_PAY = "to_pay", "à payer"
    PAID = "paid", "payé"
    REFUSED = "refused", "rejeté par les finances"
    CANCELLED = "cancelled", "annulé"


class ReportStatus(models.TextChoices):
    EXPECTED = "expected", "attendu"
    DRAFT = "draft", "commencé"
    SUBMITTED = "submitted", "rendu"
    RETURNED = "returned", "à compléter"
    VALIDATED = "validated", "validé"


class RecoveryStatus(models.TextChoices):
    ASKED = "asked", "demandé"
    RECEIVED = "received", "reversé"
    DROPPED = "dropped", "abandonné"


class PaperKind(models.TextChoices):
    """What the authority sends or signs."""

    RECEIPT = "receipt", "accusé de réception"
    AWARD = "award", "lettre d'attribution"
    WAITING = "waiting", "lettre de liste d'attente"
    REJECTION = "rejection", "lettre de refus"
    INADMISSIBLE = "inadmissible", "lettre d'irrecevabilité"
    AGREEMENT = "agreement", "convention"
    RECOVERY = "recovery", "demande de reversement"


class IntentionStatus(models.TextChoices):
    OPEN = "open", "cherche des alliés"
    GROUPED = "grouped", "dans un groupe"
    ENDED = "ended", "retirée"
