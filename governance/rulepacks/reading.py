"""Reads packs from YAML: the shipped ones, and a site's own in their place or beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from governance.rulepacks.schema import Pack

SHIPPED = Path(__file__).resolve().parent
#: Longest text that is read as a pack; the largest shipped one has a quarter of it.
LONGEST = 200_000


class UnusablePack(Exception):
    """A pack cannot be read; ``problems`` name every bad place."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        self.name, self.problems = name, problems
        super().__init__(f"{name}: {'; '.join(problems)}")


def read_pack(raw: Any, *, name: str) -> Pack:
    """A pack from plain data; ``name`` is what a fault calls it. Raises UnusablePack."""
    try:
        return Pack.model_validate(raw)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        raise UnusablePack(name, tuple(sorted({_problem(one) for one in problems}))) from error


def read_text(text: str, *, name: str) -> Pack:
    """A pack from YAML text. Raises UnusablePack."""
    if len(text) > LONGEST:
        raise UnusablePack(name, (f"it is longer than {LONGEST:,} characters",))
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            # A few lines of references can unfold into gigabytes.
            raise UnusablePack(name, ("references (*name) are not taken: write every row out",))
        raw = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        raise UnusablePack(name, (f"this is not YAML ({fault})",)) from fault
    return read_pack(raw, name=name)


def read_folder(folder: Path) -> dict[str, Pack]:
    """Every pack of a folder by its id. Raises UnusablePack naming the file."""
    found: dict[str, Pack] = {}
    for path in sorted(folder.glob("*.yaml")):
        pack = read_text(path.read_text(encoding="utf-8"), name=path.name)
        if pack.id in found:
            raise UnusablePack(path.name, (f"{pack.id} stands in another file, too",))
        found[pack.id] = pack
    return found


def read_packs(site: Path | None = None) -> dict[str, Pack]:
    """The shipped packs, with those of a site's folder in their place or beside them."""
    own = read_folder(site) if site is not None and site.is_dir() else {}
    found = read_folder(SHIPPED) | own
    return dict(sorted(found.items(), key=lambda one: _order(one[0])))


#: How the shipped packs follow each other on pages; a site's own come after them.
ORDER = ("eu-ai-act", "nist-ai-rmf", "iso-42001", "canada-aia")


def _order(pack_id: str) -> tuple[int, str]:
    return (ORDER.index(pack_id) if pack_id in ORDER else len(ORDER), pack_id)


def as_json(pack: Pack) -> dict[str, Any]:
    """The pack as plain data that ``read_pack`` takes back."""
    return pack.model_dump(mode="json")


def _problem(one: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in one["loc"]) or "(pack)"
    return f"{where}: {one['msg'].removeprefix('Value error, ')}"
