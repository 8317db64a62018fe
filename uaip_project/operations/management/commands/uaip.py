"""U-AIP without a browser: interviews in a terminal, and runs, scores and decisions by file."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import runtime_settings
from accounts.models import User
from governance.engine.decide import decide
from governance.engine.decision import ENGINE_VERSION
from governance.engine.facts import UnusableFacts, read_facts
from interviews.protocol import catalogue
from interviews.scoring.offline import SCORER_VERSION
from uaip_project import logs
from uaip_project.operations import (
    conduct,
    jsonfile,
    runfile,
    scoring_stream,
    screening_stream,
    terminal,
)
from uaip_project.operations.agreement import require_agreement
from uaip_project.operations.jsonfile import Problem, UnusableRunFile
from uaip_project.operations.outfile import write_text
from uaip_project.operations.scratch import use_scratch_database
from uaip_project.siteconfig import load_conversation, load_stages

UNUSABLE = 2
#: What they say depends on files alone, never on what a database holds.
FILES_ALONE = ("run", "score", "screen", "decide")
#: What a shell reports when nobody reads the output any more (128 + SIGPIPE).
NOBODY_READS = 141


class Command(BaseCommand):
    help = "Interviews, runs, scores and decisions without a browser."
    # `run`, `score`, `screen` and `decide` must work before anything is migrated or configured.
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def get_version(self) -> str:
        """The product, not Django, with what a result depends on."""
        return (
            f"U-AIP {settings.APP_VERSION} (protocol {catalogue.PROTOCOL_VERSION}, scorer "
            f"{SCORER_VERSION}, engine {ENGINE_VERSION})"
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--verbose", action="store_true", help="say more while working")
        parser.add_argument(
            "--config",
            metavar="DIR",
            type=Path,
            help="read conversation.yaml and stages.yaml from there",
        )
        deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
        _add_machine_deeds(deeds)
        terminal.add_deeds(deeds)

    def handle(self, *args: Any, **options: Any) -> None:
        logs.spare_terminal()
        for stream in (sys.stdout, sys.stderr):
            # JSON is UTF-8 whatever the terminal's locale says.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        if options["config"] is not None:
            _configure(options["config"])
        elif options["deed"] in FILES_ALONE and not options.get("save_for"):
            runtime_settings.use_files_alone()
        try:
            self._perform(options["deed"], options)
        except BrokenPipeError:
            # `uaip score | head`: what is still buffered goes nowhere, without a complaint.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(NOBODY_READS) from None

    def _perform(self, deed: str, options: dict[str, Any]) -> None:
        if deed == "run":
            self._run(options)
        elif deed == "score":
            self._stream(scoring_stream.score_lines(sys.stdin.buffer))
        elif deed == "screen":
            self._stream(screening_stream.screen_lines(sys.stdin.buffer))
        elif deed == "decide":
            self._decide(options)
        else:
            terminal.perform(deed, options, out=self.stdout, err=self.stderr)

    def _run(self, options: dict[str, Any]) -> None:
        given = _read(options["answers"])
        try:
            run = runfile.read_run_file(
                jsonfile.parse_json(given),
                protocol=catalogue.default_protocol(),
                today=timezone.localdate(),
            )
        except UnusableRunFile as fault:
            self._refuse(fault.problems)
        for warning in run.warnings:
            self.stderr.write(f"warning: {warning}")
        by = self._requester(options)
        code = None if options["save_for"] else _code_of(given)
        conducted = conduct.conduct(run, by=by, charter_code=code)
        if options["verbose"]:
            self._tell_answers(conducted)
        self._write(conduct.as_text(conducted, file_format=options["format"]), options["output"])
        for sentence in conduct.why_not(conducted):
            self.stderr.write(sentence)
        if conducted.exit_code:
            raise SystemExit(conducted.exit_code)

    def _tell_answers(self, conducted: conduct.Conducted) -> None:
        for key, answer in conduct.as_json(conducted)["answers"].items():
            score = "" if answer["score"] is None else f" {answer['score']}"
            self.stderr.write(f"{key} {answer['state']}{score}, attempts {answer['attempts']}")

    def _requester(self, options: dict[str, Any]) -> User:
        """Who owns the session: nobody real, unless the run is to be kept."""
        if options["save_for"] is None:
            use_scratch_database()
            # Deeds in a database that nobody will read are nobody's log lines.
            logging.getLogger("uaip").setLevel(logging.WARNING)
            return User.objects.create_user("run@localhost")
        person = User.objects.active().filter(email=options["save_for"].lower()).first()
        if person is None:
            raise CommandError(
                f"There is no active person {options['save_for']}.", returncode=UNUSABLE
            )
        return person

    def _stream(self, results: Iterable[dict[str, Any]]) -> None:
        """Writes each result as it comes; some lines that could not be used are exit code 2."""
        is_clean = True
        for result in results:
            is_clean = is_clean and "error" not in result
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            self.stdout.flush()
        if not is_clean:
            raise SystemExit(UNUSABLE)

    def _decide(self, options: dict[str, Any]) -> None:
        try:
            raw = jsonfile.parse_json(_read(options["facts"]))
        except UnusableRunFile as fault:
            self._refuse(fault.problems)
        odd = list(jsonfile.oddities(raw))
        try:
            facts = read_facts(raw)
        except UnusableFacts as fault:
            mistyped = [Problem(path or "(file)", reason) for path, reason in fault.problems]
            known = {problem.path for problem in odd}
            odd += [problem for problem in mistyped if problem.path not in known]
        if odd:
            self._refuse(odd)
        self.stdout.write(json.dumps(decide(facts).to_json(), indent=2, ensure_ascii=False))

    def _refuse(self, problems: Iterable[Problem]) -> NoReturn:
        for problem in problems:
            self.stderr.write(str(problem))
        raise SystemExit(UNUSABLE)

    def _write(self, text: str, output: str | None) -> None:
        if output is None:
            self.stdout.write(text, ending="")
        else:
            write_text(output, text)


def _configure(folder: Path) -> None:
    """Thresholds and limits from another folder, for this process."""
    try:
        conversation = load_conversation(folder)
        stages = load_stages(folder, conversation)
        if not settings.PROTOCOL_DIR:
            require_agreement(
                catalogue.default_protocol(),
                conversation=conversation,
                stages=stages,
                config=folder,
            )
    except ImproperlyConfigured as fault:
        raise CommandError(str(fault), returncode=UNUSABLE) from None
    settings.CONVERSATION, settings.STAGES = conversation, stages
    runtime_settings.use_files_alone()


def _code_of(given: bytes) -> UUID:
    """The same charter code for the same file, so that its content has the same hash."""
    return uuid5(NAMESPACE_URL, hashlib.sha256(given).hexdigest())


def _add_machine_deeds(deeds: Any) -> None:
    run = deeds.add_parser("run", help="conduct a whole interview from a file of answers")
    run.add_argument("--answers", required=True, metavar="FILE", help="a run file, or - for stdin")
    run.add_argument("--format", choices=("json", "markdown"), default="json")
    run.add_argument("--output", metavar="PATH", help="write there instead of standard output")
    run.add_argument(
        "--save-for", metavar="EMAIL", help="keep the session in the database, owned by this person"
    )
    score = deeds.add_parser("score", help="score answers from lines of JSON on standard input")
    score.add_argument("--jsonl", action="store_true", required=True)
    screen = deeds.add_parser(
        "screen", help="find texts that steer the scorer, from lines of JSON on standard input"
    )
    screen.add_argument("--jsonl", action="store_true", required=True)
    engine = deeds.add_parser("decide", help="the decision engine alone: facts in, decision out")
    engine.add_argument("--facts", required=True, metavar="FILE", help="facts, or - for stdin")


def _read(name: str) -> bytes:
    """The bytes of a file, or of standard input for "-"."""
    if name == "-":
        return sys.stdin.buffer.read(jsonfile.SIZE_LIMIT + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(jsonfile.SIZE_LIMIT + 1)
    except (OSError, ValueError) as fault:
        words = getattr(fault, "strerror", None) or str(fault)
        raise CommandError(f"{name} cannot be read: {words}.", returncode=UNUSABLE) from None
