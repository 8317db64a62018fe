"""Copies the shipped question set, changed as a site might change it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from interviews.protocol import catalogue
from interviews.scoring.version import SHIPPED

#: No other question refers to it.
LEFT_OUT = "S2-07"


def copied_questions(folder: Path, *, version: str = "") -> Path:
    """The shipped folder without S2-07, under another version where one is given."""
    copy = Path(shutil.copytree(SHIPPED, folder / "questions"))
    file = copy / f"stage_{LEFT_OUT[1]}.yaml"
    stage = yaml.safe_load(file.read_text(encoding="utf-8"))
    for group in stage["groups"]:
        group["questions"] = [one for one in group["questions"] if one["key"] != LEFT_OUT]
    file.write_text(yaml.safe_dump(stage, allow_unicode=True, sort_keys=False), encoding="utf-8")
    if version:
        (copy / "protocol.yaml").write_text(f"version: {version}\n", encoding="utf-8")
    return copy


@contextmanager
def asking_from(folder: Path) -> Iterator[None]:
    """This process asks from the folder, and from the shipped set again afterwards."""
    catalogue.configure(folder)
    try:
        yield
    finally:
        catalogue.configure(None)
