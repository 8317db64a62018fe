"""A process that asks a language model again and again, as one worker of many would."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path

import django

django.setup()

from interviews.llm import router  # noqa: E402
from interviews.llm.types import ModelFault  # noqa: E402
from tests.llm.asking import request  # noqa: E402


def main(folder: Path, number: str) -> None:
    """Says that it is ready, waits for the start, and asks until it is told to stop."""
    (folder / f"ready-{number}").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    good = 0
    while not (folder / "stop").exists():
        with suppress(ModelFault):
            good += router.ask(request(), seconds=10).content.word == "yes"
        time.sleep(0.02)
    (folder / f"good-{number}").write_text(str(good))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
