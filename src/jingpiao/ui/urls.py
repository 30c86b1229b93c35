"""Doors of the toolkit (公共入口)."""

from django.urls import path

from jingpiao.ui import views

urlpatterns = [
    path("choose", views.choose, name="choose"),
    path("guide", views.guide, name="guide"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
