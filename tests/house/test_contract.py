"""The contract, listed by hand: no field and no code of it is missing from what is published, and no code is added."""

from __future__ import annotations

import msgspec
import pytest

from fapiao.answer import Answer as ToldAnswer
from fapiao.format import Route
from house.project import DOCS
from jingpiao.api.codes import CATALOGUES
from jingpiao.api.handbook import handbook
from jingpiao.api.meanings import meaning
from jingpiao.api.shape import schema_of, shapes
from jingpiao.api.shapes import answer as answers
from jingpiao.api.shapes.event import EVENTS
from jingpiao.sync.event import TYPES
from jingpiao.sync.services import LoadSummary
from jingpiao.urls import api

FIELDS = {
    "Claim": "ref text code number issued_on amount tax total check_code kind seller_tax_id seller_name buyer_tax_id"
    " buyer_name lookup tax_ids as_of",
    "Reading": "file member page format route invoice findings signature error",
    "Invoice": "kind kind_label code number digital_number region issued_on issued_at amount tax tax_text total"
    " total_in_words buyer seller check_code machine_number cipher lines drawer payee reviewer remark red special qr",
    "Party": "name tax_id address phone bank account",
    "Line": "name spec unit quantity price amount rate tax tax_code",
    "Red": "original_code original_number confirmation_number",
    "Finding": "code path severity message",
    "Signature": "state digests signer detail",
    "Answer": "ref as_of asked corrections existence agreement differences validity validity_as_of coverage invoice"
    " candidates causes headline next_step announcements receipt took_ms",
    "Correction": "field from to reason applied",
    "AnswerDifference": "field claimed",
    "Coverage": "feed label watermark lag_seconds state",
    "Candidate": "code number differs_in distance probability",
    "RankedCause": "code label probability evidence remedy actor recheck_at",
    "Evidence": "code message weight",
    "FeedEvent": "feed at type id label regions kinds since same_day every_seconds complete",
    "InvoiceEvent": "feed at type id invoice",
    "StateEvent": "feed at type id code number state effective_at by_number",
    "WatermarkEvent": "feed at type id complete_to",
    "HeartbeatEvent": "feed at type id",
    "FaultEvent": "feed at type id component message batch",
    "FaultClearedEvent": "feed at type id component batch",
    "LostBatch": "id from to count numbers",
    "TrashEvent": "feed at type id code number by",
    "UntrashEvent": "feed at type id code number by",
    "ImportRowEvent": "feed at type id tax_id code number result reason",
    "AnnouncementEvent": "feed at type id title body kinds regions functions from until",
    "TaxpayerEvent": "feed at type id tax_id name region active",
    "OutcomeEvent": "feed at type id claim cause",
    "ImportRow": "ref file row result number code original findings error",
    "HttpProblem": "code title detail retryable request_id",
}
"""The contract's fields (§0, §§2–6) by the struct that publishes them."""
CODES = {
    "causes": "typed-wrong malformed wrong-function outside-window too-early sync-delay source-outage platform-fault"
    " external-service policy elsewhere never-uploaded refused not-imported deleted wrong-title not-permitted"
    " suspected-fake unknown",
    "actors": "asker seller platform feed-operator third-party bureau desk nobody",
    "existence": "found not-found ambiguous unknown",
    "agreement": "full partial none not-compared",
    "validity": "normal voided reversed partly-reversed abnormal out-of-control unknown",
    "coverage": "current delayed outage unknown",
    "lookup": "any digital legacy received issued trash",
    "kinds": "01 02 03 04 08 10 11 14 15 51 61 81 82 83 84 85 86 87 88",
    "functions": "query verify issue import",
    "components": "feed platform external",
    "row results": "new duplicate conflict quarantined failed",
    "import results": "accepted failed pending",
}
"""The contract's words (§§2–6)."""
EVENT_TYPES = "feed invoice state watermark heartbeat fault fault-cleared trash untrash import-row announcement taxpayer outcome"
ROUTES = """
POST /api/v1/checks
POST /api/v1/checks/batch
GET /api/v1/checks/{token}
POST /api/v1/files/read
POST /api/v1/imports
GET /api/v1/imports/{batch}
GET /api/v1/imports/{batch}/rows
GET /api/v1/invoices
GET /api/v1/invoices/{key}
DELETE /api/v1/invoices/{key}
POST /api/v1/invoices/{key}/restoration
POST /api/v1/feeds/{feed}/events
GET /api/v1/status
GET /api/v1/status/feeds/{feed}/lag.csv
GET /api/v1/announcements
GET /api/v1/announcements.atom
GET /healthz
GET /readyz
GET /metrics
"""
"""The contract's routes (§8) that this version has; cases, issuing and statistics are not here yet."""


