"""Models of status (运行状态): the raw series, their hours, and the incidents that follow from them."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField


class Sample(models.Model):
    """One look at a feed (来源测量): what its own word and watermark say, all that its state hangs on, and the state.

    Spans are whole seconds; null is not known.
    """

    feed = models.TextField()
    at = InstantField()
    watermark = InstantField(null=True)
    spoke_at = InstantField(null=True)
    fault = models.BooleanField(default=False)
    silent_seconds = models.FloatField(null=True)
    every_seconds = models.FloatField(null=True)
    lag_seconds = models.FloatField(null=True)
    usual_seconds = models.FloatField(null=True)
    state = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("feed", "at"), name="sample_once"),)
        indexes = (models.Index(fields=("at",), name="sample_at"),)


class Canary(models.Model):
    """A synthetic invoice (探针发票) sent through the platform's own path for one feed: when sent, when found.

    ``seen_at`` null: the public question has not found it. ``slip`` says what went wrong, empty where nothing did.
    """

    feed = models.TextField()
    number = models.TextField(unique=True)
    sent_at = InstantField()
    seen_at = InstantField(null=True)
    slip = models.TextField(default="")

    class Meta:
        indexes = (
            models.Index(fields=("feed", "sent_at"), name="canary_feed"),
            models.Index(fields=("sent_at",), name="canary_sent"),
        )


class Hour(models.Model):
    """What one hour of a feed's looks came to (小时汇总): looks by state, lags and canaries as sparse histograms.

    ``hour`` counts hours since 1970 UTC. ``lags`` maps bins of `hours.bin_of` (seconds) to counts, ``flights`` the same
    in milliseconds; ``sent`` counts canaries, seen or not.
    """

    feed = models.TextField()
    hour = models.IntegerField()
    states = models.JSONField(default=dict)
    lags = models.JSONField(default=dict)
    flights = models.JSONField(default=dict)
    sent = models.IntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("feed", "hour"), name="hour_once"),)
        indexes = (models.Index(fields=("hour",), name="hour_hour"),)


class BlockCount(models.Model):
    """How complete a feed's number blocks were found (号段完整度): due numbers held and missing, and those not yet due."""

    feed = models.TextField()
    at = InstantField()
    held = models.IntegerField()
    missing = models.IntegerField()
    pending = models.IntegerField()

    class Meta:
        indexes = (models.Index(fields=("feed", "at"), name="block_feed"),)


class Incident(models.Model):
    """An incident (故障事件), opened and closed by measurement alone.

    ``component`` is ``feed:KEY``, ``feed:KEY:region-NN`` or ``feed:KEY:kind-NN`` for a part of it, or ``path``, the platform's own way from intake
    to answer. ``reason``: ``fault``, ``silence``, ``lag``, ``part`` or ``canary``. Empty ``regions`` or ``kinds`` mean all. ``good`` counts good looks in a row.
    ``marked_to`` is the last kept answer that was looked at for a mark; ``marked``: closed, and all were looked at.
    """

    component = models.TextField()
    feed = models.TextField(default="")
    label = models.TextField(default="")
    reason = models.TextField()
    regions = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    functions = models.JSONField(default=list)
    state = models.TextField()
    worst = models.TextField()
    begun_at = InstantField()
    opened_at = InstantField()
    closed_at = InstantField(null=True)
    good = models.IntegerField(default=0)
    looked_at = InstantField()
    next_word_at = InstantField()
    marked_to = models.BigIntegerField(default=0)
    marked = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("component",), name="incident_open_once", condition=models.Q(closed_at=None)
            ),
        )
        indexes = (models.Index(fields=("opened_at",), name="incident_opened"),)


class IncidentWord(models.Model):
    """A word on an incident (事件进展): measured, or added by a person, who can change nothing else.

    ``phase``: ``opened``, ``worsened``, ``eased``, ``still``, ``closed``; ``words`` for a person's.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="words")
    at = InstantField()
    phase = models.TextField()
    by = models.TextField(default="")
    text = models.TextField()
    text_en = models.TextField(default="")


class IncidentMark(models.Model):
    """A kept answer that was given while an incident touched it (答复标记), by the answer's token."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="marks")
    token = models.TextField()
    asked_at = InstantField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("incident", "token"), name="mark_once"),)
        indexes = (models.Index(fields=("token",), name="mark_token"),)
