"""urls: every door of the site (所有入口). Each room lists its own; this file says under which path."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from ninja.errors import ValidationError

from fapiao.errors import FapiaoError
from jingpiao.api.api import router as schemas
from jingpiao.api.browsing import ReferencePage
from jingpiao.api.document import PublishedAPI
from jingpiao.api.problem import ApiProblem, database_problem, fapiao_response, problem_response
from jingpiao.federation.api import router as federation
from jingpiao.inquiry.api import jwks
from jingpiao.inquiry.api import router as inquiry
from jingpiao.ledger.api import router as ledger
from jingpiao.ledger.quarantine_api import router as quarantine
from jingpiao.status.api import router as status
from jingpiao.sync.api import router as sync
from jingpiao.ui.access import public

api = PublishedAPI(
    title="Jingpiao 京票",
    version="1",
    docs=ReferencePage(),
    docs_url="/docs",
    openapi_url="/openapi.json",
    urls_namespace="api",
)
for router in (inquiry, sync, ledger, quarantine, status, federation, schemas):
    api.add_router("", router)


@api.exception_handler(ApiProblem)
def _problem(request: HttpRequest, slip: ApiProblem) -> HttpResponse:
    return problem_response(request, slip)


@api.exception_handler(FapiaoError)
def _fapiao(request: HttpRequest, slip: FapiaoError) -> HttpResponse:
    return fapiao_response(request, slip)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, slip: ValidationError) -> HttpResponse:
    detail = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in slip.errors)
    return problem_response(request, ApiProblem("invalid", detail))


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, slip: Exception) -> HttpResponse:
    return problem_response(request, ApiProblem("too-large"))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _database(request: HttpRequest, slip: Exception) -> HttpResponse:
    return problem_response(request, database_problem(slip))


handler400: Any = "jingpiao.ui.errors.refused"
handler404: Any = "jingpiao.ui.errors.not_found"
handler500: Any = "jingpiao.ui.errors.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path(".well-known/jwks.json", public(jwks), name="jwks"),
    path("", include("jingpiao.inquiry.urls")),
    path("", include("jingpiao.sync.urls")),
    path("", include("jingpiao.ledger.urls")),
    path("", include("jingpiao.verification.urls")),
    path("", include("jingpiao.status.urls")),
    path("", include("jingpiao.upkeep.urls")),
    path("", include("jingpiao.audit.urls")),
    path("", include("jingpiao.accounts.urls")),
    path("", include("jingpiao.ui.urls")),
]
