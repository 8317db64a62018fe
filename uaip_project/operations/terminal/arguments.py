"""What can be written after `uaip` for the deeds that talk with a person."""

from __future__ import annotations

import argparse
from typing import Any

from governance import files
from interviews.models import InterviewSession

LIST_LIMIT = 10
MOST_LISTED = 1000


def add_deeds(deeds: Any) -> None:
    """Adds start, resume, status, list, rescore, export, bundle and delete to the command's parser."""
    start = deeds.add_parser("start", help="start an interview and answer it here")
    start.add_argument("--project-name", required=True, metavar="NAME")
    _add_person(start)
    resume = deeds.add_parser("resume", help="go on with an interview where it was left")
    _add_session(resume)
    resume.add_argument("--question", metavar="KEY", help="begin with this question, e.g. S1-03")
    _add_person(resume)
    status = deeds.add_parser("status", help="how far an interview is and what is open")
    _add_session(status)
    _add_person(status)
    listing = deeds.add_parser("list", aliases=["list-sessions"], help="your interviews")
    _add_person(listing)
    listing.add_argument("--status", choices=InterviewSession.Status.values)
    listing.add_argument("--limit", type=_limit, default=LIST_LIMIT, metavar="N")
    listing.add_argument("--format", choices=("table", "json"), default="table")
    rescore = deeds.add_parser("rescore", help="have an interview's answers scored anew")
    _add_session(rescore)
    rescore.add_argument("--json", action="store_true", help="say it as JSON")
    _add_person(rescore)
    export = deeds.add_parser("export", help="the newest issued charter as a file")
    _add_session(export)
    export.add_argument(
        "--format",
        choices=files.FORMATS,
        help="without it what the ending of --output says; else pdf, or markdown without --output",
    )
    export.add_argument(
        "--profile",
        choices=files.PROFILES,
        default="full",
        help="external: without money, names, personal data and confidential text",
    )
    export.add_argument("--paper", choices=files.PAPERS, default="a4", help="for pdf and docx")
    export.add_argument("--output", metavar="PATH", help="write there, not to standard output")
    _add_person(export)
    bundle = deeds.add_parser("bundle", help="the newest decision, to check on any machine")
    _add_session(bundle)
    bundle.add_argument("--output", metavar="PATH", help="without it a file in this folder")
    _add_person(bundle)
    delete = deeds.add_parser("delete", help="delete an interview without an issued charter")
    _add_session(delete)
    delete.add_argument("--force", action="store_true", help="do not ask first")
    _add_person(delete)


def _add_person(parser: Any) -> None:
    parser.add_argument(
        "--user",
        "--user-id",
        dest="user",
        metavar="EMAIL",
        help="whose interview it is; not needed while there is only one active person",
    )


def _add_session(parser: Any) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE", help="its code, or the start of it")
    parser.add_argument("--session-id", "--session", metavar="CODE", help="the same, by name")


def _limit(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < 6 else 0
    if not 1 <= number <= MOST_LISTED:
        raise argparse.ArgumentTypeError(f"give a whole number from 1 to {MOST_LISTED}")
    return number
