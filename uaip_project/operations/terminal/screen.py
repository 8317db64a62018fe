"""Reads lines from a person and writes wrapped text for one."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol

WIDTH = 78
#: Written before an answer that would be taken for one of the letters below.
ESCAPE = "\\"


class Sink(Protocol):
    """Where text goes; a management command's output."""

    def write(self, msg: str = "", style_func: None = None, ending: str | None = None) -> object:
        """Writes one line, or ``ending`` instead of the line end."""


class Source(Protocol):
    """Where a person's lines come from."""

    def readline(self) -> str:
        """The next line with its end; "" when there is no more."""


class Wish(Exception):
    """The person wants something else than to answer the question."""


class Leave(Wish):
    """Save and leave; ``half_typed`` is the paragraph that was being written."""

    half_typed = ""


class GoBack(Wish):
    """To the question before."""


class SkipForNow(Wish):
    """On to the next question; this one stays open."""


class NotKnownYet(Wish):
    """ "I don't know yet"."""


class LetGo(Wish):
    """No better answer: the best one goes to a person."""


class GoTo(Wish):
    """To a question by its key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


LONGEST_GO_TO = 24
WISHES: dict[str, type[Wish]] = {
    "q": Leave,
    "b": GoBack,
    "s": SkipForNow,
    "u": NotKnownYet,
    "x": LetGo,
}
LETTERS = (
    "?  why we ask and an example     u  I don't know yet\n"
    "s  skip for now                  b  back to the question before\n"
    "g KEY  go to a question          q  save and leave\n"
    "x  no better answer (after a weak score)"
)


def _nothing() -> None:
    """There is nothing to explain."""


class Keyboard:
    """A real terminal: lines can be edited, and are not cut at the kernel's 4,095 characters."""

    def __init__(self) -> None:
        # Not every Python has it; without it lines are read as they come.
        with suppress(ImportError):
            import_module("readline")

    def read(self, prompt: str) -> str:
        """The next line with its end; "" at the end of input."""
        try:
            return f"{input(prompt)}\n"
        except EOFError:
            return ""


@dataclass
class Screen:
    """One person at one terminal."""

    out: Sink
    source: Source | Keyboard
    explain: Callable[[], None] = field(default=_nothing)

    def say(self, text: str = "", *, indent: int = 0) -> None:
        """Writes text, wrapped, each of its lines on its own; nothing unprintable."""
        for line in text.split("\n"):
            clean = "".join(mark if mark.isprintable() else " " for mark in line)
            pad = " " * indent
            lines = textwrap.wrap(
                clean, WIDTH, initial_indent=pad, subsequent_indent=pad, drop_whitespace=True
            )
            for one in lines or [""]:
                self.out.write(one)

    def line(self, prompt: str) -> str:
        """One typed line as it is. Raises Leave at the end of input or on Ctrl-C."""
        try:
            typed = self._read(prompt)
        except KeyboardInterrupt:
            typed = ""
        except UnicodeDecodeError:
            self.say("This was not readable text, so it was left out. Type it again.")
            return self.line(prompt)
        if not typed:
            self.out.write("")
            raise Leave
        return "".join(mark for mark in typed if mark.isprintable() or mark == "\t")

    def _read(self, prompt: str) -> str:
        if isinstance(self.source, Keyboard):
            return self.source.read(prompt)
        self.out.write(prompt, ending="")
        return self.source.readline()

    def ask(self, prompt: str) -> str:
        """One typed line; the letters are obeyed. Raises a Wish."""
        while True:
            typed = self.line(prompt).strip()
            if not self.obey(typed):
                return typed.removeprefix(ESCAPE)

    def obey(self, typed: str) -> bool:
        """Whether the line was a letter and is done with. Raises a Wish for most of them."""
        if typed == "?":
            self.explain()
            return True
        if typed in WISHES:
            raise WISHES[typed]
        if typed.startswith("g ") and len(typed) < LONGEST_GO_TO:
            raise GoTo(typed[2:].strip().upper())
        return False

    def paragraph(self, prompt: str) -> str:
        """Several lines, ended by an empty one or a lone dot; "" when the first one is empty."""
        lines = [self.ask(prompt)]
        try:
            while lines[-1] not in ("", "."):
                lines.append(self.line("| ").strip())
        except Leave as wish:
            wish.half_typed = "\n".join(lines)
            raise
        return "\n".join(lines[:-1])

    def choose(self, prompt: str, allowed: str) -> str:
        """One of the letters in ``allowed``; "" for Enter where that is among them ("-")."""
        while True:
            typed = self.line(prompt).strip().lower()
            if typed == "q":
                raise Leave
            if typed in ("yes", "no"):
                typed = typed[0]
            if typed == "" and "-" in allowed:
                return ""
            if len(typed) == 1 and typed in allowed.replace("-", ""):
                return typed
            self.say("Type one of the letters offered, or q to save and leave.")
