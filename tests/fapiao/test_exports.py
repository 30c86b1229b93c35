"""What the asker's own exports say of a missing invoice: nothing to strangers, export again, or the seller never sent it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from fapiao.answer import Answer
from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.diagnosis import diagnose
from fapiao.situation import ExportFact, FeedFacts, ImportFact, Situation
from fapiao.wording import BEIJING

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=BEIJING)
BUYER, SELLER = "91110000600037341L", "91330106673959654P"
NUMBER = "26112000000219703940"


def export(**change: Any) -> ExportFact:
    one = ExportFact(
        tax_id=BUYER,
        direction="received",
        period_from=date(2026, 11, 1),
        period_to=date(2026, 11, 20),
        exported_at=datetime(2026, 11, 20, 16, 30, tzinfo=BEIJING),
    )
    return msgspec.structs.replace(one, **change)


def ask(*exports: ExportFact, day: date = date(2026, 11, 22), **told: Any) -> Answer:
    facts = {name: told.pop(name) for name in ("feeds", "imports") if name in told}
    claim = {
        "tax_ids": (BUYER,),
        "number": NUMBER,
        "issued_on": day,
        "total": Decimal("106.00"),
        "kind": "82",
    }
    return diagnose(
        Situation(as_of=NOW, understood=understand(Claim(**(claim | told))), exports=exports, **facts)
    )


def codes(answer: Answer) -> list[str]:
    return [piece.code for cause in answer.causes for piece in cause.evidence]


def test_an_invoice_after_the_newest_export_says_export_again_with_the_steps():
    answer = ask(export(), export(exported_at=datetime(2026, 11, 13, 9, 0, tzinfo=BEIJING)))
    assert answer.causes[0].code == "not-imported"
    assert answer.headline == "未找到 · 您最新的导出还没包含它"
    assert "您最新的导出是 11月20日 16:30，" in answer.next_step
    assert "这张票是 11月22日开的" in answer.next_step
    for word in ("重新导出", "税务数字账户", "全量发票查询", "取得发票", "11月22日"):
        assert word in answer.next_step
    assert "your newest export is of 20 Nov 16:30" in answer.next_step_en


def test_the_export_is_among_what_the_answer_rests_on_for_its_taxpayer_alone():
    (own,) = ask(export()).coverage
    assert (own.feed, own.state, own.watermark) == (
        f"export:{BUYER}:received",
        "delayed",
        export().exported_at,
    )
    made = export(period_to=date(2026, 11, 25), exported_at=NOW - timedelta(hours=1))
    assert ask(made, day=date(2026, 11, 5)).coverage[0].state == "current"
    assert ask(export(), tax_ids=()).coverage == ()


def test_an_invoice_of_a_period_never_exported_says_which_was():
    answer = ask(export(), day=date(2026, 10, 22))
    assert "只含 11月1日到 11月20日" in answer.next_step


def test_a_settled_export_without_it_means_that_the_seller_never_uploaded_it():
    answer = ask(
        export(period_to=date(2026, 11, 25), exported_at=NOW - timedelta(hours=1)), day=date(2026, 11, 5)
    )
    assert answer.causes[0].code == "never-uploaded"
    assert "export-without" in codes(answer)
    assert answer.causes[0].probability > 0.5


def test_a_young_export_without_it_means_that_the_account_may_be_late():
    answer = ask(export(period_to=date(2026, 11, 24), exported_at=NOW - timedelta(hours=1)))
    assert answer.causes[0].code == "sync-delay"
    assert answer.causes[0].recheck_at == datetime(2026, 11, 27, 0, 0, tzinfo=BEIJING)


def test_beside_a_healthy_feed_a_settled_export_speaks_against_mere_delay():
    carrier = FeedFacts(
        feed="bj",
        label="北京",
        regions=("11",),
        since=date(2026, 1, 1),
        every_seconds=600,
        watermark=NOW - timedelta(minutes=30),
        spoke_at=NOW - timedelta(minutes=5),
        usual_gap=3000.0,
    )
    made = export(period_to=date(2026, 11, 25), exported_at=NOW - timedelta(hours=1))
    without, with_export = (
        {cause.code: cause.probability for cause in answer.causes}
        for answer in (
            ask(feeds=(carrier,), day=date(2026, 11, 5)),
            ask(made, feeds=(carrier,), day=date(2026, 11, 5)),
        )
    )
    assert with_export["never-uploaded"] > without["never-uploaded"]
    assert with_export.get("sync-delay", 0.0) < without["sync-delay"]


@pytest.mark.parametrize(
    "told",
    [{"tax_ids": ()}, {"tax_ids": (SELLER,)}, {"lookup": "issued"}],
    ids=["a stranger", "another taxpayer", "the other direction"],
)
def test_an_export_says_nothing_to_others_and_nothing_of_the_other_direction(told: dict[str, Any]):
    assert not any(code.startswith("export") for code in codes(ask(export(), **told)))


def test_a_deduction_list_says_nothing_of_ordinary_invoices():
    listed = export(kind="deduction", period_to=date(2026, 11, 25), exported_at=NOW - timedelta(hours=1))
    day = date(2026, 11, 5)
    assert "export-without" not in codes(ask(listed, day=day))
    assert "export-without" in codes(ask(listed, day=day, kind="81"))


def test_a_failed_row_of_the_import_goes_before_exporting_again():
    failed = ImportFact(tax_id=BUYER, result="failed", reason="税号", known_at=NOW)
    answer = ask(export(), imports=(failed,))
    assert answer.causes[0].evidence[0].code == "import-failed"
    assert "重新导出" not in answer.next_step
