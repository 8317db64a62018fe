"""Every act on a case in one table: who may do it in which state, or why not and what would help.

Pure. Services ask it inside their transaction with the case locked, faces ask it to say beforehand
what a button would answer: one table, so that no entry point knows another rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from governance.refusals import NotNow, NotYours, Refusal


class Act(StrEnum):
    """What people do with a case."""

    SUBMIT = "submit"
    REQUEST = "request"
    WITHDRAW = "withdraw"
    VOTE = "vote"
    RULE = "rule"
    APPROVE = "approve"
    DISCUSS = "discuss"
    RETIRE = "retire"


@dataclass(frozen=True)
class Who:
    """The person, in relation to one case."""

    is_active: bool = True
    #: A person, signed in as such: no service account and no API key.
    is_person: bool = True
    is_owner: bool = False
    #: Owner, colleagues who may edit, whoever wrote what counts, and whoever answers for them.
    is_author: bool = False
    is_administrator: bool = False
    #: The role of a Reviewer or SuperAdmin.
    has_right: bool = False
    #: A current seat whose verdict counts in this review.
    has_seat: bool = False
    is_chair: bool = False
    has_voted: bool = False
    may_discuss: bool = False


@dataclass(frozen=True)
class Situation:
    """The case, as far as any rule reads it."""

    is_retired: bool = False
    #: None while the newest revision has no decision.
    computed: str | None = None
    #: F-1: a prohibited practice.
    is_prohibited: bool = False
    has_open_review: bool = False
    #: A ruling on what the newest revision says stands already.
    is_ruled: bool = False
    has_committee: bool = True
    # --- Of the review, where the act is on one.
    is_open: bool = False
    lane: str = ""
    cast: int = 0
    quorum: int = 1
    has_chair: bool = True
    is_newest: bool = True
    #: The session says something material that the revision does not.
    is_changed: bool = False
    open_blockers: tuple[str, ...] = ()


Test = Callable[[Situation, Who], bool]


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and the sentence where it does not."""

    holds: Test
    sentence: str
    kind: type[Refusal] = NotNow


def _names(situation: Situation) -> dict[str, str]:
    return {
        "missing": str(max(situation.quorum - situation.cast, 0)),
        "blockers": ", ".join(situation.open_blockers),
    }


ACTIVE = Check(
    lambda _, who: who.is_active,
    "Your account is switched off. An administrator can switch it on.",
    NotYours,
)
PERSON = Check(
    lambda _, who: who.is_person,
    "A vote is a person's: programs, keys and service accounts neither vote nor rule. Sign in.",
    NotYours,
)
RIGHT = Check(
    lambda _, who: who.has_right,
    "Only a Reviewer or SuperAdmin votes. An administrator can change your role.",
    NotYours,
)
STRANGER = Check(
    lambda _, who: not who.is_author,
    "You wrote this charter, or you answer for who did, so somebody else must decide on it.",
    NotYours,
)
SEAT = Check(
    lambda _, who: who.has_seat,
    "You have no current seat for this review. An administrator can seat you in its committee.",
    NotYours,
)
ALIVE = Check(
    lambda case, _: not case.is_retired,
    "This case is retired. Start a new interview for a new system.",
)
OPEN = Check(
    lambda case, _: case.is_open,
    "This review is closed. A new revision, or a new cause, opens another.",
)
VERDICT = (ACTIVE, PERSON, RIGHT, STRANGER, SEAT, ALIVE, OPEN)
OWNER = Check(
    lambda _, who: who.is_owner,
    "Only the owner of the interview does this. Ask its owner.",
    NotYours,
)
OWNER_OR_ADMINISTRATOR = Check(
    lambda _, who: who.is_owner or who.is_administrator,
    "Only the owner of the interview or an administrator does this. Ask one of them.",
    NotYours,
)
IN_COMMITTEE = "committee"


def _is_alone(case: Situation) -> bool:
    """One verdict is the ruling: the lanes without a committee."""
    return case.lane != IN_COMMITTEE


