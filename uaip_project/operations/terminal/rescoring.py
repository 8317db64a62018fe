"""Has the answers of an interview scored anew by whoever scores today, and says what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.management.base import CommandError

from accounts.models import Job, User
from accounts.services import jobs
from interviews.models import Answer, InterviewSession
from interviews.refusals import SessionNotOpen
from interviews.services import judging, privacy, rescoring
from interviews.services.reading import protocol_of
from uaip_project.operations.terminal import whose
from uaip_project.operations.terminal.screen import Screen


@dataclass(frozen=True)
class Rescored:
    """One answer before and after; ``after`` is None while nobody has scored it anew."""

    question: str
    before: float | None
    after: float | None
    state: str


def rescore(options: Mapping[str, Any], by: User, screen: Screen) -> None:
    """Asks for the whole interview to be scored anew. Raises CommandError, ProtocolGone.

    The embedded scorer does it here and now. A model is left to the worker, who keeps its
    limits and tries again while it is away.
    """
    session = whose.session(options, by)
    # Before anything is asked for that nobody could do.
    protocol_of(session)
    keys = [one.answer.question_key for one in rescoring.not_judged_by_this_scorer(session)]
    before = _standing(session, keys)
    is_done = _ask(session, by) if keys else True
    after = _standing(session, keys)
    found = [
        Rescored(key, before[key][0], after[key][0] if is_done else None, after[key][1])
        for key in keys
    ]
    if options["json"]:
        screen.out.write(_as_json(session, found, is_done=is_done))
    else:
        _tell(session, found, screen, is_done=is_done)


def _ask(session: InterviewSession, by: User) -> bool:
    """Whether it is done already."""
    try:
        if privacy.is_model_asked():
            rescoring.reassess_session(session=session, by=by)
            return False
        with jobs.in_this_process():
            job = rescoring.reassess_session(session=session, by=by)
    except SessionNotOpen:
        raise CommandError(
            f"This interview is {session.status}: its scores stay as they are."
        ) from None
    job.refresh_from_db()
    return job.status == Job.Status.DONE


def _standing(
    session: InterviewSession, keys: Sequence[str]
) -> dict[str, tuple[float | None, str]]:
    """Score and state by question key."""
    rows = Answer.objects.filter(session=session, question_key__in=keys).order_by()
    scores = rows.values_list("question_key", "current_assessment__score", "state")
    return {key: (None if score is None else float(score), state) for key, score, state in scores}


def _scorer() -> str:
    models = judging.model_names()
    return models[0] if models else judging.Scorer.embedded().version


def _as_json(session: InterviewSession, found: Sequence[Rescored], *, is_done: bool) -> str:
    said = {
        "session": str(session.code),
        "scorer": _scorer(),
        "is_done": is_done,
        "answers": [asdict(one) for one in found],
    }
    return json.dumps(said, indent=2, ensure_ascii=False)


def _tell(
    session: InterviewSession, found: Sequence[Rescored], screen: Screen, *, is_done: bool
) -> None:
    name = f"{session.project_name} ({whose.short_code(session)})"
    if not found:
        screen.say(f"{name}: {_scorer()} has scored every answer already.")
        return
    if not is_done:
        keys = ", ".join(one.question for one in found)
        screen.say(
            f"{name}: the worker has {_scorer()} score {len(found)} of the answers anew: {keys}."
        )
        return
    changed = [one for one in found if one.before != one.after]
    screen.say(
        f"{name}: {_scorer()} has scored {len(found)} of the answers anew, {len(changed)} of "
        "them differently."
    )
    for one in changed:
        screen.say(f"{one.question}  {_said(one.before)} -> {_said(one.after)}", indent=2)


def _said(score: float | None) -> str:
    return "no score" if score is None else f"{score:.1f}"
