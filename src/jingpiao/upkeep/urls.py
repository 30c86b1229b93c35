"""Doors of upkeep (运维入口)."""

from django.urls import path

from jingpiao.upkeep import views

urlpatterns = [path("operate/calibration", views.calibration, name="calibration")]