RULE = (
    *VERDICT,
    Check(
        lambda case, _: _is_alone(case) or case.has_chair,
        "This committee has no chair who may rule. An administrator must give somebody the chair.",
    ),
    Check(
        lambda case, who: _is_alone(case) or who.is_chair,
        "The chair of the committee records the ruling. Cast your vote, or ask the chair.",
        NotYours,
    ),
    Check(
        lambda case, _: _is_alone(case) or case.cast >= case.quorum,
        "The quorum is not reached. Votes still missing before the ruling: {missing}.",
    ),
    Check(
        lambda case, who: _is_alone(case) or who.has_voted,
        "Cast your own vote first: the others' votes open after it, then record the ruling.",
    ),
)
TABLE: dict[Act, tuple[Check, ...]] = {
    Act.SUBMIT: (ACTIVE, OWNER, ALIVE),
    Act.REQUEST: (
        ACTIVE,
        OWNER_OR_ADMINISTRATOR,
        ALIVE,
        Check(
            lambda case, _: case.computed is not None,
            "Nothing was decided on this charter yet. Submit it first.",
        ),
        Check(
            lambda case, _: not case.is_prohibited,
            "A prohibited practice (F-1) cannot be ruled on. Only a corrected answer in a new "
            "revision reopens the case.",
        ),
        Check(
            lambda case, _: case.computed != "revise",
            "The decision asks for changes: change the scope, the data or the controls, then "
            "submit a new revision.",
        ),
        Check(
            lambda case, _: not case.has_open_review,
            "A review of this charter is open already. Wait for its ruling, or withdraw it.",
        ),
        Check(
            lambda case, _: not case.is_ruled,
            "People ruled on exactly this. Submit a new revision to have it looked at again.",
        ),
        Check(
            lambda case, _: case.has_committee,
            "No committee is set up. An administrator must set one up first.",
        ),
    ),
    Act.WITHDRAW: (ACTIVE, OWNER_OR_ADMINISTRATOR, OPEN),
    Act.VOTE: (
        *VERDICT,
        Check(
            lambda case, _: not _is_alone(case),
            "Here one vote is the ruling: record the ruling instead.",
        ),
        Check(
            lambda _, who: not who.has_voted,
            "You have voted in this review. A vote is never changed; who takes the chair may read a second thought in a comment.",
        ),
    ),
    Act.RULE: RULE,
    Act.APPROVE: (
        *RULE,
        Check(
            lambda case, _: not case.is_prohibited,
            "A prohibited practice (F-1) cannot be approved. Send it back; only a corrected answer "
            "in a new revision changes that.",
        ),
        Check(
            lambda case, _: not case.open_blockers,
            "An open BLOCKER forbids approval ({blockers}). Send it back; it can be approved once "
            "the finding is fixed or waived and a new revision is submitted.",
        ),
        Check(
            lambda case, _: case.is_newest,
            "A newer revision was issued, so this one cannot be approved. Rule on the newest.",
        ),
        Check(
            lambda case, _: not case.is_changed,
            "The interview changed materially since this revision, so it cannot be approved. "
            "Send it back, or wait for the next revision.",
        ),
    ),
    Act.DISCUSS: (
        ACTIVE,
        Check(
            lambda _, who: who.may_discuss,
            "You may read this charter but not comment on it. Ask its owner to let you comment.",
            NotYours,
        ),
    ),
    Act.RETIRE: (ACTIVE, OWNER_OR_ADMINISTRATOR, ALIVE),
}


def refusal(act: Act, situation: Situation, who: Who) -> Refusal | None:
    """Why the act cannot be done now by this person; None where it can."""
    for check in TABLE[act]:
        if not check.holds(situation, who):
            return check.kind(check.sentence.format(**_names(situation)))
    return None


def require(act: Act, situation: Situation, who: Who) -> None:
    """Raises NotYours or NotNow unless the act can be done."""
    why_not = refusal(act, situation, who)
    if why_not is not None:
        raise why_not
