"""Numbered lines: whatever order and holes they come in, every line is passed on, and no watermark over a gap."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingpiao.sync import numbered
from jingpiao.sync.numbered import Line, Place
from jingpiao.sync.source import SourceError


def told(seq: int, kind: str = "invoice") -> Line:
    return Line(seq, msgspec.json.encode({"type": kind, "id": f"n{seq}"}), watermark=kind == "watermark")


def test_a_hole_is_missing_until_it_is_filled():
    place, events = numbered.advance(Place(), [told(1), told(4), told(5)])
    assert (place.at, place.missing, len(events)) == (5, [(2, 3)], 3)
    place, events = numbered.advance(place, [told(3)])
    assert (place.missing, len(events)) == ([(2, 2)], 1)
    place, _ = numbered.advance(place, [told(2), told(6)])
    assert (place.at, place.missing) == (6, [])
    assert numbered.named([(2, 3), (7, 7)]) == ("2–3", "7")


def test_a_watermark_above_a_gap_stays_at_the_source_and_is_read_again_afterwards():
    place, events = numbered.advance(Place(), [told(1), told(3, "watermark"), told(4)])
    assert [msgspec.json.decode(each)["id"] for each in events] == ["n1", "n4"]
    place, events = numbered.advance(place, [told(2)])
    assert place.at == 2
    _, events = numbered.advance(place, [told(3, "watermark"), told(4)])
    assert b'"n3"' in events[0]


def test_a_void_number_is_no_gap_and_no_event():
    place, events = numbered.advance(
        Place(), numbered.lines_of(b'{"seq":1,"void":true}\n{"seq":2,"event":{}}')
    )
    assert (place.at, place.missing, events) == (2, [], [b"{}"])


def test_a_last_line_that_reads_otherwise_means_another_history():
    place, _ = numbered.advance(Place(), [told(1), told(2)])
    assert not numbered.begun_anew(place, [told(2), told(3)], 3)
    assert numbered.begun_anew(place, [told(2, "state")], 3)
    assert numbered.begun_anew(place, [], 1)
    redated = Line(2, b'{"at":"2030-01-01T00:00:00Z","id":"n2","type":"invoice"}')
    assert not numbered.begun_anew(place, [redated], 3)


@pytest.mark.parametrize(
    "raw", [b"<html>", b'{"seq":0,"event":{}}', b'{"seq":"1"}', b"\xff", b'{"seq":1}', b"[]"]
)
def test_what_is_no_numbered_line_comes_as_it_is(raw: bytes):
    assert numbered.lines_of(raw) == [Line(0, raw)]


def test_numbers_that_leap_about_are_refused():
    with pytest.raises(SourceError) as slip:
        numbered.advance(Place(), [told(3 * n) for n in range(1, 1_200)])
    assert slip.value.code == "source-answer"
    assert numbered.decode("").at == 0
    with pytest.raises(SourceError):
        numbered.decode("nonsense")


@given(st.integers(1, 60), st.integers(0, 2**32))
def test_every_line_arrives_and_watermarks_are_true(count: int, seed: int):
    dice = random.Random(seed)
    kinds = {seq: dice.choice(["invoice", "watermark"]) for seq in range(1, count + 1)}
    place, seen = Place(), set()
    for step in range(2_000):
        found = [told(seq, kinds[seq]) for low, high in place.missing[:1] for seq in range(low, high + 1)]
        page = [told(seq, kinds[seq]) for seq in range(max(1, place.at), min(count, place.at + 9) + 1)]
        if step < 200:
            page = [each for each in page if dice.random() < 0.8]
            dice.shuffle(page)
        place, events = numbered.advance(place, [*found, *page])
        for each in events:
            seq = int(msgspec.json.decode(each)["id"][1:])
            seen.add(seq)
            if kinds[seq] == "watermark":
                assert {each for each in range(1, seq) if kinds[each] != "watermark"} <= seen
        if place.at >= count and not place.missing:
            break
    assert seen == set(kinds)
