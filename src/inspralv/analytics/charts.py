"""From tallies to cards and charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inspralv.analytics.periods import Period
from inspralv.analytics.schemas import DayTally, Tally, add_up
from inspralv.analytics.views import Card
from inspralv.foundation.language.texts import N_, _, said
from inspralv.foundation.web.charts import Arc, AreaChart, Series, area_chart, donut, sparkline
from inspralv.foundation.web.formats import day_of_year, duration, money, number, percent, signed

Measure = Callable[[Tally], float]

_SPARK_DAYS = 30
_OUTCOMES = (
    (N_("Completed"), "completed", "chart-1"), (N_("No answer"), "no_answer", "chart-4"), (N_("Busy"), "busy", "chart-3"),
    (N_("Failed"), "failed", "destructive"), (N_("Canceled"), "canceled", "muted"),
)  # fmt: skip
_SENTIMENTS = (
    (N_("Positive"), "positive", "success"),
    (N_("Neutral"), "neutral", "muted"),
    (N_("Negative"), "negative", "destructive"),
)


def cards_of(days: Sequence[DayTally], period: Period) -> tuple[Card, ...]:
    """Return the four key figures of a period, each against the period before."""
    by_day = _fill(days, period)
    now, before = add_up(list(by_day)), add_up([d for d in days if period.previous.holds(d.day)])

    def card(
        label: str, *, icon: str, value: str, measure: Measure, more_is_good: bool | None, percent_points: bool = False
    ) -> Card:
        delta, up = (
            _delta(measure(now), measure(before), percent_points=percent_points) if before.calls else ("", False)
        )
        good = more_is_good is None or up == more_is_good or not delta
        line, fill = sparkline([measure(d) for d in by_day[-_SPARK_DAYS:]])
        return Card(label=label, value=value, icon=icon, delta=delta, good=good, up=up, line=line, fill=fill)

    return (
        card(_("Calls"), icon="phone-call", value=number(now.calls), measure=lambda t: t.calls, more_is_good=True),
        card(
            _("Completed"), icon="circle-check-big", value=percent(now.success_rate), measure=lambda t: t.success_rate,
            more_is_good=True, percent_points=True,
        ),
        card(
            _("Average length"), icon="timer", value=duration(now.average_seconds),
            measure=lambda t: t.average_seconds, more_is_good=None,
        ),
        card(_("Cost"), icon="circle-dollar-sign", value=money(now.cost_micros), measure=lambda t: t.cost_micros, more_is_good=False),
    )  # fmt: skip


def calls_chart(days: Sequence[DayTally], period: Period) -> AreaChart:
    """Return completed and missed calls per day."""
    by_day = _fill(days, period)
    total = add_up(list(by_day))
    labels = [day_of_year(d.day) for d in by_day]
    series = [
        Series(_("Completed"), tuple(float(d.completed) for d in by_day), "chart-1"),
        Series(_("Not completed"), tuple(float(d.missed) for d in by_day), "chart-2"),
    ]
    summary = _(
        "%(completed)s completed and %(missed)s other calls in %(days)s days.",
        completed=number(total.completed),
        missed=number(total.missed),
        days=period.days,
    )
    return area_chart(_("Calls per day"), labels, series, summary=summary)


def outcomes_of(total: Tally) -> tuple[Arc, ...]:
    """Return the shares of how calls ended."""
    return donut([(said(label), getattr(total, name), color) for label, name, color in _OUTCOMES])


def sentiment_of(total: Tally) -> tuple[Arc, ...]:
    """Return the shares of how callers felt, of the calls for which the provider told."""
    return donut([(said(label), getattr(total, name), color) for label, name, color in _SENTIMENTS])


def _fill(days: Sequence[DayTally], period: Period) -> list[DayTally]:
    """Return a tally for each day of the period, also for those without a call."""
    known = {d.day: d for d in days}
    return [known.get(day) or DayTally(day=day) for day in period.dates()]


def _delta(now: float, before: float, *, percent_points: bool) -> tuple[str, bool]:
    up = now >= before
    if percent_points:
        return _("%(value)s pts", value=signed(now - before)), up
    if not before:
        return "", up
    change = 100 * (now - before) / before
    return ("+" if up else "") + percent(change), up
