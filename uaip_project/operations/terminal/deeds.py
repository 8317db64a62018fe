"""Carries out the deeds of the `uaip` command that talk with a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

from accounts.models import User
from charters.models import Revision
from charters.services import viewing
from governance import files
from interviews.forms import StartSessionForm
from interviews.policies import may_start
from interviews.protocol import catalogue
from interviews.refusals import (
    ProtocolGone,
    SessionHeld,
    SessionNotOpen,
    SessionReleased,
    SessionShutOff,
)
from interviews.services import sessions
from interviews.services.reading import read
from uaip_project.operations.outfile import write_bytes
from uaip_project.operations.terminal import bundling, overview, rescoring, whose
from uaip_project.operations.terminal.interview import Interview
from uaip_project.operations.terminal.screen import LETTERS, Keyboard, Leave, Screen, Sink

NOT_READY = "The database is not ready ({fault}). Run `python manage.py db prepare` first."


def perform(deed: str, options: Mapping[str, Any], *, out: Sink, err: Sink) -> None:
    """Carries out start, resume, status, list, rescore, export, bundle or delete. Raises CommandError."""
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
    own = whose.own_sessions(by).with_progress()
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
    wish = files.Wish(_format(options), options["profile"], options["paper"])
    made = files.make_file(revision, wish, viewer=by)
    if options["output"] is None and files.is_binary(wish.file_format):
        raise CommandError(
            f"A {wish.file_format} file is nothing for a screen. Say where it goes with --output.",
            returncode=whose.UNUSABLE,
        )
    viewing.note_export(
        revision=revision, file_format=wish.file_format, profile=wish.profile, by=by
    )
    if options["output"] is None:
        screen.out.write(made.body.decode("utf-8"), ending="")
        return
    write_bytes(options["output"], made.body)
    screen.say(f"Revision {revision.number} is written to {options['output']}.")


def _format(options: Mapping[str, Any]) -> str:
    """What was asked for, else what the file's ending says."""
    if options["format"] is not None:
        return str(options["format"])
    if options["output"] is None:
        return "markdown"
    return files.format_by_name(options["output"]) or "pdf"


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
    except SessionHeld:
        raise CommandError(
            "A legal hold keeps this interview. Ask an administrator; it can be deleted when it is "
            "lifted."
        ) from None
    except SessionShutOff:
        raise CommandError("This interview is shut off in an incident, so it is kept.") from None
    screen.say("The interview is deleted.")


DEEDS: dict[str, Callable[[Mapping[str, Any], User, Screen], None]] = {
    "start": _start,
    "resume": _resume,
    "status": _status,
    "list": _list,
    "list-sessions": _list,
    "rescore": rescoring.rescore,
    "export": _export,
    "bundle": bundling.bundle,
    "delete": _delete,
}
