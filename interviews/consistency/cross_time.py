"""Cross rules on time: does everything arrive before it is needed."""

from __future__ import annotations

from datetime import date

from interviews.consistency.case import Case, Row, is_missing_live
from interviews.consistency.measures import (
    DAY,
    HOUR,
    MONTH_DAYS,
    amount,
    day,
    days,
    later,
    number,
    say_date,
    say_duration,
    say_number,
    total,
)
from interviews.consistency.registry import rule
from interviews.consistency.stage_1 import LIVE_SERVING
from interviews.consistency.types import Hit, Quote, Severity
from interviews.consistency.wording import listed, same_name
from interviews.consistency.work import lead_times


@rule(
    "X-06",
    Severity.MAJOR,
    stages=(1, 2),
    needs=("S1-11", "S2-01", "S2-08"),
    title="The target is due before its effect can be shown",
    how_to_fix="Move the target date behind go-live and the impact test, go live earlier, or "
    "shorten the test.",
)
def target_is_due_too_early(case: Case) -> Hit | None:
    test = days(case.value("S2-08", "duration"))
    if case.go_live is None or test is None:
        return None
    earliest = later(case.go_live, test)
    rows = [
        row for row in case.kpis if row.get("direction") != "hold" and _due_before(row, earliest)
    ]
    if not rows:
        return None
    said = ", ".join(f"{row.get('name')} ({_said(row)})" for row in rows)
    return Hit(
        f"Go-live on {say_date(case.go_live)} plus {say_number(test)} days of impact test end on "
        f"{say_date(earliest)}; due before that: {said}.",
        (
            case.quote("S1-11", case.deadline, "detail", "date"),
            case.quote_rows("S2-01", rows, "name", "target_value", "target_date"),
            case.quote("S2-08", None, "method", "duration"),
        ),
    )


def _due(row: Row) -> date | None:
    return day(row.get("target_date"))


def _said(row: Row) -> str:
    due = _due(row)
    return say_date(due) if due else "no date"


def _due_before(row: Row, limit: date) -> bool:
    due = _due(row)
    return due is not None and due < limit


@rule(
    "X-07",
    Severity.BLOCKER,
    stages=(1, 3),
    reads=("S1-11", "S2-01", "S3-05", "S3-06", "S3-07", "S3-09"),
    title="The date comes before the data and technology do",
    how_to_fix="Move the date, start smaller, shorten the longest lead time, or mark a gap as "
    "nice to have if you can go live without it.",
)
def date_comes_too_early(case: Case) -> Hit | None:
    """One labelling, one gap and one purchase after another; within a kind side by side."""
    weeks, quotes = _lead_times(case)
    limit = _first_date(case)
    if limit is None or not weeks:
        return None
    when, which, quote = limit
    ready = later(case.as_of, 7 * total(weeks.values()))
    if when >= ready:
        return None
    said = " + ".join(f"{say_number(count)} weeks of {kind}" for kind, count in weeks.items())
    return Hit(
        f"{said} from {say_date(case.as_of)} end on {say_date(ready)}, "
        f"after {which} on {say_date(when)}.",
        (quote, *quotes),
    )


def _lead_times(case: Case) -> tuple[dict[str, float], list[Quote]]:
    """Weeks of each kind of work that must come first, with where they are said."""
    plan = case.label_plan or {}
    gaps, areas = case.gaps_to_close, case.missing_infrastructure
    weeks = lead_times(
        labelling=amount(plan, "weeks"),
        gaps=(amount(row, "lead_time_weeks") for row in gaps),
        technology=(amount(row, "lead_time_weeks") for row in areas),
    )
    says = {
        "labelling": ("S3-07", [plan], ("text", "labels_needed", "weeks")),
        "closing gaps": ("S3-05", gaps, ("gap", "lead_time_weeks")),
        "technology": ("S3-09", areas, ("area", "lead_time_weeks")),
    }
    quotes = []
    for kind in weeks:
        key, rows, names = says[kind]
        longest = max(rows, key=lambda row: amount(row, "lead_time_weeks"))
        quotes.append(case.quote(key, longest, *names))
    return weeks, quotes


def _first_date(case: Case) -> tuple[date, str, Quote] | None:
    """Go-live or the main target, whichever comes first."""
    dates = []
    if case.go_live is not None:
        quote = case.quote("S1-11", case.deadline, "detail", "date")
        dates.append((case.go_live, "the deadline", quote))
    kpi = case.primary_kpi
    due = _due(kpi) if kpi else None
    if due is not None:
        quote = case.quote("S2-01", kpi, "name", "target_value", "target_date")
        dates.append((due, "the target date", quote))
    return min(dates, key=lambda entry: entry[0], default=None)


