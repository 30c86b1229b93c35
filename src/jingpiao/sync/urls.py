"""Doors of sync (同步入口)."""

from django.urls import path

from jingpiao.sync import source_views, unread_views, views

urlpatterns = [
    path("feeds", views.feeds, name="feeds"),
    path("unread", unread_views.unread, name="unread"),
    path("unread/<int:line>", unread_views.unread_line, name="unread-line"),
    path("unread/<int:line>/raw", unread_views.unread_raw, name="unread-raw"),
    path("imports", views.imports, name="imports"),
    path("imports/example.csv", views.example, name="import-example"),
    path("imports/<int:batch>", views.import_page, name="import"),
    path("imports/<int:batch>/rows.csv", views.import_rows, {"form": "csv"}, name="import-rows"),
    path("imports/<int:batch>/rows.xlsx", views.import_rows, {"form": "xlsx"}, name="import-sheet"),
    path("operate/sources", source_views.sources, name="sources"),
    path("operate/sources/add", source_views.add, name="source-add"),
    path("operate/sources/<str:key>", source_views.source, name="source"),
    path("operate/sources/<str:key>/act", source_views.act, name="source-act"),
]
