"""Codes (代码表): the contract's words as schema types, made from the catalogues that the program itself works with."""

from __future__ import annotations

from typing import Annotated, get_args

from msgspec import Meta

from fapiao.answer import AgreementWord, Existence
from fapiao.cause import CAUSES, Actor
from fapiao.claim import Lookup
from fapiao.vocabulary import KINDS, STATES

CauseCode = Annotated[str, Meta(extra_json_schema={"enum": list(CAUSES)})]
ValidityWord = Annotated[str, Meta(extra_json_schema={"enum": list(STATES)})]
FUNCTIONS = ("query", "verify", "issue", "import")
"""What an announcement can touch (公告涉及的功能)."""
FunctionWord = Annotated[str, Meta(extra_json_schema={"enum": list(FUNCTIONS)})]
COMPONENTS = ("feed", "platform", "external")
"""Where a fault can be (故障部位)."""
ComponentWord = Annotated[str, Meta(extra_json_schema={"enum": list(COMPONENTS)})]
COVERAGE_STATES = ("current", "delayed", "outage", "unknown")
"""How a feed stands (来源状态)."""
ROW_RESULTS = ("new", "duplicate", "conflict", "quarantined", "failed")
"""What becomes of a row (逐行结果)."""
IMPORT_RESULTS = ("accepted", "failed", "pending")
"""What a taxpayer's own import says of an invoice (导入结论)."""

CATALOGUES: dict[str, tuple[str, ...]] = {
    "causes": tuple(CAUSES),
    "actors": get_args(Actor),
    "existence": get_args(Existence),
    "agreement": get_args(AgreementWord),
    "validity": tuple(STATES),
    "coverage": COVERAGE_STATES,
    "lookup": get_args(Lookup),
    "kinds": tuple(KINDS),
    "functions": FUNCTIONS,
    "components": COMPONENTS,
    "row results": ROW_RESULTS,
    "import results": IMPORT_RESULTS,
}
"""Every list of codes that is published, by what it is of."""
