"""baidu (百度智能云 增值税发票验真): written to the published interface; never tried live.

https://cloud.baidu.com/doc/OCR/s/cklbnrnwe: an access token for key and secret, then one form per question. The service
answers with HTTP 200 throughout; ``error_code`` is the gateway's, ``VerifyResult`` the verification's own.
"""

from __future__ import annotations

import time
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec

from fapiao.einvoice.values import parse_when
from fapiao.money import money_or_none
from fapiao.verification.question import Question
from jingpiao.outbound.addresses import OutboundError
from jingpiao.outbound.http import Reply, send
from jingpiao.sync.source import Health, asks
from jingpiao.verification.verifier import Verdict, Verifier

TYPES = {
    "01": "special_vat_invoice",
    "02": "special_freight_transport_invoice",
    "03": "motor_vehicle_invoice",
    "04": "normal_invoice",
    "08": "elec_special_vat_invoice",
    "10": "elec_normal_invoice",
    "11": "roll_normal_invoice",
    "14": "toll_elec_normal_invoice",
    "15": "used_vehicle_invoice",
    "51": "elec_train_ticket_invoice",
    "61": "elec_flight_itinerary_invoice",
    "81": "elec_invoice_special",
    "82": "elec_invoice_normal",
    "83": "motor_vehicle_invoice",
    "84": "used_vehicle_invoice",
    "87": "motor_vehicle_invoice",
    "88": "used_vehicle_invoice",
}
RESULTS = {
    "0001": "match",
    "0002": "quota",
    "0005": "bad-request",
    "0006": "mismatch",
    "0009": "not-found",
    "1004": "allowance",
    "1005": "bad-request",
    "1006": "bad-request",
    "1008": "bad-request",
    "1009": "bad-request",
    "1014": "same-day",
    "1015": "outside-window",
    "1020": "not-entitled",
    "1021": "maintenance",
    "9999": "transient",
}
"""1006 (查验异常) asks to compare what was typed: it is told of the request, not of the invoice, so no verdict is made of it."""
GATEWAY = {
    1: "transient",
    2: "transient",
    4: "transient",
    6: "not-entitled",
    14: "credentials",
    17: "allowance",
    18: "transient",
    19: "allowance",
    100: "credentials",
    110: "credentials",
    111: "credentials",
    216100: "bad-request",
    216101: "bad-request",
    216110: "bad-request",
    282000: "transient",
}
EXPIRED = {100, 110, 111}
STATES = {
    "N": "normal",
    "Y": "voided",
    "H": "reversed",
    "QH": "reversed",
    "BH": "partly-reversed",
}
MARGIN = 3600.0
_tokens: dict[tuple[str, str], tuple[float, str]] = {}


class BaiduSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the service (百度查验设置)."""

    api_key: Annotated[
        str, asks("API Key", "API key", hint="在控制台的应用列表里", hint_en="From the console")
    ]
    secret_key: Annotated[str, asks("Secret Key 密钥", "Secret key", secret=True)]
    address: Annotated[str, asks("接口地址", "Address")] = "https://aip.baidubce.com"
    seconds: Annotated[int, asks("最长等待秒数", "Longest wait in seconds")] = 20


def ask(settings: BaiduSettings, question: Question) -> Verdict:
    """Ask once; an expired token is renewed once, which asks nothing of the tax platform."""
    verdict, code = _asked(settings, question)
    if code in EXPIRED:
        _tokens.pop((settings.address, settings.api_key), None)
        verdict, _ = _asked(settings, question)
    return verdict


def _asked(settings: BaiduSettings, question: Question) -> tuple[Verdict, int]:
    try:
        token = _token(settings)
        if isinstance(token, Verdict):
            return token, 0
        address = f"{settings.address}/rest/2.0/ocr/v1/vat_invoice_verification?" + urlencode(
            {"access_token": token}
        )
        reply = _post(settings, address, form_of(question))
    except OutboundError as slip:
        return Verdict(result="transient", code=slip.code, message=_without_address(slip)), 0
    return _verdict(reply)


def form_of(question: Question) -> dict[str, str]:
    """Return the form of one question: the fourth field goes as ``check_code`` or ``total_amount``."""
    form = {
        "invoice_code": question.code,
        "invoice_num": question.number,
        "invoice_date": question.issued_on.strftime("%Y%m%d"),
        "invoice_type": TYPES[question.kind],
        "check_code": question.check_code,
        "total_amount": "",
    }
    form["check_code" if question.basis == "check_code" else "total_amount"] = question.value
    return form


def _token(settings: BaiduSettings) -> str | Verdict:
    place = (settings.address, settings.api_key)
    until, token = _tokens.get(place, (0.0, ""))
    if time.monotonic() < until:
        return token
    query = {
        "grant_type": "client_credentials",
        "client_id": settings.api_key,
        "client_secret": settings.secret_key,
    }
    reply = _post(settings, f"{settings.address}/oauth/2.0/token", query)
    told = _object(reply.body)
    token = str(told.get("access_token") or "")
    if not token:
        refused = reply.status in (400, 401) or "error" in told
        return Verdict(
            result="credentials" if refused else "transient",
            code=str(told.get("error") or reply.status),
            message=str(told.get("error_description") or ""),
        )
    lasts = told.get("expires_in")
    seconds = float(lasts) if isinstance(lasts, int) else 2 * MARGIN
    _tokens[place] = time.monotonic() + max(0.0, seconds - MARGIN), token
    return token


def _post(settings: BaiduSettings, address: str, form: dict[str, str]) -> Reply:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = urlencode(form).encode()
    return send("POST", address, headers=headers, body=body, deadline=settings.seconds, most=2**20)


def _verdict(reply: Reply) -> tuple[Verdict, int]:
    told = _object(reply.body)
    text = reply.body.decode("utf-8", "replace")
    code = told.get("error_code")
    if isinstance(code, int):
        result = GATEWAY.get(code, "transient")
        return Verdict(
            result=result, code=str(code), message=str(told.get("error_msg") or ""), body=text
        ), code
    if reply.status != 200 or not told:
        return Verdict(result="transient", code=str(reply.status), message="not the documented form"), 0
    return _told(told, text), 0


def _told(told: dict[str, Any], text: str) -> Verdict:
    words = told.get("words_result")
    inner: dict[str, Any] = words if isinstance(words, dict) else {}

    def field(name: str) -> str:
        value = told.get(name) or inner.get(name)
        return value if isinstance(value, str) else ""

    code = field("VerifyResult")
    result = RESULTS.get(code, "transient")
    state = STATES.get(field("InvalidSign"), "unknown") if result == "match" else "unknown"
    return Verdict(
        result=result,
        state=state,
        code=code,
        message=field("VerifyMessage"),
        invoice=_invoice(inner, field) if result == "match" else None,
        body=text,
    )


def _invoice(inner: dict[str, Any], field: Any) -> dict[str, Any] | None:
    """Return the invoice that the answer spells out, ``None`` where it lacks what the ledger needs."""
    day, _ = parse_when(field("InvoiceDate"))
    amount, tax, total = (
        money_or_none(str(inner.get(name) or "")) for name in ("TotalAmount", "TotalTax", "AmountInFiguers")
    )
    if day is None or amount is None or total is None or not inner.get("SellerRegisterNum"):
        return None
    number, code = field("InvoiceNum"), field("InvoiceCode")
    return {
        "code": code or None,
        "number": number,
        "issued_on": day.isoformat(),
        "amount": str(amount),
        "tax": None if tax is None else str(tax),
        "total": str(total),
        "check_code": field("CheckCode") or None,
        "machine_number": field("MachineCode") or None,
        "seller": {"name": inner.get("SellerName") or None, "tax_id": inner.get("SellerRegisterNum") or None},
        "buyer": {
            "name": inner.get("PurchaserName") or None,
            "tax_id": inner.get("PurchaserRegisterNum") or None,
        },
    }


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return told if isinstance(told, dict) else {}


def _without_address(slip: OutboundError) -> str:
    """Return an error's text; addresses carry the token and are never in it."""
    return str(slip)[:200]


def probe(settings: BaiduSettings) -> Health:
    """Ask for an access token: it says whether key, secret and address are right, and costs no query."""
    _tokens.pop((settings.address, settings.api_key), None)
    clock = time.monotonic()
    try:
        token = _token(settings)
    except OutboundError as slip:
        return Health(ok=False, message=f"连不上：{slip}"[:200], message_en=f"no connection: {slip}"[:200])
    took = round((time.monotonic() - clock) * 1000)
    if isinstance(token, Verdict):
        return Health(
            ok=False,
            message="服务不认这对密钥，请核对 API Key 和 Secret Key",
            message_en="the service refuses this key and secret: check both",
            took_ms=took,
        )
    return Health(
        ok=True,
        message="密钥有效，没有花查验次数",
        message_en="key and secret are good; no query was spent",
        took_ms=took,
    )


VERIFIER = Verifier(
    key="baidu",
    label="百度智能云 增值税发票验真",
    label_en="Baidu AI Cloud, VAT invoice verification",
    settings=BaiduSettings,
    kinds=frozenset(TYPES),
    ask=ask,
    probe=probe,
)
