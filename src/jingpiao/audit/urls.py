"""Doors of audit (审计入口)."""

from django.urls import path

from jingpiao.audit import views

urlpatterns = [
    path("operate/audit", views.trail, name="audit"),
    path("operate/audit/export.csv", views.export, {"form": "csv"}, name="audit-csv"),
    path("operate/audit/export.jsonl", views.export, {"form": "jsonl"}, name="audit-lines"),
    path("operate/audit/verify", views.verify, name="audit-verify"),
    path(".well-known/audit-checkpoint.json", views.checkpoint, name="audit-checkpoint"),
]
