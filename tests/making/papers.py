"""One made-up 数电 invoice (样票), whole and consistent, for tests of files that print it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fapiao.invoice import Invoice, Line, Party
from fapiao.money import in_words
from fapiao.vocabulary import label

NUMBER = "26112000000012345678"
OTHER = "26112000000087654321"


def paper(
    number: str = NUMBER, *, kind: str = "81", lines: int = 2, remark: str = "合同2026-07号"
) -> Invoice:
    """Return an invoice of so many equal lines."""
    line = Line(
        name="*信息技术服务*软件服务费",
        spec="V1",
        unit="项",
        quantity=Decimal(2),
        price=Decimal("50.5"),
        amount=Decimal("101.00"),
        rate="0.06",
        tax=Decimal("6.06"),
    )
    total = Decimal("107.06") * lines
    return Invoice(
        kind=kind,
        kind_label=label(kind),
        number=number,
        region="11",
        issued_on=date(2026, 7, 1),
        amount=Decimal("101.00") * lines,
        tax=Decimal("6.06") * lines,
        total=total,
        total_in_words=in_words(total),
        lines=(line,) * lines,
        seller=Party(name="京华天成科技有限公司", tax_id="91110000600037341L"),
        buyer=Party(name="安泰恒通商贸有限公司", tax_id="91110108339805094M"),
        drawer="王芳",
        remark=remark,
    )
