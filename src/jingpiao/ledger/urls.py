"""Doors of the ledger (台账入口)."""

from django.urls import path

from jingpiao.ledger import moving, quarantine_views, views

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
    path("quarantine", quarantine_views.quarantine, name="quarantine"),
    path("quarantine/retries", quarantine_views.retry_many, name="quarantine-retries"),
    path("quarantine/export.csv", quarantine_views.export, name="quarantine-export"),
    path("quarantine/<int:row>", quarantine_views.row, name="quarantined"),
    path("quarantine/<int:row>/act", quarantine_views.act, name="quarantined-act"),
    path("quarantine/<int:row>/raw", quarantine_views.raw, name="quarantined-raw"),
]
