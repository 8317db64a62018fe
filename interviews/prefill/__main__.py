"""Reads one file in a process of its own: ``python -m interviews.prefill KIND < file``.

A hostile file can then cost no more than this process: its time, memory and rights are limited,
it knows no secret, and whatever it stumbles over ends here. Prints JSON: the parts of the text,
or the refusal.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator

from interviews.prefill.parts import Part, gathered
from interviews.prefill.pdf_file import read_pdf
from interviews.prefill.refusing import LARGEST_FILE, MEGABYTE, SECONDS, FileRefused
from interviews.prefill.text_file import read_markdown, read_text
from interviews.prefill.word_file import read_docx

READERS: dict[str, Callable[[bytes], Iterator[Part]]] = {
    "docx": read_docx,
    "pdf": read_pdf,
    "markdown": read_markdown,
    "text": read_text,
}
MEMORY = 1024 * MEGABYTE


def limit_itself() -> None:
    """Processor time, memory, no files written."""
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main() -> None:
    """Reads standard input as the kind of file that the first argument names."""
    limit_itself()
    content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    try:
        found = gathered(READERS[sys.argv[1]](content))
        said = {"parts": [[one.place, one.text] for one in found.parts], "is_cut": found.is_cut}
    except FileRefused as refusal:
        said = {"refusal": str(refusal)}
    # Lone surrogates of a broken file have no place in a database either.
    sys.stdout.buffer.write(json.dumps(said).encode("ascii"))


if __name__ == "__main__":
    main()
