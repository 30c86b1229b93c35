"""Docstrings tell the truth: every example in them is run; every number module has the one face."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import fapiao
from fapiao import numbers

FACE = ("compact", "validate", "is_valid", "format", "explain")
MODULES = sorted(
    each.name for each in pkgutil.walk_packages(fapiao.__path__, "fapiao.") if "__main__" not in each.name
)
NUMBERS = sorted(each.name for each in pkgutil.iter_modules(numbers.__path__) if each.name != "texts")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_module_has_the_one_face_and_examples(name: str):
    module = importlib.import_module(f"fapiao.numbers.{name}")
    for ability in FACE:
        assert getattr(module, ability).__doc__
    assert doctest.testmod(module).attempted >= len(FACE)
