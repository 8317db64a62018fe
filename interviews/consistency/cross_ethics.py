"""Cross rules on the risk register: does it hold what the other stages admit."""

from __future__ import annotations

from datetime import date

from interviews.consistency.case import Case, Row
from interviews.consistency.confidence import confidence
from interviews.consistency.measures import day, say_date, say_percent
from interviews.consistency.registry import rule
from interviews.consistency.types import Hit, Severity
from interviews.consistency.visibility import visible_answers
from interviews.consistency.wording import contains_all, fold, listed, shares_word


@rule(
    "X-30",
    Severity.BLOCKER,
    stages=(1, 5),
    needs=("S1-07",),
    reads=("S3-10", "S5-06"),
    title="Personal data is missing from the rights or the risks",
    how_to_fix="List the input in S3-10 with its legal footing, and name at least one privacy "
    "risk in S5-06.",
)
def personal_data_is_left_out(case: Case) -> Hit | None:
    personal = case.personal_features
    if not personal:
        return None
    parts, quotes = [], []
    rights = case.rows("S3-10")
    if rights:
        bare = [row for row in personal if not any(_covers(entry, row) for entry in rights)]
        if bare:
            parts.append(f"S3-10 does not list {listed(row.get('name') for row in bare)}.")
            quotes.append(case.quote_rows("S1-07", bare, "name", "personal_data"))
            quotes.append(case.quote_rows("S3-10", rights, "data", "category"))
    if case.is_none("S5-06"):
        parts.append(
            f"Personal data is used ({listed(row.get('name') for row in personal)}), but privacy is "
            "said to carry no risk."
        )
        quotes.append(case.quote_rows("S1-07", personal, "name", "personal_data"))
        quotes.append(case.quote_none("S5-06"))
    return Hit(" ".join(parts), tuple(dict.fromkeys(quotes))) if parts else None


def _covers(entry: Row, feature: Row) -> bool:
    """Whether a row of S3-10 is about an input: by its name, its meaning or its source."""
    data, name = str(entry.get("data") or ""), str(feature.get("name") or "")
    if fold(name) in fold(data) or contains_all(data, name):
        return True
    described = f"{name} {feature.get('meaning') or ''} {feature.get('source_system') or ''}"
    return entry.get("category") not in (None, "none") and shares_word(
        data, described.replace("_", " ")
    )


@rule(
    "X-34",
    Severity.MAJOR,
    stages=(5, 5),
    needs=("S5-09",),
    reads=("S1-11",),
    title="A control comes too late or is not shown to work",
    how_to_fix="Move the control before go-live, and write what the test showed.",
)
def control_is_late_or_unproven(case: Case) -> Hit | None:
    go_live = case.go_live or date.max
    late = [row for row in case.controls if (day(row.get("due_date")) or date.min) > go_live]
    unproven = [
        row
        for row in case.controls
        if row.get("status") == "tested" and not str(row.get("evidence") or "").strip()
    ]
    parts, quotes = [], []
    if late:
        said = ", ".join(f'"{row.get("control")}" ({row.get("due_date")})' for row in late)
        parts.append(f"Due after go-live on {say_date(go_live)}: {said}.")
        quotes.append(case.quote("S1-11", case.deadline, "detail", "date"))
    if unproven:
        parts.append(
            f"Called tested without evidence: {listed(row.get('control') for row in unproven)}."
        )
    if not parts:
        return None
    rows = list({id(row): row for row in (*late, *unproven)}.values())
    quotes.append(case.quote_rows("S5-09", rows, "control", "due_date", "status", "evidence"))
    return Hit(" ".join(parts), tuple(quotes))


@rule(
    "X-40",
    Severity.MAJOR,
    stages=(1, 5),
    title="Much of this rests on unsettled answers",
    how_to_fix="Go back to the items that were given up or are not known yet, weakest stage first.",
)
def much_is_unsettled(case: Case) -> Hit | None:
    parts, keys = [], []
    config = case.config
    for stage in case.protocol.stages:
        shown = visible_answers(stage.number, case.answers, protocol=case.protocol)
        is_full = all(answer is not None and answer.is_settled for answer in shown.values())
        if not (is_full or case.is_complete):
            continue
        sure = confidence(stage.number, case.answers, protocol=case.protocol)
        if sure is not None and sure < config.low_confidence:
            parts.append(f"Stage {stage.number} is answered with a confidence of {sure:.2f}.")
            keys += [
                key
                for key, answer in shown.items()
                if answer is None or not answer.is_accepted or answer.is_provisional
            ]
    everything = visible_answers(None, case.answers, protocol=case.protocol)
    given_up = [
        key
        for key, answer in everything.items()
        if answer is not None and answer.state == "escalated"
    ]
    share = len(given_up) / len(everything) if everything else 0.0
    if share > config.escalated_limit:
        parts.append(
            f"{len(given_up)} of {len(everything)} answers ({say_percent(share)}) were given up "
            "below the threshold."
        )
        keys += given_up
    if not parts:
        return None
    return Hit(" ".join(parts), (), tuple(sorted(set(keys))))
