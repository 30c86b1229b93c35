"""Doors of the ledger (台账入口)."""

from django.urls import path

from jingpiao.ledger import views

urlpatterns = [
    path("ledger", views.ledger, name="ledger"),
    path("ledger/export.csv", views.export, name="export"),
    path("ledger/<str:key>", views.invoice, name="invoice"),
    path("ledger/<str:key>/move", views.move, name="move"),
    path("bin", views.recycle_bin, name="bin"),
    path("quarantine", views.quarantine, name="quarantine"),
]
