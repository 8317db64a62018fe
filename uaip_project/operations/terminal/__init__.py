"""Interviews in a terminal: the deeds of the `uaip` command that talk with a person."""

from uaip_project.operations.terminal.arguments import add_deeds
from uaip_project.operations.terminal.deeds import perform

__all__ = ["add_deeds", "perform"]
