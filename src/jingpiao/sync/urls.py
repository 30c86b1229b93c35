"""Doors of sync (同步入口)."""

from django.urls import path

from jingpiao.sync import views

urlpatterns = [
    path("feeds", views.feeds, name="feeds"),
    path("imports", views.imports, name="imports"),
    path("imports/<int:batch>", views.import_page, name="import"),
    path("imports/<int:batch>/rows.csv", views.import_rows, name="import-rows"),
]
