"""Red letters in words (红字备注): what a remark says of the invoice that is reversed."""

from __future__ import annotations

import re
import unicodedata

from fapiao.invoice import Red

_DIGITAL = re.compile(r"被红冲蓝字(?:全电|数电)?(?:发)?票?(?:的)?号码:?(\d{20}|\d{8})(?!\d)")
_CODE = re.compile(r"(?:被红冲蓝字发票代码|对应正数发票代码|对应蓝字发票代码):?(\d{12}|\d{10})(?!\d)")
_PAIR = re.compile(r"对应(?:正数|蓝字)发票代码:?(?:\d{12}|\d{10}),?;?(?:发票)?号码:?(\d{8})(?!\d)")
_CONFIRMED = re.compile(
    r"红字(?:发票)?(?:信息)?(?:确认单|信息表)(?:编)?号码?:?(\d{16,20})|红字发票信息(?:表)?编号:?(\d{16,20})"
)


def red_of_remark(remark: str) -> Red | None:
    """Return what a remark names: the blue invoice's code and number, the confirmation; ``None`` where it names none."""
    if "红" not in remark and "对应" not in remark:
        return None
    flat = re.sub(r"\s", "", unicodedata.normalize("NFKC", remark))
    number, pair = _DIGITAL.search(flat), _PAIR.search(flat)
    code, confirmed = _CODE.search(flat), _CONFIRMED.search(flat)
    if not (number or pair or confirmed):
        return None
    return Red(
        original_code=code[1] if code else None,
        original_number=number[1] if number else pair[1] if pair else None,
        confirmation_number=(confirmed[1] or confirmed[2]) if confirmed else None,
    )
