"""What holds for every table, whoever adds one."""

import re
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

OURS = ("recovery", "cases", "processes", "staff")
ROOT = Path(__file__).resolve().parents[2]


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


def foreign_keys() -> list[models.ForeignKey[Any, Any]]:
    return [
        field
        for model in our_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
    ]


def test_a_person_takes_no_record_along():
    person = apps.get_model("org.Person")
    cascading = [
        str(field)
        for field in foreign_keys()
        if field.related_model is person
        and field.remote_field.on_delete is models.CASCADE
        and field.name not in BELONGINGS.get(field.model._meta.label, ())
    ]

    assert cascading == []


# What is nothing without its person.
BELONGINGS: dict[str, tuple[str, ...]] = {}


def test_the_log_is_pointed_at_by_nobody():
    event = apps.get_model("events.Event")

    assert [str(field) for field in foreign_keys() if field.related_model is event] == []


def test_no_model_acts_on_its_own_when_saved():
    acting = [
        model for model in our_models() if "save" in vars(model) or "delete" in vars(model)
    ]

    assert acting == []


def test_every_model_says_what_it_is():
    silent = [
        model._meta.label
        for model in our_models()
        if not model.__doc__ or model.__doc__.startswith(f"{model.__name__}(")
    ]

    assert silent == []


def test_nothing_listens_to_the_signals_of_models():
    listening = [
        path
        for package in OURS
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"(post|pre)_(save|delete|init)\b", path.read_text())
    ]

    assert listening == []


def test_there_is_no_admin_behind_the_services():
    assert not apps.is_installed("django.contrib.admin")
