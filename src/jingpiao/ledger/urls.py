"""Doors of the ledger (台账入口)."""

from django.urls import path

from jingpiao.ledger import moving, views

urlpatterns = [
    path("ledger", views.ledger, name="ledger"),
    path("ledger/sums", views.ledger_sums, name="ledger-sums"),
    path("ledger/export.csv", views.export, {"form": "csv"}, name="export"),
    path("ledger/export.xlsx", views.export, {"form": "xlsx"}, name="export-sheet"),
    path("ledger/moves", moving.move_many, name="moves"),
    path("ledger/moves/undo", moving.undo, name="undo"),
    path("ledger/<str:key>", views.invoice, name="invoice"),
    path("ledger/<str:key>/move", moving.move, name="move"),
    path("ledger/<str:key>/document.<str:form>", views.document, name="document"),
    path("ledger/<str:key>/arrived/<int:version>", views.arrived, name="arrived"),
    path("bin", moving.recycle_bin, name="bin"),
    path("quarantine", moving.quarantine, name="quarantine"),
    path("quarantine/<int:row>/raw", moving.quarantined_raw, name="quarantined-raw"),
]
