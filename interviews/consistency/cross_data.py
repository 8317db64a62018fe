"""Cross rules on data: does stage 3 have what stages 1, 2 and 5 rely on."""

from __future__ import annotations

import re

from interviews.consistency.case import Case, Row, is_personal, leaves_region
from interviews.consistency.cross_time import covering
from interviews.consistency.measures import number, say_number
from interviews.consistency.registry import rule
from interviews.consistency.types import Hit, Severity
from interviews.consistency.wording import (
    listed,
    one_names_the_other,
    same_name,
    shares_word,
)
from interviews.consistency.work import LABELS_TO_MAKE

#: Outputs whose possible values are outcomes to be learnt.
WITH_CLASSES = frozenset({"binary", "category", "multi_label", "ordinal"})
_DELETES = re.compile(
    r"\b(delet\w*|eras(e|ed|es|ing|ure)|purg\w*|retention|wipe[sd]?|removed? after|forgotten)\b",
    re.IGNORECASE,
)
_MUST_STAY = re.compile(
    r"(must|has to|have to|shall) (stay|remain|be kept|be stored)"
    r"|(may|must|can|shall|do|does)(not| not|n't) (be )?(leav|export|transfer|sent)"
    r"|forbid\w* (the )?(export|transfer)|no (export|transfer)|residency|locali[sz]ation",
    re.IGNORECASE,
)


@rule(
    "X-08",
    Severity.BLOCKER,
    stages=(1, 3),
    needs=("S1-07", "S3-01"),
    title="An input is said to be there, but its source cannot deliver it",
    how_to_fix="Get access to a source that is fast enough, or correct in S1-07 whether the "
    "input is there and how old it may be.",
)
def source_cannot_deliver(case: Case) -> Hit | None:
    faults: list[tuple[Row, Row, str]] = []
    for feature in case.features:
        sources = covering(case, feature)
        if feature.get("available_at_prediction") != "yes" or not sources:
            continue
        reasons = [_why_not(feature, source) for source in sources]
        if all(reasons):
            faults.append((feature, sources[0], reasons[0]))
    if not faults:
        return None
    parts = [
        f'"{feature.get("name")}" comes from "{source.get("name")}", {why}.'
        for feature, source, why in faults
    ]
    sources = list({id(source): source for _, source, _ in faults}.values())
    return Hit(
        " ".join(parts),
        (
            case.quote_rows(
                "S1-07",
                [feature for feature, _, _ in faults],
                "name",
                "available_at_prediction",
                "max_age_hours",
            ),
            case.quote_rows("S3-01", sources, "name", "kind", "access_status", "lag_hours"),
        ),
    )


def _why_not(feature: Row, source: Row) -> str:
    """Why a source cannot give an input in time; "" when it can."""
    if source.get("access_status") == "refused":
        return "to which access was refused"
    if source.get("kind") == "none_yet":
        return "which does not exist yet"
    lag, oldest = number(source.get("lag_hours")), number(feature.get("max_age_hours"))
    if lag is not None and oldest is not None and lag > oldest:
        return (
            f"which is {say_number(lag)} h late, while the input may be at most "
            f"{say_number(oldest)} h old"
        )
    return ""


@rule(
    "X-13",
    Severity.MAJOR,
    stages=(1, 3),
    needs=("S1-08", "S3-02"),
    reads=("S3-06", "S3-07"),
    title="Too few examples to learn from",
    how_to_fix="Collect more examples, merge rare outcomes, or leave them to people.",
)
def examples_are_too_few(case: Case) -> Hit | None:
    if case.value("S3-06", "origin") == "none_needed":
        return None
    parts, examples = [], _examples(case)
    if examples is not None and examples < case.config.min_examples:
        parts.append(
            f"Only {say_number(examples)} records contain the outcome; at least "
            f"{case.config.min_examples} are needed."
        )
    empty = _classes_without_examples(case)
    if empty:
        parts.append(f"No example of {listed(empty)}.")
    if not parts:
        return None
    counts = case.rows("S3-02", "class_counts")
    counted = (case.quote_rows("S3-02", counts, "class", "count"),) if empty else ()
    return Hit(
        " ".join(parts),
        (
            case.quote("S1-08", None, "name", "possible_values"),
            case.quote("S3-02", None, "text", "target_examples"),
            *counted,
        ),
    )


def _examples(case: Case) -> float | None:
    """Records with the outcome, counting those that the labelling plan will make."""
    found = case.number("S3-02", "target_examples")
    planned = number((case.label_plan or {}).get("labels_needed"))
    if case.value("S3-06", "origin") in LABELS_TO_MAKE and planned is not None:
        return max(found or 0, planned)
    return found


def _classes_without_examples(case: Case) -> list[str]:
    counts = case.rows("S3-02", "class_counts")
    promised = case.value("S1-08", "possible_values")
    if not counts or case.text("S1-08", "output_type") not in WITH_CLASSES:
        return []
    if case.value("S3-06", "origin") in LABELS_TO_MAKE:
        return [str(row.get("class")) for row in counts if number(row.get("count")) == 0]
    return [
        name
        for name in (promised if isinstance(promised, list) else [])
        if not any(
            same_name(row.get("class"), name) and (number(row.get("count")) or 0) > 0
            for row in counts
        )
    ]


