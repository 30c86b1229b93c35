"""Doors of the toolkit (公共入口)."""

from django.urls import path

from jingpiao.ui import views
from jingpiao.ui.catalogue import CATALOGUES

urlpatterns = [
    path("choose", views.choose, name="choose"),
    path("guide", views.guide, name="guide"),
    *(path(f"docs/{kind}", views.catalogue, {"kind": kind}, name=f"docs-{kind}") for kind in CATALOGUES),
    *(
        path(f"docs/{kind}/<str:code>", views.code, {"kind": kind}, name=f"docs-{kind[:-1]}")
        for kind in CATALOGUES
    ),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
