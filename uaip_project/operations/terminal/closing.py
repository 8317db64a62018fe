"""The end of a stage: its findings, what to do about each, and its gate."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import User
from interviews.consistency.types import GateOutcome
from interviews.models import Finding, InterviewSession
from interviews.refusals import NotYours, StageNotReady
from interviews.services import findings, stages
from interviews.services.reading import protocol_of, read
from uaip_project.operations.terminal.screen import Screen

RANK = {"BLOCKER": 0, "MAJOR": 1, "MINOR": 2}
ACTIONS = {"c": "carry", "d": "dispute", "a": "answer"}
SAID = {
    "carry": "is carried forward: it stays open and is printed in the charter.",
    "dispute": "is disputed: a reviewer reads your reason.",
    "answer": "is answered: reviewers read it before they decide.",
}


@dataclass
class StageEnd:
    """What stands between a person and the next stage."""

    session: InterviewSession
    by: User
    screen: Screen
    #: Findings that the person has looked at and left open.
    seen: set[tuple[str, str]] = field(default_factory=set)

    def hold(self, number: int) -> str | None:
        """Closes the stage: None when it is closed or left open, else a question to go to."""
        stage = protocol_of(self.session).stage(number)
        self.screen.say()
        self.screen.say(f"End of stage {number}, {stage.name}.")
        found = self._sync(number)
        outcome = stages.look_at_gate(number, reading=read(self.session), found=found)
        if outcome.missing:
            return self._not_ready(number, outcome)
        for finding in self._unseen(number, found):
            go_to = self._handle(finding)
            if go_to:
                return go_to
        try:
            stages.close_stage(reading=read(self.session), stage_number=number, by=self.by)
        except StageNotReady as refusal:
            return self._not_ready(number, refusal.outcome)
        said = stage.deliverable.replace("_", " ")
        self.screen.say(f"Stage {number} is closed and its {said} is stored.")
        return None

    @transaction.atomic
    def _sync(self, number: int) -> list[Finding]:
        return findings.sync_findings(reading=read(self.session), stages_to_check=(number,))

    def _unseen(self, number: int, found: list[Finding]) -> list[Finding]:
        """Open findings of the stage that the person has not left open already."""
        mine = [
            one
            for one in found
            if one.gate == number
            and one.state == Finding.State.OPEN
            and (one.rule_id, one.fingerprint) not in self.seen
        ]
        return sorted(mine, key=lambda one: (RANK[one.severity], one.rule_id))

    def _handle(self, finding: Finding) -> str | None:
        """Shows one finding; the key of a question when the person wants to fix it there."""
        self._show(finding)
        letters = _letters(finding)
        typed = self.screen.choose(f"  {letters} > ", _allowed(finding))
        if typed == "f":
            return self._which_answer(finding)
        if typed in ACTIONS:
            self._record(finding, ACTIONS[typed])
        else:
            self.seen.add((finding.rule_id, finding.fingerprint))
        return None

    def _show(self, finding: Finding) -> None:
        self.screen.say()
        self.screen.say(f"{finding.rule_id} {finding.severity}: {finding.title}")
        self.screen.say(finding.message, indent=2)
        for quote in finding.quotes:
            self.screen.say(f'{quote["answer_id"]}: "{quote["text"]}"', indent=4)
        self.screen.say(f"To fix it: {finding.how_to_fix}", indent=2)

    def _which_answer(self, finding: Finding) -> str:
        visible = {one.key for one in read(self.session).visible}
        keys = [key for key in finding.answer_ids if key in visible]
        if len(keys) == 1:
            return keys[0]
        typed = self.screen.line(f"  Which answer, {' or '.join(keys)}? > ").strip().upper()
        return typed if typed in visible else keys[-1]

    def _record(self, finding: Finding, action: str) -> None:
        reason = ""
        while not reason:
            reason = self.screen.line("  Your reason > ").strip()
        try:
            findings.handle_finding(finding=finding, action=action, reason=reason, by=self.by)
        except NotYours:
            self.screen.say("This finding can only be fixed: change an answer it names.")
            return
        self.screen.say(f"{finding.rule_id} {SAID[action]}")

    def _not_ready(self, number: int, outcome: GateOutcome) -> str | None:
        """Says what is missing and asks where to go on."""
        self.screen.say(f"Stage {number} cannot be closed yet.")
        if outcome.missing:
            self.screen.say(f"Still to be answered: {', '.join(outcome.missing)}.", indent=2)
        if outcome.too_many_unknown:
            share = round(outcome.unknown_share * 100)
            self.screen.say(
                f"{share} % of its questions are not known yet, which is too much.", indent=2
            )
        if outcome.blockers:
            self.screen.say(f"To be settled first: {', '.join(outcome.blockers)}.", indent=2)
        typed = self.screen.choose(
            "  Enter goes back to it, n leaves the stage open, q saves and leaves > ", "-n"
        )
        return None if typed == "n" else self._first_place(number, outcome)

    def _first_place(self, number: int, outcome: GateOutcome) -> str:
        reading = read(self.session)
        visible = [one.key for one in reading.visible if one.stage_number == number]
        if outcome.missing:
            return outcome.missing[0]
        if outcome.blockers:
            # A blocker that was left open is shown again with its letters.
            self.seen = {one for one in self.seen if one[0] not in outcome.blockers}
            named = self.session.findings.get(rule_id=outcome.blockers[0]).answer_ids
            return next((key for key in named if key in visible), visible[0])
        views = reading.answer_set
        return next((key for key in visible if views[key].unknown), visible[0])


def _letters(finding: Finding) -> str:
    if finding.is_completeness:
        return "f fix it, Enter later"
    if finding.severity == Finding.Severity.BLOCKER:
        return "f fix it, c carry it forward, d dispute it, Enter later"
    return "f fix it, c carry it forward, a answer it, d dispute it, Enter later"


def _allowed(finding: Finding) -> str:
    if finding.is_completeness:
        return "f-"
    return "fcd-" if finding.severity == Finding.Severity.BLOCKER else "fcad-"
