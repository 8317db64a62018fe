"""How the portfolio says what is stored: states, lanes, and what somebody asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from governance.portfolio.asked import ORDERS, Asked, age_bounds, score_bounds

#: Standing -> words and tone of a pill.
STANDINGS = {
    "not_submitted": ("Not submitted", "idle"),
    "decided": ("Decided", "note"),
    "in_review": ("In review", "busy"),
    "approved": ("Approved", "good"),
    "approved_with_conditions": ("Approved with conditions", "good"),
    "sent_back": ("Sent back", "warn"),
    "rejected": ("Rejected", "bad"),
    "stale": ("Approval is stale", "warn"),
    "retired": ("Retired", "idle"),
}
#: Decision -> words and tone.
DECISIONS = {
    "proceed": ("Proceed", "good"),
    "proceed_with_monitoring": ("Proceed with monitoring", "good"),
    "revise": ("Revise", "warn"),
    "submit_to_committee": ("Submit to committee", "note"),
    "halt": ("Halt", "bad"),
}
LANES = {
    "one_reviewer": "One reviewer",
    "committee": "Committee",
    "sample": "Sampled later",
}
PRINCIPLES = {
    "human_agency": "Human agency",
    "robustness": "Robustness",
    "privacy": "Privacy",
    "transparency": "Transparency",
    "fairness": "Fairness",
}
LEVELS = {1: "minimal", 2: "low", 3: "moderate", 4: "high", 5: "critical"}
#: Tone of a residual level.
LEVEL_TONES = {1: "good", 2: "good", 3: "warn", 4: "warn", 5: "bad"}


def plain(token: str) -> str:
    """A token that has no words of its own: time_series_forecasting is Time series forecasting."""
    return token.replace("_", " ").capitalize()


def standing_words(token: str) -> tuple[str, str]:
    """Words and tone of a standing; those that came later are said plainly."""
    return STANDINGS.get(token, (plain(token), "idle"))


def age_words(days: int) -> str:
    """A bucket of ages: "8 to 14 days"."""
    first, following = age_bounds(days)
    return f"{first} to {following - 1} days" if following else f"more than {first - 1} days"


def _score(text: str) -> str:
    stage, low, below = score_bounds(text)
    return f"Stage {stage} scored {low} to {min(below, 10)}"


def _words(table: dict[str, tuple[str, str]]) -> Callable[[str], str]:
    return lambda token: table.get(token, (plain(token), ""))[0]


_SAID: dict[str, Callable[[str], str]] = {
    "q": lambda value: f"“{value}”",
    "decision": _words(DECISIONS),
    "standing": _words(STANDINGS),
    "lane": lambda value: LANES.get(value, plain(value)),
    "archetype": plain,
    "area": plain,
    "owner": lambda value: "Mine" if value == "me" else f"Owner {value}",
    "department": lambda value: "No department" if value == "-" else value,
    "stage": lambda value: f"At stage {value}",
    "severity": lambda value: f"Severity {value}",
    "likelihood": lambda value: f"Likelihood {value}",
    "highest": lambda value: f"Highest risk {value}",
    "score": _score,
    "age": lambda value: f"In review for {age_words(int(value))}",
    "overdue": lambda value: "Overdue",
    "promises": lambda value: f"With {value} promises",
    "batch": lambda value: "From one import",
    "from_date": lambda value: f"Submitted from {value}",
    "to_date": lambda value: f"Submitted until {value}",
}


def chips(asked: Asked) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(name, words, what remains without it) of each filter that is set."""
    parts = asked.parts()
    for name, value in parts.items():
        if name != "order":
            rest = {other: kept for other, kept in parts.items() if other != name}
            yield name, _SAID[name](value), rest


def order_choices() -> list[tuple[str, str]]:
    """Orders and what they are called."""
    return list(ORDERS.items())


def cases(count: int) -> str:
    """ "1 case", "1,200 cases"."""
    return f"{count:,} case{'' if count == 1 else 's'}"
