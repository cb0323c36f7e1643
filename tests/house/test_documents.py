"""Documents that promise something are held to it."""

import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

from tests.house.files import ROOT, SOURCE, project_files, under

pytestmark = pytest.mark.one_engine


def ours() -> list:
    return [config for config in apps.get_app_configs() if config.name.startswith("maillage.")]


def rows(document: str) -> list[list[str]]:
    """Cells of every table of a Markdown page, without headings and rules."""
    lines = (ROOT / document).read_text().splitlines()
    tables = [line for line in lines if line.startswith("|")]
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in tables]
    rules = [n for n, row in enumerate(cells) if set("".join(row)) <= set("-: ")]
    return [row for n, row in enumerate(cells) if n not in rules and n + 1 not in rules]


def test_every_model_is_in_the_glossary() -> None:
    models = {model.__name__ for config in ours() for model in config.get_models()}
    assert models - {row[1] for row in rows("docs/glossaire.md")} == set()


def test_the_glossary_names_only_what_exists() -> None:
    code = "\n".join(path.read_text() for path in under(SOURCE, ".py"))
    gone = [
        row[1]
        for row in rows("docs/glossaire.md")
        if re.match(r"[A-Z]\w+$", row[1]) and not re.search(rf"\bclass {row[1]}\b", code)
    ]
    assert gone == []


def test_the_glossary_says_each_word_once() -> None:
    words = [row[1] for row in rows("docs/glossaire.md")]
    assert sorted(set(words)) == sorted(words)


def test_every_direct_dependency_is_explained_and_conversely() -> None:
    wanted = {
        re.split(r"[\[=<>~ ;]", line)[0]
        for path in (ROOT / "requirements").glob("*.in")
        for line in path.read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    }
    front = json.loads((ROOT / "package.json").read_text())
    wanted |= {*front.get("dependencies", {}), *front.get("devDependencies", {})}
    explained = {row[0]: row[1:] for row in rows("docs/dependances.md")}
    assert explained.keys() == wanted
    assert [name for name, cells in explained.items() if not all(cells)] == []


def test_locks_hold_every_direct_dependency_with_its_hashes() -> None:
    for name in ("runtime", "front", "dev"):
        lock = (ROOT / "requirements" / f"{name}.txt").read_text().lower()
        for line in (ROOT / "requirements" / f"{name}.in").read_text().splitlines():
            if line and not line.startswith(("#", "-")):
                package = re.split(r"[\[=<>~ ;]", line)[0].lower()
                assert re.search(rf"^{re.escape(package)}(\[[\w,]+\])?==", lock, re.MULTILINE), line
        assert lock.count("--hash=sha256:") > 0


def test_the_locks_agree_with_each_other() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        return dict(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", text, re.MULTILINE))

    dev = pins("dev")
    assert pins("runtime").items() <= dev.items()
    assert pins("front").items() <= dev.items()


REGISTRY = re.compile(
    r"pythonhosted|/simple/|index-url|artifactory|devpi|verdaccio|\"resolved\"\s*:|registry\.\w+\.\w+",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w./-])/(?:home|root|Users|mnt|workspaces?|work|builds?)/[\w.-]")


def test_nothing_points_to_a_registry_or_to_somebody_s_machine() -> None:
    wrong = []
    for path in project_files():
        if path == Path(__file__) or b"\0" in (content := path.read_bytes())[:8000]:
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
            if len(line) < 2000 and (REGISTRY.search(line) or MACHINE.search(line)):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert wrong == []


def test_labels_are_in_lower_case() -> None:
    """They stand inside sentences; acronyms keep their capitals."""

    def shouts(label: str) -> bool:
        first = re.split(r"[\s']", label)[0]
        return not (label[0].islower() or label[0].isdigit() or first.isupper())

    wrong = [
        f"{model.__name__}: {label}"
        for config in ours()
        for model in config.get_models()
        for label in [
            model._meta.verbose_name,
            model._meta.verbose_name_plural,
            *(f.verbose_name for f in model._meta.fields if not f.auto_created),
            *(f.verbose_name for f in model._meta.many_to_many),
        ]
        if shouts(str(label))
    ]
    assert wrong == []


def test_every_command_explains_itself_with_an_example() -> None:
    wrong = [
        name
        for name, app in get_commands().items()
        if str(app).startswith("maillage.")
        for text in [load_command_class(app, name).help]
        if "Exemple" not in text or f"maillage {name}" not in text
    ]
    assert wrong == []


def test_the_licence_is_the_one_announced() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert text.split("\n")[0].strip() == "GNU AFFERO GENERAL PUBLIC LICENSE"
    assert "13. Remote Network Interaction" in text
    assert len(text.splitlines()) > 600
    assert 'license = "AGPL-3.0-or-later"' in (ROOT / "pyproject.toml").read_text()


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in project_files():
        if path.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
            if "://" in target or target.startswith("mailto:"):
                continue
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []
