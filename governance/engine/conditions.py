"""What has to be done about a decision: one action for each floor and each raised principle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from governance.engine.decision import BASE, Condition, FiredRule
from governance.engine.facts import Facts
from governance.engine.levels import Picture, PrincipleLevels
from governance.engine.thresholds import Thresholds
from interviews.risk import LEVEL_NAMES, PRINCIPLE_NAMES

#: From this level on a principle contributes an action.
NEEDS_ACTION = 2


@dataclass(frozen=True)
class Duty:
    """The action that a rule asks for; {subject} is what the rule fired about."""

    text: str
    #: Who does it when the facts name nobody.
    role: str
    days: int
    #: Something to finish, so never later than go-live; a recurring check is not.
    is_before_go_live: bool = True


DUTIES = {
    "F-1": Duty(
        "Stop the part that is a prohibited practice ({subject}); reopening needs a changed "
        "answer to S5-01 and a committee record.",
        "Requester",
        7,
    ),
    "F-2": Duty(
        "Obtain a written legal opinion on {subject}, then answer yes or no in S5-01.",
        "Legal counsel",
        30,
    ),
    "F-3": Duty(
        "Check the system against the duties of its high-risk area ({subject}) at least every "
        "90 days; hold the first check by the due date.",
        "Requester",
        90,
        is_before_go_live=False,
    ),
    "F-4": Duty(
        "Put {subject} in place, or lower the automation level to 3 or below, and correct "
        "S4-04 and S4-05.",
        "Process owner",
        30,
    ),
    "F-5": Duty(
        "Test the controls of {subject} and record the evidence in S5-09.",
        "Risk owner",
        30,
    ),
    "F-6": Duty(
        "Bring the committee one joint plan of controls for these principles: {subject}.",
        "Requester",
        30,
    ),
    "F-7": Duty(
        "Do the data work: {subject}; then correct stage 3 and recompute.",
        "Data owner",
        60,
    ),
    "F-8": Duty(
        "Measure data quality again at least every 90 days until the score reaches {subject}, "
        "lowest-rated dimension first; hold the first measurement by the due date.",
        "Data owner",
        90,
        is_before_go_live=False,
    ),
    "F-9": Duty(
        "Resolve {subject}: correct the answers it names or have a reviewer waive it. The "
        "charter stays a draft until then.",
        "Requester",
        14,
    ),
    "F-10": Duty(
        "Resolve {subject}: correct the answers they name or have a reviewer waive them.",
        "Requester",
        14,
    ),
    "F-11": Duty(
        "Resolve {subject}: correct the answers named or have a reviewer waive the finding.",
        "Requester",
        30,
    ),
    "F-12": Duty(
        "Settle {subject}: give the missing facts or have a reviewer resolve the escalation.",
        "Requester",
        30,
    ),
    "F-13": Duty(
        "Remove the cause in the feasibility reasons (labels, essential inputs, time to act, "
        "data access or tolerance for errors), correct its answer and recompute.",
        "Requester",
        60,
    ),
    "F-14": Duty(
        "Have an accountable person accept the remaining risk of {subject} in S5-11, with an "
        "end date that lies ahead.",
        "Sponsor",
        14,
    ),
}

#: Who acts on a principle when no owner of a control is known.
PRINCIPLE_ROLES = {
    "human_agency": "Process owner",
    "robustness": "Technical lead",
    "privacy": "Data protection officer",
    "transparency": "Requester",
    "fairness": "Ethics officer",
}

HALT_DUTY = Duty(
    "Stop building until {subject} is below level {halt}: change the scope so that the risk "
    "cannot arise, or test stronger controls.",
    "",
    7,
)
COMMITTEE_DUTY = Duty(
    "Bring {subject} before the committee with controls that end below level {committee}, or "
    "with reasons to carry it.",
    "",
    30,
)
REVISE_DUTY = Duty(
    "Bring {subject} below level {revise}: change scope, data or controls, correct S5-09 and "
    "S5-10 and recompute.",
    "",
    60,
)
MONITOR_DUTY = Duty(
    "Watch {subject} by its figures in S5-12 and review it at least every 90 days; hold the "
    "first review by the due date.",
    "",
    90,
    is_before_go_live=False,
)


def conditions_for(picture: Picture, fired: tuple[FiredRule, ...]) -> tuple[Condition, ...]:
    """Floors first, F-1 to F-14, then the principles in their fixed order."""
    from_floors = [_floor_condition(rule, picture.facts) for rule in fired]
    from_principles = [
        _principle_condition(principle, picture.facts)
        for principle in picture.at_least(NEEDS_ACTION)
    ]
    return (*from_floors, *from_principles)


def _floor_condition(fired: FiredRule, facts: Facts) -> Condition:
    duty = DUTIES[fired.rule]
    return Condition(
        text=duty.text.format(subject=fired.subject),
        owner=fired.owner or duty.role,
        due_date=_due(duty, facts),
        source_rule=fired.rule,
    )


def _principle_condition(principle: PrincipleLevels, facts: Facts) -> Condition:
    config = facts.config
    duty = _principle_duty(principle.final, config)
    owners = principle.worst.owners if principle.worst else ()
    return Condition(
        text=duty.text.format(
            subject=_principle_subject(principle),
            halt=config.halt,
            committee=config.committee,
            revise=config.revise,
        ),
        owner=", ".join(owners) or PRINCIPLE_ROLES[principle.principle],
        due_date=_due(duty, facts),
        source_rule=BASE,
    )


def _principle_duty(level: int, config: Thresholds) -> Duty:
    if level >= config.halt:
        return HALT_DUTY
    if level >= config.committee:
        return COMMITTEE_DUTY
    return REVISE_DUTY if level >= config.revise else MONITOR_DUTY


def _principle_subject(principle: PrincipleLevels) -> str:
    name = PRINCIPLE_NAMES[principle.principle]
    because = principle.worst.name if principle.worst else "as stated in S5-10"
    return f"{name} (level {principle.final} {LEVEL_NAMES[principle.final]}, {because})"


def _due(duty: Duty, facts: Facts) -> date:
    """Counted from the day of the facts; never after a go-live that lies ahead."""
    days_left = (date.max - facts.as_of).days
    due = facts.as_of + timedelta(days=min(duty.days, days_left))
    go_live = facts.go_live_date
    if duty.is_before_go_live and go_live is not None and go_live > facts.as_of:
        return min(due, go_live)
    return due
