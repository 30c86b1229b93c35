"""Models of the ledger (台账): the journal, and what is projected from it.

Every row carries ``known_at``, the moment the platform learnt it, so that any answer can be given *as of* an
earlier moment. A row is never changed to say something else; later facts are later rows.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from jingpiao.columns import FenField, InstantField, KeyField
from jingpiao.ledger.own import CANARY

Row = TypeVar("Row", bound=models.Model)


class WithoutCanaries(models.Manager[Row]):
    """What everybody sees (不含探针): every list, count and export goes through this manager."""

    def get_queryset(self) -> QuerySet[Row]:
        """Return all rows but those of canaries."""
        return super().get_queryset().exclude(feed__startswith=CANARY)


DEEDS = ("announcement", "import-row", "outcome", "taxpayer", "trash", "untrash")
"""What people do or say, whichever feed it is told under: it comes while a source is silent, and is no sign of its life."""


class JournalEntry(models.Model):
    """One event as a source told it (流水): kept verbatim, never changed, in order of arrival.

    ``event_key`` is the event's own id, or a digest where it has none; the same key with the same content is a
    repeat and is not entered twice; with other content both are kept and the later is ``flagged``.
    """

    feed = models.TextField()
    event_key = KeyField()
    digest = KeyField()
    type = models.TextField()
    known_at = InstantField()
    received_at = InstantField()
    flagged = models.BooleanField(default=False)
    body = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("feed", "event_key", "digest"), name="journal_once"),)
        indexes = (
            models.Index(fields=("feed", "known_at"), name="journal_spoke", condition=~Q(type__in=DEEDS)),
        )


class Arrival(models.Model):
    """Raw bytes that came in (到件): a file, a mail, an upload, kept before anything is parsed."""

    sha256 = models.TextField(unique=True)
    name = models.TextField()
    size = models.BigIntegerField()
    source = models.TextField()
    received_at = InstantField()


class Invoice(models.Model):
    """An invoice that is held (在账发票).

    ``key`` is its main name (20 digits, or code directly followed by number), ``reversed_key`` the same from the
    back for near misses, ``alias`` the second name of 数电纸质 (code + number as printed), else null.
    ``body`` is the whole invoice as JSON. One row per differing content: ``version`` 1 came first; others are
    ``conflict`` rows, both kept.
    """

    key = KeyField()
    reversed_key = KeyField()
    alias = KeyField(null=True)
    version = models.IntegerField(default=1)
    digest = KeyField()
    kind = models.TextField(default="")
    region = models.TextField(default="")
    issued_on = models.DateField()
    issued_at = InstantField(null=True)
    amount = FenField()
    tax = FenField(null=True)
    total = FenField()
    seller_tax_id = models.TextField(default="")
    seller_name = models.TextField(default="")
    buyer_tax_id = models.TextField(default="")
    buyer_name = models.TextField(default="")
    check_code = models.TextField(default="")
    feed = models.TextField()
    known_at = InstantField()
    arrival = models.ForeignKey(Arrival, null=True, on_delete=models.PROTECT, db_index=False)
    origin = models.TextField(default="")
    body = models.TextField()

    objects = WithoutCanaries["Invoice"]()
    everything = models.Manager["Invoice"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "digest"), name="invoice_content_once"),)
        indexes = (
            models.Index(fields=("reversed_key",), name="invoice_reversed"),
            models.Index(fields=("alias",), name="invoice_alias", condition=Q(alias__isnull=False)),
            models.Index(fields=("issued_on", "id"), name="invoice_day"),
            models.Index(fields=("total", "issued_on"), name="invoice_total"),
            models.Index(fields=("amount", "issued_on"), name="invoice_amount", condition=Q(kind__lt="50")),
            models.Index(
                fields=("arrival",), name="invoice_arrival", condition=Q(arrival__isnull=False)
            ),  # invoices of feeds come without a file
        )


class InvoiceState(models.Model):
    """A change of an invoice's state (发票状态变更): 作废, 红冲, 异常… from ``effective_at``, learnt at ``known_at``."""

    key = KeyField()
    state = models.TextField()
    effective_at = InstantField()
    by_number = models.TextField(default="")
    feed = models.TextField()
    known_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("key", "known_at"), name="state_of_key"),)


class BinMove(models.Model):
    """A move into or out of one taxpayer's recycle bin (回收站): ``into`` true for deleting, false for restoring.

    ``actor`` is the person or job; ``by`` the taxpayer whose bin it is (empty: the local operator's).
    """

    key = KeyField()
    by = models.TextField(default="")
    into = models.BooleanField()
    actor = models.TextField(default="")
    feed = models.TextField(default="")
    known_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("key", "known_at"), name="bin_of_key"),)


class Quarantined(models.Model):
    """An arrival that could not be taken in (隔离区): kept whole with its reasons, not held and not lost.

    ``key`` and ``alias`` are what could be read of its number, empty where nothing could. It waits until it is released (taken
    in after all, or corrected) or shelved (搁置: a person sees no hope for it); shelved ones are kept and can be taken up again.
    """

    key = KeyField(default="")
    reversed_key = KeyField(default="")
    alias = KeyField(null=True)
    feed = models.TextField()
    reasons = models.JSONField()
    issued_on = models.DateField(null=True)
    total = FenField(null=True)
    seller_tax_id = models.TextField(default="")
    buyer_tax_id = models.TextField(default="")
    known_at = InstantField()
    arrival = models.ForeignKey(Arrival, null=True, on_delete=models.PROTECT)
    origin = models.TextField(default="")
    body = models.TextField()
    released_at = InstantField(null=True)
    shelved_at = InstantField(null=True)

    objects = WithoutCanaries["Quarantined"]()
    everything = models.Manager["Quarantined"]()

    class Meta:
        indexes = (
            models.Index(fields=("key",), name="quarantined_key"),
            models.Index(fields=("reversed_key",), name="quarantined_reversed"),
            models.Index(fields=("alias",), name="quarantined_alias", condition=Q(alias__isnull=False)),
        )


class ImportRow(models.Model):
    """What an asker's own import said of one row (导入行): `accepted`, `failed` or `pending`, with the reason."""

    tax_id = models.TextField()
    key = KeyField()
    result = models.TextField()
    reason = models.TextField(default="")
    feed = models.TextField()
    known_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("key", "known_at"), name="import_row_key"),)


class Taxpayer(models.Model):
    """A taxpayer as a source described it (纳税人)."""

    tax_id = models.TextField()
    name = models.TextField(default="")
    region = models.TextField(default="")
    active = models.BooleanField(default=True)
    feed = models.TextField()
    known_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("tax_id", "known_at"), name="taxpayer_id"),)
