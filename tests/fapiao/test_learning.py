"""Learning from confirmed outcomes: from the general to the particular, and never to certainty."""

from __future__ import annotations

import pytest

from fapiao.asking import claim_from_mapping, understand
from fapiao.cause import CAUSES
from fapiao.learning import MOST_MOVED, Likeness, likeness, prior


@pytest.mark.parametrize(
    ("claim", "like"),
    [
        ({"number": "26442000000745407159", "kind": "82"}, Likeness("any", "44", "82")),
        ({"number": "26952000000259138408", "lookup": "received"}, Likeness("received", "95", "")),
        ({"code": "011002600211", "number": "05168908"}, Likeness("any", "11", "10")),
        ({"number": "26O42"}, Likeness("any", "", "")),
    ],
)
def test_a_question_is_like_others_by_function_region_and_kind(claim: dict[str, str], like: Likeness):
    assert likeness(understand(claim_from_mapping(claim))) == like


def test_without_outcomes_the_built_in_share_stands():
    assert prior("never-uploaded", 0.1, ()) == pytest.approx(0.1)
    assert prior("never-uploaded", 0.1, ({}, {})) == pytest.approx(0.1)


def test_outcomes_of_the_same_region_count_on_top_of_all():
    everywhere = {"never-uploaded": 10.0, "typed-wrong": 90.0}
    here = {"never-uploaded": 30.0, "typed-wrong": 10.0}
    assert (
        prior("never-uploaded", 0.1, (everywhere, here)) > prior("never-uploaded", 0.1, (everywhere,)) > 0.09
    )


def test_what_nobody_reported_stays_possible_and_nothing_becomes_certain():
    flood = {"typed-wrong": 1e9}
    assert prior("refused", 0.05, (flood,)) == pytest.approx(0.05 / MOST_MOVED)
    assert prior("typed-wrong", 0.1, (flood,)) == pytest.approx(0.6)


def test_causes_that_come_in_episodes_are_not_learned_from_counts():
    episodic = {code for code, cause in CAUSES.items() if cause.episodic}
    assert episodic == {"source-outage", "platform-fault", "external-service", "policy"}
