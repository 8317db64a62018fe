"""Says before anything starts what could not work: files, environment, servers, keys, certificates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from accounts.models import User
from uaip_project.operations import validation
from uaip_project.operations.models import OpsRun
from uaip_project.operations.operator_command import OperatorCommand
from uaip_project.operations.runs import Outcome
from uaip_project.operations.validation import Verdict

PARTS = {
    "connect": "asks database, broker, cache and language models, each once",
    "host": "compares cores, memory and disk with what U-AIP asks for",
    "network": "looks whether the configured names lead somewhere",
    "security": "every setting that is not safe in production is a problem, whatever ENVIRONMENT says",
}


class Command(OperatorCommand):
    help = "Checks the configuration. Exit 0: it can work; 1: it cannot, each problem is named."
    # It runs the checks itself, and says more than the first.
    requires_system_checks: list[str] = []
    # It runs before there is a table to write to.
    has_rows = False

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_common_arguments(parser)
        for name, does in PARTS.items():
            parser.add_argument(f"--{name}", action="store_true", help=does)
        words = "this folder of YAML files instead of that in force, and nothing else"
        parser.add_argument("--files", type=Path, metavar="FOLDER", help=words)
        words = "this file of environment variables, and nothing else"
        parser.add_argument("--env-file", type=Path, metavar="FILE", help=words)
        parser.add_argument("--strict", action="store_true", help="warnings count as problems")

    def work(self, options: dict[str, Any], by: User | None, run: OpsRun | None) -> Outcome:
        found = _looked(options)
        bad = {"problem", "warning"} if options["strict"] else {"problem"}
        faults = [one for one in found if one.level in bad]
        lines = [f"{one.level:<8} {one.part}: {one.words}" for one in found]
        head = (
            f"{len(faults)} problem{'s' * (len(faults) != 1)}."
            if faults
            else "The configuration can work."
        )
        data = {"can_work": not faults, "found": [vars(one) for one in found]}
        return Outcome(data, [*lines, head], is_problem=bool(faults))


def _looked(options: dict[str, Any]) -> list[Verdict]:
    """What was asked for; what stands in files and environment whatever is asked for."""
    if options["files"]:
        return validation.of_files(options["files"])
    if options["env_file"]:
        return validation.of_env_file(options["env_file"])
    found = [*validation.of_files(settings.CONFIG_DIR), *validation.of_certificates()]
    found += validation.of_security() if options["security"] else validation.of_environment()
    for name, look in (
        ("connect", validation.of_servers),
        ("host", validation.of_machine),
        ("network", validation.of_network),
    ):
        if options[name]:
            found += look()
    return found
