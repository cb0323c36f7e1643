"""What a space still owes the public before it opens."""

from dataclasses import dataclass

from django.urls import reverse

from maillage.spaces.models import AccessibilityStatement, LegalInformation, Space


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing to do; `why` is the rule, `url` where it is done."""

    label: str
    done: bool
    why: str
    url: str


class Checks(list[Check]):
    """In the order in which an administrator would do them."""

    @property
    def is_complete(self) -> bool:
        return all(check.done for check in self)


def readiness(space: Space) -> Checks:
    """What is done and what is not."""
    legal = LegalInformation.objects.filter(space=space).first() or LegalInformation(space=space)
    statement = AccessibilityStatement.objects.filter(space=space).first()
    identity = reverse("manage:identity", args=[space.slug])
    notice = reverse("privacy:legal", args=[space.slug])
    access = reverse("privacy:statement", args=[space.slug])
    lcen = "Loi n° 2004-575 du 21 juin 2004, article 1-1"
    checks = [
        Check(
            label="Une adresse de contact",
            done=bool(space.contact_email),
            why="La page de contact et les demandes sur les données y arrivent.",
            url=identity,
        ),
        Check(
            label="L'adresse et le téléphone de l'éditeur",
            done=bool(legal.publisher_address and legal.publisher_phone),
            why=lcen,
            url=notice,
        ),
        Check(
            label="Le nom de la directrice ou du directeur de la publication",
            done=bool(legal.director),
            why=lcen,
            url=notice,
        ),
        Check(
            label="Le nom, l'adresse et le téléphone de l'hébergeur",
            done=bool(legal.host_name and legal.host_address and legal.host_phone),
            why=lcen,
            url=notice,
        ),
        Check(
            label="Le délégué à la protection des données",
            done=bool(legal.dpo_email or legal.dpo_address),
            why="RGPD, articles 13-1-b et 37 : toute autorité publique en désigne un.",
            url=notice,
        ),
        Check(
            label="La déclaration d'accessibilité",
            done=bool(statement and statement.established_on),
            why="Loi n° 2005-102 du 11 février 2005, article 47, et décret n° 2019-768.",
            url=access,
        ),
        Check(
            label="Le schéma pluriannuel d'accessibilité",
            done=bool(statement and statement.schema_url),
            why="Loi n° 2005-102, article 47 : trois ans au plus.",
            url=access,
        ),
    ]
    return Checks(checks)
