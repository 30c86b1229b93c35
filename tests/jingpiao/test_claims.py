"""Questions after `jingpiao load`, on both databases alike: found, typed wrong in every way, missing for every reason."""

from __future__ import annotations

from telling.questions import cases
from telling.story import BUYER, STATES, claim, event, invoice, lines, number, told


def test_every_question_gets_its_answer(platform):
    assert platform.run("load", "-", stdin=lines(told())).returncode == 0
    asked = [{**question, "ref": name} for name, question, _, _ in cases()]
    answers = platform.lines("check", "--claims", "-", stdin=lines(asked))
    got = [
        (each["ref"], each["existence"], each["causes"][0]["code"] if each["causes"] else None)
        for each in answers
    ]
    assert got == [(name, existence, cause) for name, _, existence, cause in cases()]


def test_each_validity_is_told(platform):
    platform.run("load", "-", stdin=lines(told()))
    asked = [claim(40 + place) for place in range(len(STATES))]
    answers = platform.lines("check", "--claims", "-", stdin=lines(asked))
    assert [each["validity"] for each in answers] == list(STATES)
    assert {each["existence"] for each in answers} == {"found"}


def test_an_earlier_moment_knows_only_what_was_known_then(platform):
    platform.run("load", "-", stdin=lines(told()))
    moments = (
        "2026-07-10T11:00:00+08:00",
        "2026-07-10T12:00:00+08:00",
        "2026-07-12T08:30:00+08:00",
        "2026-07-12T09:30:00+08:00",
    )
    answers = platform.lines(
        "check", "--claims", "-", stdin=lines([claim(41, as_of=moment) for moment in moments])
    )
    assert [(each["existence"], each["validity"]) for each in answers] == [
        ("not-found", "unknown"),
        ("found", "normal"),
        ("found", "normal"),
        ("found", "voided"),
    ]
    binned = platform.lines(
        "check",
        "--claims",
        "-",
        stdin=lines(
            [
                claim(47, tax_ids=[BUYER], as_of=moment)
                for moment in ("2026-07-13T08:00:00+08:00", "2026-07-13T10:00:00+08:00")
            ]
        ),
    )
    assert [each["causes"][0]["code"] if each["causes"] else None for each in binned] == [None, "deleted"]


def test_a_late_loaded_event_does_not_rewrite_what_was_known(platform):
    platform.run("load", "-", stdin=lines(told()))
    late = event("invoice", "16T09:00", id="late", invoice=invoice(50))
    platform.run("load", "-", stdin=lines([late]))
    before, after = platform.lines(
        "check",
        "--claims",
        "-",
        stdin=lines(
            [claim(50, as_of=moment) for moment in ("2026-07-15T09:00:00+08:00", "2026-07-16T10:00:00+08:00")]
        ),
    )
    assert (before["existence"], after["existence"]) == ("not-found", "found")


def test_loading_twice_in_any_order_changes_nothing(platform):
    first = platform.lines("load", "-", "--json", stdin=lines(told()))[0]
    again = platform.lines("load", "-", "--json", stdin=lines(list(reversed(told()))))[0]
    assert (first["repeats"], again["new"], again["flagged"]) == (0, 0, 0)
    assert again["repeats"] == first["new"]


def test_the_same_id_with_other_content_is_kept_and_flagged(platform):
    platform.run("load", "-", stdin=lines(told()))
    other = event("invoice", "11T09:00", id="i48", invoice=invoice(48, total="156.00", amount="150.00"))
    summary = platform.lines("load", "-", "--json", stdin=lines([other]))[0]
    assert (summary["flagged"], summary["invoices_conflict"]) == (1, 1)


def test_a_line_that_cannot_be_read_is_reported_and_the_rest_is_taken_in(platform):
    run = platform.run(
        "load",
        "-",
        "--json",
        stdin=b'{"oops"\n' + lines(told()) + b'\n{"feed":"x","type":"nope","at":"2026-07-01T00:00:00Z"}',
    )
    assert run.returncode == 1
    assert b'"unread":2' in run.stdout
    assert b'"line":1' in run.stdout


def test_a_digital_paper_invoice_goes_by_both_its_names(platform):
    paper = invoice(70, kind="86", code="1100262640", number="38823189", digital_number=number(70))
    platform.run(
        "load",
        "-",
        stdin=lines(
            [
                *told(),
                event("invoice", "10T12:00", id="paper", invoice=paper),
                event(
                    "state",
                    "12T09:00",
                    code="1100262640",
                    number="38823189",
                    state="voided",
                    effective_at="2026-07-12T08:00:00+08:00",
                ),
            ]
        ),
    )
    answers = platform.lines(
        "check",
        "--claims",
        "-",
        stdin=lines(
            [
                claim(70, kind=None, total="176.00"),
                claim(70, code="1100262640", number="38823189", kind=None, total="176.00"),
            ]
        ),
    )
    assert [(each["existence"], each["validity"]) for each in answers] == [("found", "voided")] * 2


def test_a_bad_claim_gets_an_error_in_its_place(platform):
    answers = platform.lines(
        "check", "--claims", "-", stdin=b'{"number":"1","as_of":"2026-07-01T00:00:00"}\nnot json\n{"ref":1}'
    )
    assert [each["error"]["code"] for each in answers] == ["claim-field", "claim-field", "claim-empty"]


def test_the_receipt_verifies_and_a_changed_character_fails(platform, tmp_path):
    [answer] = platform.lines("check", "--number", number(48), "--json")
    receipt = tmp_path / "receipt"
    receipt.write_text(answer["receipt"])
    assert platform.run("receipt", "verify", str(receipt)).returncode == 0
    for place in (5, len(answer["receipt"]) // 2, len(answer["receipt"]) - 1):
        text = answer["receipt"]
        receipt.write_text(text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :])
        assert platform.run("receipt", "verify", str(receipt)).returncode == 1
