"""Files of the demonstration's calls, many at once: applications, partners, answers and deposits of one edition."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from maillage.calls.enums import ApplicationStatus, PartnerRole, Stage, WriterKind
from maillage.calls.models import Answer, Application, Deposit, Edition, Partner, Writer
from maillage.demo.lib.calls import Project, costs, projects, pseudonyms
from maillage.demo.lib.dice import Dice
from maillage.structures.models import Establishment, Structure

_TWO_MONTHS = timedelta(days=61)


class Files:
    """The files of one edition, in the order of their deposit. `structures` apply in turn, each with its own project."""

    def __init__(
        self, edition: Edition, structures: list[Structure], *, seed: str, skip: int = 0
    ) -> None:
        self.edition = edition
        self.form = edition.forms.filter(stage=Stage.FULL).latest("number")
        self._dice = Dice(seed, "calls", edition.slug)
        self._structures = structures
        self._skip = skip
        heads = Establishment.objects.filter(structure__in=structures, is_head_office=True)
        self._heads = {one.structure_id: one for one in heads}

    def write(
        self, count: int, *, at: datetime, status: str, deposited: int | None = None
    ) -> list[Application]:
        """`count` files, of which the first `deposited` (all unless told) were deposited in the days before `at`."""
        deposited = count if deposited is None else deposited
        names = pseudonyms(self._dice, count)
        every = projects()
        files = [
            self._file(
                every[(self._skip + rank) % len(every)],
                self._structures[rank % len(self._structures)],
                pseudonym=names[rank],
                number=rank + 1 if rank < deposited else None,
                at=at - timedelta(hours=7 * (deposited - rank) if rank < deposited else 3 * rank),
                status=status if rank < deposited else ApplicationStatus.DRAFT,
            )
            for rank in range(count)
        ]
        files = Application.objects.bulk_create(files)
        partners = Partner.objects.bulk_create(
            self._lead(file, self._structures[rank % len(self._structures)])
            for rank, file in enumerate(files)
        )
        answers = [
            self._answers(file, partner) for file, partner in zip(files, partners, strict=True)
        ]
        Answer.objects.bulk_create(
            Answer(application=file, code=code, value=value, at=file.updated_at)
            for file, said in zip(files, answers, strict=True)
            for code, value in said.items()
        )
        Deposit.objects.bulk_create(
            Deposit(
                application=file,
                form=self.form,
                stage=Stage.FULL,
                rank=1,
                at=file.deposited_at or at,
                until=self.edition.closes_at or at + _TWO_MONTHS,
                signed_as="Présidente ou président",
                content={
                    "answers": said,
                    "partners": [
                        {"name": partner.name, "role": partner.role, "siret": partner.siret,
                         "share": "100.00", "amount": str(file.requested)}
                    ],
                    "files": [],
                },
            )
            for file, partner, said in zip(files, partners, answers, strict=True)
            if file.number
        )  # fmt: skip
        Edition.objects.filter(pk=self.edition.pk).update(last_number=deposited)
        return files

    def _file(self, project: Project, structure: Structure, **known: Any) -> Application:
        cost, asked = costs(self._dice)
        number, at = known.pop("number"), known.pop("at")
        head = self._heads.get(structure.pk)
        starts = timezone.localdate(at) + timedelta(days=150)
        return Application(
            edition=self.edition,
            form=self.form,
            number=number,
            reference=f"{self.edition.prefix}-{number:04d}" if number else "",
            lead_name=structure.name,
            title=project.title,
            summary=project.summary,
            theme=self._theme(project),
            requested=asked,
            total_cost=cost,
            starts_on=starts,
            ends_on=starts + timedelta(days=330),
            places=[head.municipality_code] if head and head.municipality_code else [],
            typology=structure.typology or project.typology,
            first_deposited_at=at if number else None,
            deposited_at=at if number else None,
            deposits=1 if number else 0,
            implicit_rejection_on=timezone.localdate(at + _TWO_MONTHS) if number else None,
            created_at=at - timedelta(days=12),
            updated_at=at,
            seconds_spent=self._dice.number(40, 260) * 60,
            **known,
        )

    def _theme(self, project: Project) -> str:
        codes = [one["code"] for one in self.edition.themes]
        return project.theme if project.theme in codes else codes[0] if codes else ""

    def _lead(self, file: Application, structure: Structure) -> Partner:
        head = self._heads.get(structure.pk)
        return Partner(
            application=file,
            structure=structure,
            role=PartnerRole.LEAD,
            name=structure.name,
            siret=(head.siret or "") if head else "",
            rna=structure.rna or "",
            legal_category=structure.legal_category,
            share=100,
            amount=file.requested,
            representative="Présidente ou président",
            engaged_at=file.deposited_at,
            engaged_as="Présidente ou président" if file.number else "",
            commitment_at=file.deposited_at,
        )

    def _answers(self, file: Application, lead: Partner) -> dict[str, Any]:
        """The form as such a structure fills it; a draft stops before its budget."""
        asked, cost = file.requested or 0, file.total_cost or 0
        begun = {
            "nom": lead.name,
            "forme": "association"
            if lead.structure and lead.structure.family == "association"
            else "cooperative",
            "siret": lead.siret,
            "titre": file.title,
            "resume": file.summary,
            "theme": file.theme,
            "communes": file.places,
            "besoin": f"Des habitants nous le disent : {file.summary}",
            "actions": "Trois étapes : préparer avec les habitants, ouvrir, puis transmettre ce que nous avons appris.",
            "equipe": "Une coordinatrice à mi-temps, deux salariés et douze bénévoles formés.",
        }
        if not file.number:
            return {code: value for code, value in begun.items() if value}
        other = cost - asked
        return {code: value for code, value in begun.items() if value} | {
            "innovation": "La réponse se construit avec celles et ceux qui en ont besoin.",
            "debut": file.starts_on.isoformat() if file.starts_on else "",
            "fin": file.ends_on.isoformat() if file.ends_on else "",
            "typologie": file.typology,
            "beneficiaires": self._dice.number(40, 400),
            "salaries": self._dice.number(1, 14),
            "cooperations": "Le centre social, le bailleur et deux associations du quartier y prennent part.",
            "cout": f"{cost:.2f}",
            "demande": f"{asked:.2f}",
            "budget": {
                "charges": [
                    {"account": "64", "label": "Salaires et charges", "amount": f"{asked:.2f}", "status": "expected"},
                    {"account": "60", "label": "Achats", "amount": f"{other:.2f}", "status": "expected"},
                ],
                "produits": [
                    {"account": "74", "label": "Cet appel à projets", "amount": f"{asked:.2f}", "status": "asked", "ours": True},
                    {"account": "75", "label": "Ressources propres", "amount": f"{other:.2f}", "status": "acquired"},
                ],
            },
            "modele": "Participation des usagers selon leurs moyens, dons et prestations.",
            "indicateurs": [
                {"label": "Personnes accompagnées", "unit": "personnes", "target": str(self._dice.number(40, 400))}
            ],
            "evaluation": "Un questionnaire à l'entrée, un autre à la sortie, et une restitution ouverte à tous.",
            "cer": True,
            "exactitude": True,
        }  # fmt: skip


def give_to(file: Application, user: Any, *, at: datetime) -> None:
    """Make `user` the person who writes the file, who may deposit it."""
    Writer.objects.create(
        application=file, user=user, kind=WriterKind.OWNER, invited_at=at, accepted_at=at
    )
    Application.objects.filter(pk=file.pk).update(created_by=user)