def covering(case: Case, feature: Row) -> list[Row]:
    """The sources of S3-01 that provide an input."""
    return [
        source
        for source in case.sources
        if any(same_name(name, feature.get("name")) for name in source.get("covers_features") or [])
    ]


def covered(case: Case, source: Row) -> list[Row]:
    """The inputs that a source provides at prediction time."""
    names = source.get("covers_features") or []
    return [
        row
        for row in case.features
        if not is_missing_live(row) and any(same_name(row.get("name"), name) for name in names)
    ]


@rule(
    "X-09",
    Severity.BLOCKER,
    stages=(2, 3),
    needs=("S2-09", "S3-01", "S1-07"),
    title="With the delays of the real sources there is no time left to act",
    how_to_fix="Get the source faster, say in S1-07 how old its inputs may be, or find an action that "
    "still helps later.",
)
def measured_delays_leave_no_time(case: Case) -> Hit | None:
    window, reaction = case.window, case.reaction
    late = [row for row in case.critical_sources if _delays_answer(case, row, window)]
    if window is None or reaction is None or not late:
        return None
    slowest = max(late, key=lambda row: amount(row, "lag_hours"))
    lag = amount(slowest, "lag_hours") * HOUR
    if window >= lag + reaction:
        return None
    return Hit(
        f'"{slowest.get("name")}" is {say_duration(lag)} late; with {say_duration(reaction)} for '
        f"model and people that makes {say_duration(lag + reaction)}, but an answer is useful for "
        f"{say_duration(window)} only.",
        (
            case.quote("S2-09", None, "reason", "action_window", "data_latency"),
            case.quote("S3-01", slowest, "name", "lag_hours", "access_method"),
        ),
    )


def _delays_answer(case: Case, source: Row, window: float | None) -> bool:
    """Whether a source's delay eats the window: some input of it has to be fresh."""
    lag = number(source.get("lag_hours"))
    if not lag or window is None:
        return False
    ages = [number(row.get("max_age_hours")) for row in covered(case, source)]
    # An input that may be older than the window (a master record) delays nobody.
    return any(age is None or age * HOUR <= window or age < lag for age in ages)


@rule(
    "X-10",
    Severity.MAJOR,
    stages=(1, 3),
    needs=("S1-07", "S2-09", "S3-01", "S3-03"),
    title="Answers are wanted more often than the data changes",
    how_to_fix="Answer less often, get the source more often, or say in S1-07 that the input may "
    "be that old.",
)
def data_changes_too_rarely(case: Case) -> Hit | None:
    every = case.seconds("S2-09", "prediction_frequency")
    if every is None or case.value("S3-03", "serving_mode") not in LIVE_SERVING:
        return None
    slow = [row for row in case.sources if _refreshes_too_rarely(case, row, every)]
    if not slow:
        return None
    said = ", ".join(
        f"{row.get('name')} (every {say_duration(amount(row, 'refresh_hours') * HOUR)})"
        for row in slow
    )
    return Hit(
        f"A new answer is wanted every {say_duration(every)}, but this refreshes more slowly: "
        f"{said}.",
        (
            case.quote("S3-03", None, "serving_mode", "text"),
            case.quote_rows("S3-01", slow, "name", "refresh_hours"),
            case.quote("S2-09", None, "reason", "prediction_frequency"),
        ),
        also=("S1-07",),
    )


def _refreshes_too_rarely(case: Case, source: Row, every: float) -> bool:
    refresh = number(source.get("refresh_hours"))
    if refresh is None or refresh * HOUR <= every:
        return False
    needed = [row for row in covered(case, source) if row.get("essential") is True]
    if not needed:
        return False
    ages = [number(row.get("max_age_hours")) for row in needed]
    return any(age is None or age < refresh for age in ages)


@rule(
    "X-12",
    Severity.MAJOR,
    stages=(2, 3),
    reads=("S1-08", "S1-11", "S2-01", "S2-08", "S3-06"),
    title="The truth arrives after success should be shown",
    how_to_fix="Move the target date or lengthen the test, or measure something that is known "
    "sooner.",
)
def truth_arrives_too_late(case: Case) -> Hit | None:
    delay = case.label_delay_days
    if not delay:
        return None
    spans, quotes = {}, []
    test = days(case.value("S2-08", "duration"))
    if test is not None and delay > test:
        spans["the impact test"] = test
        quotes.append(case.quote("S2-08", None, "method", "duration"))
    kpi = case.primary_kpi
    due = _due(kpi) if kpi else None
    if due is not None and delay > (due - (case.go_live or case.as_of)).days > 0:
        spans["the time until the target is due"] = (due - (case.go_live or case.as_of)).days
        quotes.append(case.quote("S2-01", kpi, "name", "target_date"))
    if not spans:
        return None
    said = " and ".join(f"{name} ({say_number(span)} days)" for name, span in spans.items())
    key = case.label_delay_key
    label = case.quote(key, None, "definition" if key == "S3-06" else "name", "label_delay")
    return Hit(
        f"The right answer is known after {say_number(round(delay, 1))} days; that is longer "
        f"than {said}.",
        (*quotes, label),
    )


