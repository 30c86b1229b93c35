"""A stand-in of the outside service, in a process of its own: the published interface, its result classes, and its moods.

Behaves as documented: HTTP 200 throughout, gateway errors as ``error_code``, five asks a day for an invoice with misses counted,
nothing of today unless told so, five years. Moods are switched and counts read under ``/control``, which the real one lacks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BEIJING = timezone(timedelta(hours=8))
KEY, SECRET, TOKEN = "the-key", "the-secret", "24.token"
MESSAGES = {
    "0001": "查验成功发票一致",
    "0002": "超过该张票当天查验次数",
    "0006": "发票信息不一致",
    "0009": "发票不存在",
    "1008": "字段不能为空",
    "1009": "参数长度不正确",
    "1014": "日期当天的不能查验",
    "1015": "超过5年的不能查验",
    "1021": "网络超时",
}


class World:
    """What the stand-in knows, and its mood."""

    def __init__(self) -> None:
        self.invoices: dict[str, dict[str, Any]] = {}
        self.asked: Counter[str] = Counter()
        self.asks = self.tokens = 0
        self.mood: list[str] = []
        self.token = TOKEN
        self.same_day = False

    def control(self, told: dict[str, Any]) -> dict[str, Any]:
        for name, value in told.items():
            setattr(self, name, value)
        return {"asks": self.asks, "tokens": self.tokens, "asked": dict(self.asked)}

    def verify(self, form: dict[str, str]) -> dict[str, Any]:
        code = self._code(form)
        words: dict[str, Any] = {}
        if code == "0001":
            words = self.invoices[form["invoice_code"] + form["invoice_num"]]
        return {
            "log_id": 1,
            "words_result_num": len(words),
            "words_result": words,
            "VerifyResult": code,
            "VerifyMessage": MESSAGES[code],
            "VerifyFrequency": str(self.asked[form["invoice_code"] + form["invoice_num"]]),
            "InvalidSign": words.get("InvalidSign", ""),
            "InvoiceType": "",
            "InvoiceCode": form["invoice_code"],
            "InvoiceNum": form["invoice_num"],
            "InvoiceDate": form["invoice_date"],
        }

    def _code(self, form: dict[str, str]) -> str:
        if not (form["invoice_num"] and form["invoice_date"] and form["invoice_type"]):
            return "1008"
        if len(form["invoice_date"]) != 8 or len(form["invoice_num"]) not in (8, 20):
            return "1009"
        key = form["invoice_code"] + form["invoice_num"]
        if self.asked[key] >= 5:
            return "0002"
        self.asked[key] += 1
        today = datetime.now(BEIJING).date()
        day = date.fromisoformat(
            f"{form['invoice_date'][:4]}-{form['invoice_date'][4:6]}-{form['invoice_date'][6:]}"
        )
        if day == today and not self.same_day:
            return "1014"
        if (today - day).days > 5 * 366:
            return "1015"
        held = self.invoices.get(key)
        if held is None:
            return "0009"
        agrees = held["InvoiceDate"] == form["invoice_date"] and held["Fourth"] in (
            form["total_amount"],
            form["check_code"],
        )
        return "0001" if agrees else "0006"


class Handler(BaseHTTPRequestHandler):
    """The service's door."""

    world = World()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        place = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        if place.path == "/control":
            self._say(self.world.control(json.loads(body or b"{}")))
        elif place.path == "/oauth/2.0/token":
            self._token(form)
        elif place.path == "/rest/2.0/ocr/v1/vat_invoice_verification":
            self._verify(parse_qs(place.query).get("access_token", [""])[0], form)
        else:
            self.send_error(404)

    def _token(self, form: dict[str, str]) -> None:
        self.world.tokens += 1
        if (form.get("client_id"), form.get("client_secret")) != (KEY, SECRET):
            self._say({"error": "invalid_client", "error_description": "unknown client id"}, status=401)
        else:
            self._say({"access_token": self.world.token, "expires_in": 2592000})

    def _verify(self, token: str, form: dict[str, str]) -> None:
        if token != self.world.token:
            self._say({"error_code": 111, "error_msg": "Access token expired"})
            return
        self.world.asks += 1
        mood = self.world.mood.pop(0) if self.world.mood else ""
        if mood == "drop":
            self.connection.close()
        elif mood == "page":
            self._raw(b"<html>502 Bad Gateway</html>", 502, "text/html")
        elif mood == "slow":
            time.sleep(5)
        elif mood.isdigit():
            self._say({"error_code": int(mood), "error_msg": "gateway"})
        elif mood:
            code = mood.removeprefix("=")
            self._say(
                {
                    "log_id": 1,
                    "VerifyResult": code,
                    "VerifyMessage": MESSAGES.get(code, ""),
                    "words_result": {},
                }
            )
        else:
            self._say(self.world.verify(form))

    def _say(self, told: dict[str, Any], status: int = 200) -> None:
        self._raw(json.dumps(told, ensure_ascii=False).encode(), status, "application/json")

    def _raw(self, data: bytes, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class StandIn:
    """The stand-in's process and the way to command it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.address = f"http://127.0.0.1:{self.port}"

    def set(self, **told: Any) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.address}/control", json.dumps(told).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as reply:
            found: dict[str, Any] = json.load(reply)
        return found

    @property
    def asks(self) -> int:
        return int(self.set()["asks"])

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
