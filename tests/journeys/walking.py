"""Steps that many journeys take: looking whether a page is clean, signing in, asking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Page, expect

from journeys.serving import Server

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
PASSWORD = "一句足够长的话 as a password"
_LOOK = "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))])"
_SMALL = """least => [...document.querySelectorAll('main a, main button, header a, header button, summary')]
    .map(e => [e, e.getBoundingClientRect()]).filter(([e, b]) => b.width && b.height && e.closest('p, li, td, dd') !== e.parentElement
        && (b.height < least || b.width < least)).map(([e, b]) => [e.outerHTML.slice(0, 90), b.width, b.height])"""
LEAST_TARGET = 24


def clean(page: Page) -> None:
    """axe finds nothing, nothing scrolls sideways, one h1, and what is pressed is large enough."""
    page.evaluate(AXE)
    found: Any = page.evaluate(_LOOK)
    assert found == [], msgspec.json.encode(found).decode()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), (
        "the page scrolls sideways"
    )
    assert page.locator("h1").count() == 1
    small = page.evaluate(_SMALL, LEAST_TARGET)
    assert small == [], (page.url, small)


def sign_in(page: Page, server: Server) -> None:
    """Sign in as the operator; the first time makes the account with the code from the terminal."""
    page.goto(f"{server.url}/sign-in")
    if "first" in page.url:
        clean(page)
        page.fill("[name=code]", server.code)
    page.fill("[name=username]", "操作员")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "sign-in" not in url)


def ask(page: Page, server: Server, text: str) -> None:
    """Paste a text on the first page and press 查."""
    page.goto(server.url)
    page.fill("#text", text)
    page.get_by_role("button", name="查", exact=True).click()


def heading(page: Page, words: str) -> None:
    """The page's heading says this."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