@rule(
    "X-19",
    Severity.MAJOR,
    stages=(1, 3),
    needs=("S1-10", "S3-02"),
    title="People in scope are thin in the data",
    how_to_fix="Collect data about them, leave them out of scope for now, or test them on their "
    "own before go-live.",
)
def scope_is_thin_in_data(case: Case) -> Hit | None:
    inside = [
        row
        for row in case.rows("S1-10")
        if row.get("side") == "in" and row.get("aspect") == "population"
    ]
    pairs = [
        (item, group)
        for group in case.rows("S3-02", "groups_missing_or_thin")
        for item in inside
        if _is_thin(group)
        and one_names_the_other(str(item.get("item") or ""), str(group.get("group") or ""))
    ]
    if not pairs:
        return None
    items = list({id(item): item for item, _ in pairs}.values())
    groups = list({id(group): group for _, group in pairs}.values())
    return Hit(
        f"In scope, but thin or missing in the data: {', '.join(map(_shares, groups))}.",
        (
            case.quote_rows("S1-10", items, "item", "side"),
            case.quote_rows("S3-02", groups, "group", "share_in_data_pct", "share_in_use_pct"),
        ),
    )


def _is_thin(group: Row) -> bool:
    in_data, in_use = (number(group.get(f"share_in_{name}_pct")) for name in ("data", "use"))
    return in_data is None or in_use is None or in_data < in_use


def _shares(group: Row) -> str:
    in_data, in_use = (number(group.get(f"share_in_{name}_pct")) for name in ("data", "use"))
    if in_data is None or in_use is None:
        return f'"{group.get("group")}"'
    return (
        f'"{group.get("group")}" ({say_number(in_data)} % of data, {say_number(in_use)} % of use)'
    )


@rule(
    "X-20",
    Severity.MAJOR,
    stages=(1, 3),
    needs=("S3-03",),
    reads=("S1-07",),
    title="The model would learn from other data than it meets",
    how_to_fix="Prepare live and past data with the same code, and keep past states so that a "
    "record can be rebuilt as it was known then.",
)
def training_differs_from_use(case: Case) -> Hit | None:
    same, then = case.value("S3-03", "same_pipeline"), case.value("S3-03", "history_as_known_then")
    parts = []
    if same in ("no", "partly"):
        how = "other" if same == "no" else "partly other"
        parts.append(f"Live data is prepared by {how} steps than training data.")
    if then == "no":
        parts.append(
            "Past records cannot be rebuilt as they were known then, so the model may learn from "
            "what was written later."
        )
    if not parts:
        return None
    inputs = case.quote_rows("S1-07", case.features[:3], "name", "source_system")
    return Hit(
        " ".join(parts),
        (
            *((inputs,) if case.features else ()),
            case.quote("S3-03", None, "text", "same_pipeline", "history_as_known_then"),
        ),
    )


@rule(
    "X-37",
    Severity.MAJOR,
    stages=(3, 5),
    needs=("S3-10", "S5-09"),
    reads=("S5-06",),
    title="Deletion is promised where it is not possible",
    how_to_fix="Make deletion possible at the source, or replace the promise by a control that "
    "can be kept.",
)
def deletion_is_impossible(case: Case) -> Hit | None:
    kept = [
        row
        for row in case.rows("S3-10")
        if row.get("deletion_possible") is False and is_personal(row)
    ]
    promises = [row for row in case.controls if _DELETES.search(str(row.get("control") or ""))]
    pairs = [
        (row, promise) for row in kept for promise in promises if _is_about(case, promise, row)
    ]
    if not pairs:
        return None
    data = list({id(row): row for row, _ in pairs}.values())
    said = list({id(promise): promise for _, promise in pairs}.values())
    return Hit(
        f"A control promises to delete or limit retention, but "
        f"{listed(row.get('data') for row in data)} cannot be deleted.",
        (
            case.quote_rows("S3-10", data, "data", "deletion_possible", "retention_days"),
            case.quote_rows("S5-09", said, "control", "risk_ref"),
        ),
    )


def _is_about(case: Case, control: Row, data: Row) -> bool:
    """A promise concerns the data that it names; one that names no data concerns all."""
    said = str(control.get("control") or "")
    if shares_word(said, str(data.get("data") or "")):
        return True
    return not any(shares_word(said, str(row.get("data") or "")) for row in case.rows("S3-10"))


@rule(
    "X-43",
    Severity.MAJOR,
    stages=(1, 3),
    needs=("S3-10",),
    reads=("S1-11", "S4-07"),
    title="Data travels where it may not",
    how_to_fix="Process the data where it must stay, or show the law or contract that permits "
    "the transfer.",
)
def transfer_is_forbidden(case: Case) -> Hit | None:
    travelling = [row for row in case.rows("S3-10") if leaves_region(row)]
    bound = [row for row in travelling if row.get("must_stay") is True]
    laws = [
        row
        for row in case.rows("S1-11")
        if row.get("kind") in ("law_regulation", "contract")
        and _MUST_STAY.search(str(row.get("detail") or ""))
    ]
    rules = [text for text in case.value("S4-07", "regulations") or [] if _MUST_STAY.search(text)]
    rows = [row for row in travelling if row.get("category") not in (None, "none")]
    if not bound and not (rows and (laws or rules)):
        return None
    quotes = []
    if laws and rows:
        quotes.append(case.quote_rows("S1-11", laws, "detail"))
    if rules and rows:
        quotes.append(case.quote("S4-07", None, "criticality", "regulations"))
    shown = list({id(row): row for row in (*bound, *(rows if laws or rules else ()))}.values())
    said = ", ".join(f'"{row.get("data")}" leaves to {row.get("leaves_region")}' for row in shown)
    return Hit(
        f"{said}, but it must stay in the region.",
        (*quotes, case.quote_rows("S3-10", shown, "data", "leaves_region", "must_stay")),
    )
