"""What of reviews and promises can be changed at run time: days are calendar days."""

from __future__ import annotations

from accounts.runtime_settings import Declared, Kind, declare, in_force

LANE_DAYS = {
    "one_reviewer": "stages.review.one_reviewer_days",
    "committee": "stages.review.committee_days",
    "sample": "stages.review.sample_days",
}
SAMPLE_PERCENT = "stages.review.sample_percent"
SAMPLE_AFTER_DAYS = "stages.review.sample_after_days"
MONITORING_DAYS = "stages.review.monitoring_days"
APPROVAL_DAYS = "stages.review.approval_days"
CADENCE_DAYS = "stages.promises.cadence_days"
GRACE_DAYS = "stages.promises.grace_days"
REMIND_DAYS = "stages.promises.remind_days"


def days(key: str) -> int:
    """How many calendar days hold now."""
    return int(in_force(key))


def _days(key: str, title: str, sentence: str) -> Declared:
    return Declared(key=key, title=title, sentence=sentence, kind=Kind.WHOLE, least=1, most=3650)


declare(
    _days(
        LANE_DAYS["one_reviewer"],
        "Review by one reviewer: days",
        "In how many calendar days a single reviewer should have ruled.",
    ),
    _days(
        LANE_DAYS["committee"],
        "Review by a committee: days",
        "In how many calendar days a committee should have ruled.",
    ),
    _days(
        LANE_DAYS["sample"],
        "Later look at a sampled PROCEED: days",
        "In how many calendar days a sampled case should have been looked at.",
    ),
    Declared(
        key=SAMPLE_PERCENT,
        title="Sampled PROCEED cases, per cent",
        sentence=(
            "How many of 100 charters that may proceed without a review are looked at later. "
            "Which ones follows from the charter's id, so nobody chooses; 0 samples none."
        ),
        kind=Kind.WHOLE,
        least=0,
        most=100,
    ),
    _days(
        SAMPLE_AFTER_DAYS,
        "Sampled PROCEED cases: days before the look",
        "How many calendar days after the decision a sampled case is opened.",
    ),
    _days(
        MONITORING_DAYS,
        "Next look after PROCEED_WITH_MONITORING: days",
        "After how many calendar days an approval of PROCEED_WITH_MONITORING is looked at again.",
    ),
    _days(
        APPROVAL_DAYS,
        "Next look after any other approval: days",
        "After how many calendar days every other approval is looked at again.",
    ),
    _days(
        CADENCE_DAYS,
        "Figures without a rhythm: days",
        "A promised figure whose charter names no rhythm is read at least every so many days.",
    ),
    Declared(
        key=GRACE_DAYS,
        title="Grace for promises: days",
        sentence=(
            "How many calendar days a reading, a deed or a better figure may come late before the "
            "case is opened again."
        ),
        kind=Kind.WHOLE,
        least=0,
        most=365,
    ),
    Declared(
        key=REMIND_DAYS,
        title="Reminders of promises: days ahead",
        sentence="How many calendar days before its date whoever answers for a promise gets a mail.",
        kind=Kind.WHOLE,
        least=0,
        most=365,
    ),
)
