"""Carries out the deeds of the `uaip` command that talk with a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

from accounts.models import User
from charters.content import CharterContent
from charters.models import Revision
from charters.rendering import json as json_export
from charters.rendering import markdown
from charters.services import viewing
from governance import presenting
from governance.annexes import annex_of
from interviews.forms import StartSessionForm
from interviews.models import InterviewSession
from interviews.policies import may_start
from interviews.protocol import catalogue
from interviews.refusals import ProtocolGone, SessionNotOpen, SessionReleased
from interviews.services import sessions
from interviews.services.reading import read
from uaip_project.operations.outfile import write_text
from uaip_project.operations.terminal import overview, rescoring, whose
from uaip_project.operations.terminal.interview import Interview
from uaip_project.operations.terminal.screen import LETTERS, Keyboard, Leave, Screen, Sink

NOT_READY = "The database is not ready ({fault}). Run `python manage.py db prepare` first."


def perform(deed: str, options: Mapping[str, Any], *, out: Sink, err: Sink) -> None:
    """Carries out start, resume, status, list, rescore, export or delete. Raises CommandError."""
    screen = Screen(out, Keyboard() if sys.stdin.isatty() else sys.stdin)
    try:
        by = whose.person(options)
        DEEDS[deed](options, by, screen)
    except Leave:
        err.write("Nothing was done.")
    except ProtocolGone as refusal:
        raise CommandError(str(refusal), returncode=whose.UNUSABLE) from None
    except (OperationalError, ProgrammingError) as fault:
        raise CommandError(NOT_READY.format(fault=fault), returncode=whose.UNUSABLE) from None


def _start(options: Mapping[str, Any], by: User, screen: Screen) -> None:
    form = StartSessionForm({"project_name": options["project_name"]})
    if not form.is_valid():
        raise CommandError(str(form.errors["project_name"][0]), returncode=whose.UNUSABLE)
    if not may_start(by):
        raise CommandError("Your role does not start interviews. Ask an administrator.")
    session = sessions.start_session(project_name=form.cleaned_data["project_name"], by=by)
    protocol = catalogue.default_protocol()
    minutes = sum(stage.minutes for stage in protocol.stages)
    screen.say(f"Interview {whose.short_code(session)} ({session.code}) is started.")
    screen.say(
        f"{len(protocol.questions)} questions in {len(protocol.stages)} stages, about {minutes} "
        "minutes. An empty line ends an answer. At every question you can type:"
    )
    screen.say(LETTERS)
    Interview(session, by, screen, options["verbose"]).hold()


def _resume(options: Mapping[str, Any], by: User, screen: Screen) -> None:
    session = whose.session(options, by)
    if not session.is_open:
        try:
            sessions.resume_session(session=session, by=by)
        except SessionNotOpen:
            raise CommandError(f"This interview is {session.status}: it cannot go on.") from None
    key = options["question"]
    if key is not None:
        key = key.upper()
        if key not in {one.key for one in read(session).visible}:
            raise CommandError(
                f"There is no question {key} in this interview.", returncode=whose.UNUSABLE
            )
    overview.show(session, screen)
    Interview(session, by, screen, options["verbose"]).hold(key)


def _status(options: Mapping[str, Any], by: User, screen: Screen) -> None:
    overview.show(whose.session(options, by), screen)


def _list(options: Mapping[str, Any], by: User, screen: Screen) -> None:
    own = InterviewSession.objects.filter(owner=by).with_progress()
    if options["status"]:
        own = own.filter(status=options["status"])
    rows = list(own[: options["limit"]])
    if options["format"] == "json":
        screen.out.write(overview.rows_as_json(rows))
        return
    overview.show_rows(rows, screen)


def _export(options: Mapping[str, Any], by: User, screen: Screen) -> None:
    session = whose.session(options, by)
    revision = (
        Revision.objects.filter(charter__session=session)
        .select_related("decision")
        .order_by("-number")
        .first()
    )
    if revision is None:
        raise CommandError(
            "No charter has been issued from this interview yet. Finish it with "
            f"`uaip resume {whose.short_code(session)}`."
        )
    text = _rendered(revision, options["format"])
    viewing.note_export(revision=revision, file_format=options["format"], by=by)
    if options["output"] is None:
        screen.out.write(text, ending="")
        return
    write_text(options["output"], text)
    screen.say(f"Revision {revision.number} is written to {options['output']}.")


def _delete(options: Mapping[str, Any], by: User, screen: Screen) -> None:
    session = whose.session(options, by)
    if not options["force"]:
        screen.say(f'"{session.project_name}" and all its answers will be gone.')
        if screen.choose("Delete it? y yes, n no > ", "yn") != "y":
            screen.say("It is kept.")
            return
    try:
        sessions.delete_session(session=session, by=by)
    except SessionReleased:
        raise CommandError(
            "A charter was issued from this interview, so it is kept. Ask an administrator to "
            "archive it."
        ) from None
    screen.say("The interview is deleted.")


def _rendered(revision: Revision, file_format: str) -> str:
    """The revision as people or machines read it, with the decision on it."""
    content = CharterContent.model_validate(revision.content)
    decision = getattr(revision, "decision", None)
    outcome = decision.outcome if decision else None
    if file_format == "json":
        body = json_export.render(content, content_hash=revision.content_hash, governance=outcome)
        return body.decode("utf-8")
    return markdown.render(
        content,
        content_hash=revision.content_hash,
        governance=outcome,
        watermark=presenting.watermark(revision, revision.number),
        annex=annex_of(revision),
    )


DEEDS: dict[str, Callable[[Mapping[str, Any], User, Screen], None]] = {
    "start": _start,
    "resume": _resume,
    "status": _status,
    "list": _list,
    "list-sessions": _list,
    "rescore": rescoring.rescore,
    "export": _export,
    "delete": _delete,
}
