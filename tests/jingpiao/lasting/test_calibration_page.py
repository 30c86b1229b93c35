"""The calibration page shows the newest backtest to operators, and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from fapiao.scoring import Score, ToldAnswer, ToldCause, Truth
from jingpiao.upkeep.backtest import run_backtest
from jingpiao.upkeep.models import Backtest
from jingpiao.upkeep.selectors import confusion_table, diagram

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)


@pytest.fixture
def operator() -> Client:
    client = Client()
    user = get_user_model().objects.create_user("操作员", password="a long enough sentence")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def figures() -> dict[str, object]:
    score = Score()
    for said, truth in ((0.9, "sync-delay"), (0.9, "never-uploaded"), (0.3, "sync-delay")):
        score.add(ToldAnswer("not-found", "unknown", (ToldCause("sync-delay", said),)), Truth(cause=truth))
    return score.figures() | {
        "feeds": {"bj": score.figures()},
        "kinds": {"82": score.figures()},
        "unjudged": {},
    }


def test_before_the_first_run_it_says_how_to_run_one(operator: Client):
    page = operator.get("/operate/calibration").content.decode()
    assert "jingpiao backtest" in page
    assert "<svg" not in page.split("<main")[1]


def test_it_shows_the_newest_run_with_diagram_and_confusion(operator: Client):
    run_backtest(until=NOW, now=NOW)
    report = {"kept": figures(), "recomputed": figures()}
    Backtest.objects.create(made_at=datetime.now(UTC), until=NOW, report=report)
    page = operator.get("/operate/calibration").content.decode()
    assert page.count("data-diagram") == 2
    assert page.count("<circle") == 4
    assert page.count("data-confusion") == 2
    assert "67%" in page
    operator.cookies["lang"] = "en"
    assert "True cause first" in operator.get("/operate/calibration").content.decode()


LEARNING = {
    "outcomes": 120,
    "held_back": {
        "from": NOW.isoformat(),
        "claims": 60,
        **{
            name: {
                "cause_first": {"part": 57, "whole": 60, "share": 0.95},
                "calibration_error": error,
                "brier": brier,
            }
            for name, error, brier in (
                ("stated", 0.08, 0.09),
                ("shares", 0.07, 0.08),
                ("weights", 0.031, 0.0412),
            )
        },
    },
    "worse": False,
    "set_aside": False,
    "weights": [
        {
            "cause": "suspected-fake",
            "evidence": "out-of-block",
            "feed": "sh",
            "outcomes": 44,
            "confirmed": 7,
            "stated": 2.5,
            "learned": 0.6,
        }
    ],
}


def learned(operator: Client, **change: object) -> str:
    report = {"kept": figures(), "recomputed": figures(), "learning": LEARNING | change}
    Backtest.objects.create(made_at=datetime.now(UTC), until=NOW, report=report)
    return operator.get("/operate/calibration").content.decode()


def test_learned_weights_stand_beside_the_stated_ones(operator: Client):
    page = learned(operator)
    table = page.split("data-weights")[1].split("</table>")[0]
    for said in ("需要核实真伪", "out-of-block", "+2.50", "+0.60", ">44<", ">7<", ">sh<"):
        assert said in table
    assert "0.0412" in page.split("data-held-back")[1].split("</table>")[0]
    assert "data-worse" not in page
    assert "data-set-aside" not in page


def test_where_learning_did_worse_the_operator_is_told(operator: Client):
    assert "学到的权重不如写明的" in learned(operator, worse=True)
    assert "现在没有使用" in learned(operator, worse=True, set_aside=True)


def test_a_run_from_before_anything_was_learned_is_still_shown(operator: Client):
    report = {"kept": figures(), "recomputed": figures()}
    Backtest.objects.create(made_at=datetime.now(UTC), until=NOW, report=report)
    page = operator.get("/operate/calibration")
    assert page.status_code == 200
    assert 'data-part="learning"' not in page.content.decode()


def test_an_empty_run_is_shown_as_empty(operator: Client):
    run_backtest(until=NOW, now=NOW)
    assert "还没有可以判断的答复" in operator.get("/operate/calibration").content.decode()


def test_others_are_led_to_sign_in():
    assert Client().get("/operate/calibration").status_code == 302


def test_points_and_tables_follow_the_figures():
    bands = [{"low": 0.8, "high": 0.9, "count": 4, "said": 0.85, "right": 0.75}]
    assert diagram(bands)[0] | {"low": 0} == bands[0] | {"low": 0, "x": 255.0, "y": 75.0, "r": 12.0}
    confusion = [
        {"truth": "a", "told": "a", "count": 3},
        {"truth": "a", "told": "b", "count": 1},
        {"truth": "c", "told": "b", "count": 2},
    ]
    table = confusion_table(confusion)
    assert table["heads"] == ["a", "b", "c"]
    assert table["rows"] == [
        {"truth": "a", "cells": [3, 1, 0], "share": 0.75},
        {"truth": "c", "cells": [0, 2, 0], "share": 0.0},
    ]
