"""Holds an interview in a terminal: stage by stage, question by question."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import Job, User
from accounts.services import jobs
from interviews.answerset import AnswerState
from interviews.models import InterviewSession
from interviews.refusals import SessionNotOpen
from interviews.services import findings, stages
from interviews.services.reading import Reading, protocol_of, read
from uaip_project.operations.terminal.closing import StageEnd
from uaip_project.operations.terminal.issuing import offer_to_issue
from uaip_project.operations.terminal.screen import GoBack, GoTo, Leave, Screen, SkipForNow
from uaip_project.operations.terminal.visiting import Visit
from uaip_project.operations.terminal.whose import short_code

NEEDS_AN_ANSWER = (AnswerState.DRAFT, AnswerState.NEEDS_WORK)


@dataclass
class Interview:
    """A person going through a session; knows which questions were skipped for now."""

    session: InterviewSession
    by: User
    screen: Screen
    is_verbose: bool = False
    skipped: set[str] = field(default_factory=set)
    left_open: set[int] = field(default_factory=set)

    def hold(self, start_key: str | None = None) -> None:
        """From where it was left to the charter, or until the person leaves."""
        try:
            with jobs.in_this_process():
                self._settle_scoring()
                self._go_through(start_key)
        except (Leave, KeyboardInterrupt):
            self.screen.say(
                "Your answers are saved. Go on with: "
                f"python manage.py uaip resume {short_code(self.session)}"
            )
        except SessionNotOpen:
            self.screen.say(
                "The interview was paused or closed elsewhere. Go on with: "
                f"python manage.py uaip resume {short_code(self.session)}"
            )

    def _go_through(self, key: str | None) -> None:
        end = StageEnd(self.session, self.by, self.screen)
        number = self._stage_of(key) if key else self._next_stage()
        while number is not None:
            key = key or self._open_key(number)
            while key is not None:
                number = self._stage_of(key)
                key = self._visit(key)
            key = end.hold(number)
            if key is not None:
                self.skipped.clear()
                number = self._stage_of(key)
                continue
            self.left_open.add(number)
            number = self._next_stage()
        self._finish()

    def _visit(self, key: str) -> str | None:
        """Asks one question; the key of the next one, None at the end of the stage."""
        question = protocol_of(self.session).question(key)
        try:
            Visit(self.session, question, self.by, self.screen, self.is_verbose).hold()
        except GoBack:
            return self._key_before(key)
        except GoTo as wish:
            return self._known_key(wish.key) or key
        except SkipForNow:
            self.skipped.add(key)
        return self._open_key(question.stage_number, after=key)

    def _stage_of(self, key: str) -> int:
        return protocol_of(self.session).question(key).stage_number

    def _known_key(self, key: str) -> str | None:
        if key in {one.key for one in read(self.session).visible}:
            return key
        self.screen.say(f"There is no question {key} in this interview.")
        return None

    def _key_before(self, key: str) -> str:
        keys = [one.key for one in read(self.session).visible]
        here = keys.index(key)
        if here == 0:
            self.screen.say("This is the first question.")
        return keys[max(here - 1, 0)]

    def _open_key(self, number: int, after: str = "") -> str | None:
        """The next question of the stage that needs an answer: later ones first."""
        reading = read(self.session)
        keys = [one.key for one in reading.visible if one.stage_number == number]
        wanted = [
            key
            for key in keys
            if reading.by_key[key].state in NEEDS_AN_ANSWER and key not in self.skipped
        ]
        start = keys.index(after) if after in keys else -1
        later = [key for key in wanted if keys.index(key) > start]
        return next(iter(later or wanted), None)

    def _next_stage(self) -> int | None:
        """The first stage that is not closed, but for those the person left open."""
        reading = read(self.session)
        for one in self._standings(reading):
            if not one.is_passed and one.stage.number not in self.left_open:
                return one.stage.number
        return None

    def _standings(self, reading: Reading) -> list[stages.StageStanding]:
        found = findings.look(reading=reading, stages_to_check=(1, 2, 3, 4, 5))
        return stages.standings(reading=reading, found=found)

    def _settle_scoring(self) -> None:
        """Scores here what no worker has scored yet, so that nobody waits for one."""
        waiting = self.session.answers.filter(state=AnswerState.SCORING)
        attempts = waiting.values_list("current_attempt", flat=True)
        for job_id in Job.objects.due().filter(kind="score", subject_id__in=list(attempts)):
            jobs.run_job(job_id.pk)

    def _finish(self) -> None:
        unclosed = [
            str(one.stage.number)
            for one in self._standings(read(self.session))
            if not one.is_passed
        ]
        if unclosed:
            self.screen.say(f"Stage {', '.join(unclosed)} is still open.")
            raise Leave
        offer_to_issue(self.session, by=self.by, screen=self.screen)
