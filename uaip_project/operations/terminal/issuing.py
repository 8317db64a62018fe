"""Issues the charter at the end of an interview and reads out the decision."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from charters.refusals import CharterNotReady, NothingNew
from governance.services import decisions
from interviews.models import InterviewSession
from interviews.refusals import SessionNotOpen
from interviews.services.reading import read
from uaip_project.operations.terminal.screen import Screen
from uaip_project.operations.terminal.whose import short_code


def offer_to_issue(session: InterviewSession, *, by: User, screen: Screen) -> None:
    """Asks once, issues, and prints what was decided."""
    screen.say()
    screen.say("All five stages are closed.")
    typed = screen.choose("Issue the charter now? y yes, n later > ", "yn")
    if typed != "y":
        screen.say(f"Issue it later with `uaip resume {short_code(session)}`.")
        return
    try:
        decision = decisions.submit_charter(reading=read(session), by=by)
    except NothingNew:
        screen.say("Nothing changed since the last revision, so it still stands.")
        return
    except CharterNotReady as refusal:
        named = ", ".join(str(number) for number in refusal.stages)
        screen.say(f"The charter cannot be issued: stage {named} is not complete.")
        return
    except decisions.FactsIncomplete:
        screen.say("The charter cannot be issued: the risk of a principle is not rated (S5-10).")
        return
    except SessionNotOpen:
        screen.say("The interview was paused or closed elsewhere. Resume it and try again.")
        return
    screen.say(f"Revision {decision.revision.number} is issued ({decision.content_hash[:12]}).")
    read_out(screen, decision.outcome)
    screen.say(f"Read it with `uaip export {short_code(session)}`.")


def read_out(screen: Screen, outcome: dict[str, Any]) -> None:
    """The decision with every rule that fired and every condition."""
    screen.say(f"Decision: {outcome['decision']}")
    for one in outcome["rules_fired"]:
        screen.say(f"{one['rule']} ({one['floor']}): {one['detail']}", indent=2)
    if outcome["conditions"]:
        screen.say("Conditions:")
    for one in outcome["conditions"]:
        by_when = f", by {one['due_date']}" if one["due_date"] else ""
        who = one["owner"] or "owner to be named"
        screen.say(f"- {one['text']} ({who}{by_when})", indent=2)
