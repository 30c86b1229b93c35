"""Doors of sync (同步入口)."""

from django.urls import path

from jingpiao.sync import source_views, views

urlpatterns = [
    path("feeds", views.feeds, name="feeds"),
    path("imports", views.imports, name="imports"),
    path("imports/<int:batch>", views.import_page, name="import"),
    path("imports/<int:batch>/rows.csv", views.import_rows, name="import-rows"),
    path("operate/sources", source_views.sources, name="sources"),
    path("operate/sources/add", source_views.add, name="source-add"),
    path("operate/sources/<str:key>", source_views.source, name="source"),
    path("operate/sources/<str:key>/act", source_views.act, name="source-act"),
]