@rule(
    "X-22",
    Severity.MINOR,
    stages=(1, 3),
    needs=("S1-08", "S1-09", "S3-01"),
    title="The history is short",
    how_to_fix="Collect or buy a longer history, or look less far ahead.",
)
def history_is_short(case: Case) -> Hit | None:
    known = [
        row for row in case.critical_sources or case.sources if number(row.get("history_months"))
    ]
    longest = max(known, key=lambda row: amount(row, "history_months"), default=None)
    if longest is None:
        return None
    history = amount(longest, "history_months") * MONTH_DAYS
    season = days(case.value("S1-08", "season_length")) or 0
    seasons = case.config.seasons_needed * season
    horizons = case.config.horizons_needed * case.horizon / DAY
    parts = []
    if case.archetype == "time_series_forecasting" and history < seasons:
        parts.append(f"two seasons take {say_number(round(seasons))} days")
    if history < horizons:
        parts.append(f"ten times the horizon is {say_number(round(horizons))} days")
    if not parts:
        return None
    return Hit(
        f"The longest history covers {say_number(round(history))} days; {' and '.join(parts)}.",
        (
            case.quote("S1-08", None, "name", "horizon", "season_length"),
            case.quote("S3-01", longest, "name", "history_months"),
        ),
    )


@rule(
    "X-24",
    Severity.MAJOR,
    stages=(2, 4),
    needs=("S2-09", "S4-09"),
    reads=("S3-03",),
    title="The interface cannot keep up",
    how_to_fix="Make the interface faster, answer more often, or prepare answers ahead so that "
    "they can be shown without a connection.",
)
def interface_cannot_keep_up(case: Case) -> Hit | None:
    parts, serving = [], case.value("S3-03", "serving_mode")
    window, margin = case.window, case.margin
    left = margin if margin and margin > 0 else window
    response = case.number("S4-09", "response_ms")
    if left is not None and response is not None and response / 1_000 > left:
        parts.append(
            f"The interface takes {say_duration(response / 1_000)}, but only "
            f"{say_duration(left)} are left."
        )
    every = case.seconds("S2-09", "prediction_frequency")
    # A nightly list is made for the day ahead, so its rhythm says nothing about the window.
    if serving in (*LIVE_SERVING, "hourly_batch") and every and window and every > window:
        parts.append(
            f"A new answer comes every {say_duration(every)}, but one is useful for "
            f"{say_duration(window)} only."
        )
    is_offline = case.value("S4-09", "offline_needed") is True and serving == "on_request"
    if is_offline:
        parts.append("It must work without a connection, but each answer is made on request.")
    if not parts:
        return None
    served = (case.quote("S3-03", None, "serving_mode", "text"),) if is_offline else ()
    return Hit(
        " ".join(parts),
        (
            case.quote("S2-09", None, "reason", "action_window", "prediction_frequency"),
            case.quote("S4-09", None, "channel", "response_ms", "offline_needed", "text"),
            *served,
        ),
    )


@rule(
    "X-42",
    Severity.MINOR,
    stages=(1, 4),
    needs=("S4-11",),
    reads=("S1-08", "S3-06"),
    title="Retraining is decided before the truth is known",
    how_to_fix="Review less often, or use a signal that does not wait for the right answer.",
)
def retraining_outruns_truth(case: Case) -> Hit | None:
    delay, factor = case.label_delay_days, case.config.review_intervals_for_labels
    if not delay:
        return None
    rows = [
        row
        for row in case.rows("S4-11")
        if row.get("retrain_trigger") and delay > amount(row, "review_every_days") * factor > 0
    ]
    if not rows:
        return None
    key = case.label_delay_key
    return Hit(
        f"The right answer is known after {say_number(round(delay, 1))} days, but "
        f"{listed(row.get('signal') for row in rows)} is read every "
        f"{say_number(min(amount(row, 'review_every_days') for row in rows))} days to decide on "
        "retraining.",
        (
            case.quote(key, None, "definition" if key == "S3-06" else "name", "label_delay"),
            case.quote_rows("S4-11", rows, "signal", "review_every_days", "retrain_trigger"),
        ),
    )
