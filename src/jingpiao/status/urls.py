"""Doors of status (状态入口)."""

from django.urls import path

from jingpiao.status import metrics, views

urlpatterns = [
    path("status", views.status, name="status"),
    path("status/incidents.atom", views.incidents_atom, name="incidents-atom"),
    path("status/incidents/<int:incident>", views.incident, name="incident"),
    path("status/incidents/<int:incident>/words", views.words, name="incident-words"),
    path("metrics", metrics.metrics, name="metrics"),
]
