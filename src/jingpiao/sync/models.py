"""Models of sync (同步): what feeds declare, how complete they say they are, what broke, what was confirmed."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField


class Declaration(models.Model):
    """A feed's declaration of itself (来源声明), one row each time it declares; the latest known one counts."""

    feed = models.TextField()
    label = models.TextField(default="")
    regions = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    since = models.DateField(null=True)
    same_day = models.BooleanField(default=True)
    every_seconds = models.IntegerField(null=True)
    complete = models.BooleanField(default=True)
    known_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("feed", "known_at"), name="declaration_feed"),)


class Watermark(models.Model):
    """A feed's promise that all uploaded up to ``complete_to`` has been delivered (水位)."""

    feed = models.TextField()
    complete_to = InstantField()
    known_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("feed", "known_at"), name="watermark_feed"),)


class OfficialExport(models.Model):
    """An official export that a taxpayer brought (官方导出): whose, which way, of what period, made when.

    ``made_by`` says where the moment was read: ``created``, ``modified``, ``name`` or ``arrival``.
    """

    feed = models.TextField()
    tax_id = models.TextField()
    direction = models.TextField()
    kind = models.TextField(default="full")
    period_from = models.DateField()
    period_to = models.DateField()
    exported_at = InstantField()
    made_by = models.TextField(default="arrival")
    known_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("tax_id", "direction", "known_at"), name="official_export_of"),)


class Fault(models.Model):
    """A fault told by a feed (故障), or the clearing of one when ``cleared`` is true.

    ``component``: ``feed``, ``platform`` or ``external``. ``batch`` is the batch's id, empty for none;
    ``lost_from`` and ``lost_to`` bound by upload time what was lost, ``numbers`` name it where known.
    """

    feed = models.TextField()
    component = models.TextField()
    cleared = models.BooleanField(default=False)
    message = models.TextField(default="")
    batch = models.TextField(default="")
    lost_from = InstantField(null=True)
    lost_to = InstantField(null=True)
    count = models.IntegerField(null=True)
    numbers = models.JSONField(default=list)
    known_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("feed", "component", "known_at"), name="fault_feed"),)


class Outcome(models.Model):
    """The confirmed cause of an earlier question (确认结果); the diagnosis learns from these."""

    claim = models.JSONField()
    cause = models.TextField()
    feed = models.TextField()
    known_at = InstantField()


class Lesson(models.Model):
    """What an outcome teaches of evidence (教益): how every cause spoke when its question was asked (`fapiao.likelihood`).

    Each outcome has one, with an empty ``body`` where its question cannot be replayed. ``edition`` says which stated weights
    it was made with; of several the newest counts.
    """

    outcome = models.BigIntegerField()
    edition = models.IntegerField()
    known_at = InstantField()
    body = models.TextField(default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("edition", "outcome"), name="lesson_once"),)


class UnreadLine(models.Model):
    """A line of events that could not be read (读不懂的行): kept aside with its number and reason.

    ``body`` is its beginning; where the line is longer, ``arrival`` holds the whole of it. ``size`` counts its bytes.
    ``corrected_at`` is when a person put it right and it was taken in after all.
    """

    source = models.TextField()
    line = models.IntegerField()
    reason = models.TextField()
    body = models.BinaryField()
    size = models.BigIntegerField(default=0)
    arrival = models.ForeignKey("ledger.Arrival", null=True, on_delete=models.PROTECT, db_index=False)
    received_at = InstantField()
    corrected_at = InstantField(null=True)


class DelayCount(models.Model):
    """How many invoices of a feed and kind took how long, by the day they arrived (到达延迟计数).

    ``day`` is the Beijing day of arrival as a proleptic ordinal; ``bin`` a bin of `fapiao.delay`. ``stamp`` grows with every
    change, so that what is new can be read alone.
    """

    feed = models.TextField()
    day = models.IntegerField()
    kind = models.TextField(default="")
    bin = models.IntegerField()
    count = models.IntegerField()
    stamp = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("feed", "day", "kind", "bin"), name="delay_bin_once"),)


class DelayHour(models.Model):
    """How quick or slow the hours of issue are (开具时段快慢): by day of arrival and Beijing hour of issue, how many
    invoices, and the sum of the natural logarithms of their delays in seconds.
    """

    feed = models.TextField()
    day = models.IntegerField()
    hour = models.IntegerField()
    count = models.IntegerField()
    log_sum = models.BigIntegerField()
    stamp = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("feed", "day", "hour"), name="delay_hour_once"),)


