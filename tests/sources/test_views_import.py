"""An agent imports a table from the screens: every step, every refusal."""

import html
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from maillage.core.jobs import drain
from maillage.core.models import Job, JournalEntry
from maillage.sources.actions.start import keep_upload
from maillage.sources.models import ColumnMapping, ImportRun
from maillage.structures.models import Structure
from tests.factories import Cast

pytestmark = pytest.mark.django_db
TABLE = (
    "Intitulé;Ville;Téléphone;ESUS\nLa Recyclerie;Pantin;01 23 45 67 89;oui\nLe Fournil;Pantin;12;non\n"
    "Ailleurs;Lyon 3e;;\n;Pantin;;\nSans lieu;;;\n"
)


def url(name, cast, *args):
    return reverse(f"sources:{name}", args=[cast.space.slug, *args])


def send(client, cast, content=TABLE, kind="table", **data):
    raw = content if isinstance(content, bytes) else content.encode()
    upload = SimpleUploadedFile("adhérents 2026.csv", raw)
    return client.post(url("upload", cast, kind), {"file": upload, "date": "2026-03-01", **data})


def page(answer):
    """The text of the page, tags and blanks removed."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def choices(answer):
    """The proposal on screen: column → chosen field."""
    form = answer.context["form"]
    return {column.header: column.field.initial for column in form.columns()}


def planned(cast, client, content=TABLE, **answers) -> ImportRun:
    send(client, cast, content)
    run = ImportRun.objects.latest("id")
    form = client.get(url("columns", cast, run.pk)).context["form"]
    post = {column.field.html_name: column.field.initial for column in form.columns()} | answers
    client.post(url("columns", cast, run.pk), post)
    drain()
    run.refresh_from_db()
    return run


def test_from_file_to_directory_and_back(cast: Cast, settings):
    client = cast.client("chloe")
    before = Structure.objects.count()
    answer = send(client, cast, source="Adhérents")
    run = ImportRun.objects.get()
    assert answer.status_code == 302
    assert answer.url == url("columns", cast, run.pk)
    assert (run.by, run.status, run.options) == (
        cast.chloe,
        "queued",
        {"date": "2026-03-01", "source": "Adhérents"},
    )
    kept = Path(run.files[0]["path"])
    assert kept.read_bytes() == TABLE.encode()
    assert kept.name == run.files[0]["name"] == "adhérents_2026.csv"
    assert re.fullmatch(r"[0-9a-f]{32}", kept.parent.name)
    assert kept.parents[1] == Path(settings.UPLOADS_DIR) / "imports"

    answer = client.get(answer.url)
    assert choices(answer) == {
        "Intitulé": "name",
        "Ville": "municipality",
        "Téléphone": "phone",
        "ESUS": "label:lab-esus",
    }
    assert "La Recyclerie" in page(answer)
    answer = client.post(
        answer.wsgi_request.path,
        {"c0": "name", "c1": "municipality", "c2": "phone", "c3": "label:lab-esus", "feuille": ""},
    )
    assert answer.url == url("run", cast, run.pk)
    assert ColumnMapping.objects.get().mapping == {
        "Intitulé": "name",
        "Ville": "municipality",
        "Téléphone": "phone",
        "ESUS": "label:lab-esus",
    }
    assert "En attente de lecture" in page(client.get(answer.url))

    assert [job.status for job in drain()] == [Job.Status.DONE]
    report = client.get(answer.url)
    text = page(report)
    assert "Rien n'est encore écrit" in text
    assert "données du 1 mars 2026" in text
    assert [(tab.key, tab.count) for tab in report.context["tabs"]] == [
        ("nouvelles", 2),
        ("changements", 0),
        ("suggestions", 0),
        ("refusees", 2),
        ("reserves", 1),
        ("inchangees", 0),
    ]
    assert "Agrément ou label Agrément ESUS" in text
    assert "+33123456789" in text
    assert Structure.objects.count() == before

    assert "2 nouvelles structures" in page(client.get(url("apply", cast, run.pk)))
    for _ in range(2):  # a double click
        assert client.post(url("apply", cast, run.pk)).url == url("run", cast, run.pk)
    assert "Application en cours" in page(client.get(url("run", cast, run.pk)))
    assert [job.status for job in drain()] == [Job.Status.DONE]
    assert "Import appliqué le" in page(client.get(url("run", cast, run.pk)))
    assert Structure.objects.count() == before + 2
    made = Structure.objects.get(name="La Recyclerie")
    assert list(made.labels.values_list("term__code", flat=True)) == ["lab-esus"]

    assert "Les structures créées sont retirées" in page(client.get(url("undo", cast, run.pk)))
    for _ in range(2):
        client.post(url("undo", cast, run.pk))
    drain()
    assert "Import annulé le" in page(client.get(url("run", cast, run.pk)))
    assert Structure.objects.count() == before
    assert list(
        JournalEntry.objects.filter(run_id=run.pk, action__startswith="import.")
        .order_by("id")
        .values_list("action", flat=True)
    ) == ["import.start", "import.apply", "import.undo"]


def test_the_same_columns_are_proposed_again(cast: Cast):
    client = cast.client("chloe")
    planned(cast, client, c3="label:lab-scic", c2="")
    send(client, cast, "ESUS;Ville;Intitulé;Téléphone\noui;Pantin;Autre;\n")
    answer = client.get(url("columns", cast, ImportRun.objects.latest("id").pk))
    assert choices(answer) == {
        "ESUS": "label:lab-scic",
        "Ville": "municipality",
        "Intitulé": "name",
        "Téléphone": "",
    }
    assert "comme la dernière fois, pour « adhérents_2026.csv »" in page(answer)


def test_a_wrong_mapping_stays_on_screen(cast: Cast):
    client = cast.client("chloe")
    send(client, cast)
    run = ImportRun.objects.get()
    answer = client.post(url("columns", cast, run.pk), {"c0": "", "c1": "latitude", "c2": "phone"})
    assert answer.status_code == 422
    assert "La longitude et la latitude vont ensemble" in page(
        answer
    ) or "Indiquez au moins" in page(answer)
    assert answer.context["form"]["c1"].value() == "latitude"
    answer = client.post(url("columns", cast, run.pk), {"c0": "n'importe quoi"})
    assert answer.status_code == 422
    assert not Job.objects.exists()
    assert not ColumnMapping.objects.exists()


def test_as_many_columns_as_a_table_may_have(cast: Cast):
    client = cast.client("chloe")
    headers = ["nom", "ville", *(f"c{n}" for n in range(998))]
    run = planned(cast, client, ";".join(headers) + "\n" + "A;Pantin" + ";x" * 998 + "\n")
    assert run.counts["created"] == 1


def test_columns_are_chosen_once(cast: Cast):
    client = cast.client("chloe")
    run = planned(cast, client)
    assert client.get(url("columns", cast, run.pk)).url == url("run", cast, run.pk)
    assert client.post(url("columns", cast, run.pk), {"c0": "name"}).url == url("run", cast, run.pk)
    assert Job.objects.count() == 1


HOSTILE = {
    "empty": (b"", "Ce fichier est vide."),
    "blank": (b"\xef\xbb\xbf\n\n", "Ce fichier est vide."),
    "page": (b"<!doctype html><html><body>x</body></html>", "Ce fichier est une page web (HTML)"),
    "pdf": (b"%PDF-1.7 ...", "Ce fichier est un document PDF"),
    "zero bytes": (b"nom;ville\nA\0;B\n", "Ce fichier contient des octets nuls"),
    "columns": (";".join(f"c{n}" for n in range(1200)).encode(), "Ce tableau a 1 200 colonnes"),
    "cut": (b"nom;ville\n" + b"A;Pantin\n" * 300 + b'B;"Pan', "Ce fichier semble coupé"),
    "torn zip": (b"PK\x03\x04" + b"x" * 500, "Ce fichier compressé est abîmé ou coupé"),
}


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("source", ["table", "esus"])
def test_a_hostile_file_is_refused_with_one_sentence(cast: Cast, settings, case, source):
    content, sentence = HOSTILE[case]
    if case in {"columns", "cut"} and source == "esus":
        pytest.skip("its own reader counts")
    answer = send(cast.client("chloe"), cast, content, source)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert not ImportRun.objects.exists()
    folder = Path(settings.UPLOADS_DIR) / "imports"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_too_big_a_file_is_refused_and_the_limit_said_before(cast: Cast, settings):
    settings.MAX_UPLOAD_MB = 1
    client = cast.client("chloe")
    assert "1 Mo au plus." in page(client.get(url("upload", cast, "table")))
    answer = send(client, cast, b"nom;ville\n" + b"A;Pantin\n" * 120_000)
    assert answer.status_code == 422
    assert "Ce fichier dépasse 1 Mo." in page(answer)
    assert "maillage import_table" in page(answer)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "etcpasswd"),
        ("..", None),
        (".htaccess", "htaccess"),
        ("a" * 190 + ".csv", "a" * 50 + ".csv"),
        ("𠀀" * 190 + ".𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀", "𠀀" * 50 + "." + "𠀀" * 10),
        ("=cmd|x.xlsx.exe", "cmdx.xlsx.exe"),
        ("\u202egnp.csv", "gnp.csv"),
    ],
)
def test_names_of_files_are_harmless(cast: Cast, settings, name, kept):
    upload = SimpleUploadedFile("x", TABLE.encode())
    upload._name = name
    path = keep_upload(upload)
    assert path.name == (kept or "fichier")
    assert path.parents[1] == Path(settings.UPLOADS_DIR) / "imports"


def test_nothing_sent_or_a_wrong_date(cast: Cast):
    client = cast.client("chloe")
    answer = client.post(url("upload", cast, "table"), {"date": "2999-01-01"})
    assert answer.status_code == 422
    assert "Choisissez un fichier." in page(answer)
    assert "Cette date est dans l'avenir." in page(answer)


def test_a_file_that_is_lost_meanwhile_fails_and_is_read_again(cast: Cast):
    client = cast.client("chloe")
    send(client, cast)
    run = ImportRun.objects.get()
    path = Path(run.files[0]["path"])
    client.post(url("columns", cast, run.pk), {"c0": "name", "c1": "municipality"})
    content = path.read_bytes()
    path.unlink()
    assert [job.status for job in drain()] == [Job.Status.FAILED]
    answer = client.get(url("run", cast, run.pk))
    assert "Cet import n'a pas pu être lu" in page(answer)
    assert "Le fichier adhérents_2026.csv n'existe pas." in page(answer)
    assert "L'annuaire n'a pas changé." in page(answer)
    path.write_bytes(content)
    assert not Structure.objects.exists()
    again = client.post(url("read_again", cast, run.pk))
    newer = ImportRun.objects.latest("id")
    assert again.url == url("run", cast, newer.pk)
    drain()
    newer.refresh_from_db()
    assert newer.status == "planned"
    assert newer.counts["created"] == 2


def test_refused_rows_are_downloaded(cast: Cast):
    client = cast.client("chloe")
    run = planned(cast, client)
    text = page(client.get(url("run", cast, run.pk) + "?onglet=refusees"))
    assert "La ligne n'a ni nom, ni SIREN, ni numéro RNA." in text
    answer = client.get(url("issues", cast, run.pk))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="import-{run.pk}-lignes.csv"'
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Ligne;Suite donnée;Motif;Explication;Extrait"
    assert [line.split(";")[:3] for line in lines[1:]] == [
        ["5", "refusée", "sans_nom"],
        ["6", "refusée", "sans_commune"],
        ["3", "acceptée avec réserve", "telephone"],
    ]


def test_progress_is_asked_for_until_the_end(cast: Cast):
    client = cast.client("chloe")
    send(client, cast)
    run = ImportRun.objects.get()
    client.post(url("columns", cast, run.pk), {"c0": "name", "c1": "municipality"})
    whole = client.get(url("run", cast, run.pk)).content.decode()
    assert f'hx-get="{url("progress", cast, run.pk)}"' in whole
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in whole
    answer = client.get(url("progress", cast, run.pk))
    assert "HX-Refresh" not in answer
    drain()
    assert client.get(url("progress", cast, run.pk))["HX-Refresh"] == "true"


def test_empty_list_teaches(cast: Cast):
    text = page(cast.client("chloe").get(url("list", cast)))
    assert "Aucun import pour l'instant" in text
    assert "Commencez par Sirene" in text


def test_list_tells_each_state(cast: Cast):
    client = cast.client("chloe")
    planned(cast, client)
    send(client, cast)
    text = page(client.get(url("list", cast)))
    assert "colonnes à choisir" in text
    assert "essai à blanc terminé" in text
    assert "2 nouvelles structures" in text


def test_every_source_has_its_form(cast: Cast):
    client = cast.client("chloe")
    answer = client.get(url("new", cast))
    for source in answer.context["sources"]:
        form = client.get(url("upload", cast, source.key))
        assert form.status_code == 200
        assert [name for name in form.context["form"].fields if name not in {"date", "source"}] == [
            file.role for file in source.files
        ]
    assert client.get(url("upload", cast, "inconnue")).status_code == 404


def test_a_source_without_file_is_asked_at_once(cast: Cast):
    client = cast.client("chloe")
    answer = client.post(url("upload", cast, "geocoding"))
    run = ImportRun.objects.get()
    assert answer.url == url("run", cast, run.pk)
    assert (run.connector, run.files, run.options) == ("geocoding", [], {})
    assert Job.objects.get().arguments == {"run_id": run.pk}
    assert "En attente de lecture" in page(client.get(answer.url))


def test_formula_in_an_excerpt_is_disarmed(cast: Cast):
    client = cast.client("chloe")
    run = planned(cast, client, "nom;numéro;ville\n;=1+1;Pantin\n", c1="siret")
    data = b"".join(client.get(url("issues", cast, run.pk)).streaming_content).decode("utf-8-sig")
    assert data.endswith(""";"'=1+1 ; Pantin"\r\n""")


PAGES = ["list", "new", "doubts", "suggestions"]
RUN_PAGES = ["run", "columns", "progress", "apply", "undo", "issues"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_for_agents_of_the_space(cast: Cast, name):
    assert cast.client("chloe").get(url(name, cast)).status_code == 200
    assert cast.client("aicha").get(url(name, cast)).status_code == 200
    assert cast.client("bruno").get(url(name, cast)).status_code == 403
    assert cast.client("denis").get(url(name, cast)).status_code == 403
    assert cast.client().get(url(name, cast)).status_code == 302


def test_a_run_is_nobody_elses(cast: Cast):
    run = planned(cast, cast.client("chloe"))
    for name in RUN_PAGES:
        elsewhere = reverse(f"sources:{name}", args=[cast.other_space.slug, run.pk])
        assert cast.client("bruno").get(elsewhere).status_code == 404
        assert cast.client("bruno").get(url(name, cast, run.pk)).status_code == 403
    for name in ("apply", "undo", "read_again", "columns"):
        elsewhere = reverse(f"sources:{name}", args=[cast.other_space.slug, run.pk])
        assert cast.client("bruno").post(elsewhere).status_code == 404
        assert cast.client("bruno").post(url(name, cast, run.pk)).status_code == 403
    drain()
    run.refresh_from_db()
    assert run.status == "planned"


def test_applying_and_taking_back_can_be_asked_again_after_a_failure(cast: Cast, monkeypatch):
    client = cast.client("chloe")
    run = planned(cast, client)

    def disk_is_full(*_args: object, **_options: object) -> None:
        raise OSError("No space left on device")

    for verb, status in (("apply", "applied"), ("undo", "undone")):
        with monkeypatch.context() as patched:
            patched.setattr(f"maillage.sources.tasks.{verb}_run", disk_is_full)
            client.post(url(verb, cast, run.pk))
            for _ in range(3):
                DBTaskResult.objects.update(run_after=timezone.now())
                drain()
        assert "Abandon après 3 essais" in page(client.get(url("run", cast, run.pk)))
        client.post(url(verb, cast, run.pk))
        drain()
        run.refresh_from_db()
        assert run.status == status


def test_out_of_turn_is_refused_kindly(cast: Cast):
    client = cast.client("chloe")
    run = planned(cast, client)
    answer = client.post(url("undo", cast, run.pk), follow=True)
    assert "Cet import n'est pas appliqué : il n'y a rien à annuler." in page(answer)
    client.post(url("apply", cast, run.pk))
    drain()
    answer = client.post(url("apply", cast, run.pk), follow=True)
    assert "Cet import a déjà été appliqué" in page(answer)