def published() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for shape in shapes().values():
        for name, schema in schema_of(shape)["$defs"].items():
            found.setdefault(name, set()).update(schema.get("properties", {}))
    return found


@pytest.mark.parametrize("struct", list(FIELDS))
def test_no_field_of_the_contract_is_missing(struct: str):
    assert set(FIELDS[struct].split()) <= published()[struct]


def test_the_published_answer_has_every_field_of_the_answer_itself():
    assert set(ToldAnswer.__struct_fields__) <= set(answers.Answer.__struct_fields__)
    assert set(msgspec.structs.asdict(LoadSummary())) <= published()["LoadSummary"]


@pytest.mark.parametrize("what", list(CODES))
def test_all_codes_of_the_contract_are_published_and_no_others(what: str):
    assert set(CATALOGUES[what]) == set(CODES[what].split())


def test_the_published_schemas_carry_exactly_these_words():
    answer, event = schema_of(shapes()["answer"])["$defs"], schema_of(shapes()["event"])["$defs"]
    for words, what in (
        (answer["RankedCause"]["properties"]["code"], "causes"),
        (answer["RankedCause"]["properties"]["actor"], "actors"),
        (answer["Answer"]["properties"]["existence"], "existence"),
        (answer["Answer"]["properties"]["agreement"], "agreement"),
        (answer["Answer"]["properties"]["validity"], "validity"),
        (answer["Coverage"]["properties"]["state"], "coverage"),
        (answer["Asked"]["properties"]["lookup"], "lookup"),
        (event["StateEvent"]["properties"]["state"], "validity"),
        (event["FaultEvent"]["properties"]["component"], "components"),
        (event["AnnouncementEvent"]["properties"]["functions"]["items"], "functions"),
        (event["ImportRowEvent"]["properties"]["result"], "import results"),
        (event["OutcomeEvent"]["properties"]["cause"], "causes"),
        (
            schema_of(shapes()["import-row"])["$defs"]["ImportRow"]["properties"]["result"],
            "row results",
        ),
    ):
        assert set(words["enum"]) == set(CODES[what].split()), what


def test_every_event_type_is_published_and_taken_in():
    types = set(EVENT_TYPES.split())
    assert {str(event.__struct_config__.tag) for event in EVENTS} == types == set(TYPES)
    assert {f"event-{kind}" for kind in types} <= set(shapes())


def test_routes_of_a_reading_are_the_contracts():
    assert set(Route.__args__) == {
        "attachment",
        "tag",
        "metadata",
        "text-layer",
        "qr",
        "ocr",
        "cell",
        "element",
    }
    published_format = schema_of(shapes()["reading"])["$defs"]["Reading"]["properties"]["route"]
    assert set(Route.__args__) <= {
        word for each in published_format["anyOf"] for word in each.get("enum", ())
    }


def test_every_route_of_the_contract_that_this_version_has_is_declared():
    declared = {
        f"{method.upper()} {path}"
        for path, route in api.get_openapi_schema()["paths"].items()
        for method in route
    }
    assert set(ROUTES.strip().splitlines()) <= declared


def test_the_written_reference_is_what_the_declarations_say():
    written = (DOCS / "api.md").read_text("utf-8")
    assert written == handbook(api.get_openapi_schema()), "run .venv/bin/python tools/write-reference"


def test_every_field_of_the_contract_has_a_meaning_in_both_languages():
    for struct, names in FIELDS.items():
        for name in names.split():
            chinese, english = meaning(struct, name)
            assert chinese, (struct, name)
            assert english, (struct, name)
