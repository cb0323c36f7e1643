"""Foreign keys and templates look down, as imports do: import-linter cannot see these two."""

import re

import pytest
from django.apps import apps

from tests.house.files import ROOT, SOURCE, floors, looks_down, under

# Any page may lead home: the two doors of the house are named from below.
DOORS = {"portal:home", "portal:space_home", "portal:after_login"}
TAG = re.compile(r"{%-?\s*(include|extends|url)\s+[\"']([\w-]+)([/:])([^\"']*)[\"']")


def test_the_floors_are_the_rooms_that_exist() -> None:
    rooms = {path.parent.name for path in under(SOURCE, ".py") if path.parent.parent == SOURCE}
    assert rooms <= floors().keys()
    assert (floors()["core"], floors()["config"]) == (0, max(floors().values()))


@pytest.mark.parametrize(
    ("here", "there", "allowed"),
    [
        ("portal", "structures", True),
        ("structures", "portal", False),
        ("directory", "calls", False),
        ("core", "core", True),
        ("core", "spaces", False),
        ("spaces", "admin", True),
    ],
)
def test_looking_down(here: str, there: str, *, allowed: bool) -> None:
    assert looks_down(here, there) is allowed


def test_foreign_keys_only_point_down() -> None:
    wrong = [
        f"{model.__name__}.{field.name}: {model._meta.app_label} -> {field.related_model._meta.app_label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        # The journal and whoever else names a person does it by settings.AUTH_USER_MODEL.
        if field.related_model._meta.label != "accounts.User"
        if not looks_down(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert wrong == []


def wrong_tags(room: str, text: str) -> list[str]:
    return [
        f"{kind} {there}{mark}{rest}"
        for kind, there, mark, rest in TAG.findall(text)
        if f"{there}{mark}{rest}" not in DOORS and not looks_down(room, there)
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{% include "portal/_menu.html" %}',
        "{% extends 'directory/base.html' %}",
        '<a href="{% url "sources:report" run.pk %}">',
    ],
)
def test_a_template_that_looks_up_is_seen(text: str) -> None:
    assert len(wrong_tags("structures", text)) == 1
    assert wrong_tags("portal", text.replace("portal", "core")) == []


def test_templates_only_look_down() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {tag}"
        for path in under(SOURCE, ".html", ".txt")
        if "templates" in path.parts
        for tag in wrong_tags(path.relative_to(SOURCE).parts[0], path.read_text())
    ]
    assert wrong == []
