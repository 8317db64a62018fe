"""Writes what this installation is made of as CycloneDX 1.6: packages, versions, licences.

    python deploy/scripts/sbom.py > sbom.json

It looks at the packages that are installed, from those of requirements.txt on, so it is run in the
environment (or image) that is shipped. Python's own library is enough.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRAS = re.compile(r"\[([^\]]*)\]")


def plain(name: str) -> str:
    """One spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(requirements: str) -> list[tuple[str, frozenset[str]]]:
    """Names and extras of a requirements file."""
    found = []
    for line in requirements.splitlines():
        name = _NAME.match(line.strip())
        if name:
            extras = _EXTRAS.search(line)
            parts = extras[1].split(",") if extras else []
            found.append((plain(name[0]), frozenset(one.strip() for one in parts)))
    return found


def _brought_in(package: Distribution, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """What a package asks for: always, and for the extras that we ask for."""
    kept = []
    for line in package.requires or []:
        _, _, condition = line.partition(";")
        needs = re.findall(r"extra\s*==\s*[\"']([^\"']+)[\"']", condition)
        if not needs or extras & set(needs):
            kept.append(line.partition(";")[0])
    return wanted("\n".join(kept))


def packages(requirements: str) -> dict[str, Distribution]:
    """Every installed package that the file brings in, by name."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = wanted(requirements)
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            # Asked for on other systems alone; a missing one of ours stops the application itself.
            continue
        waiting += _brought_in(found[name], extras)
    return found


def _component(name: str, package: Distribution) -> dict[str, Any]:
    licence = package.metadata.get("License-Expression") or package.metadata.get("License") or ""
    said = {"licenses": [{"license": {"name": licence.splitlines()[0][:100]}}]} if licence else {}
    return {
        "type": "library",
        "name": name,
        "version": package.version,
        "purl": f"pkg:pypi/{name}@{package.version}",
        **said,
    }


def bill(requirements: str) -> dict[str, Any]:
    """The whole list, in the order of names: the same installation gives the same file."""
    found = packages(requirements)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "u-aip"}},
        "components": [_component(name, found[name]) for name in sorted(found)],
    }


if __name__ == "__main__":
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    sys.stdout.write(json.dumps(bill(text), indent=2) + "\n")
