"""Doors of verification (外部查验入口)."""

from django.urls import path

from jingpiao.verification import views

urlpatterns = [
    path("operate/verification", views.verification, name="verification-setup"),
    path("operate/verification/act", views.act, name="verification-act"),
]