class ArrivalHour(models.Model):
    """How many invoices of one region and kind a feed brought in an hour (分地区票种的每小时到达数).

    ``hour`` counts whole hours since 1970, so that an hour is known once it has ended. ``stamp`` as in `DelayCount`.
    """

    feed = models.TextField()
    region = models.TextField(default="")
    kind = models.TextField(default="")
    hour = models.IntegerField()
    count = models.IntegerField()
    stamp = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("feed", "hour", "region", "kind"), name="arrival_hour_once"),
        )


class ImportBatch(models.Model):
    """An import (导入批次): files that somebody brought, worked through in the background; survives a kill.

    ``lease_until`` keeps a second worker away while one is at it; a batch whose lease ran out is taken up again.
    ``feed`` is the feed that its invoices come by; ``closing`` holds event lines that become true when all of it is in.
    """

    by = models.TextField(default="")
    feed = models.TextField(default="import")
    made_at = InstantField()
    state = models.TextField(default="waiting")
    lease_until = InstantField(null=True)
    finished_at = InstantField(null=True)
    counts = models.JSONField(default=dict)
    closing = models.TextField(default="")

    class Meta:
        indexes = (models.Index(fields=("state", "id"), name="import_state"),)


class ImportFile(models.Model):
    """A file of an import (导入文件): ``done`` readings of it have been taken in, of about ``expected`` where that is known.

    ``tax_id`` is the taxpayer whose file it is and ``note`` where it lay, where a source told so. ``understood`` is what its
    official exports were taken for, as `fapiao.official_export.Export`, or ``{"doubt": …}`` where a taxpayer could not be told.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="files")
    arrival = models.ForeignKey("ledger.Arrival", on_delete=models.PROTECT)
    name = models.TextField()
    done = models.IntegerField(default=0)
    expected = models.IntegerField(null=True)
    finished = models.BooleanField(default=False)
    tax_id = models.TextField(default="")
    note = models.TextField(default="")
    understood = models.JSONField(null=True)


class ImportedRow(models.Model):
    """What became of one row of an import (导入逐行结果, contract §6)."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE)
    file = models.TextField()
    row = models.IntegerField(null=True)
    result = models.TextField()
    number = models.TextField(default="")
    code = models.TextField(default="")
    original = models.JSONField(null=True)
    findings = models.JSONField(default=list)
    error = models.JSONField(null=True)


class Connection(models.Model):
    """A source that this platform is connected to (来源连接): which kind, by what settings, how far it has come.

    ``fence`` rises with every lease: a commit names the fence and the cursor it began with, so that a holder whose
    lease ran out cannot move anything. Until ``caught_up`` the source's history is believed to be as old as it says.
    ``opened_until`` holds the circuit open after failures; ``gaps`` name what is known to be missing.
    """

    key = models.TextField(unique=True)
    label = models.TextField(default="")
    member = models.TextField()
    feed = models.TextField()
    settings = models.JSONField(default=dict)
    every_seconds = models.IntegerField(default=60)
    made_at = InstantField()
    paused = models.BooleanField(default=False)
    cursor = models.TextField(default="")
    caught_up = models.BooleanField(default=False)
    gaps = models.JSONField(default=list)
    due_at = InstantField()
    failures = models.IntegerField(default=0)
    opened_until = InstantField(null=True)
    last_ok_at = InstantField(null=True)
    last_error = models.JSONField(null=True)
    fence = models.BigIntegerField(default=0)
    lease_until = InstantField(null=True)

    class Meta:
        indexes = (models.Index(fields=("due_at",), name="connection_due"),)


class Visit(models.Model):
    """One visit to a source (来访): what it brought, how long it took, what went wrong.

    Every line counts once in ``fresh``, ``repeats``, ``flagged`` or ``unread``; ``quarantined`` are invoices among the fresh.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="visits")
    begun_at = InstantField()
    took_ms = models.IntegerField(default=0)
    lines = models.IntegerField(default=0)
    fresh = models.IntegerField(default=0)
    repeats = models.IntegerField(default=0)
    flagged = models.IntegerField(default=0)
    unread = models.IntegerField(default=0)
    quarantined = models.IntegerField(default=0)
    documents = models.IntegerField(default=0)
    cursor = models.TextField(default="")
    notes = models.JSONField(default=list)
    error = models.JSONField(null=True)

    class Meta:
        indexes = (models.Index(fields=("connection", "begun_at"), name="visit_of"),)
