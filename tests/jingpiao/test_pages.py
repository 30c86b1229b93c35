"""What the pages are made of: the way, the curve, reasons for and against, marked digits, forms, downloads, undo."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fapiao.asking import understand
from fapiao.circumstances import Circumstances
from fapiao.claim import Claim
from fapiao.delay import BINS, DelayCurve, bin_of
from fapiao.format import read_bytes
from fapiao.reasons import explained
from fapiao.situation import FeedFacts, Neighbour, Situation
from fapiao.wording import BEIJING
from jingpiao.api.tokens import make_token
from jingpiao.audit.models import AuditEntry
from jingpiao.inquiry.curve import delay_by, draw
from jingpiao.inquiry.digits import marked
from jingpiao.inquiry.issue import issue_of
from jingpiao.inquiry.reasons import reasons
from jingpiao.inquiry.selectors import first_offer
from jingpiao.inquiry.takeapart import take_apart
from jingpiao.schedule import take_up_import
from jingpiao.sync.services import load_events
from jingpiao.ui.qr import drawn, face_payload
from jingpiao.ui.sparkline import sparkline
from jingpiao.ui.templatetags.words import money, percent, rate
from telling.story import event, invoice, lines, number, told

NOW = datetime(2026, 7, 10, 15, 0, tzinfo=BEIJING)


def paced(minutes: int, seen: int = 500) -> FeedFacts:
    """A feed whose invoices all take about so many minutes."""
    counts = [0.0] * BINS
    counts[bin_of(minutes * 60)] = float(seen)
    mark = NOW - timedelta(minutes=minutes)
    pace = DelayCurve(tuple(counts), seen)
    return FeedFacts(feed="bj", label="北京", regions=("11",), watermark=mark, spoke_at=NOW, pace=pace)


def circumstances(feed: FeedFacts, **fields: Any) -> Circumstances:
    claim = Claim(number=number(50), issued_on=NOW.date(), total=Decimal("156.00"), **fields)
    return Circumstances(Situation(as_of=NOW, understood=understand(claim), feeds=(feed,)))


def test_the_curve_gives_back_what_its_invoices_took():
    pace = paced(30).pace
    assert pace is not None
    assert delay_by(pace, 0.5) == pytest.approx(30 * 60, rel=0.06)
    assert delay_by(pace, 0.2) < delay_by(pace, 0.9)


def test_an_invoice_of_an_unknown_hour_gets_a_window_and_no_place_on_the_curve():
    drawing = draw(circumstances(paced(30)), paced(30))
    assert drawing is not None
    assert not drawing.sharp
    assert drawing.window[1] > 100


def test_no_curve_is_drawn_of_a_feed_without_a_past_or_for_a_claim_without_a_day():
    assert draw(circumstances(paced(30, seen=3)), paced(30, seen=3)) is None
    undated = Circumstances(
        Situation(as_of=NOW, understood=understand(Claim(number=number(50))), feeds=(paced(30),))
    )
    assert draw(undated, paced(30)) is None


def test_a_stranger_is_told_the_day_of_issue_and_no_moment():
    assert issue_of(circumstances(paced(30), tax_ids=())).at is None
    assert issue_of(circumstances(paced(30), tax_ids=())).moments


def test_between_two_neighbours_a_span_is_told_to_an_operator_and_a_moment_only_where_it_is_narrow():
    def issue(first: int, last: int) -> Any:
        sides = [
            Neighbour(
                key=number(50 + step),
                gap=1,
                seller_tax_id="91330106673959654P",
                issued_on=NOW.date(),
                issued_at=NOW.replace(hour=10, minute=minute),
                feed="bj",
            )
            for step, minute in ((-1, first), (1, last))
        ]
        claim = understand(Claim(number=number(50), issued_on=NOW.date()))
        situation = Situation(as_of=NOW, understood=claim, below=(sides[0],), above=(sides[1],))
        return issue_of(Circumstances(situation))

    narrow, wide = issue(20, 30), issue(0, 50)
    assert narrow.at is not None
    assert narrow.at.minute == pytest.approx(25, abs=2)
    assert (wide.at, wide.inferred) == (None, True)
    assert wide.between[0] < wide.between[1]


def test_evidence_against_stands_apart_and_the_rest_is_summed_up():
    pieces = [
        {"code": "a", "message": "", "message_en": "", "weight": 2.0},
        {"code": "b", "message": "", "message_en": "", "weight": -1.0},
    ]
    causes = [
        {"code": "sync-delay", "probability": 0.9, "evidence": pieces},
        {"code": "unknown", "probability": 0.06, "evidence": []},
        {"code": "refused", "probability": 0.04, "evidence": []},
    ]
    told_reasons = reasons({"causes": causes})
    assert [each.cause["code"] for each in told_reasons.listed] == ["sync-delay", "refused"]
    assert [piece["code"] for piece in told_reasons.listed[0].speaks_against] == ["b"]
    assert told_reasons.rest == pytest.approx(0.06)


def test_differing_digits_are_marked_also_where_one_was_dropped():
    held = number(48)
    groups = marked(f"{held[:11]}7{held[12:]}", held)
    assert [sign for group in groups for sign, differs in group if differs] == [held[11]]
    dropped = marked(f"{held[:11]}{held[12:]}", held)
    assert sum(differs for group in dropped for _, differs in group) == 1
    assert [len(group) for group in dropped] == [4] * 5


@pytest.mark.parametrize(
    ("text", "length", "fits"),
    [
        (number(48), 20, True),
        (number(48)[:-1], 19, False),
        ("011002600211 05168908", 20, True),
        ("26192000000219709999", 20, False),
    ],
)
def test_what_is_typed_is_taken_apart(text: str, length: int, fits: bool):
    taken = take_apart(text)
    assert taken is not None
    assert (taken.length, taken.fits) == (length, fits)
    assert bool(taken.flaws) != fits


def test_too_little_typed_says_nothing_and_several_are_counted():
    assert take_apart("26") is None
    several = take_apart(f"{number(41)}\n{number(42)}")
    assert several is not None
    assert several.count == 2


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("missing:seller.tax_id", "缺少销方税号"),
        ("sum:amount+tax!=total", "金额 + 税额 ≠ 价税合计"),
        ("number:number-component", "号码的某一段不可能出现"),
        ("file-damaged", "文件损坏"),
        ("something-new", "something-new"),
    ],
)
def test_every_reason_of_quarantine_has_words_and_a_next_step(code: str, words: str):
    said = explained(code)
    assert words in said.text
    assert said.step
    assert said.step_en


def test_figures_are_shown_without_a_float_between():
    assert money("12345678901234567.89") == "12,345,678,901,234,567.89"
    assert money(None) == "—"
    assert percent(0.9969) == ">99%"
    assert percent(0.001) == "<1%"
    assert (rate("0.06"), rate("0.005"), rate("免税")) == ("6%", "0.5%", "免税")


def test_a_sparkline_leaves_gaps_where_nothing_was_measured():
    line = sparkline([1.0, 2.0, None, 4.0], alarm=3.0)
    assert line is not None
    assert len(line.runs) == 2
    assert line.alarm is not None
    assert sparkline([None, None]) is None


def test_the_face_code_is_the_invoices_own_or_made_of_its_values():
    assert face_payload(invoice(48)).startswith(f"01,32,,{number(48)},154.00,20260710,")
    assert face_payload({"qr": "01,own"}) == "01,own"
    assert face_payload({"kind": None}) == ""
    assert drawn("01,32") is not None
    assert drawn("x" * 5000) is None


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("操作员", password="a long enough sentence"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def push(events: list[dict[str, Any]]) -> None:
    token = make_token(label="t", role="operator", now=NOW)
    reply = Client().post(
        "/api/v1/feeds/bj/events",
        lines(events),
        content_type="application/jsonl",
        headers={"authorization": f"Bearer {token}"},
    )
    assert reply.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_exports_and_documents_pass_the_mask(operator: Client):
    citizen = "110101199003077758"
    push(
        [event("invoice", "10T11:30", id="x", invoice=invoice(48, buyer={"name": "李四", "tax_id": citizen}))]
    )
    csv = b"".join(operator.get("/ledger/export.csv").streaming_content)
    assert number(48).encode() in csv
    assert citizen.encode() not in csv
    document = operator.get(f"/ledger/{number(48)}/document.json")
    assert json.loads(document.content)["buyer"]["tax_id"] == "110***********7758"
    assert citizen not in operator.get(f"/ledger/{number(48)}").content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_was_imported_can_be_had_back_byte_for_byte(operator: Client):
    head = "发票号码,开票日期,金额,税额,价税合计,销方识别号,发票票种\n"
    rest = ",2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）\n"
    data = (head + number(48) + rest + "=1+1" + rest).encode()
    begun = operator.post("/imports", {"file": SimpleUploadedFile("a.csv", data)})
    take_up_import(datetime.now(UTC))
    reply = operator.get(f"/ledger/{number(48)}/arrived/1")
    assert b"".join(reply.streaming_content) == data
    assert reply.headers["Content-Disposition"].startswith("attachment")
    sheet = operator.get(f"{begun.headers['Location']}/rows.xlsx")
    assert b"".join(sheet.streaming_content).startswith(b"PK")


@pytest.mark.django_db(transaction=True)
def test_many_are_moved_and_taken_back_in_one_press(operator: Client):
    push([event("invoice", "10T11:30", id=f"i{place}", invoice=invoice(place)) for place in range(41, 45)])
    keys = [number(41), number(42), "no-such-number"]
    operator.post("/ledger/moves", {"key": keys, "into": "1"})
    page = operator.get("/ledger").content.decode()
    assert number(43)[-4:] in page
    assert f'value="{number(41)}"' not in page
    assert "已把 2 张移到回收站" in page
    operator.post("/ledger/moves/undo")
    assert f'value="{number(41)}"' in operator.get("/ledger").content.decode()
    operator.post("/ledger/moves/undo")  # a second press has nothing to take back
    assert f'value="{number(42)}"' in operator.get("/ledger").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_sums_are_those_of_the_filtered_list(operator: Client):
    push([event("invoice", "10T11:30", id=f"i{place}", invoice=invoice(place)) for place in range(41, 45)])
    page = operator.get("/ledger", {"text": number(41)}).content.decode()
    assert "147.00" in page
    whole = operator.get("/ledger/sums").content.decode()
    assert "594.00" in whole
    assert operator.get("/ledger", {"page": "²"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_filtered_ledger_leaves_as_a_workbook_and_as_csv_while_it_is_read(operator: Client):
    push([event("invoice", "10T11:30", id=f"i{place}", invoice=invoice(place)) for place in (41, 42, 43)])
    reply = operator.get("/ledger/export.xlsx", {"text": number(42)})
    assert reply.streaming
    assert reply.headers["Content-Disposition"] == 'attachment; filename="ledger.xlsx"'
    blocks = iter(reply.streaming_content)
    assert next(blocks).startswith(b"PK")
    data = b"PK" + b"".join(blocks)
    assert len(data) > 1_000
    whole = b"".join(operator.get("/ledger/export.xlsx").streaming_content)
    numbers = [each.invoice.number for each in read_bytes(whole, "ledger.xlsx") if each.invoice]
    assert sorted(numbers) == [number(41), number(42), number(43)]
    rows = b"".join(operator.get("/ledger/export.csv").streaming_content)
    assert rows.count(b"\n") == 4
    deeds = AuditEntry.objects.filter(action="ledger-exported").order_by("number")
    assert [(deed.what, json.loads(deed.detail)["filter"]) for deed in deeds] == [
        ("xlsx", f"text={number(42)}"),
        ("xlsx", ""),
        ("csv", ""),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_state_told_under_either_name_is_shown(operator: Client):
    push([each for each in told() if each["feed"] == "bj"])
    assert "已作废" in operator.get(f"/ledger/{number(41)}").content.decode()


@pytest.mark.django_db(transaction=True)
def test_recent_questions_stay_in_their_session():
    push([event("invoice", "10T11:30", id="x", invoice=invoice(48))])
    asker, other = Client(), Client()
    asker.post("/check", {"text": number(48)})
    assert "您刚才查过" in asker.get("/").content.decode()
    assert "您刚才查过" not in other.get("/").content.decode()
    asker.post("/recent/forget")
    assert "您刚才查过" not in asker.get("/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_refused_invoice_is_told_in_words_and_stands_before_the_door():
    push([told()[0], event("invoice", "10T11:30", id="x", invoice=invoice(55, total="999.00"))])
    client = Client()
    page = client.get(client.post("/check", {"text": f"{number(55)} 2026-07-10"}).headers["Location"])
    text = page.content.decode()
    assert "数据有误被拒收" in text
    assert "金额 + 税额 ≠ 价税合计" in text
    assert "sum:amount" not in text
    assert "到达，数据有误，放进隔离区" in text


@pytest.mark.django_db(transaction=True)
def test_no_address_carries_a_number():
    client = Client()
    assert client.get("/check", {"text": number(48)}).headers["Location"] == "/"
    reply = client.post("/check", {"text": number(48)})
    assert number(48) not in reply.headers["Location"]


@pytest.mark.parametrize(
    ("cause", "first"),
    [
        ("typed-wrong", "correct"),
        ("malformed", "correct"),
        ("suspected-fake", "look"),
        ("sync-delay", "wait"),
    ],
)
def test_the_button_that_leads_is_the_one_that_helps(cause: str, first: str):
    assert first_offer({"causes": [{"code": cause}]}) == first
    assert first_offer({"causes": []}) == "wait"


@pytest.mark.django_db(transaction=True)
def test_an_announcement_stands_in_the_verdict_with_what_it_says():
    stop = event(
        "announcement", "12T09:00", id="a1", title="上海共享暂停", body="请到上海市税务局网站查询。", kinds=[]
    )
    stop |= {"regions": ["31"], "functions": ["query"], "from": "2026-07-12T00:00:00+08:00", "until": None}
    load_events(lines([*told(), stop]).splitlines(), source="t", now=datetime.now(UTC))
    asked = {"text": "26312000000219709999", "issued_on": "2026-07-13", "total": "88.00"}
    page = Client().post("/check", asked, follow=True).content.decode()
    assert "公告《上海共享暂停》：请到上海市税务局网站查询。" in page
